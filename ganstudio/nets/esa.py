"""Enhanced spatial attention: a mask from a strongly reduced copy of the features.

Liu et al., "Residual Feature Aggregation Network for Image Super-Resolution", CVPR 2020; here in the two sizes that
RFDN (three convolutions on the reduced copy) and RLFN (one) use.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ESA(nn.Module):
    """N×C×H×W in and out. Looks at a window of 7 with stride 3 on half size: H and W at least 15."""

    def __init__(self, features: int, inner: int, deep: bool) -> None:
        super().__init__()
        self.deep = deep
        self.conv1 = nn.Conv2d(features, inner, 1)
        self.conv_f = nn.Conv2d(inner, inner, 1)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride=2)
        if deep:
            self.conv_max = nn.Conv2d(inner, inner, 3, padding=1)
            self.conv3_ = nn.Conv2d(inner, inner, 3, padding=1)
        self.conv3 = nn.Conv2d(inner, inner, 3, padding=1)
        self.conv4 = nn.Conv2d(inner, features, 1)

    def forward(self, x: Tensor) -> Tensor:
        reduced = self.conv1(x)
        y = F.max_pool2d(self.conv2(reduced), 7, 3)
        y = self.conv3_(F.relu(self.conv3(F.relu(self.conv_max(y))))) if self.deep else self.conv3(y)
        y = F.interpolate(y, x.shape[-2:], mode="bilinear", align_corners=False)
        return x * torch.sigmoid(self.conv4(y + self.conv_f(reduced)))
