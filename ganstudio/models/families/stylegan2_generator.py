"""StyleGAN2's generator in the official names, as our training writes it: skip architecture, a mean of w a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes, count

if TYPE_CHECKING:
    from torch import Tensor


def _resolutions(shapes: Shapes) -> list[int]:
    """4, 8 … as long as there are blocks."""
    found = [4]
    while f"synthesis.b{found[-1] * 2}.conv1.weight" in shapes:
        found.append(found[-1] * 2)
    return found


def detect(shapes: Shapes) -> bool:
    if not all(name.startswith(("mapping.", "synthesis.")) for name in shapes) or "mapping.class_w_avg" not in shapes:
        return False
    if ("mapping.embed.weight" in shapes) != (shapes.get("mapping.class_w_avg", (-1,))[0] > 0):
        return False
    needed = [f"synthesis.b{side}.{part}" for side in _resolutions(shapes) for part in ("conv1.weight", "torgb.weight")]
    return all(len(shapes.get(name, ())) == 4 for name in needed) and "synthesis.b4.const" in shapes


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.stylegan2 import Generator

    shapes = {key: tuple(value.shape) for key, value in state.items()}
    sides = _resolutions(shapes)
    widths = [shapes[f"synthesis.b{side}.conv1.weight"][0] for side in sides]
    w_dim = shapes["mapping.w_avg"][0]
    classes = shapes.get("mapping.class_w_avg", (0,))[0]
    z_dim = shapes["mapping.fc0.weight"][1] - (w_dim if classes else 0)
    channels = shapes["synthesis.b4.torgb.weight"][0]
    attention = next((side for side in sides if f"synthesis.b{side}.attention.gamma" in shapes), 0)
    layers = count(shapes, "mapping.fc{}.weight", 0)
    net = Generator(widths, z_dim, w_dim, classes, layers, channels, attention)
    net.load_state_dict(state)
    tags = (f"{sides[-1]} px", *((f"{classes} classes",) if classes else ()))
    return Built(
        net, "stylegan2", "StyleGAN2", 1, channels, ("-1..1",), gan=True, tags=tags, makes="generator", tiles=False
    )
