"""StyleGAN2: its layers keep the variance, its pictures are the official ones, truncation knows the classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.models import readers
from ganstudio.models.readers.state_dict import candidates, to_torch
from ganstudio.nets.equalised import Convolution, FullyConnected, doubled, filtered, fir_kernel, halved
from ganstudio.nets.stylegan2 import Generator, SynthesisLayer, channels_for
from ganstudio.nets.stylegan2_discriminator import Discriminator, with_deviation

GOLDEN = "checkpoints/gan_golden/stylegan2_32_cond10"


def small(classes: int = 0, attention: int = 0) -> Generator:
    torch.manual_seed(0)
    return Generator([16, 16, 8], 16, 16, classes, attention_at=attention)


@pytest.mark.parametrize(("psi", "mode"), [(0.7, "const"), (0.7, "none")])
def test_pictures_of_the_official_network(shared_data: Path, psi: float, mode: str) -> None:
    golden = np.load(shared_data / f"{GOLDEN}_golden.npz")
    checkpoint = readers.read(shared_data / f"{GOLDEN}.pkl")
    state = next(to_torch(one) for one in candidates(checkpoint) if "mapping.w_avg" in one)
    state["mapping.class_w_avg"] = state["mapping.w_avg"].expand(10, -1).clone()
    net = Generator([16] * 4, 64, 64, 10, mapping_layers=8).eval()
    net.load_state_dict(state)
    z, label = torch.from_numpy(golden["z"]), torch.from_numpy(golden["c"])
    with torch.no_grad():
        w = net.mapping(z, label)
        images = net(z, label, psi, mode)
        cut = net.truncated(net.ws(w), label, 0.5, 4)
    torch.testing.assert_close(w, torch.from_numpy(golden["w_psi1"]), rtol=0, atol=1e-5)
    torch.testing.assert_close(cut, torch.from_numpy(golden["w_psi0.5_cut4"]), rtol=0, atol=1e-5)
    torch.testing.assert_close(images, torch.from_numpy(golden[f"img_psi{psi}_{mode}"]), rtol=0, atol=1e-4)


def test_modulated_convolution_equals_the_grouped_form() -> None:
    torch.manual_seed(1)
    layer = SynthesisLayer(6, 5, 8, 8)
    x, w = torch.randn(3, 6, 8, 8), torch.randn(3, 8)
    style = layer.affine(w)
    weights = layer.weight * style[:, None, :, None, None]
    weights = weights * (weights.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8).rsqrt()
    each = [torch.nn.functional.conv2d(x[n : n + 1], weights[n], padding=1) for n in range(3)]
    wanted = torch.nn.functional.leaky_relu(torch.cat(each) + layer.bias[:, None, None], 0.2) * 2**0.5
    torch.testing.assert_close(layer(x, w, "none", None), wanted, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_layers_keep_the_variance() -> None:
    torch.manual_seed(2)
    assert FullyConnected(512, 512)(torch.randn(400, 512)).std() == pytest.approx(1.0, rel=0.05)
    active = FullyConnected(512, 512, active=True)(torch.randn(400, 512))
    assert active.square().mean() == pytest.approx(1.0, rel=0.05)
    maps = torch.randn(8, 64, 32, 32)
    assert Convolution(64, 64, 3, linear=True)(maps)[..., 2:-2, 2:-2].std() == pytest.approx(1.0, rel=0.05)
    assert Convolution(64, 64, 3)(maps)[..., 2:-2, 2:-2].square().mean() == pytest.approx(1.0, rel=0.05)
    layer = SynthesisLayer(64, 64, 16, 32)
    made = layer(maps, torch.randn(8, 16), "none", None)[..., 2:-2, 2:-2]
    assert made.square().mean() == pytest.approx(1.0, rel=0.05)


def test_resampling_keeps_a_plain_picture() -> None:
    assert fir_kernel().sum() == 1.0
    plain = torch.full((1, 3, 16, 16), 0.7)
    for result in (doubled(plain, fir_kernel()), halved(plain, fir_kernel()), filtered(plain, fir_kernel(), 2)):
        torch.testing.assert_close(result[..., 3:-3, 3:-3], torch.full_like(result[..., 3:-3, 3:-3], 0.7))
    net = SynthesisLayer(4, 4, 8, 32, up=True)
    assert net(torch.randn(2, 4, 16, 16), torch.randn(2, 8), "none", None).shape == (2, 4, 32, 32)


def test_truncation_goes_to_the_mean_of_the_class() -> None:
    net = small(classes=3).eval()
    net.settle(512)
    label = torch.eye(3)
    with torch.no_grad():
        ws = net.truncated(net.styles(torch.randn(3, 16), label), label, 0.0)
        halfway = net.mapping.centre(torch.tensor([[0.5, 0.5, 0.0]]))
    torch.testing.assert_close(ws[:, 0], net.mapping.class_w_avg)
    torch.testing.assert_close(halfway[0], net.mapping.class_w_avg[:2].mean(dim=0))
    assert not torch.allclose(net.mapping.class_w_avg[0], net.mapping.class_w_avg[1], atol=1e-3)


def test_noise_of_a_generator_is_the_same_again_and_random_otherwise() -> None:
    net = small().eval()
    for one in net.modules():
        if isinstance(one, SynthesisLayer):
            torch.nn.init.constant_(one.noise_strength, 1.0)
    z = torch.randn(2, 16)

    def made(seed: int) -> torch.Tensor:
        return net(z, noise_mode="random", generator=torch.Generator().manual_seed(seed)).detach()

    assert torch.equal(made(1), made(1))
    assert not torch.equal(made(1), made(2))
    assert torch.equal(net(z), net(z))
    assert not torch.equal(net(z), net(z, noise_mode="none"))


def test_labels_change_what_both_networks_say() -> None:
    torch.manual_seed(3)
    g, d = small(classes=2).eval(), Discriminator([16, 16, 8], 2)
    z, image = torch.randn(1, 16).expand(2, -1), torch.randn(1, 3, 16, 16).expand(2, -1, -1, -1)
    images, logits = g(z, torch.eye(2)), d(image, torch.eye(2))
    assert not torch.allclose(images[0], images[1], atol=1e-3)
    assert abs(float((logits[0] - logits[1]).detach())) > 1e-4
    with pytest.raises(ValueError, match="label"):
        d(image)


def test_attention_begins_as_nothing_and_then_sees_far() -> None:
    with_it, z = small(attention=8).eval(), torch.randn(1, 16)
    before = with_it(z).detach()
    attention: Any = with_it.get_submodule("synthesis.b8").attention
    torch.nn.init.constant_(attention.gamma, 1.0)
    assert not torch.allclose(before, with_it(z))
    x = torch.randn(1, 16, 8, 8, requires_grad=True)
    attention(x)[0, :, 0, 0].sum().backward()
    assert x.grad is not None and float(x.grad[0, :, 7, 7].abs().sum()) > 0.0


def test_deviation_sees_groups_of_neighbours() -> None:
    same = torch.ones(4, 2, 4, 4)
    assert with_deviation(same)[:, 2].abs().max() < 1e-3
    mixed = torch.cat([same, torch.randn(4, 2, 4, 4)])
    found = with_deviation(mixed)[:, 2, 0, 0]
    assert found[:4].max() < 1e-3 and found[4:].min() > 0.5
    torch.testing.assert_close(with_deviation(mixed)[4:], with_deviation(mixed[4:]))


def test_channels_fall_with_the_size() -> None:
    assert channels_for(64, 2048, 128) == (128, 128, 128, 64, 32)
    assert sum(p.numel() for p in Generator(channels_for(64, 2048, 128), 128, 128).parameters()) == pytest.approx(
        1.09e6, rel=0.02
    )
