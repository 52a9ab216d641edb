"""Made beside real: the floor is low, trivial baselines are worse, copies are found, few pictures are refused."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from ganstudio.core.errors import BadInput
from ganstudio.measures import features
from ganstudio.measures.sets import blurred, compare, gaussian, through_file


def _shapes(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Discs (0) and squares (1) of any colour and place on any ground, 32 pixels."""
    rng = np.random.default_rng(seed)
    pictures, labels = [], np.arange(count) % 2
    for label in labels:
        ground, colour = (tuple(int(v) for v in rng.integers(0, 256, 3)) for _ in range(2))
        picture = np.full((32, 32, 3), ground, np.uint8)
        x, y = (int(v) for v in rng.integers(10, 22, 2))
        if label:
            cv2.rectangle(picture, (x - 6, y - 6), (x + 6, y + 6), colour, -1)
        else:
            cv2.circle(picture, (x, y), 7, colour, -1, cv2.LINE_AA)
        pictures.append(picture)
    return np.stack(pictures), labels


@pytest.fixture(scope="module")
def real() -> tuple[np.ndarray, np.ndarray]:
    return _shapes(0, 120)


def test_everything_that_a_figure_needs_stands_beside_it(real: tuple[np.ndarray, np.ndarray]) -> None:
    pictures, labels = real
    made, made_labels = _shapes(1, 60)
    seen = features.named("squeezenet11")
    found = compare(pictures, made, seen, seed=3, real_labels=labels, made_labels=made_labels)
    rows = {row.name: row for row in found.rows}
    assert list(rows) == ["made", "real", "blurred", "gaussian"]
    assert (found.n, found.size, found.side, found.features, found.seed) == (60, 32, 96, seen.label, 3)
    assert rows["real"].kid.mean < 3 * rows["real"].kid.std
    assert rows["made"].kid.mean < 0.3 * rows["blurred"].kid.mean < rows["gaussian"].kid.mean
    assert rows["made"].sliced < rows["gaussian"].sliced and rows["made"].frechet < rows["gaussian"].frechet
    assert 0.7 < rows["made"].diversity < 1.3
    assert found.told is not None and found.told.real > 0.9 and found.told.made > 0.9
    assert found.told.score_made.mean > 1.5
    assert found.memory.share < 0.1 and found.memory.against == "each other"
    assert any("few" in note for note in found.notes) and any("biased" in note for note in found.notes)
    assert json.loads(json.dumps(found.to_json()))["rows"][0]["name"] == "made"


def test_copies_are_memorised_and_held_out_pictures_set_the_mark(real: tuple[np.ndarray, np.ndarray]) -> None:
    pictures, _ = real
    held = _shapes(5, 40)[0]
    found = compare(pictures, pictures[:, :, ::-1][:50], features.named("squeezenet11"), held_out=held)
    assert found.memory.share == 1.0 and found.memory.against == "held out"
    assert found.memory.numbers.tolist() == list(range(50))


def test_too_few_and_unequal_pictures_are_refused(real: tuple[np.ndarray, np.ndarray]) -> None:
    pictures, seen = real[0], features.named("squeezenet11")
    with pytest.raises(BadInput, match="20 real and 50 made pictures are too few"):
        compare(pictures[:20], pictures[:50], seen)
    with pytest.raises(BadInput, match="32×32 and 16×16"):
        compare(pictures, pictures[:, :16, :16], seen)
    few, labels = pictures[:40], np.zeros(40, int)
    labels[0] = 2
    with pytest.raises(BadInput, match="A class has too few"):
        compare(few, few, seen, real_labels=labels, made_labels=labels)


def test_the_baselines_and_the_file() -> None:
    pictures = _shapes(2, 30)[0]
    assert np.array_equal(through_file(pictures, 0), pictures)
    saved = through_file(pictures, 95)
    assert saved.shape == pictures.shape and 0 < np.abs(saved.astype(int) - pictures).mean() < 4
    assert blurred(pictures).std() < pictures.std()
    drawn = gaussian(pictures, 400, np.random.default_rng(0))
    assert np.abs(drawn.mean(axis=0) - pictures.mean(axis=0)).mean() < 8
