"""What is written comes back through the readers: every format, channel count, depth and odd size."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ganstudio.core.codecs import SaveOptions, open_raster, pngfilter, pngstream, verify, write
from ganstudio.core.codecs.writers import jpg, png, tiff
from ganstudio.core.errors import VerifyError
from ganstudio.core.progress import Progress
from ganstudio.core.raster import ComputedRaster, Header, Metadata, Picture, read_whole

LOSSLESS = ("png", "tiff", "webp")
EXTENSION = {"png": ".png", "tiff": ".tif", "webp": ".webp", "jpg": ".jpg", "avif": ".avif"}


def noise(height: int, width: int, channels: int, dtype: type) -> np.ndarray:
    top = int(np.iinfo(dtype).max) + 1
    return np.random.default_rng(height * 977 + width).integers(0, top, (height, width, channels)).astype(dtype)


def waves(height: int, width: int, channels: int) -> np.ndarray:
    """A smooth coloured picture, so that a lossy format comes close."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [128 + 100 * np.sin((x * (c + 1) + y * (3 - c)) / 40) for c in range(channels)]
    return np.stack(planes, axis=2).astype(np.uint8)


def saved(pixels: np.ndarray, folder: Path, format_id: str, **options: object) -> Path:
    target = folder / f"a{len(list(folder.iterdir()))}{EXTENSION[format_id]}"
    write(Picture.of(pixels), target, SaveOptions(format=format_id, **options), Progress())  # type: ignore[arg-type]
    return target


def read(path: Path) -> np.ndarray:
    raster = open_raster(path)
    try:
        return read_whole(raster).pixels
    finally:
        raster.close()


@pytest.mark.parametrize("effort", ["fast", "smallest"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("format_id", ["png", "tiff"])
def test_lossless_formats_keep_channels_depth_and_every_sample(tmp_path, format_id, channels, dtype, effort):
    for height, width in ((1, 1), (1, 17), (23, 1), (67, 45)):
        pixels = noise(height, width, channels, dtype)
        again = read(saved(pixels, tmp_path, format_id, effort=effort))
        assert again.dtype == dtype
        assert np.array_equal(again, pixels)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 70), st.integers(1, 70), st.sampled_from((1, 2, 3, 4)), st.sampled_from(LOSSLESS))
def test_any_size_is_exact(tmp_path_factory, height, width, channels, format_id):
    pixels = noise(height, width, channels, np.uint8)
    again = read(saved(pixels, tmp_path_factory.mktemp("any"), format_id))
    if format_id == "webp" and channels < 3:  # WebP has no gray
        pixels = np.concatenate([pixels[..., :1]] * 3 + [pixels[..., 1:]], axis=2)
    assert np.array_equal(again, pixels)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 70), st.integers(1, 70), st.sampled_from((1, 3)), st.sampled_from((30, 75, 95)))
def test_any_size_of_jpeg_equals_libjpegs_own(tmp_path_factory, height, width, channels, quality):
    import simplejpeg

    pixels = noise(height, width, channels, np.uint8)
    path = saved(pixels, tmp_path_factory.mktemp("any"), "jpg", quality=quality)
    space, sampling = ("RGB", "444" if quality >= 90 else "420") if channels == 3 else ("GRAY", "Gray")
    whole = simplejpeg.encode_jpeg(pixels, quality, space, sampling)
    assert np.array_equal(simplejpeg.decode_jpeg(path.read_bytes(), space), simplejpeg.decode_jpeg(whole, space))


@pytest.mark.parametrize(("band", "chroma"), [(4096, "4:4:4"), (4096, "4:2:0"), (9000, "4:2:2"), (1, "4:4:4")])
def test_joined_jpeg_bands_decode_as_one_picture(tmp_path, monkeypatch, band, chroma):
    """Many restart intervals (more than the eight markers), a short last one, through three decoders."""
    import cv2
    import simplejpeg

    monkeypatch.setattr(jpg, "_BAND", band)
    pixels = waves(203, 77, 3)
    target = tmp_path / "a.jpg"
    raster = Picture.of(pixels, format="jpeg", lossless=False, quality=93, chroma=chroma)
    write(raster, target, SaveOptions(), Progress())
    data = target.read_bytes()
    assert b"\xff\xdd\x00\x04" in data
    whole = simplejpeg.encode_jpeg(pixels, 93, "RGB", chroma.replace(":", ""))
    expected = simplejpeg.decode_jpeg(whole, "RGB")
    assert np.array_equal(simplejpeg.decode_jpeg(data, "RGB"), expected)
    assert np.array_equal(np.asarray(Image.open(target)), expected)
    opencv = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert opencv is not None
    assert np.array_equal(opencv[:, :, ::-1], expected)
    assert np.array_equal(read(target), expected)


@pytest.mark.parametrize("chroma", ["4:4:4", "4:2:2", "4:2:0", "4:4:0"])
def test_large_jpegs_are_verified_at_an_eighth(tmp_path, monkeypatch, chroma):
    monkeypatch.setattr(jpg, "_WHOLE", 0)
    for height, width in ((301, 203), (64, 64), (9, 300)):
        pixels = waves(height, width, 3)
        raster = Picture.of(pixels, format="jpeg", lossless=False, quality=95, chroma=chroma)
        target = tmp_path / f"{height}.jpg"
        write(raster, target, SaveOptions(), Progress())
        verify(target, width, height)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("format_id", ["jpg", "avif", "webp"])
def test_lossy_formats_come_close(tmp_path, format_id, channels):
    pixels = waves(121, 93, channels)
    if channels in (2, 4):
        pixels[..., -1] = 255
    again = read(saved(pixels, tmp_path, format_id, quality=90)).astype(int)
    colours = pixels[..., : 1 if channels <= 2 else 3]
    error = np.mean((again[..., : 1 if again.shape[2] <= 2 else 3] - colours) ** 2.0)
    assert 10 * np.log10(255**2 / max(error, 1e-9)) > 30
    assert np.abs(again[..., :3].mean((0, 1)) - colours.mean((0, 1))).max() < 255 * 0.02


@pytest.mark.parametrize("format_id", ["webp", "avif"])
def test_transparency_survives_lossy_formats(tmp_path, format_id):
    pixels = waves(64, 64, 4)
    pixels[..., 3] = np.where(np.mgrid[0:64, 0:64][1] < 32, 0, 255)
    again = read(saved(pixels, tmp_path, format_id, quality=85))
    assert again.shape[2] == 4
    assert np.abs(again[:, :28, 3].astype(int)).max() < 8
    assert again[:, 36:, 3].min() > 247


@pytest.mark.parametrize(("colour", "expected"), [("#ffffff", 255), ("#000000", 0), ("#808080", 128)])
def test_jpeg_lays_transparent_parts_on_the_background_told(tmp_path, colour, expected):
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[:, :, 0] = 200
    done = write(Picture.of(pixels), tmp_path / "a.jpg", SaveOptions(format="jpg", alpha_background=colour), Progress())
    assert np.abs(read(tmp_path / "a.jpg").astype(int) - expected).max() <= 2
    assert any(colour in note for note in done.notes)


@pytest.mark.parametrize("format_id", ["png", "tiff"])
def test_a_16_bit_ramp_keeps_its_levels(tmp_path, format_id):
    ramp = np.linspace(0, 65535, 40_000).round().astype(np.uint16).reshape(4, -1, 1)
    again = read(saved(np.repeat(ramp, 3, 2), tmp_path, format_id))
    assert again.dtype == np.uint16
    assert len(np.unique(again)) >= 10_000


@pytest.mark.parametrize("format_id", ["png", "tiff"])
def test_an_almost_black_16_bit_picture_stays_dark(tmp_path, format_id):
    pixels = noise(32, 32, 3, np.uint16) // 512
    assert pixels.max() < 256
    assert np.array_equal(read(saved(pixels, tmp_path, format_id)), pixels)


@pytest.mark.parametrize("format_id", ["jpg", "avif"])
def test_16_bits_are_dithered_to_8(tmp_path, format_id):
    """Between two levels the mean is kept, which rounding alone would not."""
    pixels = np.full((128, 128, 3), round(100.4 * 257), np.uint16)
    again = read(saved(pixels, tmp_path, format_id, quality=95))
    assert again.dtype == np.uint8
    assert abs(again.mean() - 100.4) < 0.25


def test_dithering_keeps_whole_levels():
    from ganstudio.core.codecs.convert import dithered

    levels = np.arange(256, dtype=np.uint16).reshape(1, -1, 1)
    assert np.array_equal(dithered(np.repeat(levels * 257, 50, 0), 13), np.repeat(levels.astype(np.uint8), 50, 0))


def test_tiff_is_read_by_others(tmp_path):
    for dtype in (np.uint8, np.uint16):
        for channels in (1, 2, 3, 4):
            pixels = noise(150, 31, channels, dtype)
            path = saved(pixels, tmp_path, "tiff")
            with tifffile.TiffFile(path) as file:
                assert np.array_equal(file.pages[0].asarray().reshape(pixels.shape), pixels)
                assert not file.is_bigtiff
    rgb = noise(150, 31, 3, np.uint8)
    assert np.array_equal(np.asarray(Image.open(saved(rgb, tmp_path, "tiff"))), rgb)


def test_tiff_beyond_4_gb_is_a_big_tiff(tmp_path, monkeypatch):
    monkeypatch.setattr(tiff, "_CLASSIC_LIMIT", 5000)
    exif = Image.Exif()
    exif[271] = "A maker with a long name"
    exif.get_ifd(0x8769)[0x9003] = "2024:01:02 03:04:05"
    pixels = noise(60, 50, 3, np.uint16)
    target = tmp_path / "a.tif"
    meta = Metadata(exif=exif.tobytes().removeprefix(b"Exif\0\0"), dpi=(300.0, 300.0))
    write(Picture.of(pixels, meta), target, SaveOptions(format="tiff"), Progress())
    with tifffile.TiffFile(target) as file:
        assert file.is_bigtiff
        assert np.array_equal(file.pages[0].asarray(), pixels)
        tags = file.pages[0].tags  # type: ignore[union-attr]
        assert tags[271].value == "A maker with a long name"
        assert tags["ExifTag"].value["DateTimeOriginal"] == "2024:01:02 03:04:05"
    assert np.array_equal(read(target), pixels)


def test_rows_are_asked_for_in_order_and_once(tmp_path):
    pixels = waves(700, 900, 3)
    for format_id, extension in EXTENSION.items():
        asked: list[tuple[int, int]] = []

        def compute(y0: int, y1: int, asked: list[tuple[int, int]] = asked) -> np.ndarray:
            asked.append((y0, y1))
            return pixels[y0:y1]

        raster = ComputedRaster(Header(900, 700), Metadata(), compute)
        write(raster, tmp_path / f"order{extension}", SaveOptions(format=format_id), Progress())
        assert asked[0][0] == 0
        assert asked[-1][1] == 700
        assert all(before[1] == after[0] for before, after in pairwise(asked))


@pytest.mark.parametrize("format_id", list(EXTENSION))
def test_an_output_can_be_verified_later(tmp_path, format_id):
    path = saved(waves(50, 60, 3), tmp_path, format_id)
    verify(path, 60, 50)
    with pytest.raises(VerifyError, match="60×50 pixels instead of 61×50"):
        verify(path, 61, 50)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(VerifyError, match=path.name):
        verify(path, 60, 50)
    path.unlink()
    with pytest.raises(VerifyError, match="cannot be read"):
        verify(path, 60, 50)


def test_every_flipped_byte_of_a_png_is_noticed(tmp_path):
    path = saved(noise(20, 20, 3, np.uint8), tmp_path, "png")
    data = path.read_bytes()
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes((data[at] ^ 0x10,)) + data[at + 1 :])
        with pytest.raises(VerifyError):
            verify(path, 20, 20)


@pytest.mark.parametrize("step", [1, 2, 3, 4, 6, 8])
def test_all_png_filters_are_undone(step):
    from ganstudio.core.codecs import pngfilter

    rows = noise(9, 7 * step, 1, np.uint8)[..., 0]
    above = noise(1, 7 * step, 1, np.uint8)[0, :, 0]
    for kind in (pngfilter.SUB, pngfilter.UP, pngfilter.AVERAGE, pngfilter.PAETH):
        assert np.array_equal(pngfilter.undo(pngfilter.apply(kind, rows, above, step), above, step), rows)


def test_png_of_many_bands_is_one_stream(tmp_path, monkeypatch):
    monkeypatch.setattr(pngstream, "_BAND", 3000)
    pixels = noise(333, 101, 3, np.uint8)
    for effort in ("fast", "smallest"):
        path = saved(pixels, tmp_path, "png", effort=effort)
        assert np.array_equal(np.asarray(Image.open(path)), pixels)
        assert np.array_equal(read(path), pixels)


def test_png_paeth_is_the_standards_for_all_neighbours():
    """Left, above, corner: 16.7 million; the predictor of the standard in signed numbers."""
    room = np.empty((5, 1, 1 << 16), np.uint8)
    left, up = (np.ascontiguousarray(side.reshape(1, -1)) for side in np.mgrid[:256, :256].astype(np.uint8))
    a, b = left.astype(np.int16), up.astype(np.int16)
    for c in range(256):
        to_left, to_up, to_corner = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
        wanted = np.where((to_left <= to_up) & (to_left <= to_corner), a, np.where(to_up <= to_corner, b, c))
        assert np.array_equal(pngfilter._paeth(left, up, np.full_like(left, c), room), wanted)
    assert np.array_equal(pngfilter._average(left, up, up, room), (a + b) // 2)


@pytest.mark.parametrize("step", [1, 3, 8])
def test_png_filters_are_the_same_in_one_block_and_in_many(step, monkeypatch):
    rows, above = noise(40, 7 * step, 1, np.uint8)[..., 0], noise(1, 7 * step, 1, np.uint8)[0, :, 0]
    whole = [pngfilter.apply(kind, rows, above, step) for kind in (1, 2, 3, 4)]
    monkeypatch.setattr(pngfilter, "_BLOCK", 9 * step)
    for kind, filtered in enumerate(whole, 1):
        assert np.array_equal(pngfilter.apply(kind, rows, above, step), filtered)


def test_rows_that_are_likely_change_nothing(tmp_path):
    """Right, wrong in one sample, of another shape, unknown: a file decodes to what is in it."""
    for dtype in (np.uint8, np.uint16):
        pixels = noise(67, 45, 3, dtype)
        wrong = pixels.copy()
        wrong[40, 7, 1] ^= 1
        for format_id, module in (("png", png), ("tiff", tiff)):
            path = saved(pixels, tmp_path, format_id)
            for rows in (pixels, wrong, pixels[:, :44], None):
                likely = lambda y0, y1, rows=rows: None if rows is None else rows[y0:y1]  # noqa: E731
                again = np.concatenate(list(module.decode(path, likely).bands))
                assert again.dtype == dtype
                assert np.array_equal(again, pixels)
