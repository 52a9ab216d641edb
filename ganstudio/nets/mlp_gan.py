"""A fully connected GAN for tiny pictures (after Goodfellow et al. 2014), with and without classes."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

from ganstudio.nets.generator_net import LatentNet


class Generator(LatentNet):
    """z → ¼ → ½ → whole `width` → pixels, leaky ReLU between, tanh at the end. A class stands beside z, one-hot."""

    def __init__(self, resolution: int, width: int, z_dim: int, classes: int = 0, channels: int = 1) -> None:
        super().__init__(z_dim, classes, channels, resolution)
        self.mark_classes(classes)
        sizes = [z_dim + classes, width // 4, width // 2, width]
        layers: list[nn.Module] = []
        for inner, outer in pairwise(sizes):
            layers += [nn.Linear(inner, outer), nn.LeakyReLU(0.2)]
        self.main = nn.Sequential(*layers, nn.Linear(width, channels * resolution**2), nn.Tanh())

    def picture(self, z: Tensor, label: Tensor | None) -> Tensor:
        flat = self.main(self.with_label(z, label))
        return flat.reshape(-1, self.channels, self.resolution, self.resolution)


class Discriminator(nn.Module):
    """Pixels → ½ → ¼ `width` → a logit, dropout 0.3; the class by projection (Miyato & Koyama 2018)."""

    def __init__(self, resolution: int, width: int, classes: int = 0, channels: int = 1) -> None:
        super().__init__()
        self.classes = classes
        sizes = [channels * resolution**2, width // 2, width // 4]
        layers: list[nn.Module] = []
        for inner, outer in pairwise(sizes):
            layers += [nn.Linear(inner, outer), nn.LeakyReLU(0.2), nn.Dropout(0.3)]
        self.main = nn.Sequential(*layers)
        self.out = nn.Linear(width // 4, 1)
        if classes:
            self.embed = nn.Linear(classes, width // 4, bias=False)

    def forward(self, image: Tensor, label: Tensor | None = None) -> Tensor:
        """N×channels×R×R in -1..1 and N×classes → N×1 logits."""
        x = self.main(image.flatten(1))
        logits = self.out(x)
        if not self.classes:
            return logits
        if label is None:
            raise ValueError("a discriminator by class needs a label")
        return logits + (self.embed(label) * x).sum(dim=1, keepdim=True)

    def top_layers(self, blocks: int) -> list[nn.Parameter]:
        """The parameters of the first `blocks` layers."""
        linear = [one for one in self.main if isinstance(one, nn.Linear)]
        return [p for one in linear[:blocks] for p in one.parameters()]
