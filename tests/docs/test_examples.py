"""Every example on the pages of docs/, of the commands and in the README is a command that works, in the order of its
page; one that is not run here says why."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import command_pages
import numpy as np
import pytest
from PIL import Image

from ganstudio.cli.main import main
from ganstudio.core.document import Pool, Tiles, add, new_state
from ganstudio.core.document.project import save
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from tests.acceptance.making import scene
from tests.docs.examples import Example, examples, examples_of

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_ONCE = ("ganstudio doctor",)  # takes long and needs no file of its page: once is enough
_done: set[str] = set()


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which a person tries the examples."""
    (tmp_path / "photos" / "trip").mkdir(parents=True)
    (tmp_path / "scans").mkdir()
    for seed, name in enumerate(("photo.jpg", "photos/a.jpg", "photos/trip/b.png", "scans/letter.jpg")):
        Image.fromarray(scene(seed=seed)).save(tmp_path / name)
    recipe = {"format": "ganstudio-recipe", "version": 1, "steps": [{"tool": "upscale", "params": {"model": "quick"}}]}
    (tmp_path / "recipe.json").write_text(json.dumps(recipe))
    pool = Pool()
    state = new_state(pool, 40, 30)
    pixels = Tiles.of(pool, Picture.of(np.full((30, 40, 3), 90, np.uint8)))
    save(add(state, pixels, "Photo").state, tmp_path / "trip.ganstudio", Progress())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(found: list[Example], capfd: pytest.CaptureFixture[str]) -> None:
    for one in found:
        if not one.runs or (one.command in _ONCE and one.command in _done):
            continue
        _done.add(one.command)
        code = main(shlex.split(one.command)[1:])
        assert code == 0, f"{one.page}, line {one.line}: {one.command}\n{capfd.readouterr().err}"


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(one.runs for one in examples(page))], ids=lambda page: page.name
)
def test_the_examples_of_a_page_work(page: Path, there: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run(examples(page), capfd)


def test_the_examples_of_the_commands_pages_work(there: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run([one for path in command_pages.write(there / "pages") for one in examples(path)], capfd)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_not_run_says_why(page: Path) -> None:
    bare = [f"line {one.line}: {one.command}" for one in examples(page) if not one.runs and not one.why]
    assert not bare, f"{page.name}: put these into a console block, or <!-- not run: reason --> before: {bare}"


def test_there_are_examples() -> None:
    assert sum(one.runs for page in PAGES for one in examples(page)) > 20


def test_how_a_page_is_read() -> None:
    text = """
```console
$ ganstudio one
what it says
$ ganstudio two
```

<!-- not run: it takes hours -->

    ganstudio three

    ganstudio four

Words.

    ganstudio five

```
git clone somewhere
ganstudio six
```
"""
    found = [(one.command, one.runs, one.why) for one in examples_of(text, "page")]
    assert found == [
        ("ganstudio one", True, ""),
        ("ganstudio two", True, ""),
        ("ganstudio three", False, "it takes hours"),
        ("ganstudio four", False, "it takes hours"),
        ("ganstudio five", False, ""),
        ("git clone somewhere", False, ""),
        ("ganstudio six", False, ""),
    ]
