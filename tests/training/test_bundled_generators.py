"""The generators that ship: what their Cards say, that each has its discriminator, that classes differ."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.core.paths import resource
from ganstudio.models import filing, open_model
from ganstudio.models.filing import TRAINING
from ganstudio.models.library import Library
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.training import plans
from ganstudio.training.generator.base import base_of
from ganstudio.training.generator.networks import begun_from
from ganstudio.training.generator.plan import GeneratorPlan
from ganstudio.training.generator.shown import generated

pytestmark = pytest.mark.usefixtures("one_thread")
SHIPPED = sorted(
    path.stem
    for path in resource("models").glob("*.safetensors")
    if not path.stem.endswith(TRAINING) and (card := filing.header_card(path)) is not None and not card.takes_pictures
)


def test_some_ship() -> None:
    assert "mnist-dcgan" in SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_bundled_generator_says_what_it_is_and_can_be_trained_on(name: str) -> None:
    path = resource("models", f"{name}.safetensors")
    model = open_model(path)
    card, net = model.card, model.module
    assert card.name == name and card.licence == "Apache-2.0" and card.training_data and len(card.purpose) <= 42
    assert card.figures["rows"] and card.figures["command"].startswith(("ganstudio metrics", "python -m tests.bench"))
    assert isinstance(net, GeneratorNet) and net.classes == len(card.settings["classes"])
    plan = plans.load(str(card.settings["plan"]))
    assert isinstance(plan, GeneratorPlan) and plan.size == net.resolution
    base = base_of(path)
    pair = begun_from(plan, base.classes, base.tensors, base.classes)
    both = [path, resource("models", f"{name}{TRAINING}.safetensors")]
    assert all(one.stat().st_size <= 16_000_000 for one in both)
    again = generated(pair.g.eval(), range(net.classes), range(net.classes))
    shown = generated(net, range(net.classes), range(net.classes))
    assert np.abs(again.astype(int) - shown).max() <= 3


@pytest.mark.parametrize("name", SHIPPED)
def test_its_classes_differ_and_so_do_its_pictures(name: str) -> None:
    net = open_model(resource("models", f"{name}.safetensors")).module
    assert isinstance(net, GeneratorNet)
    one_seed = generated(net, [3] * net.classes, range(net.classes)).astype(float)
    one_class = generated(net, range(8), [0] * 8).astype(float)
    for images in (one_seed, one_class):
        apart = np.abs(images[:, None] - images[None]).mean(axis=(2, 3, 4))
        assert apart[np.triu_indices(len(images), 1)].min() > 2.0


def test_generators_are_no_upscalers() -> None:
    entries = {entry.name: entry.card for entry in Library().entries()}
    assert entries["mnist-dcgan"].kind == "generator"
    assert not any(name.endswith(TRAINING) for name in entries), "they belong to their models"
    assert not entries["mnist-dcgan"].takes_pictures and entries["photo-x2"].takes_pictures
