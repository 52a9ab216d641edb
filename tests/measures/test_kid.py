"""KID against its definition and against what must be so."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.measures.distribution.kid import kid


def _vectors(seed: int, count: int = 300, dimension: int = 16, shift: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, dimension)) + shift


def _plain(x: np.ndarray, y: np.ndarray) -> float:
    """The definition, one pair after the other."""
    d, m, n = x.shape[1], len(x), len(y)

    def k(a: np.ndarray, b: np.ndarray) -> float:
        return float((a @ b / d + 1) ** 3)

    within = sum(k(x[i], x[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    within += sum(k(y[i], y[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    return within - 2 * sum(k(a, b) for a in x for b in y) / (m * n)


def test_kid_is_its_definition() -> None:
    x, y = _vectors(0, 12, 5), _vectors(1, 12, 5, 0.3)
    whole = kid(x, y, subsets=1, size=12)
    assert whole.mean == pytest.approx(_plain(x, y), rel=1e-9)
    assert whole.std == 0.0


def test_one_distribution_has_none_and_the_spread_says_how_sure() -> None:
    for seed in range(4):
        found = kid(_vectors(seed), _vectors(seed + 100))
        assert abs(found.mean) < 2 * found.std


def _expected(mu: np.ndarray, nu: np.ndarray) -> float:
    """E (a·b/d + 1)³ for a ~ N(mu, 1) and b ~ N(nu, 1), in closed form."""
    d, c, m, n = len(mu), mu @ nu, mu @ mu, nu @ nu
    first, second = c / d, (c**2 + m + d + n) / d**2
    third = (c**3 + 3 * c * m + 3 * c * (d + n + 2)) / d**3
    return float(third + 3 * second + 3 * first + 1)


def test_unbiased_few_pictures_give_the_closed_form_on_average() -> None:
    zero, moved = np.zeros(16), np.full(16, 0.2)
    truth = _expected(zero, zero) + _expected(moved, moved) - 2 * _expected(zero, moved)
    found = [kid(_vectors(s, 40), _vectors(s + 5000, 40, shift=0.2), subsets=10).mean for s in range(300)]
    assert np.mean(found) == pytest.approx(truth, abs=3 * np.std(found) / np.sqrt(len(found)))
    assert kid(_vectors(1, 2500), _vectors(2, 2500, shift=0.2)).mean == pytest.approx(truth, rel=0.15)


def test_further_is_more_either_way_round_and_seeds_repeat() -> None:
    real = _vectors(0)
    found = [kid(real, _vectors(1, shift=shift)).mean for shift in (0.1, 0.3, 0.6)]
    assert found == sorted(found) and found[0] > 0
    near = _vectors(1, shift=0.3)
    assert kid(real, near, seed=3) == kid(real, near, seed=3) != kid(real, near, seed=4)
    assert kid(near, real, subsets=1, size=300).mean == pytest.approx(kid(real, near, subsets=1, size=300).mean)


def test_sets_may_differ_in_size_and_order() -> None:
    real, made = _vectors(0, 300), _vectors(1, 200, shift=0.3)
    whole = kid(real[:200], made, subsets=1, size=200).mean
    assert kid(real[:200][::-1], made[::-1], subsets=1, size=200).mean == pytest.approx(whole)
    assert kid(real, made).mean == pytest.approx(whole, rel=0.3)
    with pytest.raises(ValueError, match="at least 2 of 1"):
        kid(real, made[:1])
