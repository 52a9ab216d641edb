"""The Plan of style networks. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ganstudio.core.params import Choice, Number, param
from ganstudio.training.plan import ADVANCED, Plan

_WEIGHT = Number(0.0, 1000.0)
STYLES = "styles"


@dataclass(frozen=True)
class StylePlan(Plan):
    """Photographs painted like any picture. The pictures of the sub-folder `styles` are what is painted like, all
    others what is painted."""

    GOAL: ClassVar[str] = "stylizer"

    batch: int = param(Number(2, 4096, whole=True), 4, label="Batch", help="photographs and styles a step")
    size: int = param(
        Number(64, 512, whole=True), 128, label="Crop", help="side of what the network is given while it learns"
    )
    final_size: int = param(
        Number(64, 512, whole=True), 192, label="Last crop", help="side of the crops in the last third", group=ADVANCED
    )
    ema: float = param(
        Number(0.0, 0.999999), 0.999, label="Averaging", help="how slowly the average of the weights follows",
        group=ADVANCED,
    )  # fmt: skip
    style: float = param(_WEIGHT, 1.5, label="Style", help="weight of the style's statistics", group=ADVANCED)
    content: float = param(_WEIGHT, 1.0, label="Content", help="weight of the photograph's structure", group=ADVANCED)
    identity: float = param(
        _WEIGHT, 2.0, label="Identity", help="weight of: in its own style a photograph stays itself", group=ADVANCED
    )
    identity_every: int = param(
        Number(2, 1000, whole=True), 5, label="Identity every", help="one step in so many is for identity",
        group=ADVANCED,
    )  # fmt: skip
    smooth: float = param(_WEIGHT, 0.1, label="Smoothness", help="weight of neighbours' difference", group=ADVANCED)
    features: str = param(
        Choice(("squeezenet11", "lite0", "lite2")), "squeezenet11", label="Features",
        help="the frozen network that style and content are seen through", group=ADVANCED,
    )  # fmt: skip
