"""StyleGAN2's generator in the names of rosinality's stylegan2-pytorch: put into the official ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ganstudio.models.families import Built, Shapes, count, said

if TYPE_CHECKING:
    from torch import Tensor

_MOST_LAYERS = 18  # 2048 px


def _sides(shapes: Shapes) -> list[int]:
    """4, 8 …: two convolutions for each after the first."""
    return [4 * 2**n for n in range(count(shapes, "convs.{}.conv.weight", 0) // 2 + 1)]


def detect(shapes: Shapes) -> bool:
    layers = count(shapes, "convs.{}.conv.weight", 0)
    kernels = ["conv1.conv.weight", *(f"convs.{n}.conv.weight" for n in range(layers))]
    return (
        0 < layers <= _MOST_LAYERS
        and layers % 2 == 0
        and all(len(shapes.get(name, ())) == 5 and shapes[name][0] == 1 for name in (*kernels, "to_rgb1.conv.weight"))
        and count(shapes, "to_rgbs.{}.conv.weight", 0) == layers // 2
        and len(shapes.get("style.1.weight", ())) == 2
        and len(shapes.get("input.input", ())) == 4
    )


def build(state: dict[str, Tensor]) -> Built:
    import torch

    from ganstudio.nets.stylegan2 import Generator

    shapes = {key: tuple(value.shape) for key, value in state.items()}
    sides = _sides(shapes)
    depth = count(shapes, "style.{}.weight")
    widths = [shapes["conv1.conv.weight"][1]]
    widths += [shapes[f"convs.{2 * n + 1}.conv.weight"][1] for n in range(len(sides) - 1)]
    w_dim, z_dim = shapes["style.1.weight"]
    channels = shapes["to_rgb1.conv.weight"][1]
    net = Generator(widths, z_dim, w_dim, 0, depth, channels)
    net.load_state_dict(_renamed(state, sides, depth))
    mean = said(state).get("latent_avg")
    if mean is not None and mean.shape == (w_dim,):
        net.mapping.w_avg.copy_(mean.torch().float())
    else:
        with torch.no_grad():
            net.settle()
    return Built(
        net, "stylegan2", "StyleGAN2", 1, channels, ("-1..1",), gan=True, tags=(f"{sides[-1]} px",), makes="generator",
        tiles=False,
    )  # fmt: skip


def _renamed(state: dict[str, Tensor], sides: list[int], depth: int) -> dict[str, Tensor]:
    """The official names. There the kernels are not scaled by their size (demodulation takes the scale away, but for
    an epsilon), so they are scaled here."""
    import torch

    new = {"mapping.w_avg": torch.zeros(len(state["style.1.bias"]))}
    new["mapping.class_w_avg"] = torch.zeros(0, len(new["mapping.w_avg"]))
    for number in range(depth):
        new |= {f"mapping.fc{number}.{part}": state[f"style.{number + 1}.{part}"] for part in ("weight", "bias")}
    new["synthesis.b4.const"] = state["input.input"][0]
    filter_ = next((state[name] for name in ("convs.0.conv.blur.kernel",) if name in state), None)
    kernel = torch.outer(line := torch.tensor([1.0, 3.0, 3.0, 1.0]), line) / 64 if filter_ is None else filter_ / 4
    generator = torch.Generator().manual_seed(0)
    layers = [("conv1", "b4.conv1", 4)]
    for number, side in enumerate(sides[1:]):
        layers += [(f"convs.{2 * number + at}", f"b{side}.conv{at}", side) for at in (0, 1)]
    for number, (old, name, side) in enumerate(layers):
        place = f"synthesis.{name}"
        weight = state[f"{old}.conv.weight"][0]
        new[f"{place}.weight"] = weight / math.sqrt(weight[0].numel())
        new[f"{place}.bias"] = state[f"{old}.activate.bias"]
        new[f"{place}.noise_strength"] = state[f"{old}.noise.weight"].reshape(())
        drawn = torch.randn(side, side, generator=generator)  # files from before noise was kept
        new[f"{place}.noise_const"] = state.get(f"noises.noise_{number}", drawn).reshape(side, side)
        new[f"{place}.resample_filter"] = kernel
        new |= _affine(state, f"{old}.conv", place)
    for number, side in enumerate(sides):
        old, place = f"to_rgbs.{number - 1}" if number else "to_rgb1", f"synthesis.b{side}.torgb"
        new[f"{place}.weight"], new[f"{place}.bias"] = state[f"{old}.conv.weight"][0], state[f"{old}.bias"].flatten()
        new[f"synthesis.b{side}.resample_filter"] = kernel
        new |= _affine(state, f"{old}.conv", place)
    return new


def _affine(state: dict[str, Tensor], old: str, place: str) -> dict[str, Tensor]:
    return {f"{place}.affine.{part}": state[f"{old}.modulation.{part}"] for part in ("weight", "bias")}
