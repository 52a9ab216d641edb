"""Latent: where one is in a generator's space. The Params of Generate: flags, recipe, Session and PNG hold the same."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.latent.kinds import MOST_SEED, Blend, Mixed, Noise, OwnPoint, Pushes
from ganstudio.core.latent.parts import Mix, Point, Push, Weighted
from ganstudio.core.params import Maybe, ModelOf, Number, Params, Text, param

__all__ = ["MOST_SEED", "NOISE_FIXED", "NOISE_OFF", "Latent"]

NOISE_FIXED, NOISE_OFF = "fixed", "off"


@dataclass(frozen=True)
class Latent(Params):
    """w of the seeds (or the point) → pushed along directions → layers of another seed → drawn to the mean by ψ.

    A seed is what NVIDIA's scripts mean by it: z = RandomState(seed).randn(1, z_dim). Everything random is a seed, so
    that the same Latent is the same picture. `weights` is the SHA-256 of the model's file, "" where not known yet.
    """

    model: str = param(
        ModelOf(kind="generator"),
        "paintings",
        label="Model",
        flags=("-n",),
        help="which generator: a name from `ganstudio models list`, or a model file",
    )
    seeds: tuple[Weighted, ...] = param(
        Blend(seeds=True), (Weighted("0"),), label="Seed", help="where it starts; several are blended: 3:0.7+5:0.3"
    )
    classes: tuple[Weighted, ...] = param(
        Blend(), (), label="Class", help="which of the model's classes, or a blend: monet:0.7+aivazovsky:0.3"
    )
    psi: float = param(
        Number(-1.0, 2.0),
        0.7,
        label="Truncation ψ",
        flags=("--trunc",),
        help="0 is the mean picture, 1 the whole variety, less than 0 its opposite",
    )
    cutoff: int | None = param(
        Maybe(Number(0, 64, whole=True), also=("all",)),
        None,
        label="Truncated layers",
        group="advanced",
        help="only so many of the first layers are drawn to the mean (all when left out)",
    )
    noise: str = param(
        Noise(), NOISE_FIXED, label="Noise", help="fixed: the model's own; off; or the seed it is drawn from"
    )
    pushes: tuple[Push, ...] = param(
        Pushes(), (), label="Directions", flags=("--direction",), help="how far along which directions, in σ: NAME=1.5"
    )
    mix: Mix | None = param(Maybe(Mixed()), None, label="Style mixing", help="layers taken from another seed: 88:8-13")
    point: Point | None = param(
        Maybe(OwnPoint()), None, label="Point", group="advanced", help="a point of its own instead of seeds"
    )
    weights: str = param(
        Text("SHA256"), "", label="Weights", group="advanced", help="the model file's SHA-256 that made the picture"
    )
