"""`open_model`: real files of every wrapping people meet, and one clear sentence for what cannot be opened."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from pathlib import Path

import pytest
import torch

from ganstudio.core.errors import BadModel
from ganstudio.models import filing, open_model
from ganstudio.nets.fast_srgan import FastSRGAN
from tests.models.making import card, ncnn_pair, safetensors_file, shaken, tiny_compact, torch_file


def same_network(path: Path, scale: int = 2) -> bool:
    net, picture = tiny_compact(scale), torch.rand(1, 3, 7, 9)
    with torch.inference_mode():
        return torch.allclose(open_model(path).module(picture), net(picture), atol=1e-6)


@pytest.mark.parametrize("old_format", [False, True])
@pytest.mark.parametrize("wrapping", ["bare", "params", "params_ema", "parallel", "compiled", "training"])
def test_wrappings(tmp_path: Path, wrapping: str, old_format: bool) -> None:
    state = tiny_compact().state_dict()
    other = tiny_compact(seed=5).state_dict()
    content = {
        "bare": state,
        "params": {"params": state},
        "params_ema": {"params": other, "params_ema": state},
        "parallel": OrderedDict((f"module.{key}", tensor) for key, tensor in state.items()),
        "compiled": {f"_orig_mod.{key}": tensor for key, tensor in state.items()},
        "training": {"epoch": 3, "model": {f"generator.{k}": v for k, v in state.items()}, "optimizer": {"lr": 0.1}},
    }[wrapping]
    assert same_network(torch_file(tmp_path / "any.pth.tar", content, old_format))


def test_what_a_model_carries(tmp_path: Path) -> None:
    path = safetensors_file(tmp_path / "My Model v1.safetensors", tiny_compact(4))
    model = open_model(path)
    assert model.card.name == "my-model-v1"
    assert (model.card.kind, model.card.family, model.card.scale, model.card.channels) == ("upscaler", "compact", 4, 3)
    assert (model.card.licence, model.card.value_range, model.ranges) == ("unknown", "0..1", ("0..1",))
    assert model.card.gan
    assert model.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert not model.module.training
    assert not any(weight.requires_grad for weight in model.module.parameters())
    assert model.path == path


def test_card_in_the_header(tmp_path: Path) -> None:
    """What the maker says counts, but the tensors decide the scale."""
    mine = card("tiny-x2", licence="Apache-2.0", scale=3, channels=1, value_range="-1..1", group="tiny")
    model = open_model(safetensors_file(tmp_path / "a.safetensors", tiny_compact(), mine))
    assert (model.card.licence, model.card.group, model.card.gan) == ("Apache-2.0", "tiny", False)
    assert (model.card.scale, model.card.channels) == (2, 3)
    assert model.ranges == ("-1..1",)


def test_filed_card(tmp_path: Path) -> None:
    path = torch_file(tmp_path / "a.pth", tiny_compact().state_dict())
    filing.file_card(filing.file_sha256(path), card("a", licence="CC0-1.0"))
    assert open_model(path).card.licence == "CC0-1.0"


def test_half_precision_file_becomes_float32(tmp_path: Path) -> None:
    for dtype in (torch.float16, torch.bfloat16):
        state = {key: tensor.to(dtype) for key, tensor in tiny_compact().state_dict().items()}
        model = open_model(torch_file(tmp_path / "half.pth", state))
        assert {weight.dtype for weight in model.module.parameters()} == {torch.float32}


def test_ncnn_pair_from_either_half(tmp_path: Path) -> None:
    net = tiny_compact(4)
    param = ncnn_pair(tmp_path / "model.param", net)
    for half in (param, param.with_suffix(".bin")):
        model = open_model(half)
        picture = torch.rand(1, 3, 7, 9)
        assert (model.card.family, model.card.scale, model.path) == ("compact", 4, param)
        with torch.inference_mode():
            assert torch.allclose(model.module(picture), net(picture), atol=2e-3)  # the file has float16


def test_range_of_a_family(tmp_path: Path) -> None:
    model = open_model(torch_file(tmp_path / "f.pt", shaken(FastSRGAN(8, 1, 2)).state_dict()))
    assert (model.card.value_range, model.ranges, model.tiles) == ("-1..1", ("-1..1",), False)


def test_hash_follows_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    for content in (b"one", b"another", b"third"):
        path.write_bytes(content)
        assert filing.file_sha256(path) == hashlib.sha256(content).hexdigest()
    (path.parent / "gone.bin").write_bytes(b"x")
    filing.file_sha256(path.parent / "gone.bin")
    filing.paths.cache().joinpath("model_hashes.json").write_text("{damaged")
    assert filing.file_sha256(path) == hashlib.sha256(b"third").hexdigest()


def absurd(**shapes: tuple[int, ...]) -> dict[str, torch.Tensor]:
    return {name.replace("__", "."): torch.zeros(shape) for name, shape in shapes.items()}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("tensors.pth", absurd(foo__weight=(3, 4), bar=()), r"no network known here; .*foo\.weight \(3×4\), bar \(one"),
        ("short.pth", absurd(body__0__weight=(8, 3, 3, 3), body__0__bias=(8,), body__1__weight=(8,)), "do not fit"),
        (
            "deep.pth",
            absurd(body__1__weight=(8,), body__0__weight=(8, 3, 3, 3), body__999999999__weight=(1,)),
            "no network known",
        ),
        ("numbers.pth", {"epoch": 3, "lr": 0.1}, "holds no"),
        ("disc.pth", absurd(netD__main__0__weight=(8, 3, 4, 4)), "discriminator"),
    ],
)
def test_refusals(tmp_path: Path, name: str, content: dict, says: str) -> None:
    with pytest.raises(BadModel, match=says) as caught:
        open_model(torch_file(tmp_path / name, content))
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_refusals_of_other_files(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match=r"There is no model file .*absent\.pth"):
        open_model(tmp_path / "absent.pth")
    with pytest.raises(BadModel, match="is a folder"):
        open_model(tmp_path)
    (tmp_path / "empty.pth").touch()
    with pytest.raises(BadModel, match=r"empty\.pth"):
        open_model(tmp_path / "empty.pth")
    whole = torch_file(tmp_path / "whole.pth", tiny_compact().state_dict()).read_bytes()
    (tmp_path / "cut.pth").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadModel, match=r"cut\.pth"):
        open_model(tmp_path / "cut.pth")
