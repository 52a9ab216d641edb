"""Self-attention over the positions of a feature map (Zhang et al., "Self-Attention GANs", 2019)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class SelfAttention(nn.Module):
    """N×C×H×W → the same; starts as the identity, since `gamma` starts at 0."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.query = nn.Conv2d(channels, channels // 8, 1)
        self.key = nn.Conv2d(channels, channels // 8, 1)
        self.value = nn.Conv2d(channels, channels, 1)
        self.gamma = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = (
            functional.conv2d(x, layer.weight.to(x.dtype), layer.bias.to(x.dtype)).flatten(2).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
            if layer.bias is not None
        )
        # Written out: the fused form has no second derivative, which R1 needs.
        share = torch.softmax((query @ key.transpose(1, 2)).float() * query.shape[2] ** -0.5, dim=2)
        seen = (share.to(x.dtype) @ value).transpose(1, 2).reshape(x.shape)
        return x + self.gamma.to(x.dtype) * seen
