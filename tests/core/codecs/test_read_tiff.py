"""TIFF: every layout against tifffile's and Pillow's files, pages, reading by rows, refusals, RAW."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from ganstudio.core.codecs import OtherKind, open_raster, peek, stored
from ganstudio.core.colour import PRIMARIES, matrix_profile
from ganstudio.core.errors import BadInput
from ganstudio.core.raster import Picture, Raster, read_whole
from tests.core.codecs.making import by_pillow, close, exif, photo


def opened(tmp_path: Path, data: bytes, name: str = "a.tif", page: int = 0) -> Raster:
    path = tmp_path / name
    path.write_bytes(data)
    raster = open_raster(path, page)
    assert raster.header == peek(path, page)
    return raster


def pixels_of(raster: Raster) -> np.ndarray:
    return read_whole(raster).pixels


def by_tifffile(pixels: np.ndarray, **options: Any) -> bytes:
    sink = io.BytesIO()
    options.setdefault("photometric", "rgb" if pixels.shape[-1] >= 3 else "minisblack")
    big = options.pop("bigtiff", False)
    order = options.pop("byteorder", None)
    with tifffile.TiffWriter(sink, bigtiff=big, byteorder=order) as writer:
        writer.write(pixels, metadata=None, **options)
    return sink.getvalue()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("layout", [{}, {"rowsperstrip": 7}, {"tile": (16, 32)}])
@pytest.mark.parametrize("packing", [{}, {"compression": "zlib"}, {"compression": "zlib", "predictor": 2}])
@pytest.mark.parametrize("depth", [8, 16])
def test_layouts(
    tmp_path: Path, depth: int, packing: dict[str, Any], layout: dict[str, Any], big: bool, order: str
) -> None:
    wanted = photo(61, 45, 3, depth)
    raster = opened(tmp_path, by_tifffile(wanted, bigtiff=big, byteorder=order, **layout, **packing))
    assert (raster.header.depth, raster.header.channels, raster.header.format) == (depth, 3, "tiff")
    assert np.array_equal(pixels_of(raster), wanted)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("channels", [1, 3])
def test_planes(tmp_path: Path, channels: int, depth: int) -> None:
    wanted = photo(40, 30, 4 if channels == 3 else 2, depth)
    data = by_tifffile(
        np.ascontiguousarray(wanted.transpose(2, 0, 1)), planarconfig="separate", extrasamples=["unassalpha"],
        photometric="rgb" if channels == 3 else "minisblack", rowsperstrip=8, compression="zlib",
    )  # fmt: skip
    assert np.array_equal(pixels_of(opened(tmp_path, data)), wanted)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "packbits", "tiff_adobe_deflate"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_pillows_compressions(tmp_path: Path, channels: int, compression: str) -> None:
    wanted = photo(67, 41, channels)
    assert np.array_equal(pixels_of(opened(tmp_path, by_pillow(wanted, "TIFF", compression=compression))), wanted)


def test_lzw_with_sixteen_bits_and_predictor(tmp_path: Path) -> None:
    import cv2

    wanted = photo(67, 41, 3, 16)
    options = [cv2.IMWRITE_TIFF_COMPRESSION, 5, cv2.IMWRITE_TIFF_PREDICTOR, 2]
    ok, data = cv2.imencode(".tiff", wanted[:, :, ::-1], options)
    assert ok
    assert np.array_equal(pixels_of(opened(tmp_path, bytes(data))), wanted)


@pytest.mark.parametrize("quality", [90, 30])
def test_jpeg_inside(tmp_path: Path, quality: int) -> None:
    wanted = photo(128, 96)
    raster = opened(tmp_path, by_pillow(wanted, "TIFF", compression="jpeg", quality=quality))
    assert close(pixels_of(raster), wanted, 28)
    assert not raster.header.lossless


@pytest.mark.parametrize("compression", ["raw", "group3", "group4", "tiff_ccitt", "packbits"])
@pytest.mark.parametrize("white_is_zero", [False, True])
def test_one_bit(tmp_path: Path, compression: str, white_is_zero: bool) -> None:
    wanted = np.where(photo(50, 40, 1) > 120, 255, 0).astype(np.uint8)
    options = {"tiffinfo": {262: 0}} if white_is_zero else {}
    data = by_pillow(Image.fromarray(wanted[:, :, 0]).convert("1", dither=Image.Dither.NONE), "TIFF",
                     compression=compression, **options)  # fmt: skip
    seen = np.asarray(Image.open(io.BytesIO(data)).convert("L"))[:, :, None]
    raster = opened(tmp_path, data)
    assert (raster.header.channels, raster.header.depth) == (1, 8)
    assert np.array_equal(pixels_of(raster), seen)


def test_white_is_zero_and_twelve_bits(tmp_path: Path) -> None:
    wanted = photo(33, 21, 1)
    data = by_tifffile(255 - wanted[:, :, 0], photometric="miniswhite")
    assert np.array_equal(pixels_of(opened(tmp_path, data)), wanted)
    stored_values = photo(33, 21, 1, 16) >> 4
    spread = ((stored_values >> np.arange(12)[::-1]) & 1).astype(np.uint8)
    rows = np.packbits(spread.reshape(21, -1), axis=1)
    raster = opened(tmp_path, _plain_tiff({256: 33, 257: 21, 258: 12, 262: 1, 277: 1, 278: 21}, rows.tobytes()))
    assert raster.header.depth == 16
    assert np.array_equal(pixels_of(raster), np.round(stored_values / 4095 * 65535).astype(np.uint16))


def _plain_tiff(tags: dict[int, int], body: bytes) -> bytes:
    entries = {**tags, 279: len(body)}
    entries[273] = 8 + 2 + 12 * (len(entries) + 1) + 4
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(entries.items()))
    return struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + directory + bytes(4) + body


@pytest.mark.parametrize("gray", [False, True])
def test_palettes(tmp_path: Path, gray: bool) -> None:
    image = Image.fromarray(photo()).convert("P")
    if gray:
        image.putpalette([value for level in range(255, -1, -1) for value in (level,) * 3])
    raster = opened(tmp_path, by_pillow(image, "TIFF"))
    assert raster.header.channels == (1 if gray else 3)
    assert np.array_equal(pixels_of(raster), np.asarray(image.convert("L" if gray else "RGB")).reshape(48, 64, -1))


def test_cmyk_eight_and_sixteen_bits(tmp_path: Path) -> None:
    ink = photo(channels=4)
    wanted = np.round((255.0 - ink[:, :, :3]) * (255.0 - ink[:, :, 3:]) / 255).astype(np.uint8)
    raster = opened(tmp_path, by_tifffile(ink, photometric="separated"))
    assert close(pixels_of(raster), wanted, 45)
    assert "(1 − C)(1 − K)" in raster.meta.notes[0]
    deep = opened(tmp_path, by_tifffile(ink.astype(np.uint16) * 257, photometric="separated"))
    assert deep.header.depth == 8
    assert any("16-bit CMYK" in note for note in deep.meta.notes)
    assert np.array_equal(pixels_of(deep), pixels_of(raster))


@pytest.mark.parametrize("depth", [8, 16])
def test_premultiplied_alpha_becomes_straight(tmp_path: Path, depth: int) -> None:
    wanted = photo(64, 48, 4, depth)
    peak = 255 if depth == 8 else 65535
    wanted[:, :, 3] = np.maximum(wanted[:, :, 3], peak // 4)
    stored_values = wanted.astype(np.uint64)
    stored_values[:, :, :3] = (stored_values[:, :, :3] * stored_values[:, :, 3:] + peak // 2) // peak
    data = by_tifffile(stored_values.astype(wanted.dtype), extrasamples=["assocalpha"])
    found = pixels_of(opened(tmp_path, data)).astype(int)
    assert np.abs(found - wanted).max() <= 3
    assert np.array_equal(found[:, :, 3], wanted[:, :, 3])


def test_further_channels_are_left_out_and_said(tmp_path: Path) -> None:
    wanted = photo(channels=4)
    five = np.concatenate([wanted, wanted[:, :, :1]], axis=2)
    raster = opened(tmp_path, by_tifffile(five, extrasamples=["unassalpha", "unspecified"]))
    assert np.array_equal(pixels_of(raster), wanted)
    assert "Further channels" in raster.meta.notes[0]


def test_pages_of_unequal_kinds(tmp_path: Path) -> None:
    pages = [photo(64, 48), photo(30, 50, 1), photo(20, 10, 3, 16)]
    sink = io.BytesIO()
    with tifffile.TiffWriter(sink) as writer:
        for page in pages:
            kind = "rgb" if page.shape[2] == 3 else "minisblack"
            writer.write(page if page.shape[2] == 3 else page[:, :, 0], photometric=kind, metadata=None)
        writer.write(photo(8, 6), photometric="rgb", subfiletype=1, metadata=None)  # a reduced copy is no page
    for number, wanted in enumerate(pages):
        raster = opened(tmp_path, sink.getvalue(), page=number)
        assert (raster.header.page, raster.header.pages) == (number, 3)
        assert np.array_equal(pixels_of(raster), wanted)
    with pytest.raises(BadInput, match="has no page 4; it holds 3"):
        opened(tmp_path, sink.getvalue(), page=3)


def test_metadata(tmp_path: Path) -> None:
    p3 = matrix_profile(PRIMARIES[12], None, "P3")
    assert p3 is not None
    stored_picture = photo(64, 48)
    blobs = {34675: p3, 700: b"<x tiff:Orientation='6'/>", 271: b"Maker\0", 305: b"A program\0"}
    raster = opened(tmp_path, _with_directories(stored_picture, blobs))
    assert np.array_equal(pixels_of(raster), np.rot90(stored_picture, -1))
    assert raster.meta.icc == p3
    assert raster.meta.xmp == b"<x tiff:Orientation='1'/>"
    assert raster.meta.dpi == (150, 300)
    assert raster.meta.exif is not None
    kept = Image.Exif()
    kept.load(b"Exif\0\0" + raster.meta.exif)
    assert (kept[0x010F], kept[0x0131], kept.get(0x0112)) == ("Maker", "A program", None)
    assert float(kept.get_ifd(0x8769)[0x829A]) == pytest.approx(0.01)
    assert kept.get_ifd(0x8825)[1] == "N"


def _with_directories(pixels: np.ndarray, blobs: dict[int, bytes]) -> bytes:
    """An 8-bit RGB TIFF, orientation 6, 300×150 dpi, with an EXIF and a GPS directory and the given blobs."""
    body = bytearray(b"II*\0" + bytes(4) + pixels.tobytes())
    inline = {256: 64, 257: 48, 258: 8, 262: 2, 273: 8, 274: 6, 277: 3, 278: 48, 279: pixels.nbytes}
    entries = {tag: (4, 1, struct.pack("<I", value)) for tag, value in inline.items()}

    def put(raw: bytes) -> bytes:
        at = len(body)
        body.extend(raw + bytes(len(raw) % 2))
        return struct.pack("<I", at)

    for tag, raw in blobs.items():
        entries[tag] = (2 if tag in (271, 305) else 7, len(raw), put(raw))
    entries[282], entries[283] = (5, 1, put(struct.pack("<II", 300, 1))), (5, 1, put(struct.pack("<II", 150, 1)))
    speed = put(struct.pack("<II", 1, 100))
    entries[0x8769] = (4, 1, put(struct.pack("<HHHI4sI", 1, 0x829A, 5, 1, speed, 0)))
    entries[0x8825] = (4, 1, put(struct.pack("<HHHI4sI", 1, 1, 2, 2, b"N\0\0\0", 0)))
    directory = b"".join(struct.pack("<HHI4s", tag, *entry) for tag, entry in sorted(entries.items()))
    body[4:8] = put(struct.pack("<H", len(entries)) + directory + bytes(4))
    return bytes(body)


@pytest.mark.parametrize("layout", [{}, {"rowsperstrip": 16}, {"tile": (32, 32), "compression": "zlib"}])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_large_pages_are_read_by_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, orientation: int, layout: dict[str, Any]
) -> None:
    wanted = photo(90, 110)
    data = by_tifffile(wanted, extratags=[(0x0112, 3, 1, orientation, True)], **layout)
    whole = opened(tmp_path, data)
    monkeypatch.setattr("ganstudio.core.codecs.readers.tiff.IN_MEMORY", 5000)
    raster = opened(tmp_path, data)
    assert isinstance(whole, Picture)
    assert not isinstance(raster, Picture)
    height = raster.header.height
    for y0, y1 in ((0, 1), (height - 20, height), (30, 75), (17, 18)):
        assert np.array_equal(raster.rows(y0, y1), whole.rows(y0, y1))
    raster.close()


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "BMP"])
def test_large_pictures_of_other_formats_go_to_a_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_home: Path, format: str
) -> None:
    data = by_pillow(photo(90, 110), format, **({} if format == "BMP" else {"exif": b"Exif\0\0" + exif(8)}))
    whole = opened(tmp_path, data, "a.any")
    monkeypatch.setattr(stored, "IN_MEMORY", 5000)
    raster = opened(tmp_path, data, "a.any")
    assert not isinstance(raster, Picture)
    assert np.array_equal(raster.rows(13, 77), whole.rows(13, 77))
    raster.close()
    assert not list(own_home.rglob("spool-*"))


@pytest.mark.parametrize(
    ("pixels", "options", "words"),
    [
        (photo().astype(np.float32), {}, "32-bit floating-point samples"),
        (photo().astype(np.float16), {}, "16-bit floating-point samples"),
        (photo().astype(np.uint32), {}, "samples of 32 bits"),
        (photo().astype(np.int16), {}, "signed samples of 16 bits"),
        (photo(), {"photometric": "cielab"}, r"CIE L\*a\*b\*"),
        (photo(), {"compression": "lzma"}, "LZMA"),
    ],
)
def test_rare_kinds_are_refused_by_name(
    tmp_path: Path, pixels: np.ndarray, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        opened(tmp_path, by_tifffile(pixels, **options))


def test_raw_files_are_told_apart_by_tags_or_suffix(tmp_path: Path) -> None:
    plain = by_tifffile(photo())
    dng = by_tifffile(photo(), extratags=[(50706, 1, 4, bytes([1, 4, 0, 0]), True)])
    nef = by_tifffile(photo(), subifds=1, subfiletype=1)
    for data, name in ((plain, "a.NEF"), (dng, "a.tif"), (dng, "a"), (nef, "a.tif")):
        with pytest.raises(OtherKind, match="camera RAW") as caught:
            opened(tmp_path, data, name)
        assert caught.value.kind == "raw"


def test_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    p3 = matrix_profile(PRIMARIES[12], None, "P3")
    data = by_pillow(photo(), "TIFF", compression="tiff_lzw", icc_profile=p3)
    for at in range(1, len(data) - 1, 97):
        with pytest.raises(BadInput, match=r"“a.tif”"):
            opened(tmp_path, data[:at])


def test_a_loop_of_directories_ends(tmp_path: Path) -> None:
    data = bytearray(by_tifffile(photo()))
    first = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, first)[0]
    struct.pack_into("<I", data, first + 2 + 12 * count, first)
    assert opened(tmp_path, bytes(data)).header.pages == 1
