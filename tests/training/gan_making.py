"""Small GANs on small made pictures, for several tests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ganstudio.training.data.squares import Squares
from ganstudio.training.generator.pictures import Material
from ganstudio.training.generator.plan import GeneratorPlan
from ganstudio.training.generator.trainee import GeneratorTrainee
from ganstudio.training.trainee import Facts

TINY = GeneratorPlan(
    name="tiny", network="stylegan2", size=16, batch=8, width=256, most=16, latent=16, gamma=0.1, r1_every=2,
    augment="none", mirror=False, precision="fp32", judged=32,
)  # fmt: skip
DIGITS = GeneratorPlan(
    name="digits", network="dcgan", size=16, batch=8, width=64, most=8, latent=8, gamma=0.0, augment="none",
    mirror=False, precision="fp32", loss="smoothed", lr=2e-4, beta1=0.5, gray=True,
)  # fmt: skip
SHAPES = ("disc", "square")


def shapes(count: int, side: int = 16, channels: int = 3, seed: int = 0) -> Squares:
    """Orange discs and blue squares on dark ground, anywhere."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    return Squares(tuple(_shape(int(n), side, channels, rng) for n in labels), labels, SHAPES, side)


def _shape(kind: int, side: int, channels: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    y, x = np.mgrid[:side, :side] + 0.5
    cy, cx = rng.uniform(0.35 * side, 0.65 * side, 2)
    radius = rng.uniform(0.2, 0.3) * side
    inside = np.hypot(y - cy, x - cx) < radius if kind == 0 else np.maximum(abs(y - cy), abs(x - cx)) < radius
    colour = np.array([(230, 140, 40), (40, 90, 220)][kind], dtype=np.float64) + rng.normal(0.0, 8.0, 3)
    picture = np.where(inside[..., None], colour, 25.0)
    return np.clip(picture, 0, 255).astype(np.uint8)[..., :channels].copy()


def trainee(
    plan: GeneratorPlan = TINY, data: Squares | None = None, held: Squares | None = None, facts: Facts | None = None
) -> GeneratorTrainee:
    data = data or shapes(32, plan.size, plan.channels)
    classes = data.classes if plan.by_class else ()
    return GeneratorTrainee(plan, Material(data, held, []), facts or Facts(), classes)


def other(plan: GeneratorPlan = TINY, **changes: object) -> GeneratorPlan:
    return replace(plan, **changes)  # type: ignore[arg-type]
