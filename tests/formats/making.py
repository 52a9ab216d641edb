"""Write one small file of every kind that the program keeps, as this version does: `python -m tests.formats.making`.

Done once for each release, into tests/data/formats/VERSION; what lies there is never written again. The tests beside
read all of it with the program of today. The files name no machine and no person.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ganstudio import __version__
from ganstudio.core.document import Pool, State
from ganstudio.core.document.project import save
from ganstudio.core.latent import Latent, Point, Push
from ganstudio.core.latent.directions import Direction
from ganstudio.core.latent.session import Family, Favourite, Litter, Session, Step
from ganstudio.core.latent.session_file import write as write_session
from ganstudio.core.latent.thumbs import thumbnail
from ganstudio.core.latent.walk import walk_of
from ganstudio.core.progress import Progress
from ganstudio.core.settings import SettingsStore
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.owner import Owner
from ganstudio.jobs.records import Batch, Made, NewJob, Outcome
from ganstudio.jobs.records import State as Is
from ganstudio.models.cards import Card
from ganstudio.models.library import Library
from ganstudio.tools import all_tools
from ganstudio.tools.recipe import Recipe
from ganstudio.tools.recipe import Step as RecipeStep
from ganstudio.training import plans
from ganstudio.training.run import Order, Run
from ganstudio.training.sitting import sit
from tests.core.document.making import document

ALL = Path(__file__).parents[1] / "data" / "formats"


def told(state: State) -> dict[str, Any]:
    """What a person would miss of a document: in plain words, so that a later version can say the same."""
    return {
        "size": [state.width, state.height],
        "layers": [
            {
                "name": layer.name,
                "at": [layer.x, layer.y],
                "shows": [layer.opacity, layer.visible, layer.locked],
                "made_by": dict(layer.made_by) if layer.made_by else None,
                "source_type": layer.source_type,
                "samples": [hashlib.sha256(plane.read(plane.rect).tobytes()).hexdigest() for plane in layer.planes],
            }
            for layer in state.layers
        ],
    }


def recipe() -> Recipe:
    tool = all_tools()["upscale"]
    return Recipe((RecipeStep(tool, tool.params.from_json({"model": "quick", "scale": 2.0})),)).with_save(format="png")


def project(folder: Path) -> None:
    state = document(Pool(), 24, 20)
    layers = (*state.layers[:-1], replace(state.layers[-1], made_by=recipe().to_json(), source_type="digitalArt"))
    state = replace(state, layers=layers)
    save(state, folder / "project.ganstudio", Progress())
    (folder / "project.json").write_text(json.dumps(told(state), indent=1) + "\n")


def settings(folder: Path) -> None:
    store = SettingsStore(folder / "settings.json")
    store.add_recent(Path("/pictures/photo.jpg"))
    store.remember("window", {"size": [1280, 720]})
    store.change(theme="dark", threads=2, ai_mark=False)


def journal(folder: Path) -> None:
    """Three Jobs: done, failed, waiting."""
    one = Journal(folder / "journal.sqlite")
    batch = one.add_batch(recipe().to_json(), "r" * 64, {"output": "/results"})
    new = [NewJob(Path(f"/pictures/{n}.jpg"), 100 + n, 10**18 + n, Path("/results"), n) for n in range(3)]
    one.add(batch, new, "{stem}")
    _work(one, batch)
    one.remember_rate("r" * 64, 0.5, 2.0)
    one.close()


def _work(one: Journal, batch: Batch) -> None:
    me = Owner(1, "1", "a machine")
    first = one.claim(batch, me)
    assert first is not None and one.reserve(first, Path("/results/0.png"), True)
    made = Made(first.key, Path("/results/0.png"), first.source, 0, 1234, 10**18, 80, 60, "r" * 64)
    one.finish(first, Outcome(Is.DONE, seconds=2.0, megapixels=0.0012, out_megapixels=0.0048, made=made))
    second = one.claim(batch, me)
    assert second is not None
    one.finish(second, Outcome(Is.FAILED, reason="This is no picture."))


def run(folder: Path) -> None:
    """A training stopped after some of its four steps, on four tiny pictures, with its model and Card."""
    pictures = folder / "pictures"
    pictures.mkdir(parents=True)
    across, down = np.meshgrid(np.arange(40), np.arange(40))
    for n in range(4):
        pixels = np.stack([across * (n + 3), down * (n + 2), across * down + n], axis=-1) % 256
        Image.fromarray(pixels.astype(np.uint8)).save(pictures / f"p{n}.png")
    small = {
        "name": "small", "features": 4, "depth": 1, "batch": 2, "patch": 12, "final_patch": 12, "steps": 4,
        "hold_out": 2, "warmup": 1, "start_from": "",
    }  # fmt: skip
    plan = plans.from_fields({**plans.load("photo-x2").to_json(), **small}, "upscaler", "the Plan")
    training, order = Run(folder / "run"), Order(plan, str(pictures), threads=1)
    training.begin(order)
    sit(training, order, stop_after=2)
    asked = training.order().to_json()
    (folder / "run" / "plan.json").write_text(json.dumps({**asked, "pictures": "/pictures"}, indent=1) + "\n")
    shutil.copy(folder / "run" / "small.safetensors", folder / "model.safetensors")
    shutil.rmtree(folder / "run" / "samples")


def card(folder: Path) -> None:
    text = Card("mine", "Mine ×2", "upscaler", "compact", scale=2, figures={"psnr": 30.1}).to_json()
    (folder / "card.json").write_text(text + "\n")


def session(folder: Path) -> None:
    """Three steps, the second in force, a favourite, two litters, a Walk and a direction."""
    vector = np.linspace(-1, 1, 8, dtype=np.float32)
    thumb = thumbnail(np.full((16, 16, 3), 120, np.uint8))
    here = Latent(pushes=(Push("warm light", 1.5, 2, 5, vector.tobytes()),), weights="ab" * 32)
    children = tuple(replace(here, point=Point.of(np.stack([vector * n, vector]))) for n in range(9))
    mine = Direction.of("mine", "Mine", vector, "picks")
    kept = Session(walk=walk_of([here, children[0]], 3.0), directions=(mine,), weights="ab" * 32)
    for number in range(3):
        kept = kept.stepped(Step(replace(here, psi=number / 2), f"Truncation {number / 2}", thumb))
    kept = kept.jumped(1).kept(Favourite(here, "Haystack", thumb, "f1"))
    family = Family().bred(Litter((here,), children, None, (2, 4), 0.35, frozenset({"coarse"}), 7))
    write_session(replace(kept, family=family.bred(Litter(children[:2], children, 0))), folder / "a.ganstudio-session")


def main() -> int:
    folder = ALL / __version__
    if folder.exists():
        print(f"{folder} is there: what was released is not written again.", file=sys.stderr)
        return 1
    folder.mkdir(parents=True)
    assert Library().find("quick-x2").bundled
    (folder / "recipe.json").write_text(json.dumps(recipe().to_json(), indent=1) + "\n")
    for write in (project, settings, journal, run, card, session):
        write(folder)
    for name in ("journal.sqlite-wal", "journal.sqlite-shm"):
        (folder / name).unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
