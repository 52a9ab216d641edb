"""StyleGAN2's generator in the official names: NVIDIA's `.pkl` files, what grew out of them, and what our training
writes (which knows a mean of w for every class)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ganstudio.core.text import _
from ganstudio.models.families import Built, Refused, Shapes, count, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

_NOISE = ("noise_const", "noise_strength")


def _resolutions(shapes: Shapes) -> list[int]:
    """4, 8 … as long as there are blocks."""
    found = [4]
    while f"synthesis.b{found[-1] * 2}.conv1.weight" in shapes:
        found.append(found[-1] * 2)
    return found


def _layers(sides: list[int]) -> list[tuple[str, int]]:
    """(name, side) of every layer with noise."""
    names = [("conv1", 4)] + [(name, side) for side in sides[1:] for name in ("conv0", "conv1")]
    return [(f"synthesis.b{side}.{name}", side) for name, side in names]


def detect(shapes: Shapes) -> bool:
    if not all(name.startswith(("mapping.", "synthesis.")) for name in shapes) or "mapping.w_avg" not in shapes:
        return False
    sides = _resolutions(shapes)
    needed = [f"{name}.weight" for name, _ in _layers(sides)] + [f"synthesis.b{sides[-1]}.torgb.weight"]
    return (
        all(len(shapes.get(name, ())) == 4 for name in needed)
        and len(shapes.get("synthesis.b4.const", ())) == 3
        and len(shapes.get("mapping.fc0.weight", ())) == 2
        and len(shapes["mapping.w_avg"]) == 1
        and not any(".transformer." in name for name in shapes)
    )


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.nets.stylegan2 import Generator

    shapes = {key: tuple(value.shape) for key, value in state.items()}
    settings = said(state)
    _check(settings)
    sides = _resolutions(shapes)
    widths = [shapes[f"synthesis.b{side}.conv1.weight"][0] for side in sides]
    w_dim = shapes["mapping.w_avg"][0]
    classes = shapes.get("mapping.embed.weight", (w_dim, 0))[1]
    z_dim = shapes["mapping.fc0.weight"][1] - (w_dim if classes else 0)
    channels = shapes[f"synthesis.b{sides[-1]}.torgb.weight"][0]
    attention = next((side for side in sides if f"synthesis.b{side}.attention.gamma" in shapes), 0)
    has_rgb = all(f"synthesis.b{side}.torgb.weight" in shapes for side in sides)
    residual = "synthesis.b8.skip.weight" in shapes
    net = Generator(
        widths,
        z_dim,
        w_dim,
        classes,
        count(shapes, "mapping.fc{}.weight", 0),
        channels,
        attention,
        "resnet" if residual else "skip" if has_rgb else "orig",
        _clamp(state, settings),
    )
    net.load_state_dict(_completed(state, classes, sides))
    tags = (f"{sides[-1]} px", *((f"{classes} classes",) if classes else ()))
    return Built(
        net, "stylegan2", "StyleGAN2", 1, channels, ("-1..1",), gan=True, tags=tags, makes="generator", tiles=False
    )


def _clamp(state: Mapping[str, Tensor], settings: Mapping[str, Any]) -> float | None:
    if "synthesis.clamp" in state:
        return float(state["synthesis.clamp"])
    clamp = settings.get("synthesis.b4.conv1.conv_clamp")
    return None if clamp is None else float(clamp)


def _completed(state: dict[str, Tensor], classes: int, sides: list[int]) -> dict[str, Tensor]:
    """With what the files of others lack: means of w by class, the clamp, noise of layers trained without."""
    import torch

    whole = dict(state)
    mean = state["mapping.w_avg"]
    whole.setdefault("mapping.class_w_avg", mean.expand(classes, -1).clone())
    clamp = _clamp(state, said(state))
    if clamp is not None:
        whole.setdefault("synthesis.clamp", torch.tensor(clamp))
    for name, side in _layers(sides):
        if not any(f"{name}.{part}" in state for part in _NOISE):
            whole[f"{name}.noise_const"] = torch.zeros(side, side)
            whole[f"{name}.noise_strength"] = torch.zeros(())
    return whole


def _check(settings: Mapping[str, Any]) -> None:
    """What changes the computation and is in no tensor."""
    for name, value in settings.items():
        last = name.rpartition(".")[2]
        if last == "activation" and name.startswith(("synthesis.", "mapping.")) and value not in ("lrelu", "linear"):
            raise Refused(
                _("a StyleGAN2 generator with another activation ({value}) than is known here").format(value=value)
            )
        if last == "lr_multiplier" and name.startswith("mapping.") and value != 0.01:
            raise Refused(
                _("a StyleGAN2 generator with another rate in its mapping ({value}) than is known here").format(
                    value=value
                )
            )
