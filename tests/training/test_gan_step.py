"""One step of a GAN: who changes whom, what is averaged, what is augmented, and that parts make the whole."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from ganstudio.training.generator.plan import GeneratorPlan
from ganstudio.training.generator.shown import generated
from ganstudio.training.generator.trainee import GeneratorTrainee
from ganstudio.training.trainee import Facts
from tests.training.gan_making import DIGITS, TINY, other, shapes, trainee

pytestmark = pytest.mark.usefixtures("one_thread")
MLP = other(DIGITS, network="mlp", width=64)


def gradients(one: GeneratorTrainee) -> dict[str, Tensor]:
    """Of all parameters but the strengths of the noise: every part of a batch draws noise of its own."""
    nets = {"g": one.pair.g, "d": one.pair.d}
    return {
        f"{name}.{key}": p.grad.clone()
        for name, net in nets.items()
        for key, p in net.named_parameters()
        if p.grad is not None and "noise_strength" not in key
    }


def same(a: dict[str, Tensor], b: dict[str, Tensor], tolerance: float) -> None:
    assert a.keys() == b.keys()
    for key in a:
        scale = max(1e-3, float(a[key].abs().max()))
        assert float((a[key] - b[key]).abs().max()) <= tolerance * scale, key


@pytest.mark.parametrize("plan", [TINY, DIGITS, MLP])
def test_a_step_changes_both_networks_and_the_average(plan: GeneratorPlan) -> None:
    one = trainee(plan)
    before = {key: value.clone() for key, value in one.pair.g.state_dict().items()}
    told = one.step(0, 1.0, 1)
    assert all(math.isfinite(value) for value in told.values()) and one.images == plan.batch
    own = dict(one.average.named_parameters())
    assert all(own[key].dtype == torch.float32 and not own[key].requires_grad for key in before if key in own)
    assert any(not torch.equal(value, before[key]) for key, value in one.pair.g.named_parameters())
    buffers = dict(one.average.named_buffers())
    for key, value in one.pair.g.named_buffers():
        assert torch.equal(buffers[key], value), key


def test_the_average_lags_behind_every_weight() -> None:
    one = trainee(other(ema=0.9))
    for number in range(3):
        one.step(number, 1.0, 1)
    own = dict(one.average.named_parameters())
    assert all(not torch.equal(own[key], value) for key, value in one.pair.g.named_parameters())
    assert not torch.equal(one.pair.g.get_buffer("mapping.w_avg"), torch.zeros(16))


def test_each_step_leaves_the_other_network_alone() -> None:
    one = trainee()
    for held in ("g", "d"):
        kept = {key: value.clone() for key, value in getattr(one.pair, held).named_parameters()}
        one.gradients(0, 1)
        one.optimisers["d" if held == "g" else "g"].step()
        assert all(torch.equal(value, kept[key]) for key, value in getattr(one.pair, held).named_parameters())


def test_frozen_blocks_do_not_move() -> None:
    one = trainee(other(freeze_d=1))
    frozen = {key: value.clone() for key, value in one.pair.d.named_parameters() if key.startswith("b16.")}
    moving = {key: value.clone() for key, value in one.pair.d.named_parameters() if key.startswith("b8.")}
    for number in range(2):
        one.step(number, 1.0, 1)
    now = dict(one.pair.d.named_parameters())
    assert frozen and all(torch.equal(now[key], value) for key, value in frozen.items())
    assert all(now[key].grad is None for key in frozen)
    assert all(not torch.equal(now[key], value) for key, value in moving.items())


def test_real_and_fake_are_augmented_alike_and_anew_each_time() -> None:
    one, seen = trainee(), []

    class Spy(GeneratorTrainee):
        def augmented(self, images: Tensor, generator: torch.Generator) -> Tensor:
            draw = torch.rand(4, generator=generator)
            seen.append(draw)
            return images + 0.0

    one.__class__ = Spy
    one.gradients(0, 1)  # with R1, whose gradient goes through the augmentation of the real pictures
    assert len(seen) == 3  # fakes for G, reals and fakes for D
    assert not torch.equal(seen[0], seen[1]) and not torch.equal(seen[1], seen[2])


def test_g_and_d_see_the_same_label_of_a_fake() -> None:
    one = trainee()
    given: dict[str, list[Tensor]] = {"g": [], "d": []}
    one.pair.g.get_submodule("mapping").register_forward_pre_hook(lambda _, args: given["g"].append(args[1]))
    one.pair.d.register_forward_pre_hook(lambda _, args: given["d"].append(args[1]))
    one.gradients(0, 1)
    first, real, fake = given["d"]
    assert torch.equal(given["g"][0], first) and torch.equal(first, fake)
    assert torch.equal(real, torch.nn.functional.one_hot(torch.from_numpy(one.data.batch(1, 0, 8, False)[1])).float())


@pytest.mark.parametrize("plan", [other(style_mixing=0.5), other(gray=True, by_class=False)])
def test_micro_batches_give_the_whole_batchs_gradients(plan: GeneratorPlan) -> None:
    whole, parts = trainee(plan), trainee(plan)
    whole.gradients(0, 1)
    parts.gradients(0, 2)
    same(gradients(whole), gradients(parts), 1e-4)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="one process cannot become two here")
def test_two_processes_give_one_processs_gradients(tmp_path: Path) -> None:
    script = tmp_path / "share.py"
    script.write_text(
        "import os, sys, torch, torch.distributed as dist\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from tests.training.gan_making import trainee\n"
        "from ganstudio.training.trainee import Facts\n"
        "torch.set_num_threads(1)\n"
        "rank = int(os.fork() == 0)\n"  # two processes that have read the modules once
        "dist.init_process_group('gloo', init_method='file://' + sys.argv[2] + '/meet', rank=rank, world_size=2)\n"
        "one = trainee(facts=Facts(share=rank, shares=2))\n"
        "told = one.gradients(0, 1)\n"
        "nets = {'g': one.pair.g, 'd': one.pair.d}\n"
        "every = ((f'{n}.{k}', p.grad) for n, net in nets.items() for k, p in net.named_parameters())\n"
        "found = {key: value for key, value in every if value is not None}\n"
        "torch.save((found, told), sys.argv[2] + f'/{rank}.pt')\n"
        "os._exit(0 if rank else os.waitstatus_to_exitcode(os.wait()[1]))\n"
    )
    words = [sys.executable, str(script), str(Path(__file__).parents[2]), str(tmp_path)]
    assert subprocess.run(words, timeout=240, check=False).returncode == 0
    alone = trainee()
    told = alone.gradients(0, 1)
    for rank in range(2):
        found, numbers = torch.load(tmp_path / f"{rank}.pt")
        assert numbers["d"] == pytest.approx(told["d"], rel=1e-4)
        same(gradients(alone), {key: value for key, value in found.items() if "noise_strength" not in key}, 1e-4)


@pytest.mark.parametrize("plan", [TINY, other(augment="ada", p0=0.3, path_length=2.0, style_mixing=0.9), DIGITS, MLP])
@pytest.mark.parametrize("stop", [1, 2, 3])
def test_stopped_and_resumed_equals_uninterrupted(plan: GeneratorPlan, stop: int, tmp_path: Path) -> None:
    torch.manual_seed(5)
    straight = trainee(plan)
    rng, state = None, None
    for number in range(4):
        if number == stop:
            torch.save(straight.state(), tmp_path / "state.pt")
            rng = torch.get_rng_state()
        straight.step(number, 1.0, 1)
    assert rng is not None
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    again = trainee(plan)
    torch.set_rng_state(rng)
    again.take_up(state)
    for number in range(stop, 4):
        again.step(number, 1.0, 1)
    for name in ("g", "d", "average"):
        a, b = straight.state()[name], again.state()[name]
        assert all(torch.equal(a[key], b[key]) for key in a), name
    assert straight.controller.state() == again.controller.state() and straight.paths.value == again.paths.value


def test_a_loss_that_is_no_number_changes_nothing() -> None:
    one = trainee()
    one.step(0, 1.0, 1)
    with torch.no_grad():
        one.pair.d.get_parameter("b4.out.bias")[:] = float("nan")
    before = {key: value.clone() for key, value in one.pair.g.state_dict().items()}
    images = one.images
    assert one.step(1, 1.0, 1)["skipped"] == 1.0
    assert all(torch.equal(value, before[key]) for key, value in one.pair.g.state_dict().items())
    assert one.images == images


def test_calm_halves_the_rate_and_doubles_the_penalty_and_is_remembered() -> None:
    one = trainee()
    one.calm()
    one.step(0, 1.0, 1)
    assert one.optimisers["g"].param_groups[0]["lr"] == pytest.approx(TINY.lr / 2)
    again = trainee()
    again.take_up_soft(one.soft_state())
    assert again.gamma == pytest.approx(2 * TINY.gamma) and again.height == 0.5


def test_bf16_where_asked_agrees_with_fp32() -> None:
    exact, half = trainee(other(r1_every=1)), trainee(other(r1_every=1, precision="bf16"))
    a, b = exact.gradients(0, 1), half.gradients(0, 1)
    assert b["d"] == pytest.approx(a["d"], rel=0.02) and b["r1"] == pytest.approx(a["r1"], rel=0.05)
    assert next(half.pair.g.parameters()).dtype == torch.float32


def test_every_class_paints_its_own_colour_after_a_few_steps() -> None:
    flat = shapes(16)
    colours = np.array([[230, 60, 30], [30, 60, 230]], dtype=np.uint8)
    painted = tuple(np.broadcast_to(colours[n], (16, 16, 3)).copy() for n in flat.labels)
    plan = other(DIGITS, gray=False, width=256, most=16, lr=2e-3, ema=0.9)
    one = trainee(plan, data=type(flat)(painted, flat.labels, flat.classes, 16))
    for number in range(80):
        one.step(number, 1.0, 1)
    red, blue = (generated(one.shown(), range(8), [label] * 8).mean(axis=(0, 1, 2)) for label in (0, 1))
    assert red[0] > red[2] + 60 and blue[2] > blue[0] + 60


def test_spectral_norm_holds_every_layer_at_one() -> None:
    one = trainee(other(spectral_norm=True, loss="hinge", gamma=0.0, lr=2e-4))
    for number in range(20):
        one.step(number, 1.0, 1)
    for key in ("b16.conv0", "b8.conv1", "b4.fc"):
        weight = one.pair.d.get_submodule(key).weight
        assert isinstance(weight, Tensor)

        assert float(torch.linalg.matrix_norm(weight.detach().flatten(1), 2)) == pytest.approx(1.0, abs=0.15)


def test_wasserstein_with_its_penalty() -> None:
    torch.manual_seed(0)  # of the dropout
    one = trainee(other(DIGITS, network="mlp", width=64, loss="wgan", gradient_penalty=10.0, lr=5e-4))
    told = [one.step(number, 1.0, 1)["gp"] for number in range(100)]
    assert sum(told[50:]) / 50 < 0.5 * sum(told[:5]) / 5


def test_shares_of_a_batch_hold_all_of_it() -> None:
    parts = [trainee(facts=Facts(share=n, shares=3)).batch(5) for n in range(3)]
    whole = trainee().batch(5)
    assert torch.equal(torch.cat([one.z for one in parts]), whole.z)
    assert sum(one.share for one in parts) == pytest.approx(1.0)
