"""JPEG: kinds, metadata, what follows the picture, damage."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import simplejpeg
from PIL import Image, ImageCms

from ganstudio.core import exif as exif_tools
from ganstudio.core.codecs import open_raster, peek
from ganstudio.core.colour import CMYK_BY_FORMULA, PRIMARIES, matrix_profile
from ganstudio.core.errors import BadInput
from ganstudio.core.raster import Raster, read_whole
from tests.core.codecs.making import DATA, by_pillow, close, exif, photo


def opened(tmp_path: Path, data: bytes, name: str = "a.jpg") -> Raster:
    path = tmp_path / name
    path.write_bytes(data)
    raster = open_raster(path)
    assert raster.header == peek(path)
    return raster


def pixels_of(raster: Raster) -> np.ndarray:
    return read_whole(raster).pixels


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_segments(data: bytes, *segments: bytes) -> bytes:
    return data[:2] + b"".join(segments) + data[2:]


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize(("sampling", "chroma"), [(0, "4:4:4"), (1, "4:2:2"), (2, "4:2:0")])
@pytest.mark.parametrize("quality", [35, 75, 92])
def test_pixels_quality_and_chroma(tmp_path: Path, quality: int, sampling: int, chroma: str, progressive: bool) -> None:
    data = by_pillow(photo(), "JPEG", quality=quality, subsampling=sampling, progressive=progressive)
    raster = opened(tmp_path, data)
    assert (raster.header.quality, raster.header.chroma, raster.header.channels) == (quality, chroma, 3)
    assert not raster.header.lossless
    assert np.array_equal(pixels_of(raster), np.asarray(Image.open(io.BytesIO(data))))


def test_gray_stays_gray(tmp_path: Path) -> None:
    raster = opened(tmp_path, by_pillow(photo(channels=1), "JPEG", quality=95))
    assert raster.header.channels == 1
    assert raster.header.chroma is None
    assert close(pixels_of(raster), photo(channels=1))


def test_rgb_without_a_colour_transform(tmp_path: Path) -> None:
    data = by_pillow(photo(), "JPEG", quality=98, keep_rgb=True)
    assert close(pixels_of(opened(tmp_path, data)), photo(), 38)


def test_cmyk_without_profile_goes_by_the_stated_formula(tmp_path: Path) -> None:
    ink = photo(channels=4)
    data = by_pillow(Image.fromarray(ink, "CMYK"), "JPEG", quality=98)
    raster = opened(tmp_path, data)
    clear = 255 - ink.astype(float)
    wanted = np.round(clear[:, :, :3] * clear[:, :, 3:] / 255).astype(np.uint8)
    assert raster.meta.notes == (CMYK_BY_FORMULA,)
    assert raster.meta.icc is None
    assert raster.header.channels == 3
    assert close(pixels_of(raster), wanted, 33)


def test_a_profile_of_another_space_is_not_attached(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    raster = opened(tmp_path, by_pillow(photo(), "JPEG", icc_profile=lab))
    assert raster.meta.icc is None
    assert "profile" in raster.meta.notes[0]


def test_a_profile_in_several_parts(tmp_path: Path) -> None:
    p3 = matrix_profile(PRIMARIES[12], None, "P3")
    assert p3 is not None
    parts = [segment(0xE2, b"ICC_PROFILE\0" + bytes([i + 1, 3]) + p3[i * 900 : i * 900 + 900 if i < 2 else None])
             for i in range(3)]  # fmt: skip
    plain = by_pillow(photo(), "JPEG")
    assert opened(tmp_path, with_segments(plain, parts[2], parts[0], parts[1])).meta.icc == p3
    assert opened(tmp_path, with_segments(plain, parts[2], parts[0])).meta.icc is None


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", ["<", ">"])
def test_orientations(tmp_path: Path, orientation: int, order: str) -> None:
    wanted = photo(48, 32)
    turns = {1: np.copy, 2: np.fliplr, 3: lambda p: np.rot90(p, 2), 4: np.flipud, 5: lambda p: p.swapaxes(0, 1),
             6: np.rot90, 7: lambda p: np.rot90(p, 2).swapaxes(0, 1), 8: lambda p: np.rot90(p, -1)}  # fmt: skip
    stored = np.ascontiguousarray(turns[orientation](wanted))
    tags = exif(orientation, order=order, thumbnail=b"\xff\xd8thumbnail")
    xmp = f'<x tiff:Orientation="{orientation}"/>'.encode()
    data = by_pillow(stored, "JPEG", quality=98, subsampling=0, exif=b"Exif\0\0" + tags, dpi=(300, 150), xmp=xmp)
    raster = opened(tmp_path, data)
    assert close(pixels_of(raster), wanted, 36)
    assert raster.meta.exif is not None
    assert exif_tools.orientation(raster.meta.exif) == 1
    assert b"thumbnail" not in raster.meta.exif
    assert b"maker note, 26 bytes long." in raster.meta.exif
    assert raster.meta.xmp == b'<x tiff:Orientation="1"/>'
    assert raster.meta.dpi == ((300, 150) if orientation < 5 else (150, 300))


def test_resolution_of_the_exif_counts_when_jfif_has_none(tmp_path: Path) -> None:
    tags = Image.Exif()
    tags[282], tags[283], tags[296] = 118.0, 118.0, 3
    raster = opened(tmp_path, by_pillow(photo(), "JPEG", exif=tags))
    assert raster.meta.dpi == pytest.approx((299.72, 299.72))


@pytest.mark.parametrize("name", ["p3_gainmap.jpg", "p3_mpo_apple_gainmap.jpg"])
def test_gain_maps_are_taken_out_whole(tmp_path: Path, name: str) -> None:
    raster = open_raster(DATA / name)
    assert raster.meta.gain_map is not None
    assert raster.meta.icc is not None
    assert not any("pictures" in note or "gain map" in note for note in raster.meta.notes)
    gain_map = Image.open(io.BytesIO(raster.meta.gain_map))
    gain_map.load()
    main = raster.header.width / raster.header.height
    assert gain_map.width / gain_map.height == pytest.approx(main, rel=0.02)


def test_a_gain_map_is_turned_with_its_picture(tmp_path: Path) -> None:
    stored = (DATA / "p3_gainmap.jpg").read_bytes()
    upright = open_raster(DATA / "p3_gainmap.jpg").meta.gain_map
    data = bytearray(stored)
    at = data.index(b"Exif\0\0") + 6
    entry = data.index(struct.pack("<HHI", 0x0112, 3, 1), at)
    data[entry + 8] = 6
    turned = opened(tmp_path, bytes(data)).meta.gain_map
    assert upright is not None
    assert turned is not None
    before, after = Image.open(io.BytesIO(upright)), Image.open(io.BytesIO(turned))
    assert after.size == before.size[::-1]
    assert close(np.asarray(after), np.rot90(np.asarray(before), -1).copy(), 38)
    assert b"hdrgm:" in turned


def test_a_missing_gain_map_is_said(tmp_path: Path) -> None:
    data = (DATA / "p3_gainmap.jpg").read_bytes()
    raster = opened(tmp_path, data[: len(data) - 5000])
    assert raster.meta.gain_map is None
    assert any("cut off" in note for note in raster.meta.notes)


def test_further_pictures_of_an_mpo_are_said(tmp_path: Path) -> None:
    first, second = Image.fromarray(photo()), Image.fromarray(photo()[::-1].copy())
    raster = opened(tmp_path, by_pillow(first, "MPO", save_all=True, append_images=[second]), "a.mpo")
    assert "holds 2 pictures" in raster.meta.notes[0]
    assert raster.meta.gain_map is None
    assert close(pixels_of(raster), photo(), 30)


def test_motion_photo_and_other_trailers(tmp_path: Path) -> None:
    plain = by_pillow(photo(), "JPEG")
    motion = opened(tmp_path, plain + b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(5000))
    assert motion.meta.notes == ("Its motion-photo video was left out.",)
    garbage = opened(tmp_path, plain + bytes(range(256)) * 9)
    assert garbage.meta.notes == ()
    assert np.array_equal(pixels_of(garbage), pixels_of(motion))


def test_extended_xmp_is_said_and_its_pointer_taken_out() -> None:
    meta = open_raster(DATA / "p3_gainmap.jpg").meta
    assert meta.xmp is not None
    assert b"HasExtendedXMP" not in meta.xmp
    assert any("extended XMP" in note for note in meta.notes)


def test_captions_that_are_nowhere_else_are_said(tmp_path: Path) -> None:
    iptc = segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x08\x1c\x02\x78\0\x03abc")
    raster = opened(tmp_path, with_segments(by_pillow(photo(), "JPEG"), iptc))
    assert "IPTC" in raster.meta.notes[0]


def test_bit_errors_are_read_and_said_unless_the_rest_is_lost(tmp_path: Path) -> None:
    data = simplejpeg.encode_jpeg(photo(320, 240), quality=90)
    scan = data.index(b"\xff\xda") + 14
    opens = said = 0
    for at in range(scan, len(data) - 2, (len(data) - scan) // 40):
        flipped = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]
        try:
            raster = opened(tmp_path, flipped)
        except BadInput:
            continue
        opens += 1
        assert pixels_of(raster).shape == (240, 320, 3)
        said += any("damaged in places" in note for note in raster.meta.notes)
    assert opens > 25
    assert said > 5


@pytest.mark.parametrize("progressive", [False, True])
def test_a_cut_off_picture_is_refused_even_with_an_end_marker(tmp_path: Path, progressive: bool) -> None:
    data = by_pillow(photo(320, 240), "JPEG", quality=90, progressive=progressive)
    with pytest.raises(BadInput, match=r"“a.jpg” is cut off"):
        opened(tmp_path, data[: len(data) * 2 // 3])
    with pytest.raises(BadInput, match=r"“a.jpg” is cut off"):
        opened(tmp_path, simplejpeg.encode_jpeg(photo(320, 240), quality=90)[:3000] + b"\xff\xd9")


def test_a_complete_scan_without_an_end_marker_is_read(tmp_path: Path) -> None:
    data = simplejpeg.encode_jpeg(photo(), quality=90)
    padded = data[:-2] + bytes(64)
    raster = opened(tmp_path, padded)
    assert close(pixels_of(raster), photo())


def test_other_precisions_are_named(tmp_path: Path) -> None:
    data = bytearray(by_pillow(photo(), "JPEG"))
    data[data.index(b"\xff\xc0") + 4] = 12
    with pytest.raises(BadInput, match="12 bits per sample"):
        opened(tmp_path, bytes(data))


def test_a_tiny_file_with_a_large_header_is_refused_at_once(tmp_path: Path) -> None:
    data = bytearray(by_pillow(photo(), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", 20_000, 20_000)
    with pytest.raises(BadInput, match="far too little data"):
        opened(tmp_path, bytes(data))
    data[at : at + 4] = struct.pack(">HH", 60_000, 60_000)
    with pytest.raises(BadInput, match="60000 × 60000 pixels"):
        opened(tmp_path, bytes(data))
