"""Inception files that a person brings: which they are is told by their tensors, others are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.core.errors import BadModel
from ganstudio.measures.inception import from_file
from ganstudio.nets.inception import Inception


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return {name: value.half() for name, value in Inception(fid=True).state_dict().items()}


@pytest.mark.parametrize(("classes", "name"), [(1008, "inception-fid"), (1000, "inception-torchvision")])
def test_the_two_kinds(classes: int, name: str, state: dict[str, torch.Tensor], tmp_path: Path) -> None:
    aux = {"AuxLogits.conv0.conv.weight": torch.zeros(1)}
    torch.save({**state, **aux, "fc.weight": torch.zeros(classes, 2048)}, tmp_path / "weights.pth")
    seen = from_file(tmp_path / "weights.pth")
    assert seen.name == name and len(seen.version) == 8 and (seen.side, seen.dimension) == (299, 2048)
    if classes == 1000:
        return
    pictures = np.random.default_rng(0).integers(0, 256, (2, 80, 80, 3), dtype=np.uint8)
    vectors = seen.vectors(pictures, side=80)
    assert vectors.shape == (2, 2048) and np.isfinite(vectors).all() and vectors.std() > 0


def test_other_files_are_refused_with_what_would_do(state: dict[str, torch.Tensor], tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    for tensors, sentence in (
        ({"a.weight": torch.zeros(3, 3)}, "holds no Inception v3. A true FID needs"),
        ({**state, "fc.weight": torch.zeros(10, 2048)}, "for 10 classes, not for ImageNet's"),
        ({**{n: t for n, t in state.items() if "Mixed_7c" not in n}, "fc.weight": torch.zeros(1008, 2048)}, "Mixed_7c"),
    ):
        torch.save(tensors, path)
        with pytest.raises(BadModel, match=sentence):
            from_file(path)
    path.write_bytes(b"no weights at all")
    with pytest.raises(BadModel, match=r"weights\.pth"):
        from_file(path)


def test_the_size_of_the_published_network() -> None:
    """23,834,568 parameters with the 1000 classes, as torchvision counts without the auxiliary classifier."""
    assert sum(p.numel() for p in Inception(fid=False).parameters()) + 1000 * 2048 + 1000 == 23_834_568
