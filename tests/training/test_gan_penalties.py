"""Penalties are alive: their gradients are those of finite differences, and they go through augmentations."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from ganstudio.training.augment import ada, diffaugment
from ganstudio.training.losses.adversarial import LOSSES, SMOOTHING
from ganstudio.training.losses.penalties import gradient_penalty, path_lengths, r1


def critic() -> nn.Sequential:
    torch.manual_seed(0)
    layers = nn.Conv2d(3, 4, 3), nn.Softplus(), nn.Conv2d(4, 4, 3), nn.Softplus(), nn.Flatten(), nn.Linear(64, 1)
    return nn.Sequential(*layers).double()


def first_weight(d: nn.Module) -> nn.Parameter:
    return next(d.parameters())


def penalty(d: nn.Module, real: Tensor) -> Tensor:
    x = real.clone().requires_grad_()
    return r1(d(x), x)


def test_r1_is_alive_and_right() -> None:
    d, real = critic(), torch.randn(5, 3, 8, 8, dtype=torch.float64)
    value = penalty(d, real)
    assert value.requires_grad
    first = first_weight(d)
    (found,) = torch.autograd.grad(value, first)
    direction = torch.randn_like(first)
    with torch.no_grad():
        first += 1e-5 * direction
    above = float(penalty(d, real).detach())
    with torch.no_grad():
        first -= 2e-5 * direction
    slope = (above - float(penalty(d, real).detach())) / 2e-5
    assert float((found * direction).sum()) == pytest.approx(slope, rel=0.01)
    assert abs(slope) > 1e-6


@pytest.mark.parametrize("name", ["ada", "diffaugment"])
def test_r1_goes_through_the_augmentation(name: str) -> None:
    d, real = critic(), torch.randn(4, 3, 8, 8, dtype=torch.float64)

    def gradient(p: float) -> tuple[Tensor, Tensor]:
        x, stream = real.clone().requires_grad_(), torch.Generator().manual_seed(3)
        seen = ada.augmented(x, p, stream) if name == "ada" else diffaugment.augmented(x, stream) if p else x
        logits = d(seen.double())
        (at_pictures,) = torch.autograd.grad(logits.sum(), x, retain_graph=True)
        (at_weights,) = torch.autograd.grad(r1(logits, x), first_weight(d))
        return at_pictures, at_weights

    without, through = gradient(0.0), gradient(0.9)
    assert all(float(one.abs().sum()) > 0.0 for one in (*without, *through))
    assert not torch.allclose(without[0], through[0]) and not torch.allclose(without[1], through[1])


def test_sixteen_lazy_steps_push_as_sixteen_eager_ones() -> None:
    d, batches = critic(), torch.randn(16, 2, 3, 8, 8, dtype=torch.float64)
    real = batches[0]

    def total(every: int) -> Tensor:
        d.zero_grad()
        for step in range(16):
            if step % every == 0:
                (every * penalty(d, real)).backward()
        gradient = first_weight(d).grad
        assert gradient is not None
        return gradient.clone()

    torch.testing.assert_close(total(16), total(1))


def test_gradient_penalty_wants_a_slope_of_one() -> None:
    real, fake, share = torch.randn(3, 1, 4, 4), torch.randn(3, 1, 4, 4), torch.rand(3)

    def steep(slope: float) -> float:
        return float(gradient_penalty(lambda x: slope * x.flatten(1).sum(dim=1) / 4.0, real, fake, share))

    assert steep(1.0) == pytest.approx(0.0, abs=1e-6)
    assert steep(3.0) == pytest.approx(4.0, rel=1e-4)


def test_path_length_of_a_linear_picture() -> None:
    ws = torch.randn(6, 2, 5, requires_grad=True)
    matrix = torch.randn(5, 3 * 16)
    images = (ws.mean(dim=1) @ matrix).reshape(6, 3, 4, 4)
    noise = torch.randn(6, 3, 4, 4)
    wanted = ((noise.flatten(1) / 4.0) @ matrix.t() / 2.0).square().sum(dim=1).sqrt()
    torch.testing.assert_close(path_lengths(images, ws, noise), wanted)


def test_games_at_rest_and_their_directions() -> None:
    zero = torch.zeros(4, 1)
    assert float(LOSSES["non-saturating"].discriminator(zero, zero)) == pytest.approx(2 * math.log(2))
    assert float(LOSSES["non-saturating"].generator(zero)) == pytest.approx(math.log(2))
    assert float(LOSSES["minimax"].generator(zero)) == pytest.approx(-math.log(2))
    for name, game in LOSSES.items():
        fake = torch.full((4, 1), -0.5, requires_grad=True)
        game.generator(fake).backward()
        assert fake.grad is not None and bool((fake.grad < 0).all()), name  # G wants higher logits
        real, fake = torch.zeros(4, 1, requires_grad=True), torch.zeros(4, 1, requires_grad=True)
        game.discriminator(real, fake + (0.2 if name == "least-squares" else 0.0)).backward()
        assert real.grad is not None and bool((real.grad < 0).all()), name
        assert fake.grad is not None and bool((fake.grad > 0).all()), name


def test_g_still_learns_where_d_wins_but_not_in_minimax() -> None:
    slopes = {}
    for name in ("non-saturating", "minimax"):
        fake = torch.tensor([-12.0], requires_grad=True)
        LOSSES[name].generator(fake).backward()
        assert fake.grad is not None
        slopes[name] = abs(float(fake.grad))
    assert slopes["non-saturating"] > 0.99 and slopes["minimax"] < 1e-4


def test_smoothing_rests_at_its_target() -> None:
    real = torch.tensor([math.log(SMOOTHING / (1 - SMOOTHING))], requires_grad=True)
    LOSSES["smoothed"].discriminator(real, torch.tensor([0.0])).backward()
    assert real.grad is not None and abs(float(real.grad)) < 1e-6
