"""Compact: its layout, its size, its start."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from ganstudio.nets.compact import Compact
from ganstudio.training.upscaler.initialise import borrow, identity, plain_body


def test_the_layout_and_the_published_sizes() -> None:
    net = Compact(features=64, convs=16, scale=4)
    assert sum(p.numel() for p in net.parameters()) == 621_424  # as realesr-animevideov3
    keys = list(net.state_dict())
    assert keys[:4] == ["body.0.weight", "body.0.bias", "body.1.weight", "body.2.weight"]
    assert net.state_dict()["body.1.weight"].ndim == 1


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_with_a_silent_body_it_is_the_nearest_neighbour(scale: int) -> None:
    net = Compact(features=8, convs=1, scale=scale)
    for parameter in net.body[-1].parameters():
        torch.nn.init.zeros_(parameter)
    x = torch.rand(2, 3, 5, 7)
    assert torch.equal(net(x), F.interpolate(x, scale_factor=scale, mode="nearest"))


def test_it_starts_near_the_nearest_neighbour_with_an_open_path() -> None:
    net = Compact(features=16, convs=6, scale=2)
    identity(net, seed=3)
    x = torch.rand(1, 3, 16, 16)
    assert (net(x) - F.interpolate(x, scale_factor=2.0, mode="nearest")).abs().max() < 0.1
    net(x).sum().backward()
    first = next(net.parameters()).grad
    assert first is not None and float(first.abs().max()) > 1e-3


def test_the_same_seed_starts_the_same_and_slopes_may_be_fixed() -> None:
    nets = [Compact(features=8, convs=2, scale=2) for _ in range(2)]
    for net in nets:
        identity(net, seed=4)
    x = torch.rand(1, 3, 9, 9)
    assert torch.equal(nets[0](x), nets[1](x))
    assert torch.allclose(nets[0].compose(x, plain_body(nets[0])(x)), nets[0](x))


def test_a_body_is_borrowed_from_another_scale() -> None:
    two, four = Compact(features=8, convs=2, scale=2), Compact(features=8, convs=2, scale=4)
    kept = borrow(four, two.state_dict())
    assert kept == ["body.6.weight", "body.6.bias"]
    assert torch.equal(four.state_dict()["body.2.weight"], two.state_dict()["body.2.weight"])


def test_half_weights_round_only_what_is_missing() -> None:
    net = Compact(features=16, convs=4, scale=2)
    identity(net, seed=1)
    x = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        exact = net(x)
        half = net.bfloat16()
        kept, rounded = half(x), half(x.bfloat16())
    assert (kept.dtype, rounded.dtype) == (torch.float32, torch.bfloat16)
    assert (kept - exact).square().mean() < 0.1 * (rounded.float() - exact).square().mean()


def test_unequal_channels_are_refused() -> None:
    with pytest.raises(ValueError, match="equal"):
        Compact(3, 1)
