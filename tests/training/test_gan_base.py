"""What comes out of a generator's training, and training that goes on from it: other classes, larger pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.core.errors import BadInput, UsageError
from ganstudio.models import open_model
from ganstudio.models.library import Library
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.training.data.survey import Survey
from ganstudio.training.generator.base import base_of
from ganstudio.training.generator.fitting import heuristic_gamma, suggest
from ganstudio.training.generator.networks import begun_from
from ganstudio.training.generator.plan import GeneratorPlan
from ganstudio.training.generator.shown import generated, latents, sheet
from ganstudio.training.trainee import Facts
from tests.training.gan_making import DIGITS, TINY, other, shapes, trainee

pytestmark = pytest.mark.usefixtures("one_thread")
KINDS = [TINY, other(by_class=False, attention=8), DIGITS, other(DIGITS, by_class=False), other(DIGITS, network="mlp")]


@pytest.mark.parametrize("plan", KINDS)
def test_exported_files_open_as_generators(plan: GeneratorPlan, tmp_path: Path) -> None:
    one = trainee(plan)
    one.step(0, 1.0, 1)
    paths = one.export(tmp_path, {"steps": 1})
    assert [path.name for path in paths] == [f"{plan.name}.safetensors", f"{plan.name}.train.safetensors"]
    shown = generated(one.shown(), [0, 1, 2])
    for path in paths:
        model = open_model(path)
        assert model.card.kind == "generator" and not model.card.takes_pictures
        assert model.card.settings["classes"] == (["disc", "square"] if plan.by_class else [])
        assert isinstance(model.module, GeneratorNet) and model.module.classes == (2 if plan.by_class else 0)
        again = generated(model.module, [0, 1, 2])
        assert again.shape == (3, 16, 16, plan.channels)
        assert np.abs(again.astype(int) - shown).max() <= 2  # float16
    library = Library(bundled=tmp_path / "none", user=tmp_path)
    (listed,) = library.entries()  # what it is trained on from belongs to it
    assert listed.card.kind == "generator"
    library.remove(listed.name)
    assert not list(tmp_path.glob("*.safetensors"))


def test_going_on_from_a_file_begins_where_it_ended(tmp_path: Path) -> None:
    one = trainee()
    for number in range(3):
        one.step(number, 1.0, 1)
    path = one.export(tmp_path, {})[0]
    again = trainee(facts=Facts(start=path))
    a, b = generated(one.shown(), range(4)), generated(again.shown(), range(4))
    assert np.abs(a.astype(int) - b).max() <= 2
    image, label = torch.rand(2, 3, 16, 16), torch.eye(2)
    torch.testing.assert_close(again.pair.d(image, label), one.pair.d(image, label), rtol=0.02, atol=0.02)
    assert not again.ramp  # the average is not begun anew


def test_a_new_class_begins_at_the_mean_of_the_old(tmp_path: Path) -> None:
    one = trainee()
    one.step(0, 1.0, 1)
    base = base_of(one.export(tmp_path, {})[1])
    net = begun_from(TINY, ["square", "star"], base.tensors, base.classes).g
    old = base.tensors["G.mapping.embed.weight"]
    found = net.get_parameter("mapping.embed.weight")
    torch.testing.assert_close(found[:, 0], old[:, 1])
    torch.testing.assert_close(found[:, 1], old.mean(dim=1))


def test_growing_begins_with_the_same_picture_larger(tmp_path: Path) -> None:
    one = trainee()
    for number in range(3):
        one.step(number, 1.0, 1)
    base = base_of(one.export(tmp_path, {})[1])
    large = begun_from(other(size=64, width=1024), ["disc", "square"], base.tensors, base.classes)
    z, label = latents([0, 1], 16), torch.eye(2)
    with torch.no_grad():
        small, big = one.shown()(z, label), large.g(z, label)
        before = one.pair.d(torch.nn.functional.avg_pool2d(big, 4), label)
        after = large.d(big, label)
    shrunk = torch.nn.functional.avg_pool2d(big, 4)
    assert big.shape == (2, 3, 64, 64)
    assert float((shrunk - small)[..., 2:-2, 2:-2].abs().mean()) < 0.15 * float(small.std())
    assert float((before - after).abs().max()) < 0.5
    logits = large.d(torch.randn(4, 3, 64, 64), torch.eye(2).repeat(2, 1))
    logits.sum().backward()
    for key in ("b32.conv1.weight", "b32.skip.weight"):  # where the new blocks lead into the old
        gradient = large.d.get_parameter(key).grad
        assert gradient is not None and float(gradient.abs().sum()) > 0.0, key


def test_a_model_without_its_discriminator_is_refused(tmp_path: Path) -> None:
    path = trainee().export(tmp_path, {})[0]
    (tmp_path / "tiny.train.safetensors").unlink()
    with pytest.raises(UsageError, match="discriminator is missing"):
        base_of(path)


def test_a_base_of_another_width_or_size_is_refused(tmp_path: Path) -> None:
    base = base_of(trainee().export(tmp_path, {})[0])
    with pytest.raises(UsageError, match="width"):
        begun_from(other(most=8), base.classes, base.tensors, base.classes)
    with pytest.raises(UsageError, match="smaller"):
        begun_from(other(size=8), base.classes, base.tensors, base.classes)


def test_a_size_that_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match="not of 24"):
        trainee(other(size=24), data=shapes(8, 24))
    with pytest.raises(UsageError, match="not of 18"):
        trainee(other(DIGITS, size=18), data=shapes(8, 18, 1))


def test_seeds_are_nvidias() -> None:
    assert latents([0], 3)[0].tolist() == pytest.approx([1.7640524, 0.4001572, 0.978738], abs=1e-6)


def test_sheets_enlarge_tiny_pictures() -> None:
    images = np.zeros((5, 8, 8, 1), dtype=np.uint8)
    assert sheet(images, 3).shape == (2 * 64 + 2, 3 * 64 + 4, 3)


def survey(count: int, short: int = 200, gray: float = 0.0) -> Survey:
    return Survey(count, (short,) * count, 1.0, {"": count}, gray, square=1.0)


def test_plans_fit_the_folder_and_say_why() -> None:
    plan, said = suggest(survey(300, gray=1.0), GeneratorPlan(augment="ada", gamma=0.01))
    assert plan.gray and plan.p0 == 0.2 and plan.gamma == pytest.approx(4 * heuristic_gamma(64, 16))
    assert len(said) == 3
    plan, said = suggest(survey(5000), GeneratorPlan(gamma=0.01, augment="none"))
    assert plan == GeneratorPlan(gamma=0.01, augment="none") and said == []
    plan, said = suggest(survey(300, short=40), GeneratorPlan())
    assert plan.size == 32 and "32 pixels" in said[0]
    plan, _ = suggest(survey(100), GeneratorPlan(start_from="paintings"))
    assert plan.freeze_d == 2 and plan.lr == 1e-3
    with pytest.raises(BadInput, match="too few"):
        suggest(survey(5), GeneratorPlan())
