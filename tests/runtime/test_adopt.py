"""Adoption: range, reach, period, pooled values and refusals, on real small networks."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganstudio.core.errors import BadModel, EngineError
from ganstudio.runtime.adopt import Adopted, adopt, with_exact
from ganstudio.runtime.store import Store
from tests.runtime.small_nets import Attention, Module, compact, model


def adopted(net: nn.Module, folder: Path, **about) -> Adopted:
    return with_exact(adopt(model(net, folder, **about)))


def test_the_receptive_field_of_a_chain_of_convolutions(tmp_path: Path) -> None:
    found = adopted(compact(convs=3), tmp_path).facts
    assert (found.exact_halo, found.period, found.whole, found.minimum) == (5, 1, False, 1)
    assert 1 <= found.radius <= 7


def test_a_dilated_network_looks_further(tmp_path: Path) -> None:
    conv = nn.Conv2d(3, 3, 3, padding=8, dilation=8)
    conv.weight.data.mul_(0.1)
    found = adopted(Module(lambda x: x + conv(conv(x))), tmp_path, scale=1).facts
    assert found.exact_halo == 16


@pytest.mark.parametrize("factor", [2, 3])
def test_a_network_that_works_on_blocks_has_their_period(tmp_path: Path, factor: int) -> None:
    torch.manual_seed(1)
    conv = nn.Conv2d(3 * factor**2, 3 * factor**2, 3, padding=1)
    conv.weight.data.mul_(0.2)
    assert conv.bias is not None
    conv.bias.data.zero_()
    net = Module(lambda x: x + F.pixel_shuffle(conv(F.pixel_unshuffle(x, factor)), factor))
    found = adopted(net, tmp_path, scale=1, size_multiple=factor).facts
    assert found.period == factor
    assert found.exact_halo is not None
    assert factor <= found.exact_halo <= 3 * factor


def test_window_attention_has_its_windows_period(tmp_path: Path) -> None:
    def windows(x: Tensor) -> Tensor:
        blocks = F.unfold(x, 8, stride=8)
        means = blocks.reshape(1, 3, 64, -1).mean(2, keepdim=True).expand(1, 3, 64, blocks.shape[2])
        return 0.9 * x + 0.1 * F.fold(means.reshape(blocks.shape), x.shape[2:], 8, stride=8)

    found = adopted(Module(windows), tmp_path, scale=1, size_multiple=8).facts
    assert (found.period, found.whole) == (8, False)


def test_what_depends_on_the_whole_picture_is_not_tiled(tmp_path: Path) -> None:
    def brighten(x: Tensor) -> Tensor:
        return x * (0.8 + 0.4 * x.flatten(1).std(1).reshape(-1, 1, 1, 1))

    found = adopted(Module(brighten), tmp_path, scale=1)
    assert found.facts.whole
    assert "not tiled" in found.rule


@pytest.mark.parametrize(
    "how",
    [
        lambda f: f * (1 + F.adaptive_avg_pool2d(f, 1)),
        lambda f: f * (1 + f.mean((2, 3), keepdim=True)),
        lambda f: f * (1 + torch.std(f, dim=(-2, -1), keepdim=True)),
        lambda f: f * (1 + f.sum(3, keepdim=True).sum(2, keepdim=True) / (f.shape[2] * f.shape[3])),
        lambda f: f * (1 + F.avg_pool2d(f, f.shape[2:])),
        lambda f: f * (1 + F.adaptive_max_pool2d(f, 1)),
        lambda f: 0.3 * nn.InstanceNorm2d(8)(f),
        lambda f: 0.3 * nn.GroupNorm(2, 8, affine=False)(f),
    ],
    ids=["avgpool", "mean", "std", "sums", "avg_pool of all", "maxpool", "instance norm", "group norm"],
)
def test_pooled_values_are_held_and_the_rest_is_tiled(tmp_path: Path, how) -> None:
    found = adopted(Attention(how), tmp_path, scale=1)
    assert (found.facts.holds, found.facts.whole, found.facts.exact_halo) == (1, False, 2)
    assert "1 pooled values" in found.rule


@pytest.mark.parametrize("value_range", ["0..1", "0..255", "-1..1"])
def test_the_smooth_probe_finds_the_value_range(tmp_path: Path, value_range: str) -> None:
    factor, offset = {"0..1": (1.0, 0.0), "0..255": (255.0, 0.0), "-1..1": (2.0, -1.0)}[value_range]
    inner = compact()
    net = Module(lambda x: inner(((x - offset) / factor).clamp(0, 1)) * factor + offset)
    found = adopt(model(net, tmp_path, value_range="0..1", ranges=("0..1", "0..255", "-1..1")))
    assert found.facts.value_range == value_range
    assert found.card.value_range == value_range


def test_wrong_weights_are_refused_with_a_sentence(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 12, 3, padding=1), nn.PixelShuffle(2))
    with pytest.raises(EngineError, match=r"small\.safetensors.*architecture or weights are wrong"):
        adopt(model(net, tmp_path))


def test_weights_that_are_not_numbers_are_refused(tmp_path: Path) -> None:
    net = compact()
    next(net.parameters()).data.fill_(float("nan"))
    with pytest.raises(EngineError, match="architecture or weights are wrong"):
        adopt(model(net, tmp_path))


def test_another_scale_than_the_cards_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="its scale or architecture is wrong"):
        adopt(model(compact(scale=2), tmp_path, scale=4))


def test_four_channels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="4 channels"):
        adopt(model(Module(lambda x: x), tmp_path, scale=1, channels=4))


def test_the_least_size_is_found(tmp_path: Path) -> None:
    net = Module(lambda x: x + 0 * F.conv2d(F.pad(x, (4, 4, 4, 4), mode="reflect"), torch.zeros(3, 3, 9, 9)))
    assert adopt(model(net, tmp_path, scale=1)).facts.minimum == 6  # the first size tried that reflects 4 pixels

    def never(x: Tensor) -> Tensor:
        if x.shape[2] == x.shape[3]:
            raise RuntimeError("no squares")
        return x

    with pytest.raises(BadModel, match="runs on no size"):
        adopt(model(Module(never), tmp_path, scale=1, name="never"))


def test_what_was_measured_is_remembered_and_a_damaged_memory_is_no_harm(tmp_path: Path) -> None:
    store = Store(tmp_path / "adopted.json")
    first = with_exact(adopt(model(compact(), tmp_path), store), store)

    def fails(x: Tensor) -> Tensor:
        raise AssertionError("measured again")

    known = model(compact(), tmp_path)
    again = adopt(type(known)(known.card, Module(fails), known.sha256, known.path), store)
    assert with_exact(again, store).facts == first.facts
    store.path.write_text("{ damaged")
    assert adopt(model(compact(), tmp_path), store).facts.period == 1
    store.put(known.sha256, {"version": 2, "nonsense": True})
    assert adopt(model(compact(), tmp_path), store).facts.period == 1
