"""WebP, BMP, GIF, AVIF and HEIF."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.core.codecs import open_raster, peek
from ganstudio.core.codecs.readers import _boxes
from ganstudio.core.colour import PRIMARIES, matrix_profile, space_of
from ganstudio.core.errors import BadInput
from ganstudio.core.raster import Raster, read_whole
from tests.core.codecs.making import DATA, by_pillow, close, exif, photo


def opened(tmp_path: Path, data: bytes, name: str = "a.any") -> Raster:
    path = tmp_path / name
    path.write_bytes(data)
    raster = open_raster(path)
    assert raster.header == peek(path)
    return raster


def pixels_of(raster: Raster) -> np.ndarray:
    return read_whole(raster).pixels


@pytest.mark.parametrize("channels", [3, 4])
def test_webp_lossless(tmp_path: Path, channels: int) -> None:
    wanted = photo(channels=channels)
    raster = opened(tmp_path, by_pillow(wanted, "WEBP", lossless=True, exact=True))
    assert (raster.header.channels, raster.header.lossless, raster.header.format) == (channels, True, "webp")
    assert np.array_equal(pixels_of(raster), wanted)


def test_webp_lossy_with_metadata(tmp_path: Path) -> None:
    p3 = matrix_profile(PRIMARIES[12], None, "P3")
    data = by_pillow(photo(), "WEBP", quality=95, icc_profile=p3, exif=b"Exif\0\0" + exif(6), xmp=b"<x/>")
    raster = opened(tmp_path, data)
    assert not raster.header.lossless
    assert close(pixels_of(raster), np.rot90(photo(), -1).copy())
    assert (raster.meta.icc, raster.meta.xmp) == (p3, b"<x/>")
    assert raster.meta.exif is not None
    assert b"Camera maker" in raster.meta.exif


@pytest.mark.parametrize("format", ["WEBP", "GIF", "AVIF"])
def test_animations_give_their_first_frame_and_say_so(tmp_path: Path, format: str) -> None:
    frames = [Image.fromarray(photo()[:, ::step].repeat(2 if step > 1 else 1, 1)) for step in (1, 2, 2)]
    frames[2] = Image.fromarray(photo()[::-1].copy())
    raster = opened(tmp_path, by_pillow(frames[0], format, save_all=True, append_images=frames[1:]))
    assert raster.meta.notes == ("The file is an animation of 3 frames; the first is used.",)
    assert close(pixels_of(raster)[:, :, :3], photo(), 18)
    assert raster.header.pages == 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_bmp(tmp_path: Path, mode: str) -> None:
    image = Image.fromarray(photo(channels=4)).convert(mode)
    raster = opened(tmp_path, by_pillow(image, "BMP", dpi=(200, 100)))
    shown = {"1": "L", "P": "RGB", "RGBA": "RGB"}.get(mode, mode)  # without a mask, the fourth byte means nothing
    wanted = np.asarray(image.convert(shown)).reshape(48, 64, -1)
    assert raster.header.channels == wanted.shape[2]
    assert np.array_equal(pixels_of(raster), wanted)
    assert raster.meta.dpi == pytest.approx((200, 100), abs=0.1)


def test_bmp_with_an_alpha_mask(tmp_path: Path) -> None:
    wanted = photo(6, 4, 4)
    body = wanted[::-1, :, [2, 1, 0, 3]].tobytes()
    head = struct.pack("<2sIHHI", b"BM", 14 + 108 + len(body), 0, 0, 14 + 108)
    head += struct.pack("<IiiHHIIiiII", 108, 6, 4, 1, 32, 3, len(body), 0, 0, 0, 0)
    head += struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + b"BGRs" + bytes(48)
    assert np.array_equal(pixels_of(opened(tmp_path, head + body)), wanted)


def test_bmp_run_length_packed_and_upside_up(tmp_path: Path) -> None:
    palette = struct.pack("<8B", 0, 0, 0, 0, 255, 255, 255, 0)
    body = bytes([3, 1, 1, 0, 0, 0, 4, 1, 0, 0, 0, 1])
    head = struct.pack("<2sIHHI", b"BM", 54 + 8 + len(body), 0, 0, 54 + 8)
    head += struct.pack("<IiiHHIIiiII", 40, 4, 2, 1, 8, 1, len(body), 0, 0, 2, 2)
    raster = opened(tmp_path, head + palette + body)
    assert pixels_of(raster)[:, :, 0].tolist() == [[255] * 4, [255, 255, 255, 0]]


@pytest.mark.parametrize(("gray", "clear", "channels"), [(0, 0, 3), (0, 1, 4), (1, 0, 1), (1, 1, 2)])
def test_gif(tmp_path: Path, gray: int, clear: int, channels: int) -> None:
    image = Image.fromarray(photo(channels=1 if gray else 3)[:, :, 0] if gray else photo()).convert("P")
    options = {"transparency": int(np.asarray(image)[20, 30])} if clear else {}
    data = by_pillow(image, "GIF", **options)
    raster = opened(tmp_path, data)
    assert raster.header.channels == channels
    shown = np.asarray(Image.open(io.BytesIO(data)).convert({1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels]))
    assert np.array_equal(pixels_of(raster), shown.reshape(48, 64, -1))


@pytest.mark.parametrize("channels", [3, 4])
def test_avif(tmp_path: Path, channels: int) -> None:
    p3 = matrix_profile(PRIMARIES[12], None, "P3")
    wanted = photo(128, 96, channels)
    data = by_pillow(wanted, "AVIF", quality=95, subsampling="4:2:0", icc_profile=p3, exif=b"Exif\0\0" + exif(6))
    raster = opened(tmp_path, data)
    assert (raster.header.channels, raster.header.chroma, raster.header.depth) == (channels, "4:2:0", 8)
    assert close(pixels_of(raster), np.rot90(wanted, -1).copy(), 28)
    assert raster.meta.icc == p3


@pytest.mark.parametrize("bits", [10, 12])
def test_avif_with_more_bits_keeps_them(tmp_path: Path, bits: int) -> None:
    import cv2

    wanted = photo(96, 64, 3, 16)
    options = [cv2.IMWRITE_AVIF_DEPTH, bits, cv2.IMWRITE_AVIF_QUALITY, 100]
    ok, data = cv2.imencode(".avif", (wanted >> (16 - bits))[:, :, ::-1], options)
    assert ok
    raster = opened(tmp_path, bytes(data))
    assert raster.header.depth == 16
    assert len(np.unique(pixels_of(raster))) > 700
    assert close(pixels_of(raster), wanted, 50)


def test_avif_turned_by_its_own_box() -> None:
    raster = open_raster(DATA / "irot_alpha.avif")
    assert (raster.header.width, raster.header.height, raster.header.channels) == (256, 512, 4)
    dark = pixels_of(raster)[:, :, 0] < 60
    assert dark[380:, :].sum() > 500  # the “a” of “abc”, which is read upwards
    assert exif_orientation(raster) == 1


def exif_orientation(raster: Raster) -> int:
    from ganstudio.core.exif import orientation

    return orientation(raster.meta.exif)


def test_avif_metadata() -> None:
    raster = open_raster(DATA / "paris_icc_exif_xmp.avif")
    assert space_of(raster.meta.icc) == "RGB"
    assert raster.meta.dpi == (300, 300)
    assert raster.meta.xmp is not None
    assert b"<x:xmpmeta" in raster.meta.xmp


def test_hdr_avif_is_tone_mapped_and_says_so() -> None:
    raster = open_raster(DATA / "hdr_rec2020_10bit.avif")
    pixels = pixels_of(raster)
    assert raster.header.depth == 16
    assert raster.meta.icc is None
    assert raster.meta.notes == ("Its HDR colours (PQ) were tone-mapped to sRGB; brightness beyond white is gone.",)
    sky, path = pixels[20:60].mean() / 65535, pixels[-60:].mean() / 65535
    assert 0.6 < sky < 0.95
    assert 0.2 < path < sky


def test_heif() -> None:
    raster = open_raster(DATA / "small.heif")
    assert (raster.header.width, raster.header.height, raster.header.channels) == (640, 426, 3)
    assert raster.header.format == "heif"
    assert raster.meta.exif is not None
    assert raster.meta.xmp is not None
    assert raster.meta.xmp.startswith(b"<?xpacket")
    assert pixels_of(raster).std() > 20


def test_heif_pixels_outlive_their_decoder() -> None:
    first = pixels_of(open_raster(DATA / "small.heif"))
    copy = first.copy()
    for _ in range(3):
        open_raster(DATA / "small.heif")
    assert np.array_equal(first, copy)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_heif_is_turned_once_not_twice(tmp_path: Path, quarters: int) -> None:
    """irot turns; the EXIF orientation that only repeats it must not turn again."""
    plain = pixels_of(open_raster(DATA / "small.heif"))
    data = _with_irot((DATA / "small.heif").read_bytes(), quarters)
    orientation = {1: 8, 2: 3, 3: 6}[quarters]
    at = data.index(b"MM\0*", data.index(b"mdat")) if b"MM\0*" in data else data.index(b"II*\0")
    big = data[at : at + 2] == b"MM"
    entry = data.index(struct.pack(">HHI" if big else "<HHI", 0x0112, 3, 1), at)
    data[entry + 8 : entry + 10] = struct.pack(">H" if big else "<H", orientation)
    raster = opened(tmp_path, bytes(data))
    assert np.array_equal(pixels_of(raster), np.rot90(plain, quarters))
    assert exif_orientation(raster) == 1


def _with_irot(data: bytes, quarters: int) -> bytearray:
    """Give the main picture of small.heif an `irot`: a property more, an association more, all offsets moved."""
    box = struct.pack(">I4sB", 9, b"irot", quarters)
    ipco, ipma = data.index(b"ipco") - 4, data.index(b"ipma") - 4
    count = data[ipma + 18]
    properties = sum(1 for _ in _boxes._boxes(data, ipco + 8, ipco + int.from_bytes(data[ipco : ipco + 4], "big")))
    made = bytearray(data)
    made[ipma + 18] = count + 1
    made[ipma + 19 + count : ipma + 19 + count] = bytes([0x80 | (properties + 1)])
    end = ipco + int.from_bytes(data[ipco : ipco + 4], "big")
    made[end:end] = box
    for name, more in ((b"ipco", 9), (b"ipma", 1), (b"iprp", 10), (b"meta", 10)):
        at = made.index(name) - 4
        made[at : at + 4] = (int.from_bytes(made[at : at + 4], "big") + more).to_bytes(4, "big")
    _move_items(made, 10)
    return made


def _move_items(made: bytearray, by: int) -> None:
    at = made.index(b"iloc") + 8  # behind version and flags
    offset_size, length_size, base_size = made[at] >> 4, made[at] & 15, made[at + 1] >> 4
    items = int.from_bytes(made[at + 2 : at + 4], "big")
    at += 4
    for _ in range(items):
        base = at + 4
        moved = base if base_size else None
        extents = base + base_size
        for index in range(int.from_bytes(made[extents : extents + 2], "big")):
            place = extents + 2 + index * (offset_size + length_size)
            target, size = (moved, base_size) if moved is not None else (place, offset_size)
            if moved is None or index == 0:
                value = int.from_bytes(made[target : target + size], "big") + by
                made[target : target + size] = value.to_bytes(size, "big")
        at = extents + 2 + int.from_bytes(made[extents : extents + 2], "big") * (offset_size + length_size)


@pytest.mark.parametrize("name", ["small.heif", "paris_icc_exif_xmp.avif", "irot_alpha.avif", "hdr_rec2020_10bit.avif"])
def test_cut_off_boxes_are_refused(tmp_path: Path, name: str) -> None:
    data = (DATA / name).read_bytes()
    for at in range(30, len(data) - 1, len(data) // 12):
        with pytest.raises(BadInput, match=r"“a.any”"):
            opened(tmp_path, data[:at])


def test_damaged_words_of_heif_metadata_do_not_reach_the_decoder(tmp_path: Path) -> None:
    data = (DATA / "small.heif").read_bytes().replace(b"application/rdf", b"\xffpplication/rdf")
    assert opened(tmp_path, data).header.width == 640
