"""Backends: programs that run a network. One file each, found by discovery; each declares a `BACKEND`.

A backend offers *paths* (a number type and a memory layout) for a device and prepares the network for one of them.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from torch import Tensor

from ganstudio.core.discovery import discover
from ganstudio.core.progress import Progress
from ganstudio.runtime.holding import Held

if TYPE_CHECKING:
    from ganstudio.runtime.adopt import Adopted
    from ganstudio.runtime.devices import Device

Program = Callable[[Tensor, Held, Progress | None], Tensor]
"""(1, C, H, W) float32 on the device, in the network's range → its answer in float32, with the picture's held values;
raises Cancelled when the Progress is stopped. Several threads may call one Program at once."""


@dataclass(frozen=True)
class Path:
    """A way to run a network. `name` is what people read and what is remembered. `steady`: the same bits come out on
    any number of threads."""

    backend: str
    title: str
    dtype: str = "fp32"
    layout: str = ""
    steady: bool = False

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.title, self.dtype, self.layout) if part)

    @property
    def is_half(self) -> bool:
        return self.dtype != "fp32"


class Backend(Protocol):
    own_threads: bool
    """Whether it computes in threads of its own rather than in its caller's (its time is then told by the clock)."""

    def missing(self) -> str:
        """Why it cannot be used in this installation; "" when it can."""
        ...

    def version(self) -> str:
        """Part of what a remembered measurement depends on."""
        ...

    def notes(self) -> tuple[str, ...]:
        """Sentences for `doctor` on what of it is not used here, and why."""
        ...

    def paths(self, device: Device, adopted: Adopted) -> list[Path]:
        """The ways it could run this network on this device, most promising first."""
        ...

    def prepare(self, adopted: Adopted, path: Path, device: Device, threads: int) -> Program:
        """Make the network ready for a path; `threads` callers will use it at once."""
        ...


@cache
def all_backends() -> dict[str, Backend]:
    """Every backend usable in this installation, by module name."""
    import ganstudio.runtime.backends as package

    found = {name: importlib.import_module(module).BACKEND for name, module in discover(package).items()}
    return {name: backend for name, backend in found.items() if not backend.missing()}
