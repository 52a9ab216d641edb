"""One step of a style network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ganstudio.nets.microast import MicroAST
from ganstudio.training.losses import style as losses

Taps = Callable[[Tensor], Sequence[Tensor]]


@dataclass(frozen=True)
class Judge:
    """A frozen feature network's taps, each divided by its usual deviation so that none drowns the others.

    `style_taps` and `content_taps` are places in the list that `taps` returns.
    """

    taps: Taps
    scales: tuple[float, ...]
    style_taps: tuple[int, ...]
    content_taps: tuple[int, ...]

    @classmethod
    def measured(
        cls, taps: Taps, pictures: Tensor, style_taps: tuple[int, ...], content_taps: tuple[int, ...]
    ) -> Judge:
        """With the taps' scales measured on pictures N×3×H×W in 0..1."""
        with torch.no_grad():
            scales = tuple(1.0 / float(tap.std((2, 3)).mean()) for tap in taps(pictures))
        return cls(taps, scales, style_taps, content_taps)

    def see(self, pictures: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """The taps that style and content are judged by."""
        seen = [tap * scale for tap, scale in zip(self.taps(pictures), self.scales, strict=True)]
        return [seen[i] for i in self.style_taps], [seen[i] for i in self.content_taps]


def painting(
    net: MicroAST, judge: Judge, photos: Tensor, styles: Tensor, weights: Mapping[str, float]
) -> dict[str, Tensor]:
    """The weighted losses of photographs painted in styles (N×3×H×W in 0..1), to be summed."""
    painted = net(photos, net.code(styles))
    style_seen, content_seen = judge.see(painted)
    with torch.no_grad():
        style_wanted, _ = judge.see(styles)
        _, content_wanted = judge.see(photos)
    return {
        "style": weights["style"] * losses.statistics(style_seen, style_wanted),
        "content": weights["content"] * losses.content(content_seen, content_wanted),
        "smooth": weights["smooth"] * losses.total_variation(painted),
    }


def keeping(net: MicroAST, photos: Tensor, weight: float) -> dict[str, Tensor]:
    """The weighted loss of photographs painted with their own style."""
    return {"identity": weight * losses.identity(net(photos, net.code(photos)), photos)}
