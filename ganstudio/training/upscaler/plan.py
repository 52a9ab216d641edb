"""The Plans of upscalers and restorers. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ganstudio.core.params import Choice, Number, param
from ganstudio.training.plan import ADVANCED, Plan

_WEIGHT = Number(0.0, 1000.0)


@dataclass(frozen=True)
class PairPlan(Plan):
    """What upscalers and restorers share. Patches are in pixels of what the network is given.

    Sources of the defaults: docs/training.md. `scale` is a field of upscalers and 1 for restorers.
    """

    network: str = param(
        Choice(("compact", "rlfn", "srresnet")), "compact", label="Network",
        help="compact: quick, opened by every program; rlfn: stronger for its size; srresnet: as published in 2017",
    )  # fmt: skip
    features: int = param(Number(4, 256, whole=True), 48, label="Features", help="how wide the network is")
    depth: int = param(Number(1, 64, whole=True), 12, label="Depth", help="how many layers (or blocks) it has")
    degradation: str = param(
        Choice(("clean", "mild", "damaged")), "clean", label="What the pictures went through",
        help="clean: only made smaller; mild: as everyday photographs are; damaged: strong JPEG, noise, blur",
    )  # fmt: skip
    patch: int = param(Number(8, 512, whole=True), 32, label="Crop", help="side of the crops the network is given")
    final_patch: int = param(
        Number(8, 512, whole=True), 48, label="Last crop", help="side of the crops while the rate falls", group=ADVANCED
    )
    clean_share: float = param(
        Number(0.0, 1.0), 0.25, label="Clean share", help="share of the pairs that are left undamaged", group=ADVANCED
    )
    refresh: int = param(
        Number(1, 10_000, whole=True), 4, label="Refresh", help="one picture is damaged anew every so many steps",
        group=ADVANCED,
    )  # fmt: skip
    head_only: int = param(
        Number(0, 1_000_000, whole=True), 0, label="Last layer first",
        help="steps in which only the last layer learns (when beginning from another scale)", group=ADVANCED,
    )  # fmt: skip
    l1: float = param(_WEIGHT, 1.0, label="L1", help="weight of the mean difference", group=ADVANCED)
    l2: float = param(_WEIGHT, 0.0, label="L2", help="weight of the mean squared difference", group=ADVANCED)
    fft: float = param(_WEIGHT, 0.0, label="Spectrum", help="weight of the spectra's difference", group=ADVANCED)
    discriminator: str = param(
        Choice(("none", "unet", "srgan")), "none", label="Discriminator",
        help="a second network that judges the first, for invented detail: a U-Net, or SRGAN's", group=ADVANCED,
    )  # fmt: skip
    judge_features: int = param(
        Number(4, 128, whole=True), 24, label="Discriminator's features", help="how wide it is", group=ADVANCED
    )
    judge_lr: float = param(
        Number(1e-8, 1.0), 1e-4, label="Discriminator's rate", help="its learning rate", group=ADVANCED
    )
    adversarial: float = param(
        _WEIGHT, 0.0, label="Adversarial", help="weight of the discriminator's judgement", group=ADVANCED
    )
    matching: float = param(
        _WEIGHT, 0.0, label="Matching", help="weight of the difference the discriminator sees inside", group=ADVANCED
    )
    perceptual: float = param(
        _WEIGHT, 0.0, label="Perceptual", help="weight of the difference in named features", group=ADVANCED
    )
    perceptual_features: str = param(
        Choice(("squeezenet11", "lite0", "lite2")), "squeezenet11", label="Perceptual features",
        help="the network whose features are compared", group=ADVANCED,
    )  # fmt: skip
    lowpass: float = param(
        _WEIGHT, 0.0, label="Consistency", help="weight of: made small again it equals what was given", group=ADVANCED
    )

    @property
    def enlarges(self) -> int:
        """How many times the network enlarges."""
        return getattr(self, "scale", 1)

    def pixel_losses(self) -> dict[str, float]:
        return {name: weight for name in ("l1", "l2", "fft") if (weight := getattr(self, name)) > 0.0}


@dataclass(frozen=True)
class UpscalerPlan(PairPlan):
    GOAL: ClassVar[str] = "upscaler"

    scale: int = param(Number(2, 4, whole=True, unit="×"), 2, label="Scale", help="how many times larger: 2, 3 or 4")


@dataclass(frozen=True)
class RestorerPlan(PairPlan):
    GOAL: ClassVar[str] = "restorer"

    degradation: str = param(
        Choice(("mild", "damaged")), "damaged", label="What is mended",
        help="mild: traces of everyday JPEG; damaged: strong JPEG, noise, blur",
    )  # fmt: skip
    patch: int = param(Number(8, 512, whole=True), 48, label="Crop", help="side of the crops the network is given")
    final_patch: int = param(
        Number(8, 512, whole=True), 64, label="Last crop", help="side of the crops while the rate falls", group=ADVANCED
    )
    clean_share: float = param(
        Number(0.0, 1.0), 0.1, label="Clean share", help="share of the pairs that are left undamaged", group=ADVANCED
    )
