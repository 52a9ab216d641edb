"""The mapping network of the StyleGAN line: latent (and class) → w, with the means that truncation draws to.

Karras et al., "A Style-Based Generator Architecture for GANs" (2019); names of the official PyTorch files.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganstudio.nets.equalised import FullyConnected, unit_moment
from ganstudio.nets.generator_net import GeneratorNet

W_DECAY = 0.995  # of the mean of w, a pass


class Mapping(nn.Module):
    """z (and a class) → w, and the means of w: `w_avg` of all, `class_w_avg` of each class (0×w_dim without)."""

    w_avg: Tensor
    class_w_avg: Tensor

    def __init__(self, z_dim: int, w_dim: int, classes: int, layers: int) -> None:
        super().__init__()
        self.z_dim, self.classes, self.layers = z_dim, classes, layers
        if classes:
            self.embed = FullyConnected(classes, w_dim)
        self.register_buffer("class_w_avg", torch.zeros(classes, w_dim))
        for index in range(layers):
            inner = w_dim if index else z_dim + (w_dim if classes else 0)
            self.add_module(f"fc{index}", FullyConnected(inner, w_dim, active=True, rate=0.01))
        self.register_buffer("w_avg", torch.zeros(w_dim))

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """N×z_dim and N×classes (one-hot, or a blend that sums to 1) → N×w_dim, float32."""
        x = unit_moment(z.float())
        if self.classes:
            if label is None:
                raise ValueError("a generator by class needs a label")
            x = torch.cat([x, unit_moment(self.embed(label.float()))], dim=1)
        for index in range(self.layers):
            x = self.get_submodule(f"fc{index}")(x)
        return x

    @torch.no_grad()
    def follow(self, w: Tensor, label: Tensor | None) -> None:
        """Move the means of w towards a batch."""
        self.w_avg.lerp_(w.mean(dim=0), 1.0 - W_DECAY)
        if self.classes and label is not None:
            count = label.sum(dim=0)
            mean = (label.t() @ w) / count.clamp(min=1e-8).unsqueeze(1)
            self.class_w_avg.lerp_(torch.where(count.unsqueeze(1) > 0, mean, self.class_w_avg), 1.0 - W_DECAY)

    def centre(self, label: Tensor | None) -> Tensor:
        """What truncation draws towards: the mean w of the class (or the blend of means), else of all, 1×w_dim."""
        return label.float() @ self.class_w_avg if self.classes and label is not None else self.w_avg.unsqueeze(0)

    @torch.no_grad()
    def settle(self, draws: int, seed: int) -> None:
        """Set the means of w from `draws` latents a class."""
        z = torch.randn(draws, self.z_dim, generator=torch.Generator().manual_seed(seed)).to(self.w_avg.device)
        if not self.classes:
            self.w_avg.copy_(self(z).mean(dim=0))
            return
        for index, label in enumerate(torch.eye(self.classes, device=z.device)):
            self.class_w_avg[index] = self(z, label.expand(draws, -1)).mean(dim=0)
        self.w_avg.copy_(self.class_w_avg.mean(dim=0))


class MappedNet(GeneratorNet):
    """A generator of the StyleGAN line: one w for all layers, unless somebody gives them their own."""

    has_w = True
    mapping: Mapping

    def ws(self, w: Tensor) -> Tensor:
        """N×w_dim → N×num_ws×w_dim."""
        return w.unsqueeze(1).expand(-1, self.num_ws, -1)

    def styles(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        return self.ws(self.mapping(z, label))

    def centre(self, label: Tensor | None = None) -> Tensor | None:
        return self.mapping.centre(label)

    def settle(self, draws: int = 4096, seed: int = 0) -> None:
        """Set the means of w from `draws` latents a class."""
        self.mapping.settle(draws, seed)
