"""FastGAN's generator in the names of Projected GAN, unconditional; and our copy of it without spectral norm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.core.text import _
from ganstudio.models.families import Built, Refused, Shapes, said

if TYPE_CHECKING:
    from torch import Tensor

_SIDES = (8, 16, 32, 64, 128, 256, 512, 1024)
_FIRST = "synthesis.init.init.0.weight"


def _kernel(shapes: Shapes, name: str) -> tuple[int, ...]:
    """Of a convolution with or without spectral norm."""
    return shapes.get(f"{name}.weight_orig", shapes.get(f"{name}.weight", ()))


def _sides(shapes: Shapes) -> list[int]:
    """Sides of the enlargements there are, also of those that this resolution does not use."""
    return [side for side in _SIDES if len(_kernel(shapes, f"synthesis.feat_{side}.1")) == 4]


def detect(shapes: Shapes) -> bool:
    sides = _sides(shapes)
    return (
        len(sides) >= 2
        and sides == list(_SIDES[: len(sides)])
        and len(_kernel(shapes, "synthesis.init.init.0")) == 4
        and len(_kernel(shapes, "synthesis.to_big")) == 4
    )


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.fastgan import GATED_BY, Generator

    shapes = {key: tuple(value.shape) for key, value in state.items()}
    if any(".embed." in name or name.endswith(".gain.weight") or "bn1." in name for name in shapes):
        raise Refused(_("a FastGAN generator by class, which this version cannot run"))
    z_dim, double = _kernel(shapes, "synthesis.init.init.0")[:2]
    sides = _sides(shapes)
    widths = {4: double // 2} | {side: _kernel(shapes, f"synthesis.feat_{side}.1")[0] // 2 for side in sides}
    channels, last = _kernel(shapes, "synthesis.to_big")[:2]
    side = said(state).get("img_resolution", max((one for one in sides if widths[one] == last), default=0))
    if side not in sides:
        raise ValueError("no size fits its last layer")
    large = [one for one in sides if len(_kernel(shapes, f"synthesis.feat_{one}.5")) == 4]
    gates = [one for one in GATED_BY if one in sides and len(_kernel(shapes, f"synthesis.se_{one}.main.1")) == 4]
    net = Generator(z_dim, widths, large, gates, channels, side)
    net.load_state_dict(_plain(state, net.state_dict(), side))
    return Built(
        net, "fastgan", "FastGAN", 1, channels, ("-1..1",), gan=True, tags=(f"{side} px",), makes="generator",
        tiles=False,
    )  # fmt: skip


def _plain(state: dict[str, Tensor], own: dict[str, Tensor], side: int) -> dict[str, Tensor]:
    """Kernels divided by their norm; without the layers of sizes that this resolution does not use."""
    from ganstudio.nets.fastgan import divided

    beyond = tuple(f"synthesis.{part}_{one}." for part in ("feat", "se") for one in _SIDES if one > side)
    plain = {name: one for name, one in own.items() if name.endswith("num_batches_tracked")}
    for name, one in state.items():
        if name.startswith(beyond) or name.endswith(("weight_u", "weight_v")):
            continue
        if name.endswith("weight_orig"):
            plain_name = name.removesuffix("_orig")
            u, v = state[f"{plain_name}_u"], state[f"{plain_name}_v"]
            plain[plain_name] = divided(one, u, v, plain_name == _FIRST)
        else:
            plain[name] = one
    return plain
