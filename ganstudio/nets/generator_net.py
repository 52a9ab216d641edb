"""What every generator has, so that whoever trains, shows or walks one need not know which it is."""

from __future__ import annotations

import abc
from typing import Literal

import torch
from torch import Tensor, nn

NoiseMode = Literal["const", "random", "none"]


class GeneratorNet(nn.Module, abc.ABC):
    """Latents (and a class) → square pictures. `classes` 0: none."""

    z_dim: int
    classes: int
    channels: int
    resolution: int

    @abc.abstractmethod
    def forward(
        self,
        z: Tensor,
        label: Tensor | None = None,
        psi: float = 1.0,
        noise_mode: NoiseMode = "const",
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """N×z_dim standard normal and N×classes (one-hot, or a blend) → N×channels×R×R float32, about -1..1.

        `psi` draws towards the mean picture (of the class, where the network knows it); networks without noise of
        their own ignore `noise_mode` and `generator`.
        """

    def mark_classes(self, classes: int) -> None:
        """Keep the number of classes among the weights, for networks whose other tensors do not tell it."""
        if classes:
            self.register_buffer("known_classes", torch.zeros(classes, dtype=torch.uint8))

    @abc.abstractmethod
    def settle(self, draws: int = 4096, seed: int = 0) -> None:
        """Measure anew, from so many latents, what the network keeps as statistics: for an average of weights."""

    def with_label(self, z: Tensor, label: Tensor | None) -> Tensor:
        """N×(z_dim + classes)."""
        if not self.classes:
            return z
        if label is None:
            raise ValueError("a generator by class needs a label")
        return torch.cat([z, label.to(z.dtype)], dim=1)

    def some_labels(self, count: int, device: torch.device) -> Tensor | None:
        """All classes in turn, one-hot; None where there are none."""
        if not self.classes:
            return None
        return torch.eye(self.classes, device=device)[torch.arange(count, device=device) % self.classes]
