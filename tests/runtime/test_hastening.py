"""Large StyleGAN2 networks compute in bfloat16 only where it agrees and pays; everything else stays as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from ganstudio.nets import mlp_gan
from ganstudio.nets.stylegan2 import Generator
from ganstudio.runtime import devices
from ganstudio.runtime.generating.hastening import LEAST_DB, hasten


def large(scale: float = 1.0) -> Generator:
    torch.manual_seed(0)
    net = Generator([8, 8, 8, 8, 4, 4, 4], 8, 8).eval().requires_grad_(False)
    for side in net.sizes:
        net.get_submodule(f"synthesis.b{side}").torgb.weight.mul_(0.1 * scale)  # type: ignore[union-attr, operator]
    return net


def on(halves: tuple[str, ...]) -> devices.Device:
    return replace(devices.cpu(), halves=halves)


def test_it_is_never_tried_where_the_processor_lacks_it() -> None:
    net = large()
    hasten(net, on(()))
    assert net.synthesis.compute == torch.float32


def test_what_it_chooses_agrees() -> None:
    """Which one is quicker is for this computer to say; both must be within the bound."""
    net = large()
    ws = net.styles(torch.randn(1, 8))
    exact = net.draw(ws)
    hasten(net, on(("bf16",)))
    error = (net.draw(ws) - exact).square().mean()
    assert error == 0 or 10 * torch.log10(4.0 / error) >= LEAST_DB - 6
    assert net.synthesis.compute in (torch.float32, torch.bfloat16)


def test_what_disagrees_is_left() -> None:
    net = large(scale=100.0)  # far brighter than -1..1: an error that a picture would show
    hasten(net, on(("bf16",)))
    assert net.synthesis.compute == torch.float32


@pytest.mark.parametrize("net", [Generator([8, 8], 8, 8), mlp_gan.Generator(8, 16, 12)])
def test_small_and_other_networks_are_left(net) -> None:
    hasten(net.eval(), on(("bf16",)))
    assert getattr(getattr(net, "synthesis", None), "compute", torch.float32) == torch.float32
