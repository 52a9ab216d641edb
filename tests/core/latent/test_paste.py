"""Cutting squares out of photographs and pasting back: in place, exact outside the mask, seamless where wanted."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ganstudio.core.errors import UsageError
from ganstudio.core.latent.paste import cut, mask_of, paste_back
from ganstudio.core.latent.projection import Crop, Eyes, Score, Square


def photo(height: int = 90, width: int = 120, channels: int = 3) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    rows = [60 + x, 200 - y, 90 + (x + y) / 4, np.full(x.shape, 77)]
    return np.stack(rows[-channels:] if channels == 2 else rows[:channels], axis=-1).astype(np.uint8)


TURNED = Square(60.3, 45.6, 50.0, 30.0)


def test_a_straight_square_is_the_pixels_themselves() -> None:
    one = photo()
    assert np.array_equal(cut(one, Square(50, 40, 32), 32), one[24:56, 34:66])
    assert np.array_equal(cut(one, Square.centre(120, 90), 90), one[:, 15:105])
    halved = cut(one, Square(50, 40, 32), 16).astype(int)
    assert np.abs(halved - one[24:56, 34:66].reshape(16, 2, 16, 2, 3).mean(axis=(1, 3))).max() <= 1


def test_beyond_the_edge_is_mirrored_and_beside_it_refused() -> None:
    whole = cut(photo(), Square.whole(120, 90), 120)
    assert whole.shape == (120, 120, 3) and np.array_equal(whole[15:105], photo())
    assert np.array_equal(whole[14], photo()[1])
    with pytest.raises(UsageError, match="beside the photograph"):
        cut(photo(), Square(500, 500, 20), 16)
    with pytest.raises(UsageError, match="beside the photograph"):
        paste_back(photo(), Square(-90, 10, 20), photo(16, 16))


@pytest.mark.parametrize("square", [Square(50, 40, 32), Square(50.5, 40.25, 31.0), TURNED, Square(60, 45, 60, -90)])
@pytest.mark.parametrize("side", [16, 64, 256])
def test_what_was_cut_out_goes_back_to_its_place(square: Square, side: int) -> None:
    """The photograph is a gradient, so that a shift of half a pixel would show as half a level."""
    back = paste_back(photo(), square, cut(photo(), square, side), feather=0.2)
    inside = mask_of(square, 120, 90, 0.2) > 128
    assert inside.sum() > 300
    off = np.abs(back.astype(int) - photo())
    assert off[inside].mean() < 0.6 and off.max() <= 3


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("how", [{}, {"seamless": True}, {"before": np.zeros((24, 24, 3), np.uint8)}])
def test_outside_the_mask_nothing_changes(channels: int, deep: bool, how: dict[str, object]) -> None:
    one = photo(channels=channels)
    one = one.astype(np.uint16) * 257 + 3 if deep else one
    before = one.copy()
    picture = np.full((24, 24, 3), 130, np.uint8)
    picture[8:16, 8:16] = 250
    result = paste_back(one, TURNED, picture, **how)  # type: ignore[arg-type]
    outside = mask_of(TURNED, 120, 90, 1e-6) == 0
    assert np.array_equal(one, before) and result.dtype == one.dtype and result.shape == one.shape
    assert np.array_equal(result[outside], one[outside])
    if channels in (2, 4):
        assert np.array_equal(result[..., -1], one[..., -1])
    changed = np.abs(result.astype(int) - one)[45, 60, 0] / (257 if deep else 1)
    assert changed > 30


def test_the_mask_is_soft() -> None:
    row = mask_of(Square(60, 45, 60), 120, 90, 0.25)[45].astype(int)
    assert row[29] == 0 and row[60] == 255 and row[90] == 0
    rise = np.diff(row[29:60])
    assert (rise >= 0).all() and rise.max() < 30
    assert row[37] == pytest.approx(128, abs=10)


def test_only_what_was_edited_is_laid_on() -> None:
    """Detail that the network never had stays."""
    rng = np.random.default_rng(0)
    one = rng.integers(60, 190, (90, 120, 3)).astype(np.uint8)
    square = Square(60, 45, 64)
    plain = np.full((32, 32, 3), 100, np.uint8)
    brighter = plain + 20
    result = paste_back(one, square, brighter, before=plain, feather=0.1)
    centre = (slice(30, 60), slice(45, 75))
    assert np.array_equal(result[centre].astype(int) - one[centre], np.full((30, 30, 3), 20))
    assert np.array_equal(paste_back(one, square, plain, before=plain), one)


def test_seamless_takes_the_colours_of_the_surroundings() -> None:
    gray = np.full((90, 120, 3), 100, np.uint8)
    picture = np.full((32, 32, 3), 180, np.uint8)
    picture[12:20, 12:20] = 220
    square = Square(60, 45, 48)
    hard = paste_back(gray, square, picture, feather=0.02)
    soft = paste_back(gray, square, picture, feather=0.02, seamless=True)
    assert abs(int(hard[45, 42, 0]) - 180) < 3 and abs(int(soft[45, 42, 0]) - 100) < 12
    assert int(soft[45, 60, 0]) - int(soft[45, 42, 0]) > 25  # the form is there


def test_a_seamless_square_over_the_edge_or_tiny() -> None:
    for square in (Square(5, 5, 40), Square(60, 45, 400), Square(60, 45, 3)):
        assert paste_back(photo(), square, photo(16, 16), seamless=True).shape == (90, 120, 3)


def test_eyes_are_straight_and_where_generators_have_them() -> None:
    square = Square.of_eyes((50, 40), (70, 46))
    left, right = (square.to_pixels(256) @ np.array([x, y, 1.0]) for x, y in ((50, 40), (70, 46)))
    assert left[1] == pytest.approx(right[1]) and right[0] - left[0] == pytest.approx(64)
    assert left[0] + right[0] == pytest.approx(256) and 110 < left[1] < 128
    with pytest.raises(UsageError, match="one place"):
        Square.of_eyes((5, 5), (5, 5))


def test_crops_and_eyes_as_text_and_json() -> None:
    for one in ("centre", "whole", TURNED):
        kind = Crop()
        assert kind.parse(kind.text(one)) == one == kind.from_json(json.loads(json.dumps(kind.to_json(one))))
    assert Crop().parse("10,20,30") == Square(10, 20, 30)
    eyes = Eyes()
    assert eyes.parse("1,2,30,4.5") == (1, 2, 30, 4.5) == eyes.from_json(eyes.to_json((1, 2, 30, 4.5)))
    for kind, text in (
        (Crop(), "left"),
        (Crop(), "1,2"),
        (Crop(), "1,2,0"),
        (Crop(), "nan,1,5"),
        (Eyes(), "1,2,3"),
        (Eyes(), "a,b,c,d"),
    ):
        with pytest.raises(UsageError):
            kind.parse(text)


def test_scores_say_how_far_it_got() -> None:
    assert Score.of(0.0, 4.0, 2.0, 48).percent == 100.0
    assert Score.of(4.0, 4.0, 9.0, 48) == Score(0.0, 0.0, 48)
    assert Score.of(1.0, 4.0, 2.25, 48) == Score(50.0, 25.0, 48)
    assert Score.of(float("nan"), 4.0, 2.0, 48).percent == 0.0
    assert "only the gist" in Score(50, 25, 48).sentence and "25 %" in Score(50, 25, 48).sentence
    assert "probably learnt no such" in Score(10, 5, 48).words
