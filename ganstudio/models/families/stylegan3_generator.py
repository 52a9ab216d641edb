"""StyleGAN3's generators, T and R, in the official names: NVIDIA's `.pkl` files and what was made from them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from ganstudio.core.text import _
from ganstudio.models.families import Built, Refused, Shapes, count, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from ganstudio.nets.stylegan3 import Design

_LAYER = re.compile(r"synthesis\.(L(\d{1,3})_(\d{1,5})_\d{1,5})\.weight")
_NUMBERS = "synthesis.design_numbers"
_INPUT = ("weight", "transform", "freqs", "phases", "affine.weight")
_MOST_SIDE = 4096


def _layers(shapes: Shapes) -> list[tuple[str, int]]:
    """(name, side by its name) of the layers in their order, which is not that of the alphabet."""
    found = [match for name in shapes if (match := _LAYER.fullmatch(name))]
    return [(one[1], int(one[3])) for one in sorted(found, key=lambda one: int(one[2]))]


def detect(shapes: Shapes) -> bool:
    if not all(name.startswith(("mapping.", "synthesis.")) for name in shapes):
        return False
    layers = [name for name, _ in _layers(shapes)]
    return (
        len(layers) >= 3
        and all(len(shapes[f"synthesis.{name}.weight"]) == 4 for name in layers)
        and all(len(shapes.get(f"synthesis.{name}.up_filter", ())) == 1 for name in layers[:-1])
        and all(len(shapes.get(f"synthesis.{name}.down_filter", ())) in (1, 2) for name in layers[:-1])
        and all(f"synthesis.input.{part}" in shapes for part in _INPUT)
        and len(shapes.get("mapping.fc0.weight", ())) == 2
        and len(shapes.get("mapping.w_avg", ())) == 1
    )


def build(state: dict[str, Tensor]) -> Built:
    import torch

    from ganstudio.nets.stylegan3 import Design, Generator, plans_of

    shapes = {key: tuple(value.shape) for key, value in state.items()}
    settings, layers = said(state), _layers(shapes)
    names = [name for name, _ in layers]
    design = Design.restored(state[_NUMBERS]) if _NUMBERS in state else _design(settings, layers)
    if not 8 <= design.resolution <= _MOST_SIDE or not 0 < design.critical < design.layers == len(names) - 1:
        raise ValueError("its layers are not those of a StyleGAN3 generator")
    plans = plans_of(design)[1]
    for (name, side), plan in zip(layers, plans, strict=True):
        rates = (plan.in_rate, plan.out_rate, plan.inner_rate)
        told = tuple(settings.get(f"synthesis.{name}.{word}_sampling_rate") for word in ("in", "out", "tmp"))
        if told != rates if None not in told else side != plan.out_side:
            raise Refused(
                _("a StyleGAN3 generator whose layer {name} is sampled otherwise than the published ones").format(
                    name=name
                )
            )
    weights = [shapes[f"synthesis.{name}.weight"] for name in names]
    filters = [
        tuple(shapes.get(f"synthesis.{name}.{way}_filter", ()) for way in ("up", "down")) for name in names
    ]  # fmt: skip
    w_dim = shapes["mapping.w_avg"][0]
    classes = shapes.get("mapping.embed.weight", (w_dim, 0))[1]
    z_dim = shapes["mapping.fc0.weight"][1] - (w_dim if classes else 0)
    kernels = [(one[0], one[1], one[2]) for one in weights]
    depth = count(shapes, "mapping.fc{}.weight", 0)
    net = Generator(design, names, kernels, filters, z_dim, w_dim, classes, depth)
    whole = dict(state)
    whole.setdefault("mapping.class_w_avg", state["mapping.w_avg"].expand(classes, -1).clone())
    whole[_NUMBERS] = design.stored()
    whole["synthesis.input.transform"] = state["synthesis.input.transform"].to(torch.float32)
    net.load_state_dict(whole)
    kind = "R" if weights[0][2] == 1 else "T"
    tags = (f"{net.resolution} px", kind, *((f"{classes} classes",) if classes else ()))
    return Built(
        net, "stylegan3", f"StyleGAN3-{kind}", 1, net.channels, ("-1..1",), gan=True, tags=tags, makes="generator",
        tiles=False,
    )  # fmt: skip


def _design(settings: Mapping[str, Any], layers: list[tuple[str, int]]) -> Design:
    """What the file says, else as published; the last layers have the side of the picture."""
    from ganstudio.nets.stylegan3 import Design

    def told(name: str, usual: Any) -> Any:
        return settings.get(f"synthesis.{name}", settings.get(f"synthesis.made_with.{name}", usual))

    resolution, amount = layers[-1][1], len(layers) - 1
    usual = Design(resolution, amount)
    clamp = settings.get(f"synthesis.{layers[0][0]}.conv_clamp", usual.clamp)
    return Design(
        int(told("img_resolution", resolution)),
        amount,
        int(told("num_critical", usual.critical)),
        float(told("first_cutoff", usual.first_cutoff)),
        float(told("first_stopband", usual.first_stopband)),
        float(told("last_stopband_rel", usual.last_stopband_rel)),
        int(told("margin_size", usual.margin)),
        float(told("output_scale", usual.output_scale)),
        math.inf if clamp is None else float(clamp),
    )
