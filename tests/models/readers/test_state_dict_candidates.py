"""Which table of a checkpoint is taken for the network, and under which keys."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from ganstudio.models import readers
from ganstudio.models.readers.state_dict import candidates, state_dict

Keys = Callable[[Any], list[list[str]]]


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """The keys of every candidate of a saved value, most preferred first."""

    def of(value: Any) -> list[list[str]]:
        torch.save(value, tmp_path / "model.pth")
        return [list(found) for found in candidates(readers.read(tmp_path / "model.pth"))]

    return of


def net(*names: str) -> dict[str, torch.Tensor]:
    return {name: torch.ones(1) for name in names}


ORDER = ["params_ema", "g_ema", "G_ema", "ema", "params", "generator", "state_dict", "model", "model_state_dict", "GAN"]


@pytest.mark.parametrize(("better", "worse"), list(itertools.pairwise(ORDER)))
def test_the_order_of_wrappers(keys: Keys, better: str, worse: str) -> None:
    assert keys({worse: net("worse"), better: net("better"), "epoch": 3}) == [["better"], ["worse"]]


def test_a_bare_table_and_stray_tensors(keys: Keys) -> None:
    assert keys(net("a.weight", "a.bias") | {"step": 5}) == [["a.weight", "a.bias"]]
    assert keys({"g_ema": net("style"), "latent_avg": torch.ones(1)}) == [["style"], ["latent_avg"]]


def test_wrappers_within_wrappers(keys: Keys) -> None:
    found = keys({"state_dict": {"netD": net("d"), "netG": net("g")}, "model": net("m")})
    assert found == [["g"], ["m"], ["d"]]
    assert keys({"ckpt": {"model": {"params": net("w")}}}) == [["w"]]


def test_a_discriminator_comes_last_and_an_optimizer_never(keys: Keys) -> None:
    value = {"D": net("d"), "other": net("o"), "optimizer": {"state": {0: net("exp_avg")}}, "G": net("g")}
    assert keys(value) == [["g"], ["o"], ["d"]]


def test_what_wrappers_put_into_keys_is_gone(keys: Keys) -> None:
    assert keys(net("module.a", "module.b")) == [["a", "b"]]
    assert keys(net("module.module.a")) == [["a"]]
    assert keys(net("_orig_mod.a", "_orig_mod.b")) == [["a", "b"]]
    assert keys(net("module._orig_mod.a", "module.b")) == [["a", "b"]]
    assert keys(net("body._orig_mod.0.weight", "tail.weight")) == [["body.0.weight", "tail.weight"]]
    assert keys(net("module.a", "b")) == [["module.a", "b"]]


def test_prefixes_that_may_belong_to_the_network_stay_first(keys: Keys) -> None:
    assert keys(net("model.0", "model.1")) == [["model.0", "model.1"], ["0", "1"]]
    assert keys(net("model.0", "tail")) == [["model.0", "tail"]]
    assert keys(net("model.module.generator.a"))[-1] == ["a"]


def test_a_generator_is_taken_out_of_a_table_of_several_networks(keys: Keys) -> None:
    found = keys({"state_dict": net("generator.a", "generator.b", "discriminator.a")})
    assert found == [["generator.a", "generator.b", "discriminator.a"], ["a", "b"]]
    found = keys({"GAN": net("G.a", "D.a", "GE.a")})
    assert found == [["G.a", "D.a", "GE.a"], ["a"], ["a"]]


def test_counters_are_dropped(keys: Keys) -> None:
    assert keys(net("bn.weight", "bn.num_batches_tracked", "total_ops", "a.total_params")) == [["bn.weight"]]


def test_endless_prefixes_end(keys: Keys) -> None:
    assert len(keys(net("model." * 2000 + "a"))) == 5


def test_a_list_of_networks(keys: Keys) -> None:
    assert keys([net("a"), {"params": net("b")}, 7]) == [["b"], ["a"]]


def test_the_tensors_are_those_of_the_file(tmp_path: Path) -> None:
    torch.save({"params": {"module.w": torch.arange(6).reshape(2, 3)}}, tmp_path / "m.pth")
    found = state_dict(readers.read(tmp_path / "m.pth"))
    assert torch.equal(found["w"].torch(), torch.arange(6).reshape(2, 3))
