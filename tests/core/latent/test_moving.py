"""Moving in latent space: numbers that NVIDIA's notes match, blends that keep their length, layers that are there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ganstudio.core.errors import UsageError
from ganstudio.core.latent import Push, moving

RNG = np.random.default_rng(0)
WS = RNG.standard_normal((6, 8), dtype=np.float32)


def push(amount: float, first: int = 0, last: int | None = None, size: int = 8) -> Push:
    return Push("warm", amount, first, last, np.ones(size, "<f4").tobytes())


def test_a_seed_is_what_nvidia_draws_for_it() -> None:
    # np.random.RandomState(85).randn(1, 512)[0, :3], as in generate.py of stylegan2-ada-pytorch.
    want = np.random.RandomState(85).randn(1, 512)[0].astype(np.float32)
    assert np.array_equal(moving.seed_z(85, 512), want)
    assert np.allclose(moving.seed_z(0, 64)[:3], [1.7640524, 0.4001572, 0.978738])


def test_a_blend_in_z_is_as_long_as_its_parts() -> None:
    points = RNG.standard_normal((2, 512), dtype=np.float32)
    plain, kept = moving.blended(points, [1, 1]), moving.blended_keeping_norm(points, [1, 1])
    lengths = np.linalg.norm(points, axis=1)
    assert np.linalg.norm(plain) < 0.8 * lengths.min()
    assert np.isclose(np.linalg.norm(kept), lengths.mean(), rtol=1e-5)
    assert np.allclose(moving.blended(points, [0.0, 3.0]), points[1])


def test_opposite_points_blend_to_something_finite() -> None:
    point = np.ones((1, 4), np.float32)
    assert np.isfinite(moving.blended_keeping_norm(np.concatenate([point, -point]), [1, 1])).all()
    assert np.isfinite(moving.slerp(point, -point, 0.5)).all()


@given(
    arrays(np.float32, (2, 16), elements=st.floats(-3, 3, width=32)),
    arrays(np.float32, (2, 16), elements=st.floats(-3, 3, width=32)),
    st.floats(0, 1),
)
def test_slerp_begins_and_ends_where_it_should_and_lies_between(a: np.ndarray, b: np.ndarray, t: float) -> None:
    assert np.allclose(moving.slerp(a, b, 0.0), a, atol=1e-4)
    assert np.allclose(moving.slerp(a, b, 1.0), b, atol=1e-4)
    lengths = np.linalg.norm(moving.slerp(a, b, t), axis=-1)
    ends = [np.linalg.norm(one, axis=-1) for one in (a, b)]
    assert (lengths <= np.maximum(*ends) + 1e-3).all()


def test_a_push_moves_its_layers_and_no_other() -> None:
    moved = moving.pushed(WS, [push(2.0, 1, 2)])
    assert np.allclose(moved[1:3], WS[1:3] + 2.0)
    assert np.array_equal(moved[[0, 3, 4, 5]], WS[[0, 3, 4, 5]])
    assert np.allclose(moving.pushed(WS, [push(2.0)], share=0.5), WS + 1.0)
    assert np.array_equal(moving.pushed(WS, [push(1.0, 4, 99)])[:4], WS[:4])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (push(1.0, 6), "no layer 6: the model has the layers 0 to 5"),
        (push(1.0, size=9), "has 9 numbers, the model takes 8"),
        (Push("warm", 1.0), "numbers are not known"),
    ],
)
def test_a_push_that_does_not_fit_is_a_sentence(wrong: Push, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        moving.pushed(WS, [wrong])
    assert said in str(refused.value)


def test_mixing_takes_the_layers_of_another() -> None:
    other = -WS
    assert np.array_equal(moving.mixed(WS, other, 4, None), np.concatenate([WS[:4], other[4:]]))
    with pytest.raises(UsageError, match="one layer, 0"):
        moving.mixed(WS[:1], other[:1], 1, None)


@given(st.floats(-1, 2), st.integers(0, 6) | st.none())
def test_truncation_as_the_papers_say(psi: float, cutoff: int | None) -> None:
    centre = np.arange(8, dtype=np.float32)
    found = moving.truncated(WS, centre, psi, cutoff)
    last = 6 if cutoff is None else cutoff
    assert np.allclose(found[:last], centre + psi * (WS[:last] - centre), atol=1e-5)
    assert np.array_equal(found[last:], WS[last:])


def test_truncation_without_a_centre_draws_to_zero() -> None:
    assert np.allclose(moving.truncated(WS, None, 0.5), WS / 2)
    assert np.allclose(moving.truncated(WS, None, -1.0), -WS)


@pytest.mark.parametrize("layers", [*range(1, 20), 26])
def test_groups_cover_all_layers_in_order(layers: int) -> None:
    coarse, middle, fine = moving.groups(layers)
    assert coarse[0] == 0 and fine[1] == layers - 1
    if layers >= 3:
        assert coarse[1] + 1 == middle[0] and middle[1] + 1 == fine[0]
        assert all(first <= last for first, last in (coarse, middle, fine))


def test_a_point_of_another_model_is_a_sentence() -> None:
    assert moving.layered(WS[:1], 6, 8).shape == (6, 8)
    for wrong in (WS[:2], WS[:, :4]):
        with pytest.raises(UsageError, match="another model"):
            moving.layered(wrong, 6, 8)
