"""Small real models for the tests: networks with weights that are not their initial ones, and files of them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import torch
from safetensors.torch import save_file
from torch import nn

from ganstudio.models.cards import HEADER_KEY, Card
from ganstudio.nets.compact import Compact

FP16_MARK = 0x01306B47
Net = TypeVar("Net", bound=nn.Module)


def shaken(net: Net, seed: int = 0) -> Net:
    """The network in eval mode with weights and running statistics drawn at random: nothing is left at 0 or 1."""
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in net.state_dict().items():
        if tensor.is_floating_point():
            noise = torch.randn(tensor.shape, generator=generator) * 0.1
            tensor.copy_(noise.abs() + 0.5 if name.endswith("running_var") else noise)
    return net.eval()


def tiny_compact(scale: int = 2, features: int = 8, convs: int = 2, seed: int = 0) -> Compact:
    return shaken(Compact(3, 3, features=features, convs=convs, scale=scale), seed)


def card(name: str = "tiny", **more: object) -> Card:
    facts: dict = {"name": name, "title": name.title(), "kind": "upscaler", "family": "compact", "scale": 2}
    return Card(**{**facts, **more})


def safetensors_file(path: Path, net: nn.Module, with_card: Card | None = None) -> Path:
    """The network's weights as safetensors; its Card, if given, in the header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(net.state_dict(), path, metadata={HEADER_KEY: with_card.to_json()} if with_card else None)
    return path


def torch_file(path: Path, content: object, old_format: bool = False) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(content, path, _use_new_zipfile_serialization=not old_format)
    return path


def ncnn_pair(param: Path, net: Compact) -> Path:
    """A Compact as an ncnn `.param` and `.bin` with float16 weights, written as realesrgan-ncnn-vulkan's files are."""
    lines = ["Input in 0 1 data", "Split split 1 2 data data_0 data_1"]
    blob, numbers = "data_1", b""
    for index, layer in enumerate(net.body):
        weight = next(layer.parameters()).detach()
        if isinstance(layer, nn.Conv2d) and layer.bias is not None:
            out, size = layer.out_channels, weight.numel()
            lines.append(f"Convolution conv_{index} 1 1 {blob} blob_{index} 0={out} 1=3 4=1 5=1 6={size}")
            half = weight.half().numpy().tobytes()
            numbers += FP16_MARK.to_bytes(4, "little") + half + b"\0" * (-len(half) % 4)
            numbers += layer.bias.detach().numpy().tobytes()
        else:
            lines.append(f"PReLU prelu_{index} 1 1 {blob} blob_{index} 0={weight.numel()}")
            numbers += weight.numpy().tobytes()
        blob = f"blob_{index}"
    scale = net.scale
    lines += [
        f"PixelShuffle shuffle 1 1 {blob} shuffled 0={scale}",
        f"Interp enlarge 1 1 data_0 enlarged 0=1 1={scale:e} 2={scale:e}",
        "BinaryOp add 2 1 shuffled enlarged output",
    ]
    param.parent.mkdir(parents=True, exist_ok=True)
    param.write_text("\n".join(["7767517", f"{len(lines)} {len(lines) + 1}", *lines]) + "\n")
    param.with_suffix(".bin").write_bytes(numbers)
    return param


def archive(path: Path, folder: Path, files: Iterable[Path]) -> Path:
    """A wheel or zip that holds the files by their names below `folder`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file in files:
            zipped.write(file, str(file.relative_to(folder)))
    return path
