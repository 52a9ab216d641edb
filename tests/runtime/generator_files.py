"""Tiny real generators in files, for the tests."""

from __future__ import annotations

from pathlib import Path

import torch

from ganstudio.nets import dcgan, mlp_gan, stylegan2
from ganstudio.nets.generator_net import GeneratorNet
from tests.models.making import card, safetensors_file, shaken

CLASSES = ("cat", "dog", "owl")


def tiny_style(classes: int = 0, side: int = 16, noise: float = 0.3, seed: int = 0) -> GeneratorNet:
    """StyleGAN2: w of 12 numbers, all layers' noise heard."""
    torch.manual_seed(seed)
    widths = [16, 12, 8, 8, 8, 8][: side.bit_length() - 2]
    net = stylegan2.Generator(widths, 10, 12, classes, 2, 3).eval()
    for name, parameter in net.named_parameters():
        if name.endswith("noise_strength"):
            parameter.data.fill_(noise)
    net.settle(256)
    return net


def tiny_plain(kind: str = "dcgan", classes: int = 0) -> GeneratorNet:
    """Without w."""
    if kind == "mlp":
        return shaken(mlp_gan.Generator(8, 32, 10, classes))
    net = shaken(dcgan.Generator((12, 8), 4, 10, classes))
    for parameter in net.parameters():
        parameter.data.mul_(3.0)
    return net


def generator_file(path: Path, net: GeneratorNet, names: tuple[str, ...] = ()) -> Path:
    family = {"stylegan2": "stylegan2", "dcgan": "dcgan", "mlp_gan": "mlp"}[type(net).__module__.rpartition(".")[2]]
    about = card(
        path.stem, kind="generator", family=family, scale=1, channels=net.channels, value_range="-1..1",
        licence="CC0-1.0", settings={"classes": list(names), "size": net.resolution},
    )  # fmt: skip
    return safetensors_file(path, net, about)
