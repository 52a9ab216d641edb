"""Small generators by class as others write them: real trained weights under other names, read as they were meant; and
where a file can be read in several ways, the choice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from ganstudio.cli.main import main
from ganstudio.core.codecs import open_raster
from ganstudio.core.errors import BadModel, UsageError
from ganstudio.core.paths import resource
from ganstudio.models.chains.choosing import choose, readings_in
from ganstudio.models.importing import import_one
from ganstudio.models.library import Library
from ganstudio.models.opening import open_model
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.runtime.lane import cores
from tests.models.making import torch_file

Said = pytest.CaptureFixture[str]
CLASSES = 10


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """So small, several would wait for each other."""
    with cores(1):
        yield


def opened(path: Path) -> GeneratorNet:
    net = open_model(path).module
    assert isinstance(net, GeneratorNet)
    return net


def digits(name: str) -> tuple[GeneratorNet, dict[str, Tensor]]:
    """A bundled generator of digits by class, and its weights without the mark of our own."""
    path = resource("models", f"{name}.safetensors")
    state = load_file(path)
    del state["known_classes"]
    return opened(path), state


def drawn(net: GeneratorNet) -> Tensor:
    z = torch.randn(4, net.z_dim, generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        return net(z, torch.eye(CLASSES)[[7, 0, 3, 3]])


def class_first(weight: Tensor, latent: int, linear: bool) -> Tensor:
    """With the columns of the class before those of z."""
    axis = 1 if linear else 0
    return torch.cat(list(reversed(weight.split([latent, CLASSES], dim=axis))), dim=axis).contiguous()


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("name", ["mnist-dcgan", "mnist-mlp"])
def test_one_hot_beside_z_is_found_with_its_place(tmp_path: Path, name: str, before: bool) -> None:
    ours, state = digits(name)
    if before:
        state["main.0.weight"] = class_first(state["main.0.weight"], ours.z_dim, name == "mnist-mlp")
    renamed = {key.replace("main.", "net.gen."): one for key, one in state.items()}
    net = opened(torch_file(tmp_path / "theirs.pth", {"generator": renamed}))
    assert (net.classes, net.z_dim) == (CLASSES, ours.z_dim)
    assert torch.equal(drawn(net), drawn(ours)) if not before else torch.allclose(drawn(net), drawn(ours), atol=1e-5)


@pytest.mark.parametrize("before", [False, True])
def test_a_table_of_classes_beside_z(tmp_path: Path, before: bool) -> None:
    """nn.Embedding, as the usual examples have it; the same network with the table taken out of its first layer."""
    ours, state = digits("mnist-mlp")
    table = torch.linalg.qr(torch.randn(CLASSES, CLASSES, generator=torch.Generator().manual_seed(1)))[0]
    weight = state["main.0.weight"].float()
    weight = torch.cat([weight[:, : ours.z_dim], weight[:, ours.z_dim :] @ table], dim=1)
    state["main.0.weight"] = class_first(weight, ours.z_dim, True) if before else weight.contiguous()
    net = opened(torch_file(tmp_path / "cgan.pth", {"label_emb.weight": table.contiguous(), **state}))
    torch.testing.assert_close(drawn(net), drawn(ours), atol=1e-4, rtol=0)
    copied = opened(tmp_path / "cgan.pth")  # from our copy, which remembers how it is read
    assert torch.equal(drawn(copied), drawn(net))
    blend = torch.full((1, CLASSES), 0.1)
    with torch.no_grad():
        assert torch.isfinite(net(torch.zeros(1, net.z_dim), blend)).all()


def test_a_table_that_scales_z(tmp_path: Path) -> None:
    """As in the much copied example of an auxiliary classifier GAN."""
    torch.manual_seed(0)
    table, sizes = torch.randn(CLASSES, 20), (20, 32, 784)
    state = {"label_emb.weight": table}
    for number, (inner, outer) in enumerate(pairwise(sizes)):
        state |= {
            f"model.{2 * number}.weight": torch.randn(outer, inner) * 0.2,
            f"model.{2 * number}.bias": torch.zeros(outer),
        }
    net = opened(torch_file(tmp_path / "acgan.pth", state))
    assert (net.classes, net.z_dim, net.resolution) == (CLASSES, 20, 28)
    z, label = torch.randn(1, 20), torch.eye(CLASSES)[3:4]
    hidden = torch.nn.functional.linear(z * table[3], state["model.0.weight"])
    both = [torch.nn.functional.leaky_relu(hidden, 0.2), hidden.relu()]
    pictures = [
        torch.tanh(torch.nn.functional.linear(one, state["model.2.weight"])).reshape(1, 1, 28, 28) for one in both
    ]
    with torch.no_grad():
        assert any(torch.allclose(net(z, label), one, atol=1e-5) for one in pictures)


@pytest.mark.parametrize(
    "state",
    [
        {"emb.weight": (10, 300), "0.weight": (32, 20), "2.weight": (784, 32)},  # wider than what the layer takes
        {"emb.weight": (1, 5), "0.weight": (32, 20), "2.weight": (784, 32)},  # one class
        {"emb.weight": (10, 5), "label.weight": (10, 5), "0.weight": (32, 20), "2.weight": (784, 32)},  # two tables
        {"emb.weight": (10, 0), "0.weight": (32, 20), "2.weight": (784, 32)},
        {"main.0.weight": (), "main.3.weight": (110, 1, 4, 4)},
    ],
)
def test_what_fits_nothing_is_refused(tmp_path: Path, state: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(BadModel):
        open_model(torch_file(tmp_path / "no.pth", {name: torch.randn(shape) for name, shape in state.items()}))


def test_the_readings_are_shown_and_one_is_kept(tmp_path: Path, own_home: Path, capsys: Said) -> None:
    ours, state = digits("mnist-mlp")
    path = torch_file(tmp_path / "theirs.pth", {key.replace("main.", "net."): one for key, one in state.items()})
    found = readings_in(path)
    assert torch.equal(drawn(found[0].net), drawn(ours))
    assert len({one.reading.words for one in found}) == len(found) > 4
    sheet = tmp_path / "sheet.png"
    assert main(["models", "import", str(path), "--readings", str(sheet)]) == 0
    said = capsys.readouterr().out
    assert " 1  28 px, the class after z, leaky ReLU 0.2, tanh" in said and "--reading NUMBER" in said
    raster = open_raster(sheet)
    assert raster.header.height == 4 + len(found) * 68 and raster.header.width == 40 + 8 * 68
    page = raster.rows(0, raster.header.height)
    rows = [np.array(page[4 + 68 * n : 68 + 68 * n, 40:]) for n in range(len(found))]
    assert len({one.tobytes() for one in rows}) == len(rows)
    raster.close()
    assert Library().find(str(path)).card.kind == "generator"
    wanted = ("the class after z", "leaky ReLU 0.2", "sigmoid")
    number = next(n for n, one in enumerate(found, 1) if one.reading.words == wanted)
    assert main(["models", "import", str(path), "--reading", str(number)]) == 0
    entry = Library().find("theirs")
    assert "sigmoid" in entry.card.summary
    assert torch.equal(drawn(opened(entry.path)), drawn(found[number - 1].net))


def test_a_choice_for_safetensors_is_kept_by_the_import(tmp_path: Path, own_home: Path) -> None:
    _, state = digits("mnist-mlp")
    path = tmp_path / "theirs.safetensors"
    save_file({key.replace("main.", "net."): one for key, one in state.items()}, path)
    chosen = choose(path, 2)
    entry = import_one(path, Library())
    net = opened(entry.path)
    z = torch.randn(2, net.z_dim)
    label = torch.eye(CLASSES)[:2] if net.classes else None
    with torch.no_grad():
        assert torch.equal(net(z, label), chosen.net(z, label))


def test_wrong_readings_are_sentences(tmp_path: Path, own_home: Path, capsys: Said) -> None:
    path = torch_file(tmp_path / "theirs.pth", {"0.weight": torch.randn(32, 20), "2.weight": torch.randn(784, 32)})
    with pytest.raises(UsageError, match="can be read in"):
        choose(path, 99)
    with pytest.raises(BadModel, match="only be read in one way"):
        readings_in(resource("models", "mnist-dcgan.safetensors"))
    for words, said in (
        (["--reading", "1", "--readings", "a.png"], "shows"),
        (["--readings", str(tmp_path / "a.gif")], "end in .png"),
        (["--reading", "0"], "can be read in"),
    ):
        assert main(["models", "import", str(path), *words]) == 2
        assert said in capsys.readouterr().err
    assert main(["models", "import", str(path), str(path), "--reading", "1"]) == 2
    assert "of one file" in capsys.readouterr().err
