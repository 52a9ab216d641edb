"""The committed table *file → family or refusal sentence*, over every file of the shared checkpoints."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.core.errors import BadModel
from ganstudio.models import Model, open_model
from ganstudio.models.realesrgan import probe
from ganstudio.nets.generator_net import GeneratorNet

TABLE: dict[str, dict] = json.loads(Path(__file__).with_name("checkpoints_table.json").read_text("utf-8"))
# What the pickles in the files name and nobody may import.
FOREIGN = ("dnnlib", "torch_utils", "vdsr", "model", "models", "training", "argparse_namespace", "net")


@pytest.fixture
def checkpoints(shared_data: Path) -> Path:
    return shared_data / "checkpoints"


SCALES = {"0..1": (1.0, 0.0), "0..255": (255.0, 0.0), "-1..1": (2.0, -1.0)}


def answer(model: Model) -> list[float]:
    """What the network makes of a small generated picture (a generator: of seed 0), in 0..1: the mean and five values.

    The stored numbers are those of networks that reached the published quality on photographs, to 0.01 dB.
    """
    size, offset = SCALES[model.ranges[0]]
    if isinstance(model.module, GeneratorNet):
        return spots_of((drawn(model.module) - offset) / size)
    picture = probe()[:, : model.card.channels] * size + offset
    with torch.inference_mode():
        return spots_of((model.module(picture)[0] - offset) / size)


def drawn(net: GeneratorNet) -> torch.Tensor:
    """C×R×R: the picture of seed 0, ψ 0.7, of the first class."""
    z = torch.from_numpy(np.random.RandomState(0).randn(1, net.z_dim)).float()
    with torch.inference_mode():
        return net(z, net.some_labels(1, torch.device("cpu")), 0.7)[0]


def spots_of(result: torch.Tensor) -> list[float]:
    height, width = result.shape[1:]
    spots = [(0, 0), (0, width // 2), (height // 3, width - 1), (height // 2, width // 4), (height - 1, width // 3)]
    return [round(float(value), 4) for value in (result.mean(), *(result[-1][spot] for spot in spots))]


def outcome(path: Path) -> dict:
    """What opening the file gives: the facts, or the sentence."""
    try:
        model = open_model(path)
    except BadModel as error:
        return {"refused": str(error)}
    card = model.card
    return {"family": card.family, "kind": card.kind, "scale": card.scale, "channels": card.channels,
            "ranges": list(model.ranges), "tags": list(model.tags), "answer": answer(model)}  # fmt: skip


def test_table_is_complete(checkpoints: Path) -> None:
    here = {path.relative_to(checkpoints).as_posix() for path in checkpoints.rglob("*") if path.is_file()}
    assert here == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_file(checkpoints: Path, name: str) -> None:
    path = checkpoints / name
    if not path.exists():
        pytest.skip(f"{name} is not among the shared checkpoints")
    expected = dict(TABLE[name])
    assert hashlib.sha256(path.read_bytes()).hexdigest() == expected.pop("sha256")
    found = outcome(path)
    assert found.pop("answer", None) == pytest.approx(expected.pop("answer", None), abs=5e-4)
    assert found == expected
    assert [module for module in FOREIGN if module in sys.modules] == []


def main(folder: Path) -> None:
    """Write the table anew: `python -m tests.models.test_checkpoints_table FOLDER`; read the difference before use."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    table = {
        path.relative_to(folder).as_posix(): {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), **outcome(path)}
        for path in paths
    }
    Path(__file__).with_name("checkpoints_table.json").write_text(
        json.dumps(table, indent=1, ensure_ascii=False) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
