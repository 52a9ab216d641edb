"""Files as the trainers of others write them: NVIDIA's persistence pickles, rosinality's checkpoints."""

from __future__ import annotations

import pickle
import sys
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

_HEAD = "# Copyright (c) 2021, NVIDIA CORPORATION & AFFILIATES. All rights reserved.\n"
_OURS = ("class_w_avg", "clamp", "design_numbers")  # buffers that NVIDIA's files have not


class Persistent:
    """A module as NVIDIA's `persistence` pickles it: the text of its source, its class's name, its `__dict__`."""

    def __init__(self, module: nn.Module, settings: Mapping[str, Any], source: str, prefix: str = "") -> None:
        children = {
            name: Persistent(child, settings, source, f"{prefix}{name}.")
            for name, child in module.named_children()
            if child is not None
        }
        buffers = {name: one for name, one in module.named_buffers(recurse=False) if name not in _OURS}
        own = {
            name.removeprefix(prefix): value
            for name, value in settings.items()
            if name.startswith(prefix) and "." not in name.removeprefix(prefix)
        }
        made_with = own.pop("_init_kwargs", {})
        self.meta = {
            "type": "class",
            "version": 6,
            "module_src": _HEAD + source,
            "class_name": type(module).__name__,
            "state": {
                "training": False,
                "_parameters": {n: nn.Parameter(p.detach()) for n, p in module.named_parameters(recurse=False)},
                "_buffers": buffers,
                "_non_persistent_buffers_set": set(),
                "_modules": children,
                "_init_args": (),
                "_init_kwargs": made_with,
                **own,
            },
        }

    def __reduce__(self) -> tuple[Any, ...]:
        return sys.modules["torch_utils.persistence"]._reconstruct_persistent_obj, (self.meta,)


@contextmanager
def _named_modules() -> Iterator[None]:
    """For as long as the file is written there is a function of that name; it is never there when one is read."""
    module = types.ModuleType("torch_utils.persistence")

    def _reconstruct_persistent_obj(meta: object) -> None:
        raise AssertionError("nothing may call this")

    _reconstruct_persistent_obj.__module__ = "torch_utils.persistence"
    _reconstruct_persistent_obj.__qualname__ = "_reconstruct_persistent_obj"
    module._reconstruct_persistent_obj = _reconstruct_persistent_obj  # type: ignore[attr-defined]
    sys.modules["torch_utils"], sys.modules["torch_utils.persistence"] = types.ModuleType("torch_utils"), module
    try:
        yield
    finally:
        del sys.modules["torch_utils"], sys.modules["torch_utils.persistence"]


def official(path: Path, net: nn.Module, settings: Mapping[str, Any], source: str = "", **more: Any) -> Path:
    """`{training_set_kwargs, G, D, G_ema, augment_pipe}`; `settings` are attributes by dotted name."""
    with _named_modules():
        whole = {"training_set_kwargs": {"resolution": 8}, "G": None, "D": None}
        whole |= {"G_ema": Persistent(net, settings, source), "augment_pipe": None} | more
        path.write_bytes(pickle.dumps(whole, protocol=4))
    return path


def settings_of(net: nn.Module, **all_layers: Any) -> dict[str, Any]:
    """Attributes that every layer of the synthesis has."""
    layers = [
        name for name, module in net.named_modules() if name.startswith("synthesis.") and hasattr(module, "affine")
    ]
    return {f"{name}.{key}": value for name in layers for key, value in all_layers.items()}


def rosinality(path: Path, net: nn.Module, **beside: Any) -> Path:
    """`{g_ema, …}` of a StyleGAN2 of ours, in rosinality's names."""
    own = net.state_dict()
    sides = [int(name.split(".")[1][1:]) for name in own if name.endswith("torgb.bias")]
    new: dict[str, torch.Tensor] = {"input.input": own["synthesis.b4.const"][None]}
    for name, tensor in own.items():
        if name.startswith("mapping.fc"):
            number, part = name.removeprefix("mapping.fc").split(".")
            new[f"style.{int(number) + 1}.{part}"] = tensor
    layers = [("conv1", "b4.conv1")] + [
        (f"convs.{2 * n + at}", f"b{side}.conv{at}") for n, side in enumerate(sides[1:]) for at in (0, 1)
    ]
    for number, (theirs, ours) in enumerate(layers):
        place = f"synthesis.{ours}"
        weight = own[f"{place}.weight"]
        new[f"{theirs}.conv.weight"] = (weight * weight[0].numel() ** 0.5)[None]
        new[f"{theirs}.noise.weight"] = own[f"{place}.noise_strength"].reshape(1)
        new[f"{theirs}.activate.bias"] = own[f"{place}.bias"]
        new[f"noises.noise_{number}"] = own[f"{place}.noise_const"][None, None]
        new |= {f"{theirs}.conv.modulation.{part}": own[f"{place}.affine.{part}"] for part in ("weight", "bias")}
    for number, side in enumerate(sides):
        theirs, place = "to_rgb1" if number == 0 else f"to_rgbs.{number - 1}", f"synthesis.b{side}.torgb"
        new[f"{theirs}.conv.weight"] = own[f"{place}.weight"][None]
        new[f"{theirs}.bias"] = own[f"{place}.bias"].reshape(1, -1, 1, 1)
        new |= {f"{theirs}.conv.modulation.{part}": own[f"{place}.affine.{part}"] for part in ("weight", "bias")}
    torch.save({"g": {}, "g_ema": new, **beside}, path)
    return path
