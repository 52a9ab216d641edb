"""The upscalers that ship: they say whose they are, keep their size, and are worth their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganstudio.core.paths import resource
from ganstudio.measures import features
from ganstudio.measures.fidelity import crop_to, lumas, psnr
from ganstudio.measures.resize import imresize
from ganstudio.models import open_model
from ganstudio.nets.bound import between
from ganstudio.training import plans
from ganstudio.training.data.folder import open_pictures
from ganstudio.training.data.photographs import middles
from ganstudio.training.degradations import jpeg
from ganstudio.training.losses.srgan import perceptual
from ganstudio.training.upscaler.held import enlarge, to_tensor
from ganstudio.training.upscaler.plan import UpscalerPlan

pytestmark = pytest.mark.usefixtures("one_thread")
NAMES = ("fidelity-x2", "fidelity-x4", "gan-x2", "gan-x4", "photo-x2", "photo-x4", "quick-x2")
MOST_PARAMETERS = {"quick": 100_000, "photo": 700_000, "fidelity": 700_000, "gan": 700_000}


@pytest.fixture
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _bicubic(low: np.ndarray, scale: int) -> np.ndarray:
    return np.asarray(imresize(low, float(scale)), dtype=np.uint8)


@pytest.mark.parametrize("name", NAMES)
def test_the_card_says_whose_it_is(name: str) -> None:
    model = open_model(resource("models", f"{name}.safetensors"))
    card = model.card
    plan = plans.load(name)
    assert isinstance(plan, UpscalerPlan)
    assert (card.name, card.group, card.scale, card.kind) == (name, plan.group, plan.scale, "upscaler")
    assert card.licence == "Apache-2.0" and card.commercial_use.startswith("Yes")
    assert "CC BY-SA" in card.training_data and "Unsplash" not in card.training_data
    assert card.gan == (card.group == "gan") and card.summary.endswith(".")
    assert card.purpose == plan.purpose and 10 <= len(card.purpose) <= 42
    assert card.settings["plan"] == name and card.settings["steps"] > 500
    assert "sr_quality" in card.figures["command"]
    assert card.figures["model"]["Set5"]["psnr"] > card.figures["bicubic"]["Set5"]["psnr"]
    assert sum(p.numel() for p in model.module.parameters()) <= MOST_PARAMETERS[card.group]


def _gains(name: str, prepare: Callable[[np.ndarray], np.ndarray], truths: list[np.ndarray]) -> float:
    """Mean PSNR of the model minus that of bicubic, on what `prepare` makes of the reduced pictures."""
    model = open_model(resource("models", f"{name}.safetensors"))
    net, card = model.module, model.card
    gains = []
    for whole in truths:
        truth = crop_to(whole, card.scale)
        low = prepare(np.asarray(imresize(truth, 1.0 / card.scale), dtype=np.uint8))
        ours = psnr(*lumas(enlarge(net, low), truth, card.scale))
        gains.append(ours - psnr(*lumas(_bicubic(low, card.scale), truth, card.scale)))
    return float(np.mean(gains))


@pytest.mark.parametrize(("name", "least"), [("fidelity-x2", 2.5), ("fidelity-x4", 2.3), ("quick-x2", 1.5)])
def test_gain_over_bicubic_on_set5(shared_data: Path, name: str, least: float) -> None:
    truths = [np.array(Image.open(path)) for path in sorted((shared_data / "sr_test" / "Set5").glob("*.png"))]
    assert _gains(name, lambda low: low, truths) >= least


@pytest.mark.parametrize(("name", "least"), [("photo-x2", 0.9), ("photo-x4", 0.5)])
def test_photo_on_held_out_photographs(shared_data: Path, name: str, least: float) -> None:
    plan = plans.load(name)
    assert isinstance(plan, UpscalerPlan)
    kept = open_pictures(shared_data / "photos", plan.allowed_licences()).split(plan.hold_out)[1]
    truths = list(middles(kept[::2], plan.scale, side=256))
    assert _gains(name, lambda low: low, truths) > 1.0
    assert _gains(name, lambda low: jpeg(low, 75), truths) >= least


@pytest.mark.parametrize("scale", [2, 4])
def test_the_blend_looks_better_step_by_step(shared_data: Path, scale: int) -> None:
    """From fidelity to its GAN, in features that taught neither; the GAN stays within 0.3 dB."""
    plan = plans.load(f"gan-x{scale}")
    assert isinstance(plan, UpscalerPlan)
    faithful, crisp = (open_model(resource("models", f"{name}-x{scale}.safetensors")) for name in ("fidelity", "gan"))
    assert (
        crisp.card.settings["begun_from"] == f"fidelity-x{scale}" and crisp.card.settings["features"] != "squeezenet11"
    )
    kept = open_pictures(shared_data / "photos", plan.allowed_licences()).split(plan.hold_out)[1]
    eyes = features.named("squeezenet11")
    distances, decibels = [], []
    for share in (0.0, 0.5, 1.0):
        net = between(faithful.module, crisp.module, share)
        far, psnrs = [], []
        for truth in middles(kept[::3], scale, side=256):
            made = enlarge(net, np.asarray(imresize(truth, 1.0 / scale), dtype=np.uint8))
            with torch.inference_mode():
                far.append(float(perceptual(*(eyes.taps(to_tensor(one[None])) for one in (made, truth)))))
            psnrs.append(psnr(*lumas(made, truth, scale)))
        distances.append(float(np.mean(far)))
        decibels.append(float(np.mean(psnrs)))
    assert distances[0] > distances[1] > distances[2]
    assert decibels[2] > decibels[0] - 0.3
