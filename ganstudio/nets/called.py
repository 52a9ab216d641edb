"""Called: a network that is used through a function around it (a noise map added, the first of two results taken)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn


class Called(nn.Module):
    """`call(net, x)` as a module; its shapes are the function's."""

    def __init__(self, net: nn.Module, call: Callable[[Any, Tensor], Tensor]) -> None:
        super().__init__()
        self.net = net
        self.call = call

    def forward(self, x: Tensor) -> Tensor:
        return self.call(self.net, x)
