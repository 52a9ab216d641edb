"""Distances between sets of vectors against closed forms, plain definitions and published controls."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.measures.distribution import classes
from ganstudio.measures.distribution.diversity import diversity, spread
from ganstudio.measures.distribution.frechet import enough, frechet
from ganstudio.measures.distribution.inception_score import inception_score
from ganstudio.measures.distribution.memorising import memorised
from ganstudio.measures.distribution.neighbours import nearest, neighbourhood
from ganstudio.measures.distribution.wasserstein import sliced_wasserstein


def _normal(seed: int, count: int, dimension: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, dimension))


def _exactly(mean: np.ndarray, covariance: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Vectors whose sample mean and covariance are these to the last digit."""
    x = _normal(seed, count, len(mean))
    x -= x.mean(axis=0)
    x = x @ np.linalg.inv(np.linalg.cholesky(np.cov(x, rowvar=False))).T
    return x @ np.linalg.cholesky(covariance).T + mean


def test_frechet_of_two_gaussians_is_the_closed_form() -> None:
    """Diagonal covariances commute: Σ (√a − √b)² + ‖μ‖²."""
    a, b = np.array([1.0, 4.0, 9.0]), np.array([2.0, 4.0, 1.0])
    shift = np.array([0.5, 0.0, -1.0])
    left, right = _exactly(np.zeros(3), np.diag(a), 60, 0), _exactly(shift, np.diag(b), 90, 1)
    wanted = float(((np.sqrt(a) - np.sqrt(b)) ** 2).sum() + shift @ shift)
    assert frechet(left, right) == pytest.approx(wanted, abs=1e-9)
    turn = np.linalg.qr(_normal(3, 3, 3))[0]
    assert frechet(left @ turn, right @ turn) == pytest.approx(wanted, abs=1e-9)
    assert frechet(right, left) == pytest.approx(wanted, abs=1e-9)
    assert frechet(left, left[::-1]) == pytest.approx(0.0, abs=1e-9)


def test_frechet_of_fewer_vectors_than_dimensions_is_real_and_biased() -> None:
    few = frechet(_normal(0, 20, 64), _normal(1, 20, 64))
    many = frechet(_normal(0, 4000, 64), _normal(1, 4000, 64))
    assert few > 10 * many > 0
    assert enough(320, 64) and not enough(319, 64)
    with pytest.raises(ValueError, match="two vectors"):
        frechet(_normal(0, 1, 4), _normal(1, 5, 4))


def test_the_control_of_one_gaussian() -> None:
    """clovaai/generative-evaluation-prdc prints .48 .47 1.06 .97 for 10,000 vectors of 1000 dimensions, k = 5; density
    swings by a tenth from draw to draw there, and fewer vectors lift precision and recall a little."""
    found = neighbourhood(_normal(0, 2000, 1000), _normal(1, 2000, 1000), k=5, k_density=5)
    assert found.precision == pytest.approx(0.55, abs=0.05)
    assert found.recall == pytest.approx(0.55, abs=0.05)
    assert found.density == pytest.approx(1.03, abs=0.12)
    assert found.coverage == pytest.approx(0.97, abs=0.02)


def _plain(real: np.ndarray, made: np.ndarray, k: int, kd: int) -> tuple[float, float, float, float]:
    def distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.linalg.norm(a[:, None] - b[None], axis=2)

    own, other, between = distances(real, real), distances(made, made), distances(real, made)
    ball, small = np.sort(own)[:, k], np.sort(own)[:, kd]
    precision = np.mean([(between[:, j] <= ball).any() for j in range(len(made))])
    recall = np.mean([(between[i] <= np.sort(other)[:, k]).any() for i in range(len(real))])
    density = (between < small[:, None]).sum() / (kd * len(made))
    return float(precision), float(recall), float(density), float((between.min(axis=1) < small).mean())


def test_neighbourhoods_are_their_definition_and_say_what_is_wrong() -> None:
    real, made = _normal(0, 60, 3), _normal(1, 45, 3) * 0.7 + 0.2
    assert tuple(neighbourhood(real, made)) == pytest.approx(_plain(real, made, 3, 5))
    collapsed = real[:1] + 0.01 * _normal(2, 60, 3)
    found = neighbourhood(real, collapsed)
    assert found.precision > 0.9 and found.recall < 0.2 and found.coverage < 0.3
    wild = 20 * _normal(3, 60, 3)
    found = neighbourhood(real, wild)
    assert found.precision < 0.2 < 0.5 < found.recall
    with pytest.raises(ValueError, match="too few for the 5-th"):
        neighbourhood(real[:5], made)


def test_nearest_finds_the_nearest_but_itself() -> None:
    real = np.array([[0.0, 0.0], [1.0, 0.0], [5.0, 0.0]])
    distance, number = nearest(np.array([[0.9, 0.0], [4.0, 0.0]]), real)
    assert number.tolist() == [1, 2] and distance.tolist() == pytest.approx([0.1, 1.0])
    distance, number = nearest(real, real, apart=True)
    assert number.tolist() == [1, 0, 1] and distance.tolist() == pytest.approx([1.0, 1.0, 4.0])


def test_diversity_is_one_for_alike_and_nought_for_collapse() -> None:
    real = _normal(0, 300, 8)
    assert diversity(real, _normal(1, 300, 8)) == pytest.approx(1.0, abs=0.05)
    assert diversity(real, real[:1] + 0.01 * _normal(2, 300, 8)) < 0.05
    assert diversity(np.ones((5, 2)), real) == 0.0
    assert spread(np.array([[0.0], [3.0]])) == pytest.approx(3.0)
    with pytest.raises(ValueError, match="two vectors"):
        spread(real[:1])


def test_memorising_is_a_hundredth_for_new_pictures_and_all_for_copies() -> None:
    training, flipped = _normal(0, 400, 6), _normal(1, 400, 6)
    fresh, held = _normal(2, 1000, 6), _normal(3, 1000, 6)
    for against in (held, None):
        assert memorised(fresh, training, flipped, against).share < 0.05
    copies = training[:100] + 1e-4
    found = memorised(copies, training, flipped, held)
    assert found.share == 1.0 and found.against == "held out"
    assert [number for _, number, _ in found.closest(100)] == [made for made, _, _ in found.closest(100)]
    mirrored = memorised(flipped[:50] + 1e-4, training, flipped, held)
    assert mirrored.share == 1.0 and mirrored.numbers.tolist() == list(range(50))
    half = memorised(np.concatenate([copies, fresh[:100]]), training, flipped, None)
    assert half.share == pytest.approx(0.5, abs=0.03) and half.against == "each other"
    with pytest.raises(ValueError, match="mirror image"):
        memorised(fresh, training, flipped[:-1])
    with pytest.raises(ValueError, match="two training"):
        memorised(fresh, training[:1], flipped[:1])


def test_inception_score_goes_from_one_to_the_number_of_classes() -> None:
    sure = np.eye(4)[np.arange(400) % 4]
    assert inception_score(sure).mean == pytest.approx(4.0)
    assert inception_score(np.full((400, 4), 0.25)).mean == pytest.approx(1.0)
    assert inception_score(np.eye(4)[np.zeros(400, int)]).mean == pytest.approx(1.0)  # one class only: collapse
    with pytest.raises(ValueError, match="sum to 1"):
        inception_score(sure * 0.5)
    with pytest.raises(ValueError, match="cannot be split"):
        inception_score(sure[:9])


def test_a_linear_classifier_learns_what_can_be_told_apart() -> None:
    labels = np.arange(600) % 3
    vectors = _normal(0, 600, 10) + 3 * np.eye(10)[labels]
    linear = classes.learn(vectors[:300], labels[:300], 3)
    assert linear.accuracy(vectors[300:], labels[300:]) > 0.9
    assert linear.probabilities(vectors).sum(axis=1) == pytest.approx(1.0)
    blind = classes.learn(_normal(1, 300, 10), labels[:300], 3)
    assert blind.accuracy(_normal(2, 600, 10), labels) < 0.5
    with pytest.raises(ValueError, match="pictures of each"):
        classes.learn(vectors[:4], np.array([0, 0, 2, 2]), 3)


def _pictures(seed: int, tint: int = 0, count: int = 40, side: int = 32) -> np.ndarray:
    rng = np.random.default_rng(seed)
    made = rng.integers(0, 200, (count, side // 4, side // 4, 3)).repeat(4, axis=1).repeat(4, axis=2)
    made[..., 0] += tint
    return (made + rng.integers(0, 20, made.shape)).astype(np.uint8)


def test_patches_tell_blur_and_tint_from_another_draw() -> None:
    real = _pictures(0)
    floor = sliced_wasserstein(real, _pictures(1))
    assert set(floor) == {32, 16}
    assert sliced_wasserstein(real, real) == {32: 0.0, 16: 0.0}
    tinted = sliced_wasserstein(real, _pictures(1, tint=30))
    smooth = (real // 2 + np.roll(real, 2, axis=1) // 2).astype(np.uint8)
    assert tinted[16] > 2 * floor[16]
    assert sliced_wasserstein(real, smooth)[32] > 2 * floor[32]
    with pytest.raises(ValueError, match="cannot be compared"):
        sliced_wasserstein(real, _pictures(1, side=64))
    with pytest.raises(ValueError, match="16 pixels"):
        sliced_wasserstein(real[:, :8, :8], real[:, :8, :8])
