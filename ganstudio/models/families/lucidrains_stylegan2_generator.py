"""StyleGAN2's generator as lucidrains' stylegan2_pytorch writes it: the averaged half (`SE`, `GE`) of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.core.text import _
from ganstudio.models.families import Built, Refused, Shapes, count

if TYPE_CHECKING:
    from torch import Tensor

_OWN = ("w_avg", "noise_const")
_MOST_BLOCKS = 10


def _depth(shapes: Shapes) -> int:
    """Layers of the mapping: an activation stands between two."""
    return next(n for n in range(len(shapes) + 1) if f"SE.net.{2 * n}.weight" not in shapes)


def detect(shapes: Shapes) -> bool:
    blocks = count(shapes, "GE.blocks.{}.conv1.weight", 0)
    kernels = [f"GE.blocks.{n}.{part}.weight" for n in range(blocks) for part in ("conv1", "conv2", "to_rgb.conv")]
    return (
        0 < blocks <= _MOST_BLOCKS
        and all(len(shapes.get(name, ())) == 4 for name in (*kernels, "GE.initial_conv.weight"))
        and len(shapes.get("SE.net.0.weight", ())) == 2
        and ("GE.initial_block" in shapes or "GE.to_initial_block.weight" in shapes)
    )


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.lucidrains_stylegan2 import Generator

    ours = {name: one for name, one in state.items() if name.startswith(("SE.", "GE.")) or name in _OWN}
    if any(name.startswith(("GE.attns.", "SE.embed")) for name in ours):
        raise Refused(_("a StyleGAN2 generator (lucidrains' layout) with attention, which this version cannot run"))
    shapes = {key: tuple(value.shape) for key, value in ours.items()}
    blocks = count(shapes, "GE.blocks.{}.conv1.weight", 0)
    widths = [shapes[f"GE.blocks.{n}.conv1.weight"][0] for n in range(blocks)]
    channels = shapes["GE.blocks.0.to_rgb.conv.weight"][0]
    net = Generator(
        shapes["GE.initial_conv.weight"][0],
        widths,
        shapes["SE.net.0.weight"][0],
        _depth(shapes),
        channels,
        "GE.to_initial_block.weight" in shapes,
    )
    own = {name: one for name, one in net.state_dict().items() if name in _OWN}
    net.load_state_dict(own | ours)
    if "w_avg" not in ours:
        net.settle()
    return Built(
        net, "stylegan2-lucidrains", "StyleGAN2 (lucidrains)", 1, channels, ("-1..1",), gan=True,
        tags=(f"{net.resolution} px",), makes="generator", tiles=False,
    )  # fmt: skip
