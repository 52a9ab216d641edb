"""What every generator has, so that whoever trains, shows or walks one need not know which it is."""

from __future__ import annotations

import abc
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from ganstudio.nets.kept import Kept

NoiseMode = Literal["const", "random", "none"]


class GeneratorNet(nn.Module, abc.ABC):
    """Latents (and a class) → ws → square pictures. `classes` 0: none.

    ws are what a picture is drawn from: `num_ws` rows of `w_dim` numbers, one for each layer. Where a network has no
    space of its own between latent and picture (`has_w` False), the one row is the latent itself.
    """

    has_w: ClassVar[bool] = False
    z_dim: int
    classes: int
    channels: int
    resolution: int
    num_ws: int
    w_dim: int
    sizes: tuple[int, ...]
    """The sides it can give early, ascending; the last is `resolution`."""

    @abc.abstractmethod
    def styles(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """N×z_dim standard normal and N×classes (one-hot, or a blend that sums to 1) → ws, N×num_ws×w_dim."""

    @abc.abstractmethod
    def centre(self, label: Tensor | None = None) -> Tensor | None:
        """What ψ draws to: N×w_dim, or 1×w_dim for all; None: the point 0 (latents)."""

    @abc.abstractmethod
    def draw(
        self,
        ws: Tensor,
        label: Tensor | None = None,
        noise_mode: NoiseMode = "const",
        generator: torch.Generator | None = None,
        side: int | None = None,
        kept: Kept | None = None,
    ) -> Tensor:
        """ws and N×classes → N×channels×side×side float32, about -1..1; `side` is one of `sizes`, None the last.

        Only networks without w look at `label` here; those without noise ignore `noise_mode` and `generator`. `kept`
        remembers what was computed: the next call begins at the first layer whose row of ws has changed.
        """

    @abc.abstractmethod
    def settle(self, draws: int = 4096, seed: int = 0) -> None:
        """Measure anew, from so many latents, what the network keeps as statistics: for an average of weights."""

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
        return self.draw(self.truncated(self.styles(z, label), label, psi), label, noise_mode, generator)

    def truncated(self, ws: Tensor, label: Tensor | None, psi: float, cutoff: int | None = None) -> Tensor:
        """ws drawn to the centre by `psi` in the first `cutoff` rows (None: in all); beyond 1 away from it."""
        if psi == 1.0:
            return ws
        centre = self.centre(label)
        drawn = ws * psi if centre is None else centre.unsqueeze(1).expand_as(ws).lerp(ws, psi)
        return drawn if cutoff is None else torch.cat([drawn[:, :cutoff], ws[:, cutoff:]], dim=1)

    def noise_layers(self) -> list[nn.Module]:
        """The layers whose "const" noise is a map of their own (`noise_const`, R×R); none where there is none."""
        return []

    def mark_classes(self, classes: int) -> None:
        """Keep the number of classes among the weights, for networks whose other tensors do not tell it."""
        if classes:
            self.register_buffer("known_classes", torch.zeros(classes, dtype=torch.uint8))

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


class LatentNet(GeneratorNet):
    """A generator without w: its one row of ws is the latent, and ψ draws to 0."""

    def __init__(self, z_dim: int, classes: int, channels: int, resolution: int) -> None:
        super().__init__()
        self.z_dim, self.classes, self.channels, self.resolution = z_dim, classes, channels, resolution
        self.num_ws, self.w_dim, self.sizes = 1, z_dim, (resolution,)

    def styles(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        return z.unsqueeze(1)

    def centre(self, label: Tensor | None = None) -> Tensor | None:
        return None

    def draw(
        self,
        ws: Tensor,
        label: Tensor | None = None,
        noise_mode: NoiseMode = "const",
        generator: torch.Generator | None = None,
        side: int | None = None,
        kept: Kept | None = None,
    ) -> Tensor:
        return self.picture(ws[:, 0], label)

    @abc.abstractmethod
    def picture(self, z: Tensor, label: Tensor | None) -> Tensor:
        """N×z_dim and N×classes → N×channels×R×R."""

    def settle(self, draws: int = 4096, seed: int = 0) -> None:
        """Nothing is kept."""
