"""The checkpoints of the shared data: each opens to the same numbers as torch reads, or is refused with its reason."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

from ganstudio.core.errors import BadModel
from ganstudio.models import readers
from ganstudio.models.readers import LazyTensor, modules
from ganstudio.models.readers.state_dict import candidates, state_dict

# files torch itself refuses or cannot read: what our reader must say of them instead
REFUSED = {"espcn_corrupt_utf8.pt": "damaged at its source"}
NOT_TORCH = {"vdsr_whole_module.pth", *REFUSED}


@pytest.fixture(scope="module")
def checkpoints(shared_data: Path) -> Path:
    return shared_data / "checkpoints"


def _files(folder: Path, *suffixes: str) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in suffixes)


def _same(ours: Any, theirs: Any, where: str = "") -> None:
    """Equal structure and numbers; torch's own tables carry a `_metadata` that is no entry."""
    if isinstance(theirs, torch.Tensor):
        assert isinstance(ours, LazyTensor), where
        assert str(theirs.dtype) == f"torch.{ours.dtype}", where
        assert torch.equal(ours.torch(), theirs), where
    elif isinstance(theirs, dict):
        assert list(ours) == list(theirs), where
        for key in theirs:
            _same(ours[key], theirs[key], f"{where}.{key}")
    elif isinstance(theirs, list | tuple):
        assert len(ours) == len(theirs), where
        for index, item in enumerate(theirs):
            _same(ours[index], item, f"{where}[{index}]")
    elif not type(theirs).__module__.startswith("argparse"):
        assert ours == theirs, where


def test_every_torch_file_reads_as_torch_reads_it(checkpoints: Path) -> None:
    compared = 0
    for path in _files(checkpoints, ".pth", ".pt", ".tar"):
        if path.name in NOT_TORCH:
            continue
        with torch.serialization.safe_globals([]):
            theirs = torch.load(path, map_location="cpu", weights_only=True)
        _same(readers.read(path).root, theirs, path.name)
        compared += 1
    assert compared >= 27


def test_the_very_old_file_has_its_tensors(checkpoints: Path) -> None:
    """torch 0.1 to 0.3 wrote `_rebuild_tensor` with four arguments."""
    path = checkpoints / "srresnet" / "netG_epoch_4_100.pth"
    assert b"_rebuild_tensor\n" in path.read_bytes()
    found = state_dict(readers.read(path))
    assert sum(tensor.numel for tensor in found.values()) == 735372


def test_safetensors_read_as_the_library_reads_them(checkpoints: Path) -> None:
    for path in _files(checkpoints, ".safetensors"):
        theirs = safetensors.torch.load_file(path)
        ours = readers.read(path)
        assert ours.root.keys() == theirs.keys()
        for name, tensor in theirs.items():
            assert torch.equal(ours.root[name].torch(), tensor)


def test_golden_arrays_read_as_numpy_reads_them(checkpoints: Path) -> None:
    for path in _files(checkpoints, ".npz"):
        ours = readers.read(path).root
        with np.load(path, allow_pickle=False) as theirs:
            assert ours.keys() == set(theirs.files)
            for name in theirs.files:
                np.testing.assert_array_equal(ours[name].numpy(), theirs[name])


def _listed(path: Path) -> dict[str, tuple[int, ...]]:
    """`synthesis.b4.const (32, 4, 4) float32`, one a line."""
    lines = [line.split(" ", 1) for line in path.read_text().splitlines() if line.strip()]
    shapes = {name: rest[: rest.index(")") + 1] for name, rest in lines}
    return {name: tuple(int(n) for n in shape.strip("()").split(",") if n.strip()) for name, shape in shapes.items()}


def test_stylegan_pickles_walk_to_the_listed_keys(checkpoints: Path) -> None:
    for path in _files(checkpoints / "gan_golden", ".pkl"):
        before = set(sys.modules)
        checkpoint = readers.read(path)
        assert {"torch_utils", "dnnlib"}.isdisjoint(sys.modules)
        assert set(sys.modules) == before
        expected = _listed(path.with_name(f"{path.stem}_keys.txt"))
        assert {name: tensor.shape for name, tensor in state_dict(checkpoint).items()} == expected
        attributes = modules.attributes(checkpoint.root["G_ema"])
        assert attributes is not None
        assert attributes["img_resolution"] in (32, 64)
        assert attributes["_init_kwargs"]
        assert modules.class_name(checkpoint.root["G_ema"]) == "Generator"
        assert all(np.isfinite(tensor.numpy()).all() for tensor in state_dict(checkpoint).values())


def test_the_other_generators_have_the_listed_keys(checkpoints: Path) -> None:
    compared = 0
    for path in _files(checkpoints / "gan_golden", ".pt"):
        listing = path.with_name(f"{path.stem.removesuffix('_model_0')}_keys.txt")
        if not listing.exists():
            listing = path.with_name(f"{path.stem}_keys.txt")
        expected = _listed(listing)
        found = [{name: tensor.shape for name, tensor in found.items()} for found in candidates(readers.read(path))]
        dropped = {name for name in expected if name.endswith("num_batches_tracked")}
        assert {name: shape for name, shape in expected.items() if name not in dropped} in found, path.name
        compared += 1
    assert compared == 5


def test_a_network_pickled_whole_is_read_without_its_code(checkpoints: Path) -> None:
    checkpoint = readers.read(checkpoints / "whole_module" / "vdsr_whole_module.pth")
    assert "vdsr.Net" in checkpoint.inert
    assert "vdsr" not in sys.modules
    found = state_dict(checkpoint)
    assert len(found) == 20
    assert found["residual_layer.17.conv.weight"].shape == (64, 64, 3, 3)
    assert found["output.weight"].shape == (1, 64, 3, 3)


def test_prefixes_are_gone(checkpoints: Path) -> None:
    assert "fea_conv.weight" in state_dict(readers.read(checkpoints / "imdn" / "IMDN_x4.pth"))
    assert "neck.0.weight" in state_dict(readers.read(checkpoints / "srresnet" / "fast_srgan_model.pt"))
    first, second = candidates(readers.read(checkpoints / "dncnn" / "dncnn_25.pth"))
    assert "model.0.weight" in first
    assert "0.weight" in second


def test_averaged_weights_come_first(checkpoints: Path) -> None:
    checkpoint = readers.read(checkpoints / "span" / "ntire25_team46_span.pth")
    assert next(candidates(checkpoint)) == checkpoint.root["params_ema"]


def test_the_damaged_file_is_refused_with_its_reason(checkpoints: Path) -> None:
    for name, reason in REFUSED.items():
        with pytest.raises(BadModel, match=reason):
            readers.read(checkpoints / "broken" / name)


@pytest.mark.parametrize("part", [0.02, 0.3, 0.9, 0.9999])
def test_half_downloaded_files_say_so(checkpoints: Path, tmp_path: Path, part: float) -> None:
    whole = [
        checkpoints / "rlfn" / "rlfn_s_x2.pth",
        checkpoints / "dncnn" / "dncnn_25.pth",
        checkpoints / "gan_golden" / "stylegan3r_64.pkl",
        checkpoints / "perceptual" / "squeezenet1_1_caffe_fp16.safetensors",
    ]
    for path in whole:
        content = path.read_bytes()
        cut = tmp_path / path.name
        cut.write_bytes(content[: int(len(content) * part)])
        with pytest.raises(BadModel, match="its end is missing"):
            readers.read(cut)
