"""Sixteen bits from profile to profile: as LittleCMS does it with eight, and finer."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from ganstudio.core.colour import gray_profile, matrix_profile
from ganstudio.core.matrix_colour import transform

ADOBE = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06, 0.3127, 0.3290)
P3 = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290)
PROPHOTO = (0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001, 0.3457, 0.3585)
PROFILES = {"adobe": (ADOBE, 2.2), "p3": (P3, None), "prophoto": (PROPHOTO, 1.8), "linear": (ADOBE, 1.0)}
SYSTEM = [
    path
    for path in sorted(Path("/usr/share/color/icc").rglob("*.icc"))
    if transform(path.read_bytes(), None) is not None
]


def profile(name: str) -> bytes:
    primaries, gamma = PROFILES[name]
    made = matrix_profile(primaries, gamma, name)
    assert made is not None
    return made


def opened(icc: bytes | None) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB") if icc is None else io.BytesIO(icc))


def by_lcms(samples: np.ndarray, source: bytes | None, target: bytes | None) -> np.ndarray:
    """8 bits through LittleCMS."""
    made = ImageCms.buildTransform(
        opened(source), opened(target), "RGB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )  # fmt: skip
    return np.asarray(made.apply(Image.fromarray(samples)))


def cube() -> np.ndarray:
    steps = np.arange(0, 256, 17, dtype=np.uint8)
    return np.ascontiguousarray(np.stack(np.meshgrid(steps, steps, steps), -1).reshape(-1, 16, 3))


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("back", [False, True])
def test_it_agrees_with_littlecms(name: str, back: bool) -> None:
    source, target = (None, profile(name)) if back else (profile(name), None)
    samples = cube()
    convert = transform(source, target)
    assert convert is not None
    ours = convert(samples.astype(np.uint16) * 257) / 257
    theirs = by_lcms(samples, source, target)
    assert np.abs(ours - theirs).max() <= (2 if back else 1), "LittleCMS' 8 bits are coarse in the dark of a gamma"
    assert np.abs(ours - theirs).mean() <= 0.35


@pytest.mark.parametrize("path", SYSTEM, ids=lambda path: path.stem)
def test_profiles_of_this_system(path: Path) -> None:
    icc = path.read_bytes()
    convert = transform(icc, None)
    assert convert is not None
    assert np.abs(convert(cube().astype(np.uint16) * 257) / 257 - by_lcms(cube(), icc, None)).max() <= 1.5


def test_all_sixteen_bits_are_used() -> None:
    """A ramp of 65536 greys keeps nearly as many; through 8 bits it would keep 256."""
    ramp = np.repeat(np.arange(65536, dtype=np.uint16)[None, :, None], 3, axis=2)
    convert = transform(profile("adobe"), None)
    assert convert is not None
    made = convert(ramp)[0, :, 1].astype(int)
    assert len(np.unique(made)) > 40_000
    assert (np.diff(made) >= 0).all()
    assert made[0] == 0 and made[-1] == 65535


@pytest.mark.parametrize("name", ["adobe", "p3", "prophoto"])
def test_there_and_back_is_nearly_nothing(name: str) -> None:
    rng = np.random.default_rng(3)
    samples = rng.integers(600, 65535, (64, 64, 3)).astype(np.uint16)
    there, back = transform(None, profile(name)), transform(profile(name), None)
    assert there is not None and back is not None
    assert np.abs(back(there(samples)).astype(int) - samples).max() <= 40  # of 65535


def test_white_stays_white() -> None:
    white = np.full((1, 1, 3), 65535, np.uint16)
    for name in PROFILES:
        convert = transform(profile(name), None)
        assert convert is not None
        assert convert(white).min() >= 65500


def test_what_it_cannot_do_it_says() -> None:
    assert transform(None, None) is None
    assert transform(profile("p3"), profile("p3")) is None
    assert transform(gray_profile(2.2, "Gray"), None) is None
    assert transform(b"nonsense", None) is None
    damaged = profile("p3").replace(b"rTRC", b"xxxx", 1)
    assert transform(damaged, None) is None
    flat = bytearray(profile("adobe"))
    at = flat.index(b"XYZ ", 132)
    for _column in range(4):
        flat[at + 8 : at + 20] = bytes(12)
        at = flat.find(b"XYZ ", at + 4)
        if at < 0:
            break
    assert transform(bytes(flat), None) is None
