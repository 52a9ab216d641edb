"""A generator trained from the terminal: classes from folders, samples, files that open, going on from one of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from ganstudio.cli.main import main
from ganstudio.models import open_model
from ganstudio.training import plans
from ganstudio.training.generator.plan import GeneratorPlan
from ganstudio.training.planning import propose
from tests.training.gan_making import SHAPES, shapes

pytestmark = pytest.mark.usefixtures("one_thread")
QUICK = ["--network", "dcgan", "--size", "16", "--width", "64", "--most", "8", "--latent", "8", "--batch", "4",
         "--judged", "16", "--threads", "1"]  # fmt: skip


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Twenty-four of each class in a folder of its own; one broken, one wide, one with alpha."""
    data = shapes(48)
    for number, (pixels, label) in enumerate(zip(data.pictures, data.labels, strict=True)):
        folder = tmp_path / "shapes" / SHAPES[label]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    Image.fromarray(data.pictures[0]).resize((40, 16)).save(tmp_path / "shapes" / "disc" / "wide.png")
    Image.fromarray(data.pictures[0]).convert("RGBA").save(tmp_path / "shapes" / "disc" / "clear.png")
    (tmp_path / "shapes" / "square" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    return tmp_path / "shapes"


def test_from_a_folder_to_a_model_and_on_from_it(
    pictures: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "digits"
    words = ["train", "generator", "--pictures", str(pictures), "-o", str(run), "--steps", "3", *QUICK]
    assert main(words) == 0
    said = capfd.readouterr()
    assert "broken.png" in said.out + said.err
    card = open_model(run / "digits.safetensors").card
    assert card.kind == "generator" and card.settings["classes"] == ["disc", "square"] and card.licence == "your own"
    sheets = sorted((run / "samples").glob("*.png"))
    assert Image.open(sheets[-1]).size == (10 * 66 - 2, 2 * 66 - 2)
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert {"g", "d"} <= set().union(*lines)

    again = tmp_path / "more"
    words = ["train", "generator", "--pictures", str(pictures), "-o", str(again), "--steps", "2", *QUICK]
    assert main([*words, "--from", str(run / "digits.safetensors")]) == 0
    assert open_model(again / "more.safetensors").card.settings["begun_from"] == "digits.train"


def test_going_on_from_a_model_is_known_to_the_plan(pictures: Path, tmp_path: Path) -> None:
    assert (
        main(["train", "generator", "--pictures", str(pictures), "-o", str(tmp_path / "a"), "--steps", "1", *QUICK])
        == 0
    )
    start = str(tmp_path / "a" / "a.safetensors")
    found = propose("generator", pictures, "b", preset="paintings", start=start)
    plan = found.order.plan
    assert isinstance(plan, GeneratorPlan) and plan.freeze_d == 2 and plan.ada_kimg == 100.0 and plan.lr == 1e-3
    usual = propose("generator", pictures, "b", preset="paintings").order.plan
    assert isinstance(usual, GeneratorPlan) and usual.freeze_d == 0


@pytest.mark.parametrize("name", ["small", "paintings", "mnist-mlp", "mnist-dcgan"])
def test_presets_are_complete(name: str) -> None:
    plan = plans.load(name)
    assert isinstance(plan, GeneratorPlan) and plan.name and plan.title and len(plan.purpose) <= 42
