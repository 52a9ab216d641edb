"""Losses, the average, the learning rate."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ganstudio.core.errors import UsageError
from ganstudio.training import plans
from ganstudio.training.ema import Ema
from ganstudio.training.losses.pixel import combined, named, names
from ganstudio.training.losses.srgan import fooling, lowpass, matching, perceptual, telling
from ganstudio.training.schedule import SOFT_WARMUP, Schedule


@pytest.mark.parametrize("name", names())
def test_a_loss_is_least_at_the_truth_and_has_a_gradient_elsewhere(name: str) -> None:
    truth = torch.rand(2, 3, 8, 8)
    result = (truth + 0.1).requires_grad_()
    off = named(name)(result, truth)
    assert off.item() > float(named(name)(truth, truth)) >= 0.0
    off.backward()
    assert result.grad is not None and float(result.grad.abs().sum()) > 0


def test_known_values_and_the_weighted_sum() -> None:
    a, b = torch.zeros(1, 1, 4, 4), torch.full((1, 1, 4, 4), 0.5)
    assert float(named("l1")(a, b)) == 0.5
    assert float(named("l2")(a, b)) == 0.25
    # A constant of 0.5 over 4×4 has one coefficient, 0.5·4 with an orthonormal transform, of 4×3×2 numbers.
    assert float(named("fft")(a, b)) == pytest.approx(2.0 / 24)
    assert float(combined(a, b, {"l1": 1.0, "l2": 2.0})) == pytest.approx(1.0)
    with pytest.raises(UsageError, match="l1"):
        combined(a, b, {"l3": 1.0})


def test_the_average_follows_and_copies_buffers() -> None:
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    ema = Ema(net, 0.9)
    before = [p.clone() for p in ema.net.parameters()]
    with torch.no_grad():
        for p in net.parameters():
            p.add_(1.0)
        net.get_buffer("1.running_mean").fill_(7.0)
    ema.update(net, step=1000)
    for old, new in zip(before, ema.net.parameters(), strict=True):
        assert torch.allclose(new, old + 0.1, atol=1e-6)
        assert new.dtype == torch.float32 and not new.requires_grad
    assert torch.equal(ema.net.get_buffer("1.running_mean"), torch.full((4,), 7.0))
    ema.update(net, step=0)  # warm-up: nine tenths of the way at once
    for old, new in zip(before, ema.net.parameters(), strict=True):
        assert torch.allclose(new, old + 0.91, atol=1e-6)


def test_the_rate_warms_up_stays_and_falls() -> None:
    schedule = Schedule(end=100, warmup=10, least=0.01)
    assert schedule.factor(0) == pytest.approx(0.1)
    assert schedule.factor(50) == 1.0
    schedule.decay_from = 60
    assert schedule.factor(60) == pytest.approx(1.0)
    assert schedule.factor(80) == pytest.approx(0.505)
    assert schedule.factor(100) == pytest.approx(0.01)


def test_after_a_soft_resume_the_rate_warms_up_again() -> None:
    schedule = Schedule(end=10_000, decay_from=5_000, warmup=10, warm_from=1_000)
    assert schedule.factor(1_000) == pytest.approx(1 / SOFT_WARMUP)
    assert schedule.factor(1_000 + SOFT_WARMUP) == 1.0


def test_the_end_is_planned_from_the_pace() -> None:
    schedule = Schedule.of(plans.load("fidelity-x2"), timed=True)
    assert schedule.open and not schedule.is_due(10, 29.0, 60.0, 0.5)
    assert schedule.is_due(10, 30.0, 60.0, 0.5)
    schedule.plan_the_end(10, 30.0, 60.0)
    assert (schedule.decay_from, schedule.end) == (10, 20)


def test_a_perceptual_distance_and_matching_are_least_at_the_truth() -> None:
    seen = [torch.rand(2, 4, 6, 6), torch.rand(2, 8, 3, 3)]
    other = [(one + 0.3 * torch.rand_like(one)).requires_grad_() for one in seen]
    for distance in (perceptual, matching):
        assert float(distance(seen, seen)) == pytest.approx(0.0, abs=1e-6)
        off = distance(other, seen)
        off.backward()
        assert off.item() > 0.01 and other[0].grad is not None
        other[0].grad = None


def test_consistency_sees_a_shift_of_colour_and_not_invented_detail() -> None:
    given = torch.full((1, 3, 8, 8), 0.5)
    large = F.interpolate(given, scale_factor=4.0, mode="bicubic")
    board = ((torch.arange(32)[:, None] + torch.arange(32)[None]) % 2).float() - 0.5
    assert float(lowpass(large + 0.2 * board, given)) < 0.02
    assert float(lowpass(large + 0.1, given)) == pytest.approx(0.1, abs=1e-3)
    assert float(lowpass(given + 0.1, given)) == pytest.approx(0.1, abs=1e-3)  # of one size


def test_the_two_sides_of_the_adversarial_loss_pull_apart() -> None:
    logits = torch.zeros(4, requires_grad=True)
    assert float(telling(logits, logits)) == pytest.approx(2 * math.log(2))
    fooling(logits).backward()
    assert logits.grad is not None and bool((logits.grad < 0).all())  # the generator wants higher logits
