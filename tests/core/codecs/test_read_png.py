"""PNG: every kind of samples bit for bit, colour and other metadata, damage."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.core.codecs import open_raster, peek
from ganstudio.core.colour import space_of
from ganstudio.core.errors import BadInput
from ganstudio.core.raster import Picture, Raster, read_whole
from tests.core.codecs.making import by_pillow, exif, photo, png, png_chunk


def opened(tmp_path: Path, data: bytes, name: str = "a.png") -> Raster:
    path = tmp_path / name
    path.write_bytes(data)
    raster = open_raster(path)
    assert raster.header == peek(path)
    return raster


def pixels_of(raster: Raster) -> np.ndarray:
    return read_whole(raster).pixels


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize(("colour", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_samples_are_exact(tmp_path: Path, colour: int, channels: int, depth: int) -> None:
    wanted = photo(53, 37, channels, depth)
    raster = opened(tmp_path, png(wanted, colour, depth))
    assert (raster.header.width, raster.header.height, raster.header.channels) == (53, 37, channels)
    assert raster.header.depth == depth
    assert raster.header.format == "png"
    assert raster.header.lossless
    assert np.array_equal(pixels_of(raster), wanted)


def test_almost_black_sixteen_bits_stay_sixteen(tmp_path: Path) -> None:
    wanted = (photo(40, 30, 3, 16) >> 9).astype(np.uint16)
    assert wanted.max() < 128
    assert np.array_equal(pixels_of(opened(tmp_path, png(wanted, 2, 16))), wanted)


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_few_bits_of_gray_fill_the_range(tmp_path: Path, bits: int) -> None:
    stored = np.arange(19 * 11).reshape(11, 19, 1) % (1 << bits)
    raster = opened(tmp_path, png(stored, 0, bits))
    assert raster.header.channels == 1
    assert raster.header.depth == 8
    assert np.array_equal(pixels_of(raster), stored * 255 // ((1 << bits) - 1))


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_palettes(tmp_path: Path, bits: int) -> None:
    count = min(1 << bits, 200)
    colours = (np.arange(count * 3).reshape(-1, 3) * 83 % 256).astype(np.uint8)
    stored = np.arange(23 * 9).reshape(9, 23, 1) % count
    raster = opened(tmp_path, png(stored, 3, bits, png_chunk(b"PLTE", colours.tobytes())))
    assert raster.header.channels == 3
    assert np.array_equal(pixels_of(raster), colours[stored[:, :, 0]])


def test_palette_with_clear_entries_has_alpha_and_a_gray_one_stays_gray(tmp_path: Path) -> None:
    colours = np.array([[10, 10, 10], [200, 200, 200]], np.uint8)
    stored = np.arange(12).reshape(3, 4, 1) % 2
    palette = png_chunk(b"PLTE", colours.tobytes())
    assert np.array_equal(pixels_of(opened(tmp_path, png(stored, 3, 1, palette)))[:, :, 0], colours[stored[:, :, 0], 0])
    clear = opened(tmp_path, png(stored, 3, 1, palette + png_chunk(b"tRNS", b"\x40")))
    assert clear.header.channels == 2
    assert np.array_equal(pixels_of(clear)[:, :, 1], np.where(stored[:, :, 0] == 0, 0x40, 255))


@pytest.mark.parametrize(("colour", "channels", "bits"), [(0, 1, 16), (0, 1, 8), (0, 1, 2), (2, 3, 8), (2, 3, 16)])
def test_one_colour_declared_transparent(tmp_path: Path, colour: int, channels: int, bits: int) -> None:
    top = (1 << bits) - 1
    stored = (photo(21, 13, channels).astype(np.uint32) * top // 255).astype(np.uint16)
    key = stored[5, 7]
    raster = opened(tmp_path, png(stored, colour, bits, png_chunk(b"tRNS", struct.pack(f">{channels}H", *key))))
    found = pixels_of(raster)
    assert raster.header.channels == channels + 1
    assert np.array_equal(found[:, :, -1] == 0, (stored == key).all(axis=2))
    assert found[:, :, -1].max() == raster.header.peak


def test_interlaced(tmp_path: Path) -> None:
    import cv2

    wanted = photo(61, 45)
    ok, data = cv2.imencode(".png", wanted[:, :, ::-1], [cv2.IMWRITE_PNG_STRATEGY, 0])
    assert ok
    plain = by_pillow(wanted, "PNG")
    assert np.array_equal(pixels_of(opened(tmp_path, plain)), pixels_of(opened(tmp_path, bytes(data))))
    adam7 = _interlaced(wanted)
    assert np.array_equal(np.asarray(Image.open(_written(tmp_path, adam7))), wanted)
    assert np.array_equal(pixels_of(opened(tmp_path, adam7)), wanted)


def _written(tmp_path: Path, data: bytes) -> Path:
    (tmp_path / "adam7.png").write_bytes(data)
    return tmp_path / "adam7.png"


def _interlaced(pixels: np.ndarray) -> bytes:
    height, width = pixels.shape[:2]
    raw = b""
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    for y, x, dy, dx in passes:
        part = pixels[y::dy, x::dx]
        raw += b"".join(b"\0" + row.tobytes() for row in part) if part.size else b""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1))
    return b"\x89PNG\r\n\x1a\n" + head + png_chunk(b"IDAT", zlib.compress(raw)) + png_chunk(b"IEND", b"")


def test_profile_exif_xmp_and_resolution(tmp_path: Path) -> None:
    srgb = _p3()
    before = (
        png_chunk(b"iCCP", b"P3\0\0" + zlib.compress(srgb))
        + png_chunk(b"pHYs", struct.pack(">IIB", 11811, 5906, 1))
        + png_chunk(b"eXIf", exif(1))
        + png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta/>")
    )
    meta = opened(tmp_path, png(photo(), 2, 8, before)).meta
    assert meta.icc == srgb
    assert meta.exif is not None
    assert b"Camera maker" in meta.exif
    assert meta.xmp == b"<x:xmpmeta/>"
    assert meta.dpi == pytest.approx((300.0, 150.0), abs=0.1)
    assert meta.modified_ns == (tmp_path / "a.png").stat().st_mtime_ns


def _p3() -> bytes:
    from ganstudio.core.colour import PRIMARIES, matrix_profile

    made = matrix_profile(PRIMARIES[12], None, "Display P3")
    assert made is not None
    return made


@pytest.mark.parametrize("side", ["before", "after"])
def test_orientation_is_applied_wherever_it_stands(tmp_path: Path, side: str) -> None:
    wanted = photo(20, 10)
    chunk = {side: png_chunk(b"eXIf", exif(6))}
    raster = opened(tmp_path, png(wanted, 2, 8, **chunk))
    assert (raster.header.width, raster.header.height) == (10, 20)
    assert np.array_equal(pixels_of(raster), np.rot90(wanted, -1))


def test_exif_and_xmp_in_the_old_hexadecimal_text(tmp_path: Path) -> None:
    def text(what: str, raw: bytes) -> bytes:
        body = f"\n{what}\n{len(raw):8}\n{raw.hex()}\n".encode()
        return png_chunk(b"zTXt", f"Raw profile type {what}".encode() + b"\0\0" + zlib.compress(body))

    after = text("exif", b"Exif\0\0" + exif(1)) + text("xmp", b"<x/>")
    meta = opened(tmp_path, png(photo(), 2, 8, after=after)).meta
    assert meta.exif is not None
    assert b"maker note" in meta.exif
    assert meta.xmp == b"<x/>"


@pytest.mark.parametrize(
    ("gamma", "chrm", "expected"),
    [(45455, None, None), (45455, (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000), None),
     (55556, None, "RGB"), (45455, (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000), "RGB")],
)  # fmt: skip
def test_stated_gamma_and_primaries(
    tmp_path: Path, gamma: int, chrm: tuple[int, ...] | None, expected: str | None
) -> None:
    before = png_chunk(b"gAMA", struct.pack(">I", gamma))
    before += png_chunk(b"cHRM", struct.pack(">8I", *chrm)) if chrm else b""
    assert space_of(opened(tmp_path, png(photo(), 2, 8, before)).meta.icc) == expected


def test_a_profile_for_another_kind_of_picture_is_left_out(tmp_path: Path) -> None:
    before = png_chunk(b"iCCP", b"P3\0\0" + zlib.compress(_p3()))
    raster = opened(tmp_path, png(photo(channels=1), 0, 8, before))
    assert raster.meta.icc is None
    assert "profile" in raster.meta.notes[0]
    broken = png_chunk(b"iCCP", b"x\0\0" + b"not deflated")
    raster = opened(tmp_path, png(photo(), 2, 8, broken))
    assert raster.meta.icc is None
    assert "profile" in raster.meta.notes[0]


def test_hdr_is_tone_mapped_and_wide_gamut_gets_a_profile(tmp_path: Path) -> None:
    hdr = opened(tmp_path, png(photo(depth=16), 2, 16, png_chunk(b"cICP", bytes([9, 16, 0, 1]))))
    assert hdr.meta.icc is None
    assert "tone-mapped" in hdr.meta.notes[0]
    assert hdr.header.depth == 16
    wide = opened(tmp_path, png(photo(), 2, 8, png_chunk(b"cICP", bytes([12, 13, 0, 1]))))
    assert space_of(wide.meta.icc) == "RGB"
    assert np.array_equal(pixels_of(wide), photo())


def test_an_animation_gives_its_first_picture_and_says_so(tmp_path: Path) -> None:
    frames = [Image.fromarray(photo()), Image.fromarray(photo()[::-1].copy())]
    raster = opened(tmp_path, by_pillow(frames[0], "PNG", save_all=True, append_images=frames[1:]))
    assert "APNG" in raster.meta.notes[0]
    assert np.array_equal(pixels_of(raster), photo())


def test_a_wrong_checksum_in_what_matters_is_refused(tmp_path: Path) -> None:
    data = bytearray(png(photo(), 2, 8, png_chunk(b"tEXt", b"Comment\0hello")))
    at = data.index(b"IDAT") + 20
    data[at] ^= 1
    with pytest.raises(BadInput, match=r"“a.png” is damaged: the checksum of its pixel data"):
        opened(tmp_path, bytes(data))


def test_a_wrong_checksum_in_a_comment_is_only_said(tmp_path: Path) -> None:
    data = bytearray(png(photo(), 2, 8, png_chunk(b"tEXt", b"Comment\0hello")))
    data[data.index(b"hello")] ^= 1
    raster = opened(tmp_path, bytes(data))
    assert isinstance(raster, Picture)
    assert "tEXt" in raster.meta.notes[0]


@pytest.mark.parametrize(("colour", "bits"), [(2, 8), (3, 8), (0, 1)])
def test_too_few_rows_with_right_checksums_are_refused(tmp_path: Path, colour: int, bits: int) -> None:
    stored = photo(40, 30, 3 if colour == 2 else 1) >> (8 - min(bits, 8))
    whole = png(stored, colour, bits, png_chunk(b"PLTE", bytes(768)) if colour == 3 else b"")
    short = png(stored[:15], colour, bits)
    start, stop = whole.index(b"IDAT") - 4, whole.index(b"IEND") - 4
    body = short[short.index(b"IDAT") - 4 : short.index(b"IEND") - 4]
    with pytest.raises(BadInput, match=r"“a.png”"):
        opened(tmp_path, whole[:start] + body + whole[stop:])


def test_a_bomb_of_text_is_not_unpacked(tmp_path: Path) -> None:
    bomb = png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(80 << 20)))
    assert opened(tmp_path, png(photo(), 2, 8, bomb)).meta.xmp is None
