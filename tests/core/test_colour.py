"""Profiles made and judged, CMYK through a profile, HDR to sRGB."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from ganstudio.core import colour, hdr
from ganstudio.core.codecs import open_raster
from ganstudio.core.raster import read_whole


def shown(pixels: np.ndarray, icc: bytes) -> np.ndarray:
    """The pixels through a profile to sRGB, by LittleCMS."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    mode = "L" if pixels.ndim == 2 else "RGB"
    image = Image.fromarray(pixels)
    found = ImageCms.profileToProfile(
        image, profile, ImageCms.createProfile("sRGB"), ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB"
    )
    assert found is not None
    assert image.mode == mode
    return np.asarray(found).astype(int)


def test_a_profile_of_srgb_primaries_changes_nothing() -> None:
    made = colour.matrix_profile(colour.SRGB_PRIMARIES, None, "sRGB made")
    assert made is not None
    assert colour.space_of(made) == "RGB"
    pixels = np.random.default_rng(1).integers(0, 256, (40, 50, 3), np.uint8)
    assert np.abs(shown(pixels, made) - pixels).max() <= 1


def test_display_p3_is_wider() -> None:
    made = colour.matrix_profile(colour.PRIMARIES[12], None, "Display P3")
    assert made is not None
    patch = np.full((2, 2, 3), (200, 100, 100), np.uint8)
    # The same by the matrices themselves.
    linear = colour.srgb_to_linear(np.array([200, 100, 100]) / 255)
    matrix = np.linalg.inv(colour.rgb_to_xyz(colour.SRGB_PRIMARIES)) @ colour.rgb_to_xyz(colour.PRIMARIES[12])
    wanted = np.round(colour.linear_to_srgb(matrix @ linear) * 255)
    assert np.abs(shown(patch, made)[0, 0] - wanted).max() <= 1


def test_gray_profiles() -> None:
    made = colour.gray_profile(1.0, "linear")
    assert colour.usable(made, 1) == made
    assert colour.usable(made, 2) == made
    assert colour.usable(made, 3) is None
    ramp = np.arange(256, dtype=np.uint8)[None]
    wanted = np.round(colour.linear_to_srgb(np.arange(256) / 255) * 255)
    assert np.abs(shown(ramp, made)[0, 40:, 1] - wanted[40:]).max() <= 2  # below, LittleCMS interpolates coarsely


@pytest.mark.parametrize("primaries", [(0,) * 8, (0.3, 0.3) * 4, (0.64, 0.0, 0.3, 0.6, 0.15, 0.06, 0.31, 0.33)])
def test_primaries_that_span_nothing(primaries: tuple[float, ...]) -> None:
    with np.errstate(all="ignore"):
        assert colour.matrix_profile(primaries, None, "x") is None


@pytest.mark.parametrize("icc", [None, b"", b"?", bytes(200), b"x" * 36 + b"acsp" + b"x" * 200])
def test_no_profiles(icc: bytes | None) -> None:
    assert colour.space_of(icc) is None
    assert colour.usable(icc, 3) is None


def test_cmyk_by_formula() -> None:
    convert, note = colour.cmyk_to_srgb(None)
    ink = np.array([[[0, 0, 0, 0], [255, 0, 0, 0], [0, 0, 0, 255], [0, 51, 102, 51]]], np.uint8)
    assert convert(ink).tolist() == [[[255, 255, 255], [0, 255, 255], [0, 0, 0], [204, 163, 122]]]
    assert note == colour.CMYK_BY_FORMULA


def test_cmyk_by_profile_agrees_with_the_picture_without(shared_data: Path) -> None:
    """The two shared files show one scene: a profile's greens are duller, the picture is the same."""
    folder = shared_data / "real_photos"
    by_profile = read_whole(open_raster(folder / "cmyk_swop_profile.jpg")).pixels.astype(float)
    by_formula = read_whole(open_raster(folder / "cmyk_no_profile.jpg")).pixels.astype(float)
    both = np.corrcoef(by_profile.mean(2).ravel(), by_formula.mean(2).ravel())[0, 1]
    assert both > 0.95
    assert not np.array_equal(by_profile, by_formula)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize(("transfer", "white"), [(16, 0.5807), (18, 0.75)])  # 203 nits (BT.2408)
def test_hdr_keeps_gray_gray_and_the_order_of_levels(transfer: int, white: float, depth: int) -> None:
    peak = 255 if depth == 8 else 65535
    levels = np.linspace(0, peak, 200).round().astype(np.uint8 if depth == 8 else np.uint16)
    ramp = np.repeat(levels[None, :, None], 3, axis=2)
    found, note = hdr.to_srgb(np.concatenate([ramp, ramp[:, :, :1]], axis=2), 9, transfer)
    assert found.dtype == ramp.dtype
    assert np.array_equal(found[:, :, 3], ramp[:, :, 0])
    colours = found[0, :, :3].astype(int)
    assert np.abs(colours - colours[:, :1]).max() <= peak / 128
    assert (np.diff(colours[:, 1]) >= 0).all()
    assert colours[0].max() == 0
    assert colours[-1].min() >= 0.99 * peak
    shown_white = colours[int(white * 199), 1] / peak
    assert 0.65 < shown_white < 0.85
    assert "tone-mapped" in note


@pytest.mark.parametrize(
    ("codes", "space"), [((1, 13), None), ((2, 2), None), ((12, 13), "RGB"), ((1, 8), "RGB"), ((9, 1), "RGB")]
)
def test_profiles_by_number(codes: tuple[int, int], space: str | None) -> None:
    assert colour.space_of(hdr.profile_of(*codes)) == space
