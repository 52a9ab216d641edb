"""What a picture carries must arrive: colour, depth, transparency, orientation, records; through the whole program."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.acceptance.making import Result, files, scene

Run = Callable[..., Result]


@pytest.fixture
def upscale(run: Run, tmp_path: Path) -> Callable[..., Path]:
    """Save a picture under a name, make it twice as large; the result's path."""

    def call(name: str, *words: object, code: int = 0) -> Path:
        out = tmp_path / "out"
        result = run("upscale", tmp_path / name, "-o", out, "-n", "quick", "--name", "{stem}", *words)
        assert result.code == code, result.err
        return out / files(out)[0]

    return call


def enlarged(pixels: np.ndarray) -> np.ndarray:
    """A plain enlargement to compare with, float64."""
    size = (pixels.shape[1] * 2, pixels.shape[0] * 2)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC), np.float64)


def sixteen_bits(path: Path) -> np.ndarray:
    """The samples of a file that must hold 16 bits."""
    found = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert found is not None
    assert found.dtype == np.uint16
    return found


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".avif"])
def test_profile_and_colours_stay(upscale: Callable[..., Path], tmp_path: Path, suffix: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = scene(64, 48)
    Image.fromarray(pixels).save(tmp_path / f"a{suffix}", icc_profile=profile, quality=95)
    out = Image.open(upscale(f"a{suffix}"))
    assert out.info["icc_profile"] == profile
    assert out.format == Image.open(tmp_path / f"a{suffix}").format
    means = np.asarray(out.convert("RGB"), np.float64).mean((0, 1))
    assert np.abs(means / pixels.mean((0, 1)) - 1).max() < 0.02


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(upscale: Callable[..., Path], tmp_path: Path, orientation: int) -> None:
    upright = scene(40, 24)
    undo = {1: lambda p: p, 2: lambda p: p[:, ::-1], 3: lambda p: p[::-1, ::-1], 4: lambda p: p[::-1],
            5: lambda p: p.swapaxes(0, 1), 6: lambda p: p.swapaxes(0, 1)[::-1],
            7: lambda p: p.swapaxes(0, 1)[::-1, ::-1], 8: lambda p: p.swapaxes(0, 1)[:, ::-1]}  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(undo[orientation](upright))
    Image.fromarray(stored).save(tmp_path / "a.png", exif=exif)
    out = Image.open(upscale("a.png"))
    assert out.size == (80, 48)
    assert out.getexif().get(0x0112, 1) == 1
    assert np.abs(np.asarray(out, np.float64) - enlarged(upright)).mean() < 5


def test_records_survive_and_are_brought_up_to_date(upscale: Callable[..., Path], tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Maker", "Model 7"
    exif.get_ifd(0x8769)[0xA002], exif.get_ifd(0x8769)[0xA003] = 48, 36
    exif.get_ifd(0x8769)[0x9003] = "2020:01:02 03:04:05"
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "N", (50.0, 5.0, 0.0)
    packet = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
              b'<rdf:Description rdf:about="" xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" '
              b'GPano:ProjectionType="equirectangular"/></rdf:RDF></x:xmpmeta>')  # fmt: skip
    path = tmp_path / "a.jpg"
    Image.fromarray(scene()).save(path, exif=exif, xmp=packet, dpi=(300, 300), quality=95)
    os.utime(path, ns=(1_500_000_000_000_000_000, 1_500_000_000_000_000_000))
    made = upscale("a.jpg")
    out = Image.open(made)
    found = out.getexif()
    assert (found[0x010F], found[0x0110]) == ("Maker", "Model 7")
    assert found.get_ifd(0x8769)[0x9003] == "2020:01:02 03:04:05"
    assert (found.get_ifd(0x8769)[0xA002], found.get_ifd(0x8769)[0xA003]) == (96, 72)
    assert found.get_ifd(0x8825)[1] == "N"
    assert b"equirectangular" in out.info["xmp"]
    assert [round(one) for one in out.info["dpi"]] == [300, 300]
    assert made.stat().st_mtime_ns == 1_500_000_000_000_000_000


def test_the_place_can_be_left_out(upscale: Callable[..., Path], tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "N", (50.0, 5.0, 0.0)
    Image.fromarray(scene()).save(tmp_path / "a.jpg", exif=exif)
    found = Image.open(upscale("a.jpg", "--metadata", "no-gps")).getexif()
    assert found[0x010F] == "Maker"
    assert not found.get_ifd(0x8825)


def test_the_result_says_how_it_was_made_and_names_nobody(upscale: Callable[..., Path], tmp_path: Path) -> None:
    Image.fromarray(scene()).save(tmp_path / "a.png")
    packet = Image.open(upscale("a.png")).info["xmp"]
    text = packet if isinstance(packet, str) else packet.decode()
    assert "algorithmicallyEnhanced" in text
    assert "upscale" in text
    assert str(tmp_path) not in text
    assert str(Path.home()) not in text


def test_white_on_transparent_black_gets_no_dark_fringe(upscale: Callable[..., Path], tmp_path: Path) -> None:
    pixels = np.zeros((48, 48, 4), np.uint8)
    y, x = np.mgrid[0:48, 0:48]
    pixels[(x - 24) ** 2 + (y - 24) ** 2 < 200] = 255
    Image.fromarray(pixels).save(tmp_path / "a.png")
    out = np.asarray(Image.open(upscale("a.png")))
    assert out.shape == (96, 96, 4)
    assert out[out[..., 3] > 8][:, :3].min() >= 250
    assert out[0, 0, 3] <= 2
    assert out[48, 48, 3] >= 253


def test_gray_stays_gray_and_black_stays_black(upscale: Callable[..., Path], tmp_path: Path) -> None:
    mask = np.zeros((40, 40), np.uint8)
    mask[10:30, 10:30] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    out = Image.open(upscale("mask.png"))
    assert out.mode == "L"
    assert np.asarray(out)[:10, :10].max() <= 3


def test_a_palette_with_transparency_keeps_it(upscale: Callable[..., Path], tmp_path: Path) -> None:
    pixels = np.zeros((32, 32), np.uint8)
    pixels[8:24, 8:24] = 1
    picture = Image.fromarray(pixels, "P")
    picture.putpalette([0, 0, 0, 200, 30, 40])
    picture.save(tmp_path / "a.png", transparency=0)
    out = np.asarray(Image.open(upscale("a.png")).convert("RGBA"))
    assert out[0, 0, 3] <= 2
    assert np.abs(out[32, 32].astype(int) - [200, 30, 40, 255]).max() <= 6


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_sixteen_bit_ramp_stays_fine(upscale: Callable[..., Path], tmp_path: Path, suffix: str) -> None:
    ramp = np.linspace(0, 65535, 128 * 128).reshape(128, 128).astype(np.uint16)
    cv2.imwrite(str(tmp_path / f"a{suffix}"), np.dstack([ramp] * 3))
    out = sixteen_bits(upscale(f"a{suffix}"))
    assert len(np.unique(out)) >= 10_000


def test_a_dark_sixteen_bit_picture_is_not_taken_for_eight(upscale: Callable[..., Path], tmp_path: Path) -> None:
    dark = np.random.default_rng(0).integers(100, 200, (40, 40, 3)).astype(np.uint16)
    cv2.imwrite(str(tmp_path / "a.png"), dark)
    out = sixteen_bits(upscale("a.png"))
    assert abs(float(out.mean()) - 150) < 30


def test_a_sixteen_bit_picture_as_jpeg(upscale: Callable[..., Path], tmp_path: Path) -> None:
    pixels = scene(48, 36)
    cv2.imwrite(str(tmp_path / "a.png"), pixels[:, :, ::-1].astype(np.uint16) * 257)
    out = np.asarray(Image.open(upscale("a.png", "--format", "jpg")), np.float64)
    assert np.abs(out - enlarged(pixels)).mean() < 5


def test_cmyk_without_a_profile_comes_out_in_its_colours(upscale: Callable[..., Path], tmp_path: Path) -> None:
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:, :16], pixels[:, 16:] = (220, 40, 40), (40, 60, 200)
    Image.fromarray(pixels).convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    out = np.asarray(Image.open(upscale("a.jpg")).convert("RGB"), int)
    left, right = out[32, 12], out[32, 52]
    assert left[0] > 2 * max(left[1], left[2])
    assert right[2] > 1.5 * max(right[0], right[1])


def test_every_page_of_a_tiff_is_done(run: Run, tmp_path: Path) -> None:
    pages = [Image.fromarray(scene(40 + 4 * i, 30, seed=i)) for i in range(3)]
    pages[0].save(tmp_path / "pages.tif", save_all=True, append_images=pages[1:])
    result = run("upscale", tmp_path / "pages.tif", "-o", tmp_path / "out", "-n", "quick", "--json")
    assert result.code == 0, result.err
    assert json.loads(result.out.splitlines()[-1])["done"] == 3
    sizes = sorted(Image.open(tmp_path / "out" / name).size for name in files(tmp_path / "out"))
    assert sizes == [(80, 60), (88, 60), (96, 60)]


def test_an_animation_gives_its_first_frame_and_says_so(run: Run, tmp_path: Path) -> None:
    frames = [Image.fromarray(scene(32, 24, seed=i)) for i in range(4)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    result = run("upscale", tmp_path / "a.gif", "-o", tmp_path / "out", "-n", "quick")
    assert result.code == 0, result.err
    assert "frame" in result.out + result.err


@pytest.mark.parametrize(("scale", "size"), [("2", (96, 72)), ("1.5", (72, 54)), ("3", (144, 108)), ("0.5", (24, 18))])
def test_any_factor_is_reached(upscale: Callable[..., Path], tmp_path: Path, scale: str, size: tuple[int, int]) -> None:
    Image.fromarray(scene(48, 36)).save(tmp_path / "a.png")
    assert Image.open(upscale("a.png", "-s", scale)).size == size


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (700, 5), (5, 300), (17, 1)])
def test_tiny_and_thin_pictures(upscale: Callable[..., Path], tmp_path: Path, size: tuple[int, int]) -> None:
    Image.fromarray(scene(*size)).save(tmp_path / "a.png")
    assert Image.open(upscale("a.png")).size == (size[0] * 2, size[1] * 2)
