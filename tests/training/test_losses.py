"""Losses, the average, the learning rate."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from ganstudio.core.errors import UsageError
from ganstudio.training import plans
from ganstudio.training.ema import Ema
from ganstudio.training.losses import combined, named, names
from ganstudio.training.step import learning_rate


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
    plan = replace(plans.load("fidelity-x2"), lr=1.0, lr_end=0.01, warmup=10)
    assert learning_rate(0, plan, None, 100) == pytest.approx(0.1)
    assert learning_rate(50, plan, None, 100) == 1.0
    assert learning_rate(60, plan, 60, 100) == pytest.approx(1.0)
    assert learning_rate(80, plan, 60, 100) == pytest.approx(0.505)
    assert learning_rate(100, plan, 60, 100) == pytest.approx(0.01)
