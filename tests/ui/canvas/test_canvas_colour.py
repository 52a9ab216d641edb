"""Colours on the screen: the document's profile into sRGB, 8 and 16 bits, beside LittleCMS."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from ganstudio.core import colour
from ganstudio.core.codecs import open_raster
from ganstudio.core.raster import Metadata
from ganstudio.core.tone_curves import curve_of
from ganstudio.ui.canvas.display import Display

from .conftest import Shown, noise

ADOBE = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06, 0.3127, 0.3290)


def profile(primaries: tuple[float, ...], gamma: float | None) -> bytes:
    made = colour.matrix_profile(primaries, gamma, "Test")
    assert made is not None
    return made


def by_littlecms(
    pixels: np.ndarray, icc: bytes, flags: ImageCms.Flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
) -> np.ndarray:
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(icc)), ImageCms.createProfile("sRGB"), "RGB", "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC, flags,
    )  # fmt: skip
    return np.asarray(transform.apply(Image.fromarray(pixels)))


def rgba(pixels: np.ndarray) -> np.ndarray:
    peak = 255 if pixels.dtype == np.uint8 else 65535
    return np.dstack([pixels, np.full(pixels.shape[:2], peak, pixels.dtype)])


@pytest.mark.parametrize(
    ("primaries", "gamma"), [(colour.PRIMARIES[12], None), (colour.PRIMARIES[9], 2.4), (ADOBE, 2.2)]
)
@pytest.mark.parametrize("deep", [False, True])
def test_a_wide_gamut_picture_is_seen_in_srgb(
    shown: Shown, primaries: tuple[float, ...], gamma: float | None, deep: bool
) -> None:
    icc = profile(primaries, gamma)
    picture = noise(400, 300)
    samples = picture.astype(np.uint16) * 257 if deep else picture
    shown.canvas.show_state(shown.state(samples, Metadata(icc=icc)))
    shown.canvas.set_zoom(1.0)
    shown.bare()
    seen, view = shown.pixels().astype(int), shown.canvas.view
    inside = seen[view.top : view.top + 300, view.left : view.left + 400]
    wanted = by_littlecms(picture, icc).astype(int)
    assert np.abs(wanted - picture).max() > 20, "the profile is too near to sRGB for this test"
    assert np.abs(inside - wanted).max() <= (1 if deep else 0)


def test_sixteen_bits_of_linear_light_do_not_band() -> None:
    """8 bits of linear light have a dozen steps in the darkest tenth of the screen's; 16 bits have them all."""
    display = Display(profile(colour.SRGB_PRIMARIES, 1.0))
    assert display.wants_16
    light = np.linspace(0, 0.01, 4000)
    samples = np.repeat(np.rint(light * 65535).astype(np.uint16)[None, :, None], 3, 2)
    seen = display.shown(rgba(samples))[0, :, 0].astype(int)
    wanted = np.rint(colour.linear_to_srgb(np.rint(light * 65535) / 65535) * 255)
    assert np.abs(seen - wanted).max() <= 1
    assert len(np.unique(seen)) > 20


def test_srgb_and_no_profile_are_left_alone() -> None:
    pixels = noise(64, 64)
    for icc in (None, b"no profile", profile(colour.SRGB_PRIMARIES, None)):
        display = Display(icc)
        assert not display.wants_16
        assert np.array_equal(display.shown(rgba(pixels))[..., 2::-1], pixels)


def test_a_gray_profile(shown: Shown) -> None:
    icc = colour.gray_profile(1.0, "Linear gray")
    display = Display(icc)
    gray = np.arange(256, dtype=np.uint8)[None, :, None]
    seen = display.shown(rgba(np.repeat(gray, 3, 2)))[0, :, :3].astype(int)
    wanted = np.rint(colour.linear_to_srgb(np.arange(256) / 255) * 255)
    assert np.abs(seen - wanted[:, None]).max() <= 1


def test_alpha_is_kept_beside_the_profile() -> None:
    icc = profile(ADOBE, 2.2)
    pixels = noise(32, 32)
    alpha = noise(32, 32, 5, 1)
    seen = Display(icc).shown(np.dstack([pixels, alpha])).astype(int)
    assert np.array_equal(seen[..., 3:], alpha)
    wanted = by_littlecms(pixels, icc) * (alpha / 255.0)
    assert np.abs(seen[..., 2::-1] - wanted).max() <= 1


@pytest.mark.parametrize("kind", range(5))
def test_parametric_curves_are_those_of_littlecms(kind: int) -> None:
    """The curve of each kind, in a profile that LittleCMS reads, too."""
    numbers = {
        0: [2.2], 1: [2.4, 0.9, 0.1], 2: [2.4, 0.8, 0.1, 0.05],
        3: [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045], 4: [2.2, 0.9, 0.05, 0.3, 0.1, 0.02, 0.0],
    }[kind]  # fmt: skip
    data = b"para" + bytes(4) + kind.to_bytes(2, "big") + bytes(2)
    data += b"".join(round(number * 65536).to_bytes(4, "big", signed=True) for number in numbers)
    icc = colour.matrix_profile(colour.SRGB_PRIMARIES, None, "Curve", data)
    assert icc is not None
    assert curve_of(data) is not None
    steps = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2)
    deep = Display(icc).shown(rgba(steps.astype(np.uint16) * 257))[..., 2::-1].astype(int)
    assert np.abs(deep - by_littlecms(steps, icc, ImageCms.Flags.NONE).astype(int)).max() <= 2


def test_damaged_curves_are_none() -> None:
    for data in (None, b"", b"curv", b"curv" + bytes(8), b"para" + bytes(8), b"junk" + bytes(40)):
        curve = curve_of(data)
        assert curve is None or len(curve) == 65536
    assert curve_of(b"curv" + bytes(4) + (900).to_bytes(4, "big")) is None
    assert curve_of(b"para" + bytes(4) + (9).to_bytes(2, "big") + bytes(30)) is None


def test_a_photo_in_adobe_rgb(shown: Shown, shared_data: Path) -> None:
    picture = open_raster(shared_data / "real_photos" / "adobergb_canon7d.jpg")
    icc = picture.meta.icc
    assert icc is not None
    pixels = picture.rows(0, picture.header.height)
    shown.canvas.show_state(shown.state(pixels, picture.meta))
    shown.canvas.set_zoom(1.0)
    shown.bare()
    part = shown.canvas.visible_rect()
    view = shown.canvas.view
    seen = shown.pixels()[max(view.top, 0) :, max(view.left, 0) :][: part.height, : part.width]
    assert np.array_equal(seen, by_littlecms(pixels, icc)[part.slices])


def test_the_colour_under_the_pointer_is_the_document_s(shown: Shown) -> None:
    picture = noise(300, 200)
    shown.canvas.show_state(shown.state(picture, Metadata(icc=profile(ADOBE, 2.2))))
    shown.canvas.set_zoom(1.0)
    told: list[tuple[int, int, object]] = []
    shown.canvas.pointer.connect(lambda *place: told.append(place))
    view = shown.canvas.view
    shown.hover(view.left + 7, view.top + 5)
    shown.qtbot.waitUntil(lambda: len(told) > 0 and told[-1][2] is not None)
    assert told[-1] == (7, 5, tuple(int(value) for value in picture[5, 7]))
    shown.hover(2, 2)
    assert told[-1] == (-1, -1, None)


def test_the_pick_tool_says_the_colour(shown: Shown) -> None:
    picture = noise(300, 200).astype(np.uint16) * 200
    shown.canvas.show_state(shown.state(picture))
    shown.canvas.set_zoom(1.0)
    shown.canvas.use("pick")
    view = shown.canvas.view
    with shown.qtbot.waitSignal(shown.canvas.colour_picked) as told:
        shown.drag((view.left + 20, view.top + 30), (view.left + 20, view.top + 30))
    assert told.args == [tuple(int(value) for value in picture[30, 20])]
