"""What earlier versions have written is read today; what a later one has written is refused in a sentence, or read as
far as it is understood."""

from __future__ import annotations

import json
import platform
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ganstudio import __version__
from ganstudio.core.document import Pool
from ganstudio.core.document.project import open_project
from ganstudio.core.errors import BadInput, UsageError
from ganstudio.core.latent.session_file import read as read_session
from ganstudio.core.latent.thumbs import pixels_of
from ganstudio.core.progress import Progress
from ganstudio.core.settings import SettingsStore
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.records import JournalError
from ganstudio.models import open_model
from ganstudio.models.cards import Card
from ganstudio.tools.recipe import Recipe
from ganstudio.training import plans, snapshots
from ganstudio.training.run import Run
from ganstudio.training.sitting import sit
from tests.formats.making import ALL, told

VERSIONS = sorted(path.name for path in ALL.iterdir() if path.is_dir())
LATER = 99


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of what a version wrote, at a place where it may be changed."""
    return Path(shutil.copytree(ALL / request.param, tmp_path / request.param))


def test_this_version_has_its_samples() -> None:
    """A release without them would leave later versions nothing to be measured by."""
    assert __version__ in VERSIONS, "python -m tests.formats.making writes them"


def test_a_project_is_read(old: Path) -> None:
    state = open_project(old / "project.ganstudio", Pool(), Progress())
    assert told(state) == json.loads((old / "project.json").read_text())


def test_a_recipe_is_read(old: Path) -> None:
    recipe = Recipe.load(old / "recipe.json")
    assert recipe.steps[0].tool.id == "upscale" and recipe.save.format == "png"
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_settings_are_read(old: Path) -> None:
    store = SettingsStore(old / "settings.json")
    assert (store.value.theme, store.value.threads, store.value.ai_mark) == ("dark", 2, False)
    assert store.recent == [Path("/pictures/photo.jpg")] and not store.notes


def test_a_journal_is_read_and_worked_on(old: Path) -> None:
    journal = Journal(old / "journal.sqlite")
    (batch,) = journal.batches()
    totals = journal.totals(batch)
    assert (totals.added, totals.done, totals.failed, totals.waiting) == (3, 1, 1, 1)
    assert Recipe.from_json(batch.recipe).steps[0].tool.id == "upscale"
    assert [made.width for made in journal.made([Path("/results/0.png")])] == [80]
    assert journal.clear([job.state for job in journal.jobs(batch)]) == 3
    journal.close()


def test_a_model_with_its_card_is_opened(old: Path) -> None:
    model = open_model(old / "model.safetensors")
    assert (model.card.name, model.card.scale, model.card.family) == ("small", 2, "compact")
    card = Card.from_json((old / "card.json").read_text())
    assert (card.name, card.figures) == ("mine", {"psnr": 30.1})


def test_a_run_goes_on(old: Path) -> None:
    run = Run(old / "run")
    order = run.order()
    assert order.plan.GOAL == "upscaler" and [path.name for path in run.models()] == ["small.safetensors"]
    assert run.state().step == 2 and run.lines()[0]
    order = replace(order, pictures=str(old / "pictures"))
    assert sit(run, order).step == order.plan.steps == 4


def test_a_session_is_read(old: Path) -> None:
    kept = read_session(old / "a.ganstudio-session")
    assert [one.words for one in kept.steps] == ["Truncation 0.0", "Truncation 0.5", "Truncation 1.0"]
    assert kept.latent is not None and kept.latent.psi == 0.5 and kept.latent.pushes[0].array.shape == (8,)
    (favourite,) = kept.favourites
    assert (favourite.name, pixels_of(favourite.thumb).shape) == ("Haystack", (16, 16, 3))
    assert kept.family.at == 1 and kept.family.generation(1) == 2 and kept.family.litters[0].chosen == (2, 4)
    assert kept.walk.seconds == 6.0 and kept.directions[0].name == "Mine" and kept.weights == "ab" * 32


def test_a_later_session_is_refused(old: Path) -> None:
    path = old / "a.ganstudio-session"
    head, *rest = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([json.dumps({**json.loads(head), "version": LATER}), *rest]), "utf-8")
    with pytest.raises(BadInput, match="newer version"):
        read_session(path)


def test_a_later_project_is_refused(old: Path) -> None:
    path = old / "project.ganstudio"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["manifest.json"] = json.dumps({**json.loads(parts["manifest.json"]), "version": LATER}).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(BadInput, match="newer version of GANStudio; update the program"):
        open_project(path, Pool(), Progress())


def test_a_later_recipe_and_a_later_step_are_refused(old: Path) -> None:
    data = json.loads((old / "recipe.json").read_text())
    with pytest.raises(UsageError, match="newer version"):
        Recipe.from_json({**data, "version": LATER})
    data["steps"][0]["version"] = LATER
    with pytest.raises(UsageError, match="Upscale comes from a newer version"):
        Recipe.from_json(data)


def test_later_settings_are_taken_as_far_as_they_are_known_and_kept(old: Path) -> None:
    """Going back one version costs nobody their settings, and going forward again finds all of them."""
    path = old / "settings.json"
    data = json.loads(path.read_text())
    data["settings"] |= {"of_tomorrow": [1], "theme": "sepia"}
    path.write_text(json.dumps({**data, "version": LATER, "pages_of_tomorrow": {"a": 1}}))
    store = SettingsStore(path)
    assert store.value.threads == 2 and store.value.theme == "system"
    assert any("later version" in note for note in store.notes)
    store.change(threads=3)
    kept = json.loads(path.read_text())
    assert (kept["version"], kept["pages_of_tomorrow"]) == (LATER, {"a": 1})
    assert kept["settings"] == {"threads": 3, "ai_mark": False, "theme": "sepia", "of_tomorrow": [1]}


def test_a_later_journal_is_refused_and_left_as_it_is(old: Path) -> None:
    path = old / "journal.sqlite"
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {LATER}")
    db.close()
    with pytest.raises(JournalError, match="newer version"):
        Journal(path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM jobs").fetchone() == (3,)
    db.close()


def test_of_a_later_card_what_is_known_is_taken(old: Path) -> None:
    data = json.loads((old / "card.json").read_text())
    card = Card.from_json(json.dumps({**data, "version": LATER, "of_tomorrow": 1}))
    assert card.name == "mine"


def test_a_later_run_is_refused(old: Path) -> None:
    path = old / "run" / "plan.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": LATER}))
    with pytest.raises(BadInput, match="comes from a newer version"):
        Run(old / "run").order()
    later = old / "run" / "step-00000009.pt"
    torch.save({"version": LATER}, later)
    with pytest.raises(BadInput, match="newer version"):
        snapshots.read(later)


def test_a_later_plan_is_refused() -> None:
    data = json.loads(plans.to_text(plans.load("photo-x2")))
    assert plans.from_data(data) == plans.load("photo-x2")
    with pytest.raises(UsageError, match="comes from a newer version"):
        plans.from_data({**data, "version": LATER})


@pytest.mark.parametrize("content", [[1], {"step": 1}, {"version": "one"}, {"version": True}])
def test_a_snapshot_of_others_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "step-1.pt")
    with pytest.raises(BadInput, match="none of GANStudio's"):
        snapshots.read(tmp_path / "step-1.pt")


@pytest.mark.parametrize("version", ["1", True, 0, None])
def test_a_plan_with_an_odd_version_is_refused(version: object) -> None:
    with pytest.raises(UsageError, match="no whole number"):
        plans.from_data({"version": version, "name": "a", "goal": "upscaler"})


def test_the_samples_name_no_machine() -> None:
    private = [name.encode() for name in (platform.node(), str(Path.home()), str(ALL.parents[2])) if len(name) > 3]
    assert private
    for path in ALL.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [word for word in private if word in content], path
