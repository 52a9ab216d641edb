"""What travels with the pixels arrives: through every format, written here and read by our readers and by Pillow."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from ganstudio.core import colour, exif, xmp
from ganstudio.core.codecs import History, SaveOptions, Written, open_raster, write
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Metadata, Picture

EXTENSION = {"png": ".png", "tiff": ".tif", "webp": ".webp", "jpg": ".jpg", "avif": ".avif"}
FORMATS = tuple(EXTENSION)
MODIFIED = 1_600_000_000_123_456_700
PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'
    b' xmlns:exif="http://ns.adobe.com/exif/1.0/" tiff:Orientation="8" exif:GPSLatitude="52,31N" '
    b'dc:source="the attic"/>'
    b"</rdf:RDF></x:xmpmeta>"
)
MAKER_NOTE = b"MAKER\0" + bytes(range(200))


def camera_exif() -> bytes:
    made = Image.Exif()
    made.update({271: "Kamera", 272: "Modell with a long name", 274: 1, 282: 300.0, 283: 300.0, 296: 2})
    inner = made.get_ifd(0x8769)
    inner.update({0x9003: "2024:05:06 07:08:09", 0x829A: 0.005, 0xA002: 40, 0xA003: 30, 0x927C: MAKER_NOTE})
    made.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.5), 3: "E", 4: (13.0, 24.0, 0.5)})
    return made.tobytes().removeprefix(b"Exif\0\0")


def profile(name: str) -> bytes:
    made = colour.matrix_profile(colour.PRIMARIES[12], None, name)
    assert made is not None
    return made


META = Metadata(
    icc=profile("Display P3, nearly"), exif=camera_exif(), xmp=PACKET, dpi=(300.0, 300.0), modified_ns=MODIFIED
)
PIXELS = np.random.default_rng(1).integers(60, 200, (60, 80, 3), dtype=np.uint8)


def saved(
    folder: Path, format_id: str, meta: Metadata = META, pixels: np.ndarray = PIXELS, history: History | None = None,
    **options: object,
) -> tuple[Path, Written]:  # fmt: skip
    target = folder / f"a{EXTENSION[format_id]}"
    chosen = SaveOptions(format=format_id, **options)  # type: ignore[arg-type]
    return target, write(Picture.of(pixels, meta), target, chosen, Progress(), history=history)


def meta_of(path: Path) -> Metadata:
    raster = open_raster(path)
    raster.close()
    return raster.meta


def pillow_exif(path: Path) -> Image.Exif:
    """Pillow's reading of it, inner directories included (those of a TIFF it reads late)."""
    with Image.open(path) as image:
        tags = image.getexif()
        for inner in (0x8769, 0x8825):
            tags.get_ifd(inner)
        return tags


@pytest.mark.parametrize("format_id", FORMATS)
def test_everything_arrives(tmp_path, format_id):
    path, done = saved(tmp_path, format_id)
    assert done.notes == ()
    assert path.stat().st_mtime_ns // 1000 == MODIFIED // 1000
    found = meta_of(path)
    assert found.icc == META.icc
    assert found.modified_ns == path.stat().st_mtime_ns
    assert found.dpi == pytest.approx((300, 300), abs=0.01)
    assert found.xmp is not None
    assert b"the attic" in found.xmp
    assert b'tiff:Orientation="1"' in found.xmp
    assert exif.orientation(found.exif) == 1
    assert exif.has_gps(found.exif)
    tags = pillow_exif(path)
    assert (tags[271], tags[272], tags.get(274, 1)) == ("Kamera", "Modell with a long name", 1)
    inner = tags.get_ifd(0x8769)
    assert inner[0x9003] == "2024:05:06 07:08:09"
    assert inner[0x927C] == MAKER_NOTE
    assert (inner[0xA002], inner[0xA003]) == (80, 60), "the sizes are those of the result"
    assert tags.get_ifd(0x8825)[2] == (52.0, 31.0, 12.5)


@pytest.mark.parametrize("format_id", FORMATS)
def test_without_gps(tmp_path, format_id):
    path, _ = saved(tmp_path, format_id, metadata="no-gps")
    found = meta_of(path)
    assert not exif.has_gps(found.exif)
    assert found.xmp is not None
    assert b"GPS" not in found.xmp
    assert b"the attic" in found.xmp
    assert pillow_exif(path)[271] == "Kamera"
    assert struct.pack(">II", 125, 10) not in path.read_bytes(), "not even as dead bytes"


@pytest.mark.parametrize("format_id", FORMATS)
def test_none_leaves_only_the_profile_and_the_mark(tmp_path, format_id):
    history = History('{"steps": []}', "compositeWithTrainedAlgorithmicMedia")
    path, _ = saved(tmp_path, format_id, history=history, metadata="none")
    data = path.read_bytes()
    assert b"Kamera" not in data
    assert b"the attic" not in data
    found = meta_of(path)
    assert found.icc == META.icc
    assert xmp.source_type(found.xmp) == "compositeWithTrainedAlgorithmicMedia"
    assert xmp.recipe(found.xmp) is None


@pytest.mark.parametrize("format_id", FORMATS)
def test_the_recipe_and_the_mark_come_back(tmp_path, format_id):
    recipe = '{"steps": [{"tool": "upscale", "words": "größer & <besser>"}]}'
    path, _ = saved(tmp_path, format_id, history=History(recipe, "algorithmicallyEnhanced"))
    found = meta_of(path)
    assert xmp.recipe(found.xmp) == recipe
    assert xmp.source_type(found.xmp) == "algorithmicallyEnhanced"
    (tmp_path / "off").mkdir()
    path, _ = saved(tmp_path / "off", format_id, history=History(recipe, "algorithmicallyEnhanced"), ai_mark=False)
    assert xmp.source_type(meta_of(path).xmp) == ""
    assert xmp.recipe(meta_of(path).xmp) is None


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
@pytest.mark.parametrize("format_id", ["png", "jpg", "webp", "tiff"])
def test_exiftool_reads_the_mark(tmp_path, format_id):
    path, _ = saved(tmp_path, format_id, history=History("", "trainedAlgorithmicMedia"))
    told = subprocess.run(["exiftool", "-s3", "-n", "-XMP:DigitalSourceType", path], capture_output=True, text=True)
    assert told.stdout.strip() == xmp.SOURCE_TYPES + "trainedAlgorithmicMedia"


@pytest.mark.parametrize("format_id", FORMATS)
def test_nothing_is_made_up(tmp_path, format_id):
    path, _ = saved(tmp_path, format_id, Metadata())
    found = replace(meta_of(path), modified_ns=None)
    assert found == Metadata()


@pytest.mark.parametrize("format_id", FORMATS)
def test_resolution_without_exif(tmp_path, format_id):
    path, _ = saved(tmp_path, format_id, Metadata(dpi=(72.0, 144.0)))
    assert meta_of(path).dpi == pytest.approx((72, 144), abs=0.02)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_makers_note_keeps_its_offset_in_a_tiff(tmp_path, order):
    """Its inner offsets count from the start of the EXIF: the bytes must stay where they were."""
    mark = b"II" if order == "<" else b"MM"
    note = b"NOTE" + struct.pack(order + "I", 0) + bytes(range(64))
    first = struct.pack(order + "H", 2) + struct.pack(order + "HHI", 271, 2, 4) + b"Abc\0"
    first += struct.pack(order + "HHII", 0x8769, 4, 1, 8 + 2 + 24 + 4) + bytes(4)
    at = 8 + len(first) + 18
    inner = struct.pack(order + "HHHII", 1, 0x927C, 7, len(note), at) + bytes(4)
    body = mark + struct.pack(order + "HI", 42, 8) + first + inner + note
    path, _ = saved(tmp_path, "tiff", Metadata(exif=body), np.full((5, 7, 3), 40_000, np.uint16))
    assert path.read_bytes()[at : at + len(note)] == note
    with tifffile.TiffFile(path) as file:
        assert file.byteorder == order
        assert file.pages[0].tags[271].value == "Abc"  # type: ignore[union-attr]
        assert (file.pages[0].asarray() == 40_000).all()
    assert pillow_exif(path).get_ifd(0x8769)[0x927C] == note


@pytest.mark.parametrize("format_id", FORMATS)
def test_a_gray_profile_still_says_the_same_gray(tmp_path, format_id):
    """WebP has no gray: the profile becomes an RGB one with the same tone curve."""
    gray = colour.gray_profile(1.8, "Gray gamma 1.8")
    pixels = np.repeat(np.arange(0, 256, dtype=np.uint8).reshape(16, 16, 1), 8, 0).repeat(8, 1)
    path, done = saved(tmp_path, format_id, Metadata(icc=gray), pixels, quality=100)
    assert done.notes == ()
    icc = meta_of(path).icc
    assert icc is not None
    shown = shown_as_srgb(Image.open(path), icc)
    expected = shown_as_srgb(Image.fromarray(pixels[..., 0]), gray)
    assert np.abs(shown.astype(int) - expected).max() <= 4


def shown_as_srgb(image: Image.Image, icc: bytes) -> np.ndarray:
    mode = "RGB" if icc[16:20] == b"RGB " else "L"
    source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    made = ImageCms.profileToProfile(image.convert(mode), source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert made is not None
    return np.asarray(made)


def test_a_profile_of_a_plain_gamma_is_said_in_gama_too(tmp_path):
    made = colour.matrix_profile(colour.SRGB_PRIMARIES, 2.2, "gamma 2.2")
    path, _ = saved(tmp_path, "png", Metadata(icc=made))
    data = path.read_bytes()
    at = data.index(b"gAMA")
    assert struct.unpack(">I", data[at + 4 : at + 8])[0] == pytest.approx(45455, abs=150)
    assert b"gAMA" not in saved_again(tmp_path)


def saved_again(folder: Path) -> bytes:
    (folder / "p3").mkdir()
    return saved(folder / "p3", "png")[0].read_bytes()


def test_damaged_metadata_is_said_or_left_out(tmp_path):
    path, done = saved(tmp_path, "png", Metadata(xmp=b"<x:xmpmeta", icc=b"no profile", exif=b"no exif"))
    assert len(done.notes) == 2
    assert replace(meta_of(path), modified_ns=None) == Metadata()


def test_too_large_for_a_jpeg_segment(tmp_path):
    inner = Image.Exif()
    inner.get_ifd(0x8769)[0x927C] = bytes(70_000)
    large = Metadata(exif=inner.tobytes().removeprefix(b"Exif\0\0"), icc=META.icc and META.icc.ljust(200_000, b"\0"))
    path, done = saved(tmp_path, "jpg", large)
    assert any("EXIF data is too large" in note for note in done.notes)
    with Image.open(path) as image:
        assert image.info["icc_profile"] == large.icc
        assert 0x8769 not in image.getexif()


def test_a_real_photograph_through_every_format(shared_data, tmp_path):
    source = open_raster(shared_data / "real_photos" / "gps_nikon.jpg")
    before = pillow_exif(shared_data / "real_photos" / "gps_nikon.jpg")
    for format_id, extension in EXTENSION.items():
        path = tmp_path / f"nikon{extension}"
        write(source, path, SaveOptions(format=format_id), Progress())
        after = pillow_exif(path)
        assert after[271] == before[271]
        assert after.get_ifd(0x8769)[0x927C] == before.get_ifd(0x8769)[0x927C]
        assert after.get_ifd(0x8825).keys() == before.get_ifd(0x8825).keys()
        again = open_raster(path)
        assert again.header.width == source.header.width
        assert again.meta.icc == source.meta.icc
        again.close()
    source.close()


def gain_map(kind: str) -> bytes:
    """A small JPEG that says it is a gain map."""
    space = b"http://ns.adobe.com/hdr-gain-map/1.0/"
    words = {
        "ultra": b"http://ns.adobe.com/xap/1.0/\0<x xmlns:hdrgm='%s' hdrgm:Version='1.0'/>" % space,
        "iso": b"urn:iso:std:iso:ts:21496:-1\0" + bytes(40),
    }
    out = io.BytesIO()
    Image.new("L", (20, 15), 90).save(out, "JPEG")
    data = out.getvalue()
    marker = {"ultra": 0xE1, "iso": 0xE2}[kind]
    return data[:2] + struct.pack(">BBH", 0xFF, marker, len(words[kind]) + 2) + words[kind] + data[2:]


@pytest.mark.parametrize("kind", ["ultra", "iso"])
def test_a_gain_map_stays_behind_a_jpeg(tmp_path, kind):
    carried = gain_map(kind)
    path, done = saved(tmp_path, "jpg", replace(META, gain_map=carried))
    assert done.notes == ()
    assert path.read_bytes().endswith(carried)
    found = meta_of(path)
    assert found.gain_map == carried
    assert (b"hdrgm:Version" in (found.xmp or b"")) == (kind == "ultra")
    assert (f'Item:Length="{len(carried)}"'.encode() in (found.xmp or b"")) == (kind == "ultra")
    assert (b"urn:iso:std:iso:ts:21496:-1" in path.read_bytes()[: -len(carried)]) == (kind == "iso")
    if kind == "iso":  # Pillow, too, finds the second picture by the index; Ultra HDR it shows as a plain JPEG
        with Image.open(path) as image:
            image.seek(1)
            assert image.size == (20, 15)
    (tmp_path / "again").mkdir()
    path, _ = saved(tmp_path / "again", "jpg", found)
    assert meta_of(path).gain_map == carried


def test_a_gain_map_lost_is_said(tmp_path):
    path, done = saved(tmp_path, "png", replace(META, gain_map=gain_map("ultra")))
    assert any("gain map" in note for note in done.notes)
    assert b"hdrgm" not in (meta_of(path).xmp or b"")
