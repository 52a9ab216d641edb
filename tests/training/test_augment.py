"""Augmentations: identity, differentiable, as strong as said; ADA's p goes the right way."""

from __future__ import annotations

import pytest
import torch

from ganstudio.training.augment import ada, diffaugment


def stream(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_ada_at_nought_gives_the_pictures_back() -> None:
    images = torch.randn(4, 3, 16, 16)
    assert torch.equal(ada.augmented(images, 0.0, stream()), images)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", ["ada", "diffaugment"])
def test_gradients_reach_every_picture(name: str, channels: int) -> None:
    images = torch.randn(6, channels, 16, 16, requires_grad=True)
    made = ada.augmented(images, 1.0, stream()) if name == "ada" else diffaugment.augmented(images, stream())
    assert made.shape == images.shape
    (gradient,) = torch.autograd.grad(made.square().sum(), images)
    assert bool((gradient.flatten(1).abs().sum(dim=1) > 0).all())


@pytest.mark.parametrize("step", [diffaugment.colour, diffaugment.translation, diffaugment.cutout])
def test_each_part_of_diffaugment_is_differentiable_and_random(step) -> None:  # type: ignore[no-untyped-def]
    images = torch.rand(3, 3, 16, 16, requires_grad=True)
    (gradient,) = torch.autograd.grad(step(images, stream(1)).sum(), images)
    assert float(gradient.abs().sum()) > 0.0
    assert not torch.equal(step(images, stream(1)), step(images, stream(2)))
    assert torch.equal(step(images, stream(1)), step(images, stream(1)))


def test_translation_moves_by_an_eighth_at_most_and_leaves_black() -> None:
    images = torch.ones(2000, 1, 16, 16)
    made = diffaugment.translation(images, stream())
    columns = (made[:, 0].amax(dim=1) > 0).sum(dim=1)
    assert int(columns.min()) == 14 and int(columns.max()) == 16
    assert float(columns.float().mean()) == pytest.approx(16 - 1.2, abs=0.1)  # |shift| of -2 … 2


def test_cutout_takes_a_quarter_or_less() -> None:
    gone = 1.0 - diffaugment.cutout(torch.ones(2000, 1, 16, 16), stream()).mean(dim=(1, 2, 3))
    assert float(gone.max()) == pytest.approx(0.25) and float(gone.min()) >= 0.06


def test_colour_keeps_the_mean_and_the_gray() -> None:
    images = torch.full((10_000, 3, 2, 2), 0.2)
    made = diffaugment.colour(images, stream())
    means = made.mean(dim=(1, 2, 3))
    assert float(means.mean()) == pytest.approx(0.2, abs=0.01)
    assert float(means.std()) == pytest.approx(12**-0.5, rel=0.03)  # uniform ±½
    torch.testing.assert_close(made[:, 0], made[:, 1])


def test_ada_geometry_as_strong_as_said() -> None:
    matrices = ada.geometry(10_000, 32, 1.0, stream())
    turned = matrices[:, :2, :2]
    size = torch.linalg.det(turned).abs().log2() / 2.0
    assert float(size.mean()) == pytest.approx(0.0, abs=0.01)
    assert float(size.std()) == pytest.approx(0.2, rel=0.05)
    assert float((torch.linalg.det(turned) < 0).float().mean()) == pytest.approx(0.5, abs=0.02)  # mirrored
    lying = turned[:, 0, 1].abs() > turned[:, 0, 0].abs()
    assert float(lying.float().mean()) == pytest.approx(0.5, abs=0.02)  # quarter turns
    assert torch.equal(ada.geometry(5, 32, 0.0, stream()), torch.eye(3).expand(5, 3, 3))


def test_ada_colours_as_strong_as_said() -> None:
    matrices = ada.colours(10_000, 1.0, stream())
    gray = matrices[:, :, :3] @ torch.ones(3, 1)
    torch.testing.assert_close(gray[:, 0], gray[:, 1])  # gray stays gray
    assert float(gray[:, 0].log2().std()) == pytest.approx(0.25, rel=0.05)
    still = ada.colours(5, 0.0, stream())
    torch.testing.assert_close(still[:, :, :3], torch.eye(3).expand(5, 3, 3))
    assert float(still[:, :, 3].abs().max()) == 0.0


def test_ada_fires_as_often_as_p() -> None:
    images = torch.randn(1, 3, 16, 16).expand(2000, -1, -1, -1)
    untouched = torch.isclose(ada.augmented(images, 0.1, stream()), images, atol=1e-4).all(dim=3).all(dim=2).all(dim=1)
    share = float(untouched.float().mean())
    # ten transforms, each left out with 0.9 (or drawn as the identity): about 0.9^10 … 0.9^8
    assert 0.33 < share < 0.52


def test_p_rises_where_d_is_sure_and_falls_where_it_is_not() -> None:
    controller = ada.Controller(p=0.2, kimg=1.0)
    for _ in range(4):
        controller.saw(1.0, 25)
    controller.adjust()
    assert controller.p == pytest.approx(0.3)
    controller.saw(0.1, 50)
    controller.adjust()
    assert controller.p == pytest.approx(0.25)
    controller.saw(-1.0, 10_000)
    controller.adjust()
    assert controller.p == 0.0
    controller.saw(1.0, 10_000)
    controller.adjust()
    assert controller.p == ada.ALARM
    again = ada.Controller()
    again.take_up(controller.state())
    assert again.state() == controller.state()
