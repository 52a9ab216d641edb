"""Commands, exit codes and help of the terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from ganstudio import __version__
from ganstudio.cli.main import commands, main
from tests.acceptance.making import scene


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"GANStudio {__version__} (source)\n"
    for words in ([], ["--help"], ["help"]):
        assert main(words) == 0
        said = capsys.readouterr().out
        for name in commands():
            assert f"  {name}" in said


@pytest.mark.parametrize("name", ["upscale", "run", "models", "queue", "doctor"])
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert f"usage: ganstudio {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["upscal", "x"], "There is no command “upscal”. Did you mean `ganstudio upscale`?"),
        (["upscale"], "No picture and no folder is named."),
        (["upscale", "nowhere.jpg"], "nowhere.jpg"),
        (["upscale", "photo.png", "-n", "qiuck"], "Did you mean quick"),
        (["upscale", "photo.png", "-n", "gone.pth"], "gone.pth"),
        (["upscale", "photo.png", "--name", "{stemm}"], "{stem}"),
        (["upscale", "photo.png", "--report", "x.doc"], "x.doc"),
        (["upscale", "photo.png", "--scael", "2"], "Did you mean --scale?"),
        (["upscale", "notes.txt"], "notes.txt"),
        (["run", "nowhere.json", "photo.png"], "nowhere.json cannot be read"),
        (["run"], "No recipe is named."),
        (["models", "info", "photto"], "photto"),
        (["models", "remove", "quick-x2"], "came with the program"),
        (["queue", "resum"], "Did you mean resume?"),
        (["queue", "list", "--jsn"], "There is no flag --jsn. Did you mean --json?"),
        (["queue", "list", "more"], "“more” is a word too many."),
        (["photo.png"], "Did you mean `ganstudio upscale photo.png`?"),
        (["upscale", ""], "an empty word names no picture"),
        (["upscale", "photo.png", "-o", ""], "The output -o is an empty word."),
        (["upscale", "photo.png", "-o", "x" * 300], "cannot be used: File name too long."),
        (["upscale", "photo.png", "-n", "x" * 300], "There is no model"),
        (["upscale", "photo.png", "-n", "x" * 300 + ".pth"], "There is no model file"),
        (["upscale", "photo.png", "-n", ""], "There is no model “”."),
        (["upscale", "photo.png", "-s", "1e400"], "is not a number."),
        (["upscale", "photo.png", "-s", "nan"], "“nan” is not a number."),
    ],
)
def test_wrong_usage_is_one_sentence_and_two(
    words: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(scene()).save("photo.png")
    Path("notes.txt").write_text("hello")
    assert main(words) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["notes.txt", "photo.png"]


def test_a_recipe_runs_as_its_command_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(scene()).save(tmp_path / "a.png")
    step = {"tool": "upscale", "version": 1, "params": {"model": "quick", "scale": 3.0}}
    recipe = {"format": "ganstudio-recipe", "version": 1, "steps": [step], "save": {"format": "tiff"}}
    (tmp_path / "r.json").write_text(json.dumps(recipe))
    words = [str(tmp_path / "a.png"), "-o", str(tmp_path / "out"), "--name", "{stem}", "--precision", "exact"]
    assert main(["run", str(tmp_path / "r.json"), *words]) == 0
    assert main(["upscale", *words[:1], "-o", str(tmp_path / "two"), "--name", "{stem}", "--precision", "exact",
                 "-n", "quick", "-s", "3", "-f", "tiff"]) == 0  # fmt: skip
    with Image.open(tmp_path / "out" / "a.tif") as one, Image.open(tmp_path / "two" / "a.tif") as two:
        assert one.size == (144, 108)
        assert one.tobytes() == two.tobytes()


def test_a_fault_is_one_sentence_with_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ganstudio.cli.main.dispatch", lambda words: 1 / 0)
    assert main(["upscale"]) == 3
    said = capsys.readouterr().err
    log = Path(said.split(" is in ")[1].strip().removesuffix("."))
    assert "ZeroDivisionError" in log.read_text()
    assert "Traceback" not in said


def test_help_needs_no_torch() -> None:
    code = "import sys; from ganstudio.cli.main import main; main(['--help']); assert 'torch' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
