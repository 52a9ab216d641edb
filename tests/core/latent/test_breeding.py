"""Children: the same for the same seed, held layers untouched, between parents, as far from the mean as they are."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.core.errors import UsageError
from ganstudio.core.latent.breeding import CHILDREN, GROUPS, children, stranger_seeds
from ganstudio.core.latent.moving import groups

LAYERS, WIDE = 14, 512
LAYER_GROUPS = groups(LAYERS)
RANDOM = np.random.default_rng(5)
CENTRE = RANDOM.normal(size=WIDE).astype(np.float32)


def point(seed: int, layers: int = LAYERS) -> np.ndarray:
    one = np.random.default_rng(seed).normal(size=WIDE).astype(np.float32) + CENTRE
    return np.broadcast_to(one, (layers, WIDE)).copy()


STRANGERS = [point(100 + n) for n in range(CHILDREN)]


def test_the_same_seed_gives_the_same_children() -> None:
    def bred(seed: int) -> np.ndarray:
        return np.stack(
            children([point(1), point(2)], STRANGERS, mutation=0.3, groups=LAYER_GROUPS, seed=seed, centre=CENTRE)
        )

    assert np.array_equal(bred(1), bred(1)) and not np.array_equal(bred(1), bred(2))
    assert bred(1).dtype == np.float32 and bred(1).shape == (CHILDREN, LAYERS, WIDE)
    assert stranger_seeds(3) == stranger_seeds(3) != stranger_seeds(4) and len(set(stranger_seeds(3))) == CHILDREN


@pytest.mark.parametrize("held", [(), ("coarse",), ("middle", "fine"), GROUPS])
def test_held_groups_stay_as_the_first_parent_has_them(held: tuple[str, ...]) -> None:
    first, second = point(1), point(2)
    for child in children([first, second], STRANGERS, mutation=0.6, groups=LAYER_GROUPS, held=held):
        for name, (a, b) in zip(GROUPS, LAYER_GROUPS, strict=True):
            same = np.array_equal(child[a : b + 1], first[a : b + 1])
            assert same == (name in held)


@pytest.mark.parametrize("count", [2, 3])
def test_without_mutation_layers_lie_between_two_parents(count: int) -> None:
    parents = [point(n) for n in range(count)]
    bred = children(parents, STRANGERS, mutation=0.0, groups=LAYER_GROUPS, seed=2)
    for child in bred:
        assert not any(np.array_equal(child, parent) for parent in parents)
        for layer in range(LAYERS):
            _, residue, *_ = np.linalg.lstsq(np.stack([p[layer] - CENTRE for p in parents]).T, child[layer] - CENTRE)
            assert float(residue[0]) < 1e-3
    assert len({child.tobytes() for child in bred}) == CHILDREN


@pytest.mark.parametrize("layers", [1, LAYERS])
@pytest.mark.parametrize("mutation", [0.1, 0.35, 0.7, 1.0])
def test_mutation_is_a_distance_in_sigmas_and_keeps_the_length(mutation: float, layers: int) -> None:
    """Over many children: |child - parent| grows with the mutation, |child - centre| stays σ√dim."""
    parent = point(1, layers)
    strangers = [point(300 + n, layers) for n in range(60)]
    bred = np.stack(
        children([parent], strangers, mutation=mutation, groups=groups(layers), count=60, centre=CENTRE)
    )  # fmt: skip
    length = np.linalg.norm(bred - CENTRE, axis=-1).mean() / np.sqrt(WIDE)
    away = np.linalg.norm(bred - parent, axis=-1).mean() / np.sqrt(WIDE)
    of_parent, kept = np.linalg.norm(parent[0] - CENTRE) / np.sqrt(WIDE), np.sqrt(1 - mutation**2)
    assert length == pytest.approx(np.hypot(kept * of_parent, mutation), rel=0.03)
    assert away == pytest.approx(np.hypot(mutation, (1 - kept) * of_parent), rel=0.03)


def test_a_generator_without_layers_crosses_number_by_number() -> None:
    first, second = point(1, 1), point(2, 1)
    for child in children([first, second], [point(9, 1)], mutation=0.0, groups=groups(1)):
        of_first = float((child == first).mean())
        assert 0.3 < of_first < 0.7 and bool(((child == first) | (child == second)).all())
    held = children([first, second], [point(9, 1)], mutation=0.5, groups=groups(1), held=("fine",))
    assert all(np.array_equal(child, first) for child in held), "one layer belongs to every group"


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(UsageError, match="at least one parent"):
        children([], STRANGERS, mutation=0.1, groups=LAYER_GROUPS)
    with pytest.raises(UsageError, match="different models"):
        children([point(1), point(1, 8)], STRANGERS, mutation=0.1, groups=LAYER_GROUPS)
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(UsageError, match="outside"):
            children([point(1)], STRANGERS, mutation=wrong, groups=LAYER_GROUPS)
