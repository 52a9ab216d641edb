"""Spoilt pictures and what networks make of them: repeatable, of the right size, judged beside bicubic."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ganstudio.core.errors import BadModel
from ganstudio.core.paths import resource
from ganstudio.measures import paired
from ganstudio.measures.fidelity import psnr
from ganstudio.models import open_model
from ganstudio.training import trials
from tests.acceptance.making import scene

QUICK = resource("models", "quick-x2.safetensors")


def _truth(seed: int = 0) -> np.ndarray:
    return scene(128, 96, seed=seed)


@pytest.mark.parametrize("test", trials.TESTS)
def test_what_is_given_depends_on_seed_and_name_alone(test: str) -> None:
    truth = _truth()
    (one,), (again,) = (trials.pairs([("a.png", truth)], 2, test) for _ in range(2))
    assert one.given.shape == (48, 64, 3) and one.truth is truth
    assert np.array_equal(one.given, again.given)
    assert set(trials.ABOUT) == set(trials.TESTS)
    first, second = trials.pairs([("b.png", truth), ("a.png", truth)], 2, test)
    assert np.array_equal(second.given, one.given)
    assert np.array_equal(first.given, one.given) == (test != "phone")
    if test != "clean":
        assert not np.array_equal(one.given, trials.reduced(truth, 2))


def test_worse_jpegs_are_worse_and_scale_1_is_the_picture_itself() -> None:
    truth = _truth()
    found = [psnr(trials.pairs([("a", truth)], 1, f"jpeg{q}")[0].given, truth) for q in (10, 20, 30, 40, 75)]
    assert found == sorted(found)
    assert trials.pairs([("a", truth)], 1, "clean")[0].given is truth
    assert trials.bicubic(1)(truth) is truth


def test_a_network_stands_beside_bicubic_and_keeps_colours() -> None:
    pairs = trials.pairs([("a", _truth(0)), ("b", _truth(1))], 2, "clean")
    measures = {name: one for name, one in paired.usable().items() if name in ("psnr", "delta_e")}
    plain = trials.judged(trials.bicubic(2), pairs, measures, 2)
    ours = trials.judged(trials.through(open_model(QUICK)), pairs, measures, 2)
    assert list(plain) == ["delta_e", "psnr", trials.KEPT] and plain[trials.KEPT] == 0.0
    assert ours["psnr"] > plain["psnr"] and 0.0 < ours[trials.KEPT] < 1.0
    assert trials.title_of(trials.KEPT, measures) == "ΔE to given" and trials.title_of("psnr", measures) == "PSNR"


def test_one_channel_comes_back_as_one() -> None:
    run = trials.through(open_model(QUICK))
    gray = _truth()[..., 0]
    assert run(gray).shape == (192, 256)
    assert np.array_equal(run(np.repeat(gray[..., None], 3, axis=2)).shape, (192, 256, 3))


def test_what_is_no_upscaler_is_refused() -> None:
    model = open_model(QUICK)
    for wrong in ({"kind": "stylizer"}, {"channels": 1}):
        with pytest.raises(BadModel, match="no upscaler or restorer of colour pictures"):
            trials.through(replace(model, card=replace(model.card, **wrong)))
