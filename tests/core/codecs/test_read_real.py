"""Real camera, phone and scanner files, and broken ones, against a table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.core import exif as exif_tools
from ganstudio.core.codecs import open_raster, peek
from ganstudio.core.errors import BadInput, NotAPicture
from ganstudio.core.raster import read_whole

# name: width, height, channels, depth, has a profile, has EXIF, has XMP, words of the notes
TABLE: dict[str, tuple[int, int, int, int, bool, bool, bool, tuple[str, ...]]] = {
    "adobergb_canon7d.jpg": (600, 900, 3, 8, True, True, True, ()),
    "alpha_lossless.webp": (400, 301, 4, 8, False, False, False, ()),
    "alpha_rotated.avif": (256, 512, 4, 8, False, True, False, ()),
    "animated.gif": (200, 150, 3, 8, False, False, False, ("36 frames",)),
    "animated.webp": (320, 240, 4, 8, False, False, False, ("101 frames",)),
    "balloons_24mp_progressive.jpg": (6000, 4000, 3, 8, True, False, False, ()),
    "cmyk_no_profile.jpg": (500, 333, 3, 8, False, False, False, ("(1 − C)(1 − K)",)),
    "cmyk_swop_profile.jpg": (500, 333, 3, 8, False, True, True, ("through its profile",)),
    "fax_multipage_1bit_29mp.tif": (4670, 6170, 1, 8, False, False, False, ()),
    "gps_nikon.jpg": (640, 480, 3, 8, False, True, True, ()),
    "gray_alpha.png": (510, 532, 2, 8, False, False, False, ()),
    "gray_orient6.jpg": (840, 700, 1, 8, False, True, True, ()),
    "hdr_rec2020_10bit.avif": (400, 300, 3, 16, False, True, True, ("tone-mapped",)),
    "lowlight_iso1600_12mp.jpg": (4032, 3024, 3, 8, False, True, False, ()),
    "made_1x1.png": (1, 1, 3, 8, False, False, False, ()),
    "made_2x3.png": (2, 3, 3, 8, False, False, False, ()),
    "made_gray_progressive.jpg": (512, 512, 1, 8, False, False, False, ()),
    "made_multipage_lzw.tif": (300, 200, 3, 8, False, False, False, ()),
    "made_name_ümläut 日本.jpg": (321, 213, 3, 8, False, False, False, ()),
    "made_palette64.png": (480, 320, 3, 8, False, False, False, ()),
    "made_palette_transparent.png": (240, 160, 4, 8, False, False, False, ()),
    "made_rgb16.png": (360, 240, 3, 16, False, False, False, ()),
    "made_rgb16.tif": (360, 240, 3, 16, False, True, False, ()),
    "made_strip_700x5.png": (700, 5, 3, 8, False, False, False, ()),
    "old_autochrome.png": (700, 700, 3, 8, False, False, False, ()),
    "old_scratched_a.png": (496, 624, 4, 8, False, False, False, ()),
    "old_scratched_b.png": (256, 256, 4, 8, False, False, False, ()),
    "old_scratched_c.png": (256, 336, 4, 8, False, False, False, ()),
    "old_scratched_d.png": (400, 256, 4, 8, False, False, False, ()),
    "one_pixel_gray.jpg": (1, 1, 1, 8, False, True, False, ()),
    "orient_1.jpg": (600, 450, 3, 8, False, True, True, ()),
    **{f"orient_{n}.jpg": (600, 450, 3, 8, True, True, False, ()) for n in range(2, 9)},
    "p3_gainmap.jpg": (403, 302, 3, 8, True, True, True, ("extended XMP",)),
    "p3_mpo_apple_gainmap.jpg": (384, 512, 3, 8, True, True, False, ()),
    "p3_rgba.png": (1000, 1000, 4, 8, True, False, True, ()),
    "paris_icc_exif_xmp.avif": (403, 302, 3, 8, True, True, True, ()),
    "phone_p3_12mp.heic": (4032, 3024, 3, 8, True, True, False, ()),
    "photo.webp": (1024, 772, 3, 8, False, False, False, ()),
    "small.heif": (640, 426, 3, 8, False, True, True, ()),
    "tiny_8x12_la.png": (8, 12, 2, 8, False, False, False, ()),
}

BROKEN = {
    "bad_crc.png": "checksum of its palette",
    "bitflips.jpg": "opens: damaged in places",
    "bomb_header_60000x60000.png": "60000 × 60000 pixels",
    "jpeg_named.png": "opens:",
    "jpeg_trailing_garbage.jpg": "opens:",
    "png_named.jpg": "opens:",
    "random_bytes.png": "its content is none",
    "text_named.jpg": "is a text file",
    "truncated.avif": "cut off",
    "truncated.heic": "cut off",
    "truncated.png": "cut off",
    "truncated.tif": "cut off",
    "truncated.webp": "cut off",
    "truncated_half.jpg": "cut off",
    "truncated_header.jpg": "header is incomplete",
    "twelve_bit_jpeg.jpg": "12 bits per sample",
    "webp_no_extension": "opens:",
    "zero_bytes.jpg": "is empty",
}


def test_the_tables_are_complete(shared_data: Path) -> None:
    folder = shared_data / "real_photos"
    pictures = {path.name for path in folder.iterdir() if path.is_file() and path.suffix not in (".tsv", ".md")}
    assert set(TABLE) == pictures
    assert set(BROKEN) == {path.name for path in (folder / "broken").iterdir() if path.suffix != ".md"}


@pytest.mark.parametrize("name", TABLE)
def test_real_files(shared_data: Path, name: str) -> None:
    width, height, channels, depth, profile, tags, xmp, words = TABLE[name]
    path = shared_data / "real_photos" / name
    header = peek(path)
    assert (header.width, header.height, header.channels, header.depth) == (width, height, channels, depth)
    raster = open_raster(path)
    assert raster.header == header
    pixels = read_whole(raster).pixels
    assert pixels.shape == (height, width, channels)
    assert pixels.dtype == header.dtype
    meta = raster.meta
    assert (meta.icc is not None, meta.exif is not None, meta.xmp is not None) == (profile, tags, xmp)
    assert len(meta.notes) == len(words)
    assert all(word in note for word, note in zip(words, meta.notes, strict=True))
    assert exif_tools.orientation(meta.exif) == 1
    assert (meta.gain_map is not None) == ("gainmap" in name)
    raster.close()


def test_orientations_agree_with_the_upright_one(shared_data: Path) -> None:
    def reduced(number: int) -> np.ndarray:
        pixels = read_whole(open_raster(shared_data / "real_photos" / f"orient_{number}.jpg")).pixels
        small = Image.fromarray(pixels).resize((60, 45), Image.Resampling.BOX)
        return np.asarray(small, float)[:, :18]  # left of the number in the middle

    for number in range(2, 9):
        assert np.corrcoef(reduced(number).ravel(), reduced(1).ravel())[0, 1] > 0.98
        assert np.corrcoef(reduced(number)[::-1].ravel(), reduced(1).ravel())[0, 1] < 0.8


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files(shared_data: Path, name: str) -> None:
    path = shared_data / "real_photos" / "broken" / name
    wanted = BROKEN[name]
    if wanted.startswith("opens:"):
        raster = open_raster(path)
        pixels = read_whole(raster).pixels
        assert pixels.shape == (raster.header.height, raster.header.width, raster.header.channels)
        assert wanted.removeprefix("opens:").strip() in " ".join(raster.meta.notes)
        return
    with pytest.raises(BadInput, match=wanted) as caught:
        open_raster(path)
    assert name in str(caught.value)
    assert not isinstance(caught.value, NotAPicture)
