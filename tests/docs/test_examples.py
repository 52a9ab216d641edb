"""Every example on the pages of docs/ and in the README is a command that works, in the order of the page."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from PIL import Image

from ganstudio.cli.main import main
from tests.acceptance.making import scene

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_LONG = ("ganstudio doctor",)  # needs no file of its page: once is enough
_done: set[str] = set()
BLOCK = re.compile(r"^```console\n(.*?)^```", re.M | re.S)


def examples(page: Path) -> list[str]:
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ganstudio ")]


@pytest.mark.parametrize("page", [page for page in PAGES if examples(page)], ids=lambda page: page.name)
def test_the_examples_of_a_page_work(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "photos" / "trip").mkdir(parents=True)
    for seed, name in enumerate(("photo.jpg", "photos/a.jpg", "photos/trip/b.png")):
        Image.fromarray(scene(seed=seed)).save(tmp_path / name)
    recipe = {"format": "ganstudio-recipe", "version": 1, "steps": [{"tool": "upscale", "params": {"model": "quick"}}]}
    (tmp_path / "recipe.json").write_text(json.dumps(recipe))
    monkeypatch.chdir(tmp_path)
    for line in examples(page):
        if line in _LONG and line in _done:
            continue
        _done.add(line)
        words = shlex.split(line)[1:]
        assert main(words) == 0, f"{line}\n{capfd.readouterr().err}"


def test_there_are_examples() -> None:
    assert sum(len(examples(page)) for page in PAGES) > 10
