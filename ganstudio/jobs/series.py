"""Series: the pictures that one `generate` asks for, written down as a Job of the queue."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.core.errors import BadModel, UsageError
from ganstudio.core.latent import Weighted
from ganstudio.core.latent.kinds import Blend, seed_of
from ganstudio.core.names import GENERATED, check_template
from ganstudio.core.text import _, ngettext_
from ganstudio.jobs.generating import (
    FOREIGN,
    USUAL_NAME,
    USUAL_NAME_BY_CLASS,
    Planned,
    Wanted,
    latent_of,
    make,
    plan,
    plan_file,
)  # fmt: skip
from ganstudio.jobs.making import Making
from ganstudio.tools import generate
from ganstudio.tools.maker import Made
from ganstudio.tools.recipe import Recipe

if TYPE_CHECKING:
    from ganstudio.core.codecs import Written
    from ganstudio.models.library import Library
    from ganstudio.tools.tool import Context

_MOST = 1_000_000
_RANGE = re.compile(r"(\d+)-(\d+)")


@dataclass(frozen=True)
class Series:
    """Pictures of one `recipe` (settled; it begins with Generate) for each class and each seed; those of the recipe
    where none are said. `seeds` as they are written, 3,5-9; `name` is the template of their files, `file`: it is one.
    """

    recipe: Recipe
    seeds: str = ""
    classes: tuple[tuple[Weighted, ...], ...] = ()
    name: str = ""
    file: bool = False

    @property
    def count(self) -> int:
        """How many pictures it is. Raises UsageError for seeds that are none."""
        return (count_of(self.seeds) if self.seeds else 1) * max(len(self.classes), 1)

    def recipes(self) -> list[Recipe]:
        """One for each picture. Raises UsageError for seeds that are none."""
        latent = latent_of(self.recipe)
        classes = self.classes or (latent.classes,)
        seeds = seeds_of(self.seeds) if self.seeds else [latent.seeds]
        step = self.recipe.steps[0]
        return [
            replace(self.recipe, steps=(replace(step, params=replace(latent, seeds=one, classes=of)),
                                        *self.recipe.filters))
            for of in classes
            for one in seeds
        ]  # fmt: skip

    def check(self, library: Library) -> None:
        """Raise UsageError for a template or a size that cannot be, before anything is made."""
        check_template(self.name or USUAL_NAME, GENERATED)
        self.recipe.out_size(None, library)

    def planned(self, output: Path, exists: str, library: Library, goes_on: bool = False) -> Planned:
        """What is to be made at `output`, the folder or the file. `goes_on`: what it has made itself is not made once
        more, also where others are overwritten."""
        recipes = self.recipes()
        if self.file:
            return plan_file(recipes[0], output, exists, library, goes_on)
        by_class = any(one.words.get("class") for one in recipes)
        usual = USUAL_NAME_BY_CLASS if by_class else USUAL_NAME
        return plan(recipes, output, self.name or usual, exists, library, goes_on)

    def making(self, output: Path, exists: str, library: Library) -> Making:
        """As a Job of the queue."""
        count = self.count
        subject = ngettext_("{count} picture", "{count} pictures", count).format(count=f"{count:,}")
        data = {
            "recipe": self.recipe.to_json(keep_paths=True), "weights": self.recipe.weights(library),
            "seeds": self.seeds, "classes": [Blend().to_json(one) for one in self.classes], "name": self.name,
            "file": self.file,
        }  # fmt: skip
        if self.file and exists == "rename":  # the name is chosen now, once for all
            found = self.planned(output, exists, library)
            output, exists = found.wanted[0].target if found.wanted else found.left[0][0], "skip"
        folder = output.parent if self.file else output
        title = f"{_(generate.TOOL.title)}: {subject}"
        return Making("generate", generate.TOOL.version, title, data, output, folder, exists)

    @classmethod
    def from_json(cls, data: dict[str, Any], library: Library) -> Series:
        """Raises BadModel where a model is not what it was when it was asked for."""
        recipe = Recipe.from_json(data["recipe"])
        if recipe.weights(library) != data["weights"]:
            raise BadModel(_("A model of this batch was changed since it was added."), _("Start the batch anew."))
        return cls(recipe, data["seeds"], tuple(map(Blend().from_json, data["classes"])), data["name"], data["file"])


def do(data: dict[str, Any], inputs: Mapping[str, Any], context: Context) -> Made:
    """Make what is missing of a Series: what `jobs.making` runs. Beside what every maker hears: `planned`, of what is
    to be made and what is left as it is, and `made`, of each file and how it was written.

    Raises as `make`; what is made then stays.
    """
    library, progress = context.library, context.progress
    series = Series.from_json(data, library)
    planned = series.planned(inputs["output"], inputs["exists"], library, inputs["goes_on"])
    inputs.get("planned", lambda planned: None)(planned)
    progress.set_total(len(planned.wanted))
    notes: dict[str, int] = {}
    made = size = 0
    lock = threading.Lock()
    told = inputs.get("made", lambda path, written: None)

    def on_made(one: Wanted, written: Written) -> None:
        nonlocal made, size
        with lock:
            made, size = made + 1, size + written.bytes
            for note in written.notes:
                notes[note] = notes.get(note, 0) + 1
        progress.doing(one.target.name)
        progress.advance()
        told(one.target, written)

    make(planned.wanted, context, on_made)
    said = [f"{count:,} × {note}" if count > 1 else note for note, count in notes.items()]
    foreign = sum(reason == FOREIGN for _path, reason in planned.left)
    said += [f"{foreign:,} × {FOREIGN}" if foreign > 1 else FOREIGN] if foreign else []
    facts = {"made": made, "left": len(planned.left), "bytes": size, "notes": said}
    if series.file and not made:
        facts["skipped"] = planned.left[0][1]
    return Made((), ngettext_("{count} picture", "{count} pictures", made).format(count=f"{made:,}"), facts)


def seeds_of(text: str) -> list[tuple[Weighted, ...]]:
    """`0-99,120,3:0.7+5:0.3`: ranges, seeds and blends, with commas between. Raises UsageError."""
    found: list[tuple[Weighted, ...]] = []
    for part in _parts(text):
        found += [(Weighted(str(seed)),) for seed in part] if isinstance(part, range) else [part]
    return found


def count_of(text: str) -> int:
    """How many `seeds_of` would give, at once also for a million. Raises UsageError."""
    return sum(len(part) if isinstance(part, range) else 1 for part in _parts(text))


def _parts(text: str) -> list[range | tuple[Weighted, ...]]:
    found: list[range | tuple[Weighted, ...]] = []
    count = 0
    for part in filter(None, (one.strip() for one in text.split(","))):
        span = _RANGE.fullmatch(part)
        if span is None:
            found.append(Blend(seeds=True).parse(part))
            count += 1
            continue
        low, high = seed_of(span[1]), seed_of(span[2])
        if high < low:
            raise UsageError(_("The seeds “{part}” run backwards.").format(part=part))
        count += high - low + 1
        if count > _MOST:
            said = _("“{part}” is more than {most} pictures.").format(part=part, most=f"{_MOST:,}")
            raise UsageError(said, _("Take them in parts."))
        found.append(range(low, high + 1))
    if not found:
        raise UsageError(_("No seed is named."), _("Write them like 0-99 or 3,5,9."))
    return found
