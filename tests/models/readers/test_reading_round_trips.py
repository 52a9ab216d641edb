"""What torch, numpy and safetensors write comes back number for number."""

from __future__ import annotations

import argparse
import collections
import json
import pickle
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from ganstudio.core.errors import BadModel
from ganstudio.models import readers
from ganstudio.models.readers import LazyTensor, Record
from ganstudio.models.readers.state_dict import candidates, state_dict, to_torch

FORMS = {"zip": True, "legacy": False}


@pytest.fixture(params=FORMS)
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Any], Any]:
    """Save with torch in one of its two forms, read back: the root."""

    def save(value: Any, protocol: int = 2) -> Any:
        path = tmp_path / "model.pth"
        torch.save(value, path, pickle_protocol=protocol, _use_new_zipfile_serialization=FORMS[request.param])
        checkpoint = readers.read(path)
        assert checkpoint.container == f"torch-{request.param}"
        return checkpoint.root

    return save


DTYPES = [
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8,
    torch.uint8, torch.bool, torch.complex64, torch.complex128,
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_every_type_of_number(saved: Callable[[Any], Any], dtype: torch.dtype) -> None:
    original = (torch.randn(3, 4, 5) * 7).to(dtype)
    back = saved({"x": original})["x"]
    assert (back.dtype, back.shape) == (str(dtype).removeprefix("torch."), (3, 4, 5))
    assert torch.equal(back.torch(), original)
    wide = original.float() if dtype is torch.bfloat16 else original
    np.testing.assert_array_equal(back.numpy(), wide.numpy())


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float8_e5m2, torch.uint16, torch.uint32, torch.uint64])
def test_numbers_that_torch_saves_by_another_road(tmp_path: Path, dtype: torch.dtype) -> None:
    original = torch.arange(256, dtype=torch.uint8).view(dtype)
    torch.save({"x": original}, tmp_path / "model.pth")
    back = readers.read(tmp_path / "model.pth").root["x"]
    assert back.torch().dtype is dtype
    assert torch.equal(back.torch().view(torch.uint8), original.view(torch.uint8))
    if dtype.is_floating_point:
        np.testing.assert_array_equal(back.numpy(), original.float().numpy())


@pytest.mark.parametrize(
    "make",
    [
        lambda t: t.T,
        lambda t: t[2:, 1::2],
        lambda t: t[:, 3],
        lambda t: t[3, 4],
        lambda t: t[:0],
        lambda t: t.reshape(2, 3, 2, 5).permute(3, 0, 2, 1),
        lambda t: torch.randn(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
        lambda t: torch.empty(0),
        lambda t: torch.empty(2, 0, 3),
        lambda t: torch.tensor(2.5),
        lambda t: nn.Parameter(t),
        lambda t: nn.Parameter(t.T[1:], requires_grad=False),
    ],
)
def test_views_parameters_and_empty_tensors(saved: Callable[[Any], Any], make: Callable[[Any], torch.Tensor]) -> None:
    original = make(torch.randn(6, 10))
    back = saved([original])[0]
    assert isinstance(back, LazyTensor)
    assert torch.equal(back.torch(), original.detach())
    np.testing.assert_array_equal(back.numpy(), original.detach().numpy())
    assert back.numpy().flags.c_contiguous
    assert back.numpy().flags.writeable


def test_a_parameter_with_attributes_of_its_own(saved: Callable[[Any], Any]) -> None:
    parameter = nn.Parameter(torch.randn(4))
    parameter.note = "mine"  # type: ignore[attr-defined]
    assert torch.equal(saved({"p": parameter})["p"].torch(), parameter.detach())


def test_tied_weights_share_one_storage_and_are_loaded_once(saved: Callable[[Any], Any], tmp_path: Path) -> None:
    weight = torch.randn(5, 5)
    root = saved({"a": weight, "b": weight, "c": weight.T, "d": weight[1:]})
    assert len({id(tensor.storage) for tensor in root.values()}) == 1
    loaded = to_torch(root)
    assert loaded["a"] is loaded["b"]
    assert torch.equal(loaded["c"], weight.T)
    assert torch.equal(loaded["d"], weight[1:])


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_every_protocol(saved: Callable[..., Any], protocol: int) -> None:
    value: dict[str, Any] = {"a": torch.arange(4)}
    value["n"] = [1, -(2**31), 2**40, -(2**70), 1.5, None, True, "ü", b"\x00\xff", b"x" * 5000]
    back = saved(value, protocol)
    assert torch.equal(back["a"].torch(), value["a"])
    assert back["n"][:-1] == value["n"][:-1]
    assert bytes(back["n"][-1]) == value["n"][-1]


def test_what_trainings_leave_beside_the_weights(saved: Callable[[Any], Any]) -> None:
    table = {
        "state_dict": nn.Conv2d(1, 2, 3).state_dict(),
        "args": argparse.Namespace(lr=0.1, path=Path("runs", "1"), size=(64, 64)),
        "path": Path("/a/b"),
        "best": np.float64(31.5),
        "step": np.int64(7),
        "done": np.bool_(True),
        "history": np.arange(6, dtype=np.float32).reshape(2, 3),
        "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "big endian": np.arange(3, dtype=">i4"),
        "name": np.str_("text"),
        "counts": collections.Counter("abca"),
        "default": collections.defaultdict(list, a=[1]),
        "set": {"x", "y"},
        "frozen": frozenset({1}),
        "size": torch.Size([1, 2]),
        "device": torch.device("cuda:1"),
        "dtype": torch.float16,
        "class": nn.Conv2d,
        "complex": complex(1, 2),
    }
    back = saved(table)
    assert isinstance(back["args"], Record)
    assert back["args"].state["lr"] == 0.1
    assert back["path"].endswith("a/b")
    assert (back["best"], back["step"], back["done"]) == (31.5, 7, True)
    assert type(back["best"]) is float
    np.testing.assert_array_equal(back["history"].numpy(), table["history"])
    np.testing.assert_array_equal(back["fortran"].numpy(), table["fortran"])
    np.testing.assert_array_equal(back["big endian"].numpy(), [0, 1, 2])
    assert back["counts"] == {"a": 2, "b": 1, "c": 1}
    assert back["default"] == {"a": [1]}
    assert (back["set"], back["frozen"]) == ({"x", "y"}, frozenset({1}))
    assert (back["size"], back["device"]) == ((1, 2), "cuda:1")
    assert str(back["dtype"]) == "torch.float16"
    assert isinstance(back["complex"], Record)
    assert back["complex"].args == (1.0, 2.0)


def test_the_inert_classes_are_told(tmp_path: Path) -> None:
    torch.save({"args": argparse.Namespace(a=1), "w": torch.ones(1)}, tmp_path / "m.pth")
    assert readers.read(tmp_path / "m.pth").inert == ("argparse.Namespace",)


def test_the_state_of_an_optimizer_is_read_beside_the_weights(saved: Callable[[Any], Any]) -> None:
    weight = torch.randn(2, 3)
    adam = {0: {"step": torch.tensor(1.0), "exp_avg": weight * 0.1}}
    groups = [{"lr": 1e-3, "betas": (0.9, 0.999), "foreach": None, "params": [0]}]
    back = saved({"model": {"weight": weight}, "optimizer": {"state": adam, "param_groups": groups}})
    assert back["optimizer"]["state"][0]["exp_avg"].shape == (2, 3)
    assert back["optimizer"]["param_groups"] == groups


def test_a_file_saved_on_another_device(tmp_path: Path) -> None:
    """The location in the file (cuda, mps) is a note, not a demand."""
    torch.save({"w": torch.arange(3)}, tmp_path / "m.pt", _use_new_zipfile_serialization=False)
    content = (tmp_path / "m.pt").read_bytes()
    (tmp_path / "m.pt").write_bytes(content.replace(b"X\x03\0\0\0cpu", b"X\x06\0\0\0cuda:0"))
    np.testing.assert_array_equal(readers.read(tmp_path / "m.pt").root["w"].numpy(), [0, 1, 2])


def test_a_big_endian_file(tmp_path: Path) -> None:
    torch.save({"w": torch.tensor([1.0, -2.5])}, tmp_path / "m.pt")
    numbers = np.array([1.0, -2.5], "<f4").tobytes()
    content = (tmp_path / "m.pt").read_bytes().replace(numbers, np.array([1.0, -2.5], ">f4").tobytes())
    # "little" is six letters and "big" three: the entry is read up to the spaces
    (tmp_path / "m.pt").write_bytes(content.replace(b"little", b"big   "))
    root = readers.read(tmp_path / "m.pt").root
    np.testing.assert_array_equal(root["w"].numpy(), np.array([1.0, -2.5], np.float32))
    assert torch.equal(root["w"].torch(), torch.tensor([1.0, -2.5]))


# -- whole modules


class Owner(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 2, 3), nn.PReLU(), nn.BatchNorm2d(2))
        self.again = self.body[0]
        self.register_buffer("window", torch.ones(3))
        self.register_buffer("scratch", torch.ones(3), persistent=False)
        self.children_of = [self]  # a ring


def test_a_module_saved_whole_is_walked_without_its_class(tmp_path: Path) -> None:
    owner = Owner()
    torch.save(owner, tmp_path / "m.pth")
    checkpoint = readers.read(tmp_path / "m.pth")
    assert isinstance(checkpoint.root, Record)
    assert any(name.endswith(".Owner") for name in checkpoint.inert)
    expected = {k: v for k, v in owner.state_dict().items() if not k.endswith("num_batches_tracked")}
    found = to_torch(state_dict(checkpoint))
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[key], expected[key]) for key in expected)


# -- bare pickles, safetensors, npz


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_table_of_arrays_in_a_bare_pickle(tmp_path: Path, protocol: int) -> None:
    arrays = {"w": np.random.default_rng(0).normal(size=(40, 50)), "b": np.arange(3, dtype=np.int16)}
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(arrays, protocol))
    checkpoint = readers.read(tmp_path / "m.pkl")
    assert checkpoint.container == "pickle"
    for name, array in arrays.items():
        np.testing.assert_array_equal(checkpoint.root[name].numpy(), array)


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_tensors_in_a_bare_pickle(tmp_path: Path, protocol: int) -> None:
    value = {"w": nn.Parameter(torch.randn(300, 4)), "b": torch.arange(5)}
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(value, protocol))
    root = readers.read(tmp_path / "m.pkl").root
    assert torch.equal(root["w"].torch(), value["w"].detach())
    assert torch.equal(root["b"].torch(), value["b"])


def test_safetensors_with_metadata(tmp_path: Path) -> None:
    tensors = {
        "a.weight": torch.randn(3, 4).half(),
        "b": torch.randn(7).bfloat16(),
        "c": torch.tensor(5),
        "d": torch.empty(0, 3),
        "e": torch.tensor([True, False]),
        "f": torch.randn(4).to(torch.float8_e4m3fn),
    }
    save_file(tensors, tmp_path / "m.safetensors", {"title": "a name"})
    checkpoint = readers.read(tmp_path / "m.safetensors")
    assert checkpoint.container == "safetensors"
    assert checkpoint.metadata == {"title": "a name"}
    loaded = to_torch(checkpoint.root)
    assert loaded.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert loaded[name].dtype is tensor.dtype
        assert torch.equal(loaded[name].float(), tensor.float())


@pytest.mark.parametrize("write", [np.savez, np.savez_compressed])
def test_npz(tmp_path: Path, write: Callable[..., None]) -> None:
    arrays = {
        "conv1/W": np.random.default_rng(0).normal(size=(3, 4, 5)).astype(np.float32),
        "scalar": np.array(2.5),
        "fortran": np.asfortranarray(np.arange(6).reshape(2, 3)),
        "empty": np.empty((0, 3), np.float16),
        "big": np.arange(4, dtype=">f4"),
        "truth": np.array([True, False]),
    }
    write(tmp_path / "m.npz", **arrays)
    checkpoint = readers.read(tmp_path / "m.npz")
    assert checkpoint.container == "npz"
    assert checkpoint.root.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(checkpoint.root[name].numpy(), array)


def test_damaged_packed_data_are_found_when_they_are_read(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "m.npz", a=np.random.default_rng(0).normal(size=5000))
    content = bytearray((tmp_path / "m.npz").read_bytes())
    content[len(content) // 2 : len(content) // 2 + 400] = bytes(400)
    (tmp_path / "m.npz").write_bytes(content)
    tensor = next(iter(candidates(readers.read(tmp_path / "m.npz"))))["a"]
    with pytest.raises(BadModel):
        tensor.numpy()


def test_reading_touches_only_the_description(tmp_path: Path) -> None:
    """A sparse file of 3 GB is described without reading its weights (they would not fit the memory limit)."""
    size = 3 * 2**30
    header = json.dumps({"w": {"dtype": "F32", "shape": [size // 4], "data_offsets": [0, size]}}).encode()
    path = tmp_path / "m.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + size)
    tracemalloc.start()
    assert readers.read(path).root["w"].nbytes == size
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20
