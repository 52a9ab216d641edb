"""Bound networks: one that takes more than a picture (a style, a strength) with the rest already given."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from ganstudio.runtime.adopt import Adopted


@dataclass(frozen=True)
class Bound:
    """`bind` makes a module of a picture alone out of the network; `name` tells its variants apart."""

    name: str
    bind: Callable[[nn.Module], nn.Module]

    def to(self, adopted: Adopted) -> Adopted:
        module = self.bind(adopted.module).eval().requires_grad_(False)
        return dataclasses.replace(adopted, module=module, variant=self.name)
