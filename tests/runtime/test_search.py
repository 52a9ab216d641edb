"""The search for a picture's point comes nearer with every kind of generator that can be opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor

from ganstudio.models.opening import open_model
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.runtime.generating.search import Search
from ganstudio.runtime.lane import cores

STEPS = 8
# One of each network; rosinality's becomes NVIDIA's StyleGAN2.
FILES = (
    "stylegan2_32_cond10.pkl", "stylegan2_64_uncond.pkl", "stylegan3t_64.pkl", "lucidrains_stylegan2_32_model_0.pt",
    "r3gan_32_cond10.pt",
)  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """So small, several would wait for each other."""
    with cores(1):
        yield


@pytest.mark.parametrize("name", FILES)
def test_it_comes_nearer_in_every_network(shared_data: Path, name: str) -> None:
    net = open_model(shared_data / "checkpoints" / "gan_golden" / name).module
    assert isinstance(net, GeneratorNet)
    label = torch.eye(net.classes)[1:2] if net.classes else None
    z = torch.randn(1, net.z_dim, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        target = net.draw(net.styles(z, label), label)

    def distance(pictures: Tensor) -> Tensor:
        return (pictures - target).square().mean(dim=(1, 2, 3))

    search = Search(net, label, distance)
    found = [search.best.distance]
    steps = STEPS if net.has_w else 2 * STEPS
    for layers in (False, True) if net.has_w else (False,):
        way = search.steps(steps, layers)
        for _ in range(steps):
            way.step()
        way.judge()
        found.append(search.best.distance)
    assert found[-1] < 0.8 * found[0] and found[-1] < float(search.mean[0]) and search.faults == 0
    assert search.best.ws.shape == (net.num_ws, net.w_dim)
