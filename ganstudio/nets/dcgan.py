"""DCGAN (Radford, Metz & Chintala 2016), with and without classes, for small pictures.

Names and plan of layers as in PyTorch's DCGAN example (`main.0` …): a first transposed convolution to 4–7 px, then
doublings. Classes enter G beside the latent, D by projection (Miyato & Koyama 2018).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganstudio.nets.generator_net import LatentNet


def sides(resolution: int) -> tuple[int, ...]:
    """From the first side (4 to 7 px) to `resolution`, doubling: 28 → 7, 14, 28."""
    first = resolution
    while first > 7 and first % 2 == 0:
        first //= 2
    if not 4 <= first <= 7:
        raise ValueError(f"{resolution} px cannot be reached by doubling 4 to 7")
    return tuple(first * 2**n for n in range((resolution // first).bit_length()))


def widths_for(resolution: int, base: int, most: int) -> tuple[int, ...]:
    """Channels at every side but the last."""
    return tuple(min(base // side, most) for side in sides(resolution)[:-1])


def _begun(module: nn.Module) -> None:
    """N(0, 0.02) as published; batch norms around 1."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)


class Generator(LatentNet):
    """`widths` are the channels at every side but the last, `first` is the first side."""

    def __init__(self, widths: tuple[int, ...], first: int, z_dim: int, classes: int = 0, channels: int = 1) -> None:
        super().__init__(z_dim, classes, channels, first * 2 ** len(widths))
        self.mark_classes(classes)
        layers: list[nn.Module] = [nn.ConvTranspose2d(z_dim + classes, widths[0], first, bias=False)]
        for inner, outer in zip(widths, (*widths[1:], channels), strict=True):
            layers += [nn.BatchNorm2d(inner), nn.ReLU(), nn.ConvTranspose2d(inner, outer, 4, 2, 1, bias=False)]
        self.main = nn.Sequential(*layers, nn.Tanh())
        self.apply(_begun)

    def picture(self, z: Tensor, label: Tensor | None) -> Tensor:
        return self.main(self.with_label(z, label)[:, :, None, None])

    @torch.no_grad()
    def settle(self, draws: int = 4096, seed: int = 0) -> None:
        norms = [one for one in self.modules() if isinstance(one, nn.BatchNorm2d)]
        for one in norms:
            one.reset_running_stats()
            one.momentum = None  # the plain mean over all batches
        was = self.training
        self.train()
        device = next(self.parameters()).device
        generator = torch.Generator().manual_seed(seed)
        for _ in range(max(1, draws // 512)):
            z = torch.randn(512, self.z_dim, generator=generator).to(device)
            self(z, self.some_labels(512, z.device))
        self.train(was)
        for one in norms:
            one.momentum = 0.1


class Discriminator(nn.Module):
    """Mirror of the generator: strided convolutions, leaky ReLU, batch norm in all but the first."""

    def __init__(self, widths: tuple[int, ...], first: int, classes: int = 0, channels: int = 1) -> None:
        super().__init__()
        self.classes = classes
        layers: list[nn.Module] = []
        inner = channels
        for index, outer in enumerate(reversed(widths)):
            layers.append(nn.Conv2d(inner, outer, 4, 2, 1, bias=index == 0))
            layers += [nn.BatchNorm2d(outer)] if index else []
            layers.append(nn.LeakyReLU(0.2))
            inner = outer
        self.main = nn.Sequential(*layers)
        self.out = nn.Conv2d(inner, 1, first)
        self.apply(_begun)
        if classes:
            self.embed = nn.Linear(classes, inner * first * first, bias=False)
            nn.init.normal_(self.embed.weight, 0.0, 0.02)

    def forward(self, image: Tensor, label: Tensor | None = None) -> Tensor:
        """N×channels×R×R in -1..1 and N×classes → N×1 logits."""
        x = self.main(image)
        logits = self.out(x).flatten(1)
        if not self.classes:
            return logits
        if label is None:
            raise ValueError("a discriminator by class needs a label")
        return logits + (self.embed(label) * x.flatten(1)).sum(dim=1, keepdim=True)

    def top_layers(self, blocks: int) -> list[nn.Parameter]:
        """The parameters of the first `blocks` convolutions."""
        convolutions = [one for one in self.main if isinstance(one, nn.Conv2d)]
        return [p for one in convolutions[:blocks] for p in one.parameters()]
