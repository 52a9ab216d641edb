"""A GAN learns: two-coloured shapes, a minute on a CPU. A control whose discriminator stands still does not."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from ganstudio.measures import features
from ganstudio.measures.distribution.kid import kid
from ganstudio.training.generator.shown import generated
from ganstudio.training.generator.trainee import GeneratorTrainee
from tests.training.gan_making import TINY, other, shapes, trainee

pytestmark = pytest.mark.usefixtures("one_thread")
PLAN = other(TINY, batch=16, most=32, width=512, r1_every=16, gamma=0.05, ema=0.98)
STEPS = 80


def distance(one: GeneratorTrainee, real: np.ndarray) -> float:
    judge = features.named("squeezenet11")
    made = generated(one.shown(), range(96))
    return kid(judge.vectors(real, 32), judge.vectors(made, 32)).mean


def learnt(moving: bool) -> tuple[float, float, GeneratorTrainee]:
    """KID at the start and at the end, and who learnt."""
    one, real = trainee(PLAN, data=shapes(128)), shapes(96, seed=1).middles()
    start, still = distance(one, real), copy.deepcopy(one.pair.d.state_dict())
    for number in range(STEPS if moving else STEPS // 2):
        one.step(number, 1.0, 1)
        if not moving:
            one.pair.d.load_state_dict(still)
    return start, distance(one, real), one


def test_a_gan_learns() -> None:
    start, end, one = learnt(moving=True)
    assert end < 0.5 * start
    orange, blue = (generated(one.shown(), range(32), [label] * 32).mean(axis=(0, 1, 2)) for label in (0, 1))
    assert orange[0] > orange[2] + 10 and blue[2] > blue[0] + 10


def test_without_a_discriminator_that_learns_it_does_not() -> None:
    start, end, _ = learnt(moving=False)
    assert end > 0.5 * start
