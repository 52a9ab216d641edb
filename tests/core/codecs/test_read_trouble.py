"""What is not a picture, what is a broken one, hostile bytes, and names."""

from __future__ import annotations

import os
import random
import struct
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.core.codecs import OtherKind, open_raster, peek, sniff
from ganstudio.core.errors import BadInput, NotAPicture
from ganstudio.core.names import shown
from ganstudio.core.raster import read_whole
from tests.core.codecs.making import DATA, by_pillow, exif, photo, png, png_chunk

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")
FTYP = b"\0\0\0\x18ftyp"


def samples() -> dict[str, bytes]:
    """A small file of each format and of its more delicate kinds."""
    image = Image.fromarray(photo(40, 30))
    tags = b"Exif\0\0" + exif(6)
    return {
        "rgb.jpg": by_pillow(image, "JPEG", exif=tags),
        "progressive.jpg": by_pillow(image, "JPEG", progressive=True),
        "cmyk.jpg": by_pillow(image.convert("CMYK"), "JPEG"),
        "rgb.png": by_pillow(image, "PNG", exif=tags),
        "palette.png": by_pillow(image.convert("P"), "PNG", transparency=3),
        "sixteen.png": png(photo(40, 30, 3, 16), 2, 16),
        "lossy.webp": by_pillow(image, "WEBP", exif=tags),
        "lossless.webp": by_pillow(photo(40, 30, 4), "WEBP", lossless=True),
        "plain.tif": by_pillow(image, "TIFF"),
        "packed.tif": by_pillow(image, "TIFF", compression="tiff_adobe_deflate"),
        "jpeg.tif": by_pillow(image, "TIFF", compression="jpeg"),
        "rgb.bmp": by_pillow(image, "BMP"),
        "palette.bmp": by_pillow(image.convert("P"), "BMP"),
        "palette.gif": by_pillow(image.convert("P"), "GIF"),
        "rgb.avif": by_pillow(image, "AVIF", exif=tags),
        "small.heif": (DATA / "small.heif").read_bytes(),
    }


SAMPLES = samples()


def opens_or_refuses(path: Path) -> bool:
    """True when it opened as its header says, False when it was refused by a sentence that names it."""
    try:
        raster = open_raster(path)
        header = raster.header
        pixels = read_whole(raster).pixels
    except BadInput as error:
        assert path.name in str(error)  # noqa: PT017 - either outcome is right, but a refusal must name the file
        return False
    assert pixels.shape == (header.height, header.width, header.channels)
    assert pixels.dtype == header.dtype
    assert peek(path) == header
    raster.close()
    return True


@pytest.mark.parametrize("name", SAMPLES)
def test_truncations_are_refused_and_never_padded(tmp_path: Path, name: str) -> None:
    data = SAMPLES[name]
    path = tmp_path / name
    path.write_bytes(data)
    assert opens_or_refuses(path)
    whole = read_whole(open_raster(path)).pixels
    steps = 12 if name == "small.heif" else 60
    for at in sorted({len(data) * step // steps for step in range(steps)} | {len(data) - 9}):
        path.write_bytes(data[:at])
        if opens_or_refuses(path):  # only what follows the pixels was missing
            assert np.array_equal(read_whole(open_raster(path)).pixels, whole)


@pytest.mark.parametrize("name", SAMPLES)
def test_damaged_bytes_never_crash(tmp_path: Path, name: str) -> None:
    luck = random.Random(name)
    path = tmp_path / name
    for _ in range(12 if name == "small.heif" else 60):
        data = bytearray(SAMPLES[name])
        reach = len(data) if luck.random() < 0.5 else min(len(data), 400)
        for _ in range(luck.choice((1, 1, 2, 5, 20))):
            data[luck.randrange(reach)] = luck.choice((0, 255, luck.randrange(256)))
        path.write_bytes(data)
        opens_or_refuses(path)


@pytest.mark.parametrize("name", SAMPLES)
def test_content_decides_whatever_the_suffix(tmp_path: Path, name: str) -> None:
    wanted = None
    for other in ("a", "a.png", "a.JPG", "a.txt", "a.heic", "a.nef.gif", "a.cr3"):
        if other == "a.cr3" and name.endswith("tif"):
            continue  # RAW files are TIFF by content: there the suffix counts
        path = tmp_path / other
        path.write_bytes(SAMPLES[name])
        header = peek(path)
        wanted = wanted or header
        assert header == wanted


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("notes.txt", b"hello\n", "text"),
        ("notes", b"hello\n", "text"),
        ("list.json", b"{}", "sidecar"),
        ("empty.txt", b"", "unknown"),
        ("noise.bin", bytes(range(256)) * 4, "unknown"),
        ("IMG_1.XMP", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", "sidecar"),
        ("IMG_1.AAE", b"<?xml version='1.0'?><plist/>", "sidecar"),
        ("film.mov", FTYP + b"qt  \0\0\0\0qt  ", "video"),
        ("film.mp4", FTYP + b"isom\0\0\0\0mp42", "video"),
        ("film.avi", b"RIFF\0\0\0\0AVI LIST", "video"),
        ("a.cr2", b"II*\0\x10\0\0\0CR\x02\0" + bytes(50), "raw"),
        ("a.cr3", FTYP + b"crx \0\0\0\1crx isom", "raw"),
        ("renamed.jpg", b"FUJIFILMCCD-RAW 0201" + bytes(90), "raw"),
        ("a.orf", b"IIRO\x08\0\0\0" + bytes(50), "raw"),
        ("a.rw2", b"IIU\0\x18\0\0\0" + bytes(50), "raw"),
        ("empty.arw", b"", "raw"),
        ("a.pdf", b"%PDF-1.7\n", "pdf"),
        ("a.zip", b"PK\x03\x04" + bytes(30), "archive"),
        ("a.jxl", b"\xff\x0a" + bytes(30), "jxl"),
        ("a.jp2", b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
        ("a.psd", b"8BPS\0\1", "psd"),
        ("a.svg", b"<svg xmlns='x'/>", "svg"),
    ],
)
def test_other_kinds_are_named(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    for opening in (open_raster, peek):
        with pytest.raises(OtherKind, match=f"“{name}” is ") as caught:
            opening(path)
        assert caught.value.kind == kind
    if kind == "raw":
        assert "RAW" in str(caught.value)
        assert "not supported" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("text.jpg", b"hello\n", "is named like a picture, but is a text file"),
        ("empty.png", b"", "is empty"),
        ("noise.webp", bytes(range(256)) * 4, "is named like a picture, but its content is none"),
        ("film.heic", FTYP + b"qt  \0\0\0\0qt  ", "is named like a picture, but is a video"),
        ("short.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", "header is incomplete"),
        ("short.png", b"\x89PNG\r\n\x1a\n", "cut off"),
        ("short.gif", b"GIF89a", "cut off"),
        ("short.tif", b"II*\0\x08\0\0\0", "cut off"),
        ("short.webp", b"RIFF\x10\0\0\0WEBP", "cut off"),
    ],
)
def test_broken_pictures_are_not_other_kinds(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    for opening in (open_raster, peek):
        with pytest.raises(BadInput, match=words) as caught:
            opening(path)
        assert not isinstance(caught.value, NotAPicture)
        assert name in str(caught.value)


def _bmp(width: int, height: int) -> bytes:
    head = struct.pack("<2sIHHI", b"BM", 54, 0, 0, 54)
    return head + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0) + bytes(10)


def _tiff(width: int, height: int, compression: int) -> bytes:
    tags = {256: width, 257: height, 258: 8, 259: compression, 262: 1, 277: 1, 278: height, 279: 20}
    tags[273] = 8 + 2 + 12 * 9 + 4
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(tags.items()))
    return struct.pack("<2sHIH", b"II", 42, 8, 9) + directory + bytes(24)


def _png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.png", _png),
        ("a.gif", lambda width, height: b"GIF89a" + struct.pack("<HH", width, height) + bytes(20)),
        ("a.bmp", _bmp),
        ("plain.tif", lambda w, h: _tiff(w, h, 1)),
        ("lzw.tif", lambda w, h: _tiff(w, h, 5)),
        ("deflate.tif", lambda w, h: _tiff(w, h, 8)),
        ("packbits.tif", lambda w, h: _tiff(w, h, 32773)),
    ],
)
@pytest.mark.parametrize("side", [20_000, 60_000])
def test_huge_headers_in_tiny_files_cost_nothing(
    tmp_path: Path, name: str, make: Callable[[int, int], bytes], side: int
) -> None:
    import tracemalloc

    path = tmp_path / name
    path.write_bytes(make(side, side))
    tracemalloc.start()
    with pytest.raises(BadInput, match=name):
        read_whole(open_raster(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_files_that_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"“gone.jpg” does not exist"):
        open_raster(tmp_path / "gone.jpg")
    with pytest.raises(NotAPicture, match="is not a file"):
        open_raster(tmp_path)
    (tmp_path / "part.jpg").write_bytes(b"x")
    with pytest.raises(BadInput, match="could not be read"):
        open_raster(tmp_path / "part.jpg" / "a.jpg")
    with pytest.raises(BadInput, match="could not be read"):
        open_raster(tmp_path / ("n" * 300 + ".jpg"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(NotAPicture):
        open_raster(tmp_path / "pipe.jpg")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(SAMPLES["rgb.jpg"])
    (tmp_path / "a.jpg").chmod(0)
    with pytest.raises(BadInput, match="no permission"):
        open_raster(tmp_path / "a.jpg")


@pytest.mark.parametrize("page", [1, -1])
def test_a_page_that_is_not_there(tmp_path: Path, page: int) -> None:
    (tmp_path / "a.jpg").write_bytes(SAMPLES["rgb.jpg"])
    with pytest.raises(BadInput, match="it holds 1"):
        open_raster(tmp_path / "a.jpg", page)


NAMES = [
    "ümläut", "фото", "φωτογραφία", "תמונה", "صورة", "तस्वीर", "ছবি", "ภาพถ่าย", "写真", "사진", "照片", "ფოტო",
    "📷🌅", unicodedata.normalize("NFC", "Ångström é"), unicodedata.normalize("NFD", "Ångström é"),
    "100 %", "%41%20", "#Dia 2", "a?b&c;d'e[f]", "ends with a space ", " starts with one", "a.jpg", "-dash",
    "new\nline",
]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="Windows forbids some of these")
@pytest.mark.parametrize("sample", ["rgb.jpg", "sixteen.png", "plain.tif", "lossy.webp", "rgb.avif", "small.heif"])
@pytest.mark.parametrize("name", NAMES)
def test_names(tmp_path: Path, name: str, sample: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    path = folder / (name + Path(sample).suffix)
    path.write_bytes(SAMPLES[sample])
    raster = open_raster(path)
    assert raster.header == peek(path)
    raster.close()
    (folder / (name + ".png")).write_bytes(b"")
    with pytest.raises(BadInput) as caught:
        open_raster(folder / (name + ".png"))
    assert f"“{shown(name)}.png” is empty" in str(caught.value)


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_that_is_no_unicode_can_be_printed(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg"))
    path.write_bytes(SAMPLES["rgb.jpg"])
    assert open_raster(path).header.width == 30
    path.write_bytes(b"")
    with pytest.raises(BadInput) as caught:
        open_raster(path)
    str(caught.value).encode("utf-8")


@pytest.mark.parametrize("name", SAMPLES)
def test_sniff_takes_only_the_first_bytes(name: str) -> None:
    wanted = {"jpg": "jpeg", "tif": "tiff"}.get(name.split(".")[1], name.split(".")[1])
    assert sniff(SAMPLES[name][:64]) == wanted


def test_sniff_of_texts_that_begin_like_pictures() -> None:
    assert sniff(b"BM is how this letter begins, dear reader") == "text"
    assert sniff(b"") is None
    assert sniff(bytes(100)) is None
