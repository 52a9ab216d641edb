"""The three precisions: which paths each allows, and how well a path must agree with eager float32."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.runtime.backends import Path, all_backends
from ganstudio.runtime.backends.torch_eager import FAITHFUL

if TYPE_CHECKING:
    from ganstudio.runtime.adopt import Adopted
    from ganstudio.runtime.devices import Device

NAMES = ("exact", "auto", "fast")
# The least agreement in dB (peak signal against the error): float32 paths differ by rounding only.
_FULL, _HALF, _FAST = 90.0, 50.0, 40.0


def steady(adopted: Adopted, device: Device) -> Path:
    """The path of `exact`: never measured, the same on every run, the same pixels on any number of threads or (plain
    PyTorch, on one thread) nearly."""
    paths = [path for backend in all_backends().values() for path in backend.paths(device, adopted)]
    return next((path for path in paths if path.steady and not path.is_half), FAITHFUL)


def allowed(precision: str, adopted: Adopted, device: Device, depth: int) -> list[Path]:
    """The paths worth measuring. `exact` has one, always the same; 16-bit pictures keep float32 but in `fast`."""
    if precision == "exact":
        return [FAITHFUL]
    paths = [path for backend in all_backends().values() for path in backend.paths(device, adopted)]
    if depth == 16 and precision != "fast":
        paths = [path for path in paths if not path.is_half]
    stands = {"fp16": adopted.half, "bf16": adopted.bfloat16}
    return [path for path in paths if stands.get(path.dtype, True)]


def least_agreement(precision: str, path: Path) -> float:
    if not path.is_half:
        return _FULL
    return _FAST if precision == "fast" else _HALF
