"""The Trainee of upscalers and restorers: gradients, learning, and files that open everywhere."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import torch
from PIL import Image

from ganstudio.core.errors import BadInput, UsageError
from ganstudio.core.params import Choice
from ganstudio.models import open_model
from ganstudio.training import plans
from ganstudio.training.data.folder import open_pictures
from ganstudio.training.data.survey import survey_of
from ganstudio.training.loop import Loop
from ganstudio.training.precision import casting, faster
from ganstudio.training.trainee import Facts
from ganstudio.training.upscaler import networks
from ganstudio.training.upscaler.blend import main as blend
from ganstudio.training.upscaler.export import add_figures, put_card
from ganstudio.training.upscaler.fitting import suggest
from ganstudio.training.upscaler.plan import PairPlan, RestorerPlan, UpscalerPlan
from ganstudio.training.upscaler.trainee import PairTrainee

pytestmark = pytest.mark.usefixtures("one_thread")
GAN = {"discriminator": "unet", "judge_features": 4, "adversarial": 0.1, "matching": 1.0, "lowpass": 1.0}
Begin = Callable[..., Loop]


def _gradients(trainee: PairTrainee, micro_batches: int) -> list[torch.Tensor]:
    trainee._gradients(trainee._parts(trainee._batch(0, 1.0), micro_batches))
    return [p.grad.clone() for p in trainee._learning() if p.grad is not None]


@pytest.mark.parametrize("changes", [{}, GAN])
def test_micro_batches_give_the_whole_batchs_gradients(
    pictures: Path, small_plan: UpscalerPlan, changes: dict[str, Any]
) -> None:
    plan = replace(small_plan, **changes)
    whole, halves, uneven = (
        _gradients(PairTrainee(plan, open_pictures(pictures), Facts()), parts) for parts in (1, 2, 3)
    )
    assert len(whole) > 4
    for parts in (halves, uneven):
        for a, b in zip(whole, parts, strict=True):
            assert torch.allclose(a, b, atol=1e-6)


def test_shares_of_a_batch_add_up_to_the_whole(pictures: Path, small_plan: UpscalerPlan) -> None:
    whole = _gradients(PairTrainee(small_plan, open_pictures(pictures), Facts()), 1)
    parts = [PairTrainee(small_plan, open_pictures(pictures), Facts(share=n, shares=3)) for n in range(3)]
    for trainee in parts:  # each counts its own part only: what `sum_gradients` adds up
        trainee._forget()
    shares = [_gradients(trainee, 1) for trainee in parts]
    for a, *each in zip(whole, *shares, strict=True):
        assert torch.allclose(a, sum(each, torch.zeros_like(a)), atol=1e-6)


def test_a_step_of_the_network_leaves_the_discriminator_alone_and_the_other_way_round(
    pictures: Path, small_plan: UpscalerPlan
) -> None:
    trainee = PairTrainee(replace(small_plan, **GAN), open_pictures(pictures), Facts())
    adversary = trainee.adversary
    assert adversary is not None
    low, high, _ = trainee._parts(trainee._batch(0, 1.0), 1)[0]
    plain = casting("cpu", False)
    result = trainee.path(low, plain)
    told = adversary.fool(result, high, plain)
    (told["fooling"] + told["matching"]).backward(retain_graph=True)
    assert all(p.grad is None for p in adversary.parameters())
    assert any(p.grad is not None and float(p.grad.abs().max()) > 0 for p in trainee.net.parameters())
    trainee._forget()
    adversary.learn(result, high, plain).backward()
    assert all(p.grad is None for p in trainee.net.parameters())
    assert all(p.grad is not None for p in adversary.parameters())


def test_the_plan_names_the_networks_there_are() -> None:
    kind = next(one.kind for one in PairPlan.parameters() if one.name == "network")
    assert isinstance(kind, Choice) and sorted(kind.options) == networks.names()


SIZES = {"compact": (8, 2), "rlfn": (12, 2), "srresnet": (8, 2)}


@pytest.mark.parametrize("network", sorted(SIZES))
@pytest.mark.parametrize("scale", [1, 2, 4])
def test_every_network_learns_and_its_file_opens(
    tmp_path: Path, pictures: Path, small_plan: UpscalerPlan, network: str, scale: int
) -> None:
    features, depth = SIZES[network]
    if network == "srresnet" and scale == 1:
        pytest.skip("it only enlarges")
    fields = {"network": network, "features": features, "depth": depth, "ema": 0.0, "degradation": "mild"}
    plan: PairPlan
    if scale == 1:
        base = plans.load("restore-x1")
        assert isinstance(base, RestorerPlan)
        plan = replace(
            base,
            **fields,
            name="small",
            batch=4,
            patch=24,
            final_patch=24,
            warmup=0,
            hold_out=3,
            precision="fp32",
            lr=3e-4,
        )
    else:
        plan = replace(small_plan, **fields, scale=scale, lr=2e-3)
    trainee = PairTrainee(plan, open_pictures(pictures), Facts())
    first = trainee._gradients(trainee._parts(trainee._batch(0, 1.0), 1))["loss"]
    for number in range(20):
        trainee.step(number, 1.0, 1)
    after = trainee._gradients(trainee._parts(trainee._batch(0, 1.0), 1))["loss"]
    assert after < first and trainee.images == 80
    trainee.export(tmp_path, {"steps": 20})
    model = open_model(tmp_path / "small.safetensors")
    kind = "restorer" if scale == 1 else "upscaler"
    assert (model.card.scale, model.card.kind, model.card.value_range) == (scale, kind, "0..1")
    x = torch.rand(1, 3, 24, 20)
    with torch.inference_mode():
        ours = trainee.ema.net(x)
        assert model.module(x).shape == (1, 3, 24 * scale, 20 * scale)
        assert (model.module(x) - ours).abs().max() < 2e-2


@pytest.mark.parametrize("network", ["compact", "rlfn"])
def test_they_start_near_the_nearest_neighbour(small_plan: UpscalerPlan, network: str) -> None:
    plan = replace(small_plan, network=network, features=12)
    kind = networks.named(network)
    net = kind.make(plan)
    kind.begin(net, 3)
    x = torch.rand(1, 3, 24, 24)
    nearest = torch.nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")
    with torch.inference_mode():
        assert (kind.path(net)(x, casting("cpu", False)) - nearest).abs()[..., 4:-4, 4:-4].max() < 0.1
        half = kind.path(net)(x, casting("cpu", True))
    assert half.dtype == torch.float32
    assert (half - net(x)).abs().max() < 2e-2


def test_it_learns_and_the_card_says_whose_it_is(tmp_path: Path, begin: Begin, small_plan: UpscalerPlan) -> None:
    loop = begin(tmp_path / "run", replace(small_plan, lr=3e-3, degradation="clean"))
    loop.go()
    checks = [line["score"] for line in loop.run.lines()[0] if line.get("event") == "check"]
    assert checks[-1] > checks[0] + 1.0
    card = open_model(tmp_path / "run" / "small.safetensors").card
    assert (card.name, card.scale, card.licence, card.family) == ("small", 2, "your own", "compact")
    assert card.settings["steps"] == 40 and not card.gan


def test_other_programs_open_the_file_as_compact(tmp_path: Path, begin: Begin) -> None:
    from ganstudio.models.torchvision_standin import torchvision_at_hand

    with torchvision_at_hand():
        import spandrel
    begin(tmp_path / "run").go(stop_after=3)
    path = tmp_path / "run" / "small.safetensors"
    opened = spandrel.ModelLoader().load_from_file(path)
    assert (opened.architecture.id, opened.scale, opened.input_channels) == ("Compact", 2, 3)
    x = torch.rand(1, 3, 12, 10)
    with torch.inference_mode():
        assert torch.allclose(opened.model(x), open_model(path).module(x), atol=1e-6)


def test_a_model_with_other_slopes_keeps_them_learning(
    tmp_path: Path, pictures: Path, small_plan: UpscalerPlan
) -> None:
    """Begun from a file whose PReLU slopes are not 0.1, the network first gives what the file gives."""
    trainee = PairTrainee(small_plan, open_pictures(pictures), Facts())
    for layer in trainee.ema.net.modules():
        if isinstance(layer, torch.nn.PReLU):
            layer.weight.fill_(0.3)
    trainee.export(tmp_path, {})
    again = PairTrainee(small_plan, open_pictures(pictures), Facts(start=tmp_path / "small.safetensors"))
    assert any(p.requires_grad and p.ndim == 1 and p.shape == (8,) for p in again.net.parameters())
    x = torch.rand(1, 3, 12, 12)
    with torch.inference_mode():
        expected = open_model(tmp_path / "small.safetensors").module(x)
        assert torch.allclose(again.path(x, casting("cpu", False)), expected, atol=1e-3)


def test_how_to_compute_is_measured_without_changing_anything(pictures: Path, small_plan: UpscalerPlan) -> None:
    auto = PairTrainee(replace(small_plan, precision="auto", network="srresnet"), open_pictures(pictures), Facts())
    low, high, _ = auto._parts(auto._batch(0, 1.0), 1)[0]
    before = copy.deepcopy(auto.net.state_dict())
    auto._measure(low, high)
    assert auto.precision in ("fp32", "bf16")
    assert all(torch.equal(value, before[key]) for key, value in auto.net.state_dict().items())
    slow = torch.rand(300, 300)
    assert faster("cpu", lambda half: [slow @ slow for _ in range(60 if half else 1)]) == "fp32"
    assert faster("cpu", lambda half: [slow @ slow for _ in range(1 if half else 60)]) == "bf16"


def test_a_blend_lies_between_its_two(tmp_path: Path, pictures: Path, small_plan: UpscalerPlan) -> None:
    first, second, out = (tmp_path / f"{name}.safetensors" for name in ("first", "second", "out"))
    trainee = PairTrainee(small_plan, open_pictures(pictures), Facts())
    for path in (first, second):
        trainee.export(tmp_path, {})[0].rename(path)
        for number in range(8):
            trainee.step(number, 1.0, 1)
    assert blend([str(first), str(second), "--share", "0.25", "-o", str(out)]) == 0
    a, b, mixed = (open_model(path) for path in (first, second, out))
    for key, value in mixed.module.state_dict().items():
        expected = 0.75 * a.module.state_dict()[key] + 0.25 * b.module.state_dict()[key]
        assert torch.allclose(value, expected, atol=2e-3)
    assert mixed.card.settings["share_of_its_own"] == 0.25 and mixed.card.figures == {}
    PairTrainee(replace(small_plan, features=12), open_pictures(pictures), Facts()).export(tmp_path, {})
    assert blend([str(first), str(tmp_path / "small.safetensors"), "--share", "1", "-o", str(out)]) == 1


def test_figures_are_added_and_the_weights_stay(tmp_path: Path, pictures: Path, small_plan: UpscalerPlan) -> None:
    path = PairTrainee(small_plan, open_pictures(pictures), Facts()).export(tmp_path, {})[0]
    before = open_model(path).module.state_dict()
    add_figures(path, {"Set5": 36.5})
    model = open_model(path)
    assert model.card.figures == {"Set5": 36.5} and model.card.settings["plan"] == "small"
    assert all(torch.equal(value, before[key]) for key, value in model.module.state_dict().items())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"discriminator": "unet", "patch": 18}, "multiples of 8"),
        ({"discriminator": "srgan", "patch": 16, "final_patch": 24}, "crops of one size"),
        ({"network": "srresnet", "scale": 3}, "2 or 4 times, not 3"),
        ({"network": "rlfn", "patch": 12}, "at least 16 pixels"),
    ],
)
def test_settings_that_do_not_go_together_are_said(
    pictures: Path, small_plan: UpscalerPlan, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        PairTrainee(replace(small_plan, **changes), open_pictures(pictures), Facts())


def test_the_published_srgan_makes_its_steps(pictures: Path) -> None:
    plan = plans.load("srgan")
    assert isinstance(plan, UpscalerPlan)
    plan = replace(plan, features=8, depth=2, judge_features=4, batch=2, patch=16, final_patch=16, precision="fp32")
    trainee = PairTrainee(plan, open_pictures(pictures), Facts())
    told = trainee.step(0, 1.0, 1)
    assert {"pixel", "fooling", "perceptual", "judge"} <= set(told) and all(map(lambda v: v == v, told.values()))
    soft = trainee.soft_state()
    assert "judge" in soft and soft["net"]["block1.0.weight"].dtype == torch.float16


@pytest.mark.parametrize(
    ("sides", "words"),
    [([200], "too few"), ([20, 20, 20], "too small")],
)
def test_folders_that_cannot_do_are_refused(
    tmp_path: Path, small_plan: UpscalerPlan, sides: list[int], words: str
) -> None:

    for n, side in enumerate(sides):
        pixels = np.random.default_rng(n).integers(0, 256, (side, side, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{n}.png")
    with pytest.raises(BadInput, match=words):
        suggest(survey_of(tmp_path, ())[1], small_plan)


def test_crops_fit_small_pictures_and_large_batches_are_cut(pictures: Path) -> None:
    plan = plans.load("photo-x2")
    assert isinstance(plan, UpscalerPlan)
    fitted, why = suggest(survey_of(pictures, ())[1], replace(plan, batch=512, scale=4))
    assert fitted.patch == fitted.final_patch == 24 and fitted.patience == 12
    assert fitted.micro_batches > 1
    assert any("Crops of 24 pixels" in one for one in why) and any("megapixels are little" in one for one in why)


@pytest.mark.long
def test_memory_stays_flat_over_a_thousand_steps(pictures: Path, small_plan: UpscalerPlan) -> None:
    trainee = PairTrainee(small_plan, open_pictures(pictures), Facts())
    here = psutil.Process()
    for number in range(100):
        trainee.step(number, 1.0, 1)
    before = here.memory_info().rss
    for number in range(100, 1100):
        trainee.step(number, 1.0, 1)
    assert here.memory_info().rss - before < 20e6


def test_gradients_that_are_not_finite_are_seen(pictures: Path, small_plan: UpscalerPlan) -> None:
    """The loss is a number, its gradient is not: looked at every sixteenth step, and then nothing moves."""
    trainee = PairTrainee(small_plan, open_pictures(pictures), Facts())
    before = copy.deepcopy(trainee.net.state_dict())
    next(trainee.net.parameters()).register_hook(lambda grad: grad * float("inf"))
    assert trainee.step(16, 1.0, 1)["skipped"] == 1.0
    assert all(torch.equal(value, before[key]) for key, value in trainee.net.state_dict().items())


def test_a_file_gets_the_card_of_a_plan(tmp_path: Path, pictures: Path, small_plan: UpscalerPlan) -> None:
    path = PairTrainee(small_plan, open_pictures(pictures), Facts()).export(tmp_path, {})[0]
    before = open_model(path).module.state_dict()
    put_card(path, replace(small_plan, title="Better"), "209 photographs", {"plan": "small", "steps": 5})
    model = open_model(path)
    assert (model.card.title, model.card.licence, model.card.settings["steps"]) == ("Better", "Apache-2.0", 5)
    assert all(torch.equal(value, before[key]) for key, value in model.module.state_dict().items())
