"""The Plan of generators. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ganstudio.core.params import Choice, Number, Switch, param
from ganstudio.training.plan import ADVANCED, Plan

_COUNT = Number(0, 1_000_000, whole=True)


@dataclass(frozen=True)
class GeneratorPlan(Plan):
    """Sources of the defaults: docs/training.md."""

    GOAL: ClassVar[str] = "generator"

    network: str = param(
        Choice(("stylegan2", "dcgan", "mlp")), "stylegan2", label="Network",
        help="stylegan2: for pictures of any kind; dcgan, mlp: small and plain, for tiny pictures such as digits",
    )  # fmt: skip
    size: int = param(Number(8, 1024, whole=True), 64, label="Size", help="side of the pictures in pixels")
    by_class: bool = param(
        Switch(), True, label="By class", help="learn each sub-folder as a class that can be asked for"
    )
    gray: bool = param(Switch(), False, label="Gray", help="one channel instead of three")
    mirror: bool = param(
        Switch(), True, label="Mirror", help="half of the pictures are shown mirrored (not for writing)"
    )
    augment: str = param(
        Choice(("diffaugment", "ada", "none")), "diffaugment", label="Augmentation",
        help="what keeps the discriminator from learning few pictures by heart: fixed (diffaugment), adaptive (ada)",
    )  # fmt: skip
    width: int = param(
        Number(64, 65536, whole=True), 2048, label="Width", group=ADVANCED,
        help="stylegan2: channels × pixels of the side at the largest sizes; dcgan, mlp: how wide, 2048 is usual",
    )  # fmt: skip
    most: int = param(
        Number(8, 1024, whole=True), 128, label="Most channels", help="stylegan2: at the smallest sizes", group=ADVANCED
    )
    latent: int = param(
        Number(2, 1024, whole=True), 128, label="Latent", help="how many random numbers make a picture", group=ADVANCED
    )
    attention: int = param(
        Number(0, 64, whole=True), 0, label="Attention", group=ADVANCED,
        help="stylegan2: the size in pixels at which far parts of a picture see each other; 0: nowhere",
    )  # fmt: skip
    batch: int = param(Number(1, 4096, whole=True), 16, label="Batch", help="pictures a step")
    lr: float = param(Number(1e-8, 1.0), 2.5e-3, label="Learning rate", help="of both networks", group=ADVANCED)
    lr_end: float = param(Number(0.0, 1.0), 2.5e-4, label="Last learning rate", help="at the end", group=ADVANCED)
    beta1: float = param(Number(0.0, 0.999), 0.0, label="Momentum", help="of Adam", group=ADVANCED)
    beta2: float = param(Number(0.0, 0.9999), 0.99, label="Second momentum", help="of Adam", group=ADVANCED)
    decay: float = param(
        Number(0.0, 1.0), 0.2, label="Decay", help="the last share of a training, in which the rate falls",
        group=ADVANCED,
    )  # fmt: skip
    loss: str = param(
        Choice(("non-saturating", "minimax", "smoothed", "wgan", "hinge", "least-squares")), "non-saturating",
        label="Loss", help="what the two networks play for", group=ADVANCED,
    )  # fmt: skip
    gamma: float = param(
        Number(0.0, 10_000.0), 0.2, label="R1", help="weight of the penalty on the discriminator's gradient at real "
        "pictures; 0: none", group=ADVANCED,
    )  # fmt: skip
    r1_every: int = param(Number(1, 1000, whole=True), 16, label="R1 every", help="so many steps", group=ADVANCED)
    gradient_penalty: float = param(
        Number(0.0, 1000.0), 0.0, label="Gradient penalty", help="weight of WGAN-GP's penalty; 0: none", group=ADVANCED
    )
    path_length: float = param(
        Number(0.0, 100.0), 0.0, label="Path length", group=ADVANCED,
        help="weight of the penalty that makes the latent space smooth (every 4 steps); 0: none",
    )  # fmt: skip
    spectral_norm: bool = param(
        Switch(), False, label="Spectral norm", help="holds the discriminator's layers at a slope of 1", group=ADVANCED
    )
    style_mixing: float = param(
        Number(0.0, 1.0), 0.0, label="Style mixing", group=ADVANCED,
        help="share of pictures made from two latents, so that coarse and fine layers come apart",
    )  # fmt: skip
    p0: float = param(Number(0.0, 0.85), 0.0, label="First p", help="ada: where it begins", group=ADVANCED)
    ada_kimg: float = param(
        Number(1.0, 100_000.0), 500.0, label="Adaption", help="ada: thousand pictures from p = 0 to 1", group=ADVANCED
    )
    freeze_d: int = param(
        Number(0, 8, whole=True), 0, label="Frozen blocks", group=ADVANCED,
        help="blocks of the discriminator, from the largest size down, that do not learn (when fine-tuning)",
    )  # fmt: skip
    judged: int = param(
        _COUNT, 200, label="Judged by", help="generated pictures a check compares with the held-out ones",
        group=ADVANCED,
    )  # fmt: skip

    @property
    def channels(self) -> int:
        return 1 if self.gray else 3
