"""A picture's recipe and the file of an imported generator: found again, or named when it is gone or another."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganstudio.cli.main import main
from ganstudio.core.paths import user_models
from ganstudio.jobs.generating import recipe_of
from ganstudio.models.library import Library
from tests.models.making import torch_file

Said = pytest.CaptureFixture[str]
EXACT = ["--precision", "exact", "--device", "cpu"]


def foreign(path: Path, seed: int) -> Path:
    """A fully connected generator under the names of others."""
    torch.manual_seed(seed)
    state = {"0.weight": torch.randn(32, 20), "0.bias": torch.zeros(32), "2.weight": torch.randn(256, 32)}
    return torch_file(path, {"generator": state})


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def weights_in(picture: Path) -> str:
    return recipe_of(picture).to_json()["steps"][0]["params"]["weights"]


@pytest.fixture
def imported(tmp_path: Path, own_home: Path) -> Path:
    """The model's file in the Library, where it is called theirs."""
    assert main(["models", "import", str(foreign(tmp_path / "theirs.pth", 0))]) == 0
    return user_models() / "theirs.safetensors"


@pytest.fixture
def recipe(tmp_path: Path, imported: Path) -> Path:
    """Of a picture that it made, first.png beside it."""
    picture = tmp_path / "first.png"
    assert main(["generate", "-o", str(picture), "--model", "theirs", "--seeds", "3", *EXACT]) == 0
    assert weights_in(picture) == Library().find("theirs").sha256
    file = tmp_path / "recipe.json"
    file.write_text(recipe_of(picture).text(), "utf-8")
    return file


def run(recipe: Path) -> int:
    return main(["run", str(recipe), "-o", str(recipe.with_name("again.png")), "--exists", "overwrite", *EXACT])


def test_it_is_found_by_its_name_or_its_hash(recipe: Path, imported: Path) -> None:
    for _ in range(2):
        assert run(recipe) == 0
        assert np.array_equal(pixels(recipe.with_name("again.png")), pixels(recipe.with_name("first.png")))
        imported = imported.rename(imported.with_name("renamed.safetensors"))


def test_another_file_of_the_name_is_said(recipe: Path, imported: Path, tmp_path: Path, capsys: Said) -> None:
    before = weights_in(tmp_path / "first.png")
    imported.unlink()
    (tmp_path / "other").mkdir()
    assert main(["models", "import", str(foreign(tmp_path / "other" / "theirs.pth", 1))]) == 0
    capsys.readouterr()
    assert run(recipe) == 2
    said = capsys.readouterr().err
    here = Library().find("theirs").sha256
    assert "“theirs” here is another file" in said and before[:12] in said and here[:12] in said and before != here
    assert not recipe.with_name("again.png").exists()


def test_a_file_that_changed_on_the_disk_is_said(recipe: Path, imported: Path, capsys: Said) -> None:
    content = bytearray(imported.read_bytes())
    content[-5] ^= 0x40  # a number of the last layer
    imported.write_bytes(bytes(content))
    assert run(recipe) == 2
    assert "“theirs” here is another file" in capsys.readouterr().err


def test_one_that_is_gone_is_named(recipe: Path, imported: Path, capsys: Said) -> None:
    imported.unlink()
    assert run(recipe) == 2
    said = capsys.readouterr().err
    assert "“theirs” that made this is not here (SHA-256 " in said and "models import" in said


def test_what_was_made_from_the_file_itself_is_made_again_by_what_was_imported_from_it(
    recipe: Path, imported: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "second.png"
    words = ["generate", "-o", str(picture), "--model", str(tmp_path / "theirs.pth"), "--seeds", "3", *EXACT]
    assert main(words) == 0
    assert weights_in(picture) != Library().find("theirs").sha256
    recipe.write_text(recipe_of(picture).text(), "utf-8")
    shutil.move(tmp_path / "theirs.pth", tmp_path / "elsewhere.pth")
    assert run(recipe) == 0
    assert np.array_equal(pixels(recipe.with_name("again.png")), pixels(picture))
