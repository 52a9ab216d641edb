"""The discriminators of upscalers: sizes, shapes, a bounded gain."""

from __future__ import annotations

import pytest
import torch

from ganstudio.nets.srgan_discriminator import SRGANDiscriminator
from ganstudio.nets.unet_discriminator import UNetDiscriminator


@pytest.mark.parametrize(("features", "millions"), [(64, 4.38), (32, 1.09), (24, 0.62)])
def test_the_unet_has_the_published_size_and_judges_every_pixel(features: int, millions: float) -> None:
    net = UNetDiscriminator(features)
    assert sum(p.numel() for p in net.parameters()) / 1e6 == pytest.approx(millions, abs=0.01)
    if features == 24:
        logits, seen = net.look(torch.rand(2, 3, 32, 48))
        assert logits.shape == (2, 1, 32, 48) and len(seen) == 6


def test_spectral_norms_come_to_one() -> None:
    net = UNetDiscriminator(4)
    for _ in range(30):
        net(torch.rand(1, 3, 8, 8))
    weight = net.get_submodule("down.0").weight
    assert isinstance(weight, torch.Tensor)
    assert float(torch.linalg.matrix_norm(weight.detach().flatten(1), 2)) == pytest.approx(1.0, abs=0.05)


def test_the_published_discriminator() -> None:
    net = SRGANDiscriminator()
    convolutions = [net.conv0, *net.convs]
    assert [conv.weight.shape[0] for conv in convolutions] == [64, 64, 128, 128, 256, 256, 512, 512]  # type: ignore[union-attr]
    assert net.dense1.in_features == 512 * 6 * 6 and net.dense1.out_features == 1024
    small = SRGANDiscriminator(32, 4, 8)
    logits, seen = small.look(torch.rand(2, 3, 32, 32))
    assert logits.shape == (2, 1) and seen[-1].shape == (2, 32, 2, 2)
