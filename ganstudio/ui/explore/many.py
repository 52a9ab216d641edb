"""Many pictures of a generator, as one Job of the queue: what is on the stage with other seeds. No Qt."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.core import paths
from ganstudio.core.codecs import History, SaveOptions, write
from ganstudio.core.errors import OutputError, UsageError
from ganstudio.core.latent import Latent, Weighted
from ganstudio.core.latent.kinds import Blend
from ganstudio.core.names import shown
from ganstudio.core.raster import Picture
from ganstudio.core.text import _
from ganstudio.jobs.making import add
from ganstudio.jobs.series import Series
from ganstudio.tools import generate
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.ui.batch.queue_service import QueueService
from ganstudio.ui.explore.making_of import SOURCE_TYPE, recipe_of

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.jobs.remote.generators import ModelFacts, Pictured
    from ganstudio.models.library import Library

Classes = tuple[tuple[Weighted, ...], ...]
THIS, EACH, CHOSEN = "this", "each", "chosen"
_TOLD = 8  # classes that a sentence names


@dataclass(frozen=True)
class Wish:
    """What the form says: a Latent of the stage, seeds as they are written, a blend for each class, the folder."""

    latent: Latent
    seeds: str
    classes: Classes
    folder: Path
    count: int
    marked: bool  # whether files say that a network made them


def classes_of(which: str, named: str, latent: Latent, facts: ModelFacts) -> Classes:
    """One blend for each class that is asked for; () of a model without. Raises UsageError for unknown ones."""
    if not facts.classes:
        return ()
    if which == EACH:
        return tuple((Weighted(one),) for one in facts.classes)
    if which == THIS:
        return (latent.classes or (Weighted(facts.classes[0]),),)
    blends = [Blend().parse(part) for part in named.split(",") if part.strip()]
    if not blends:
        raise UsageError(_("No class is named."))
    return tuple(tuple(Weighted(_known(one.word, facts), one.weight) for one in blend) for blend in blends)


def _known(word: str, facts: ModelFacts) -> str:
    for name in facts.classes:
        if name.casefold() == word.casefold():
            return name
    more = ", …" if len(facts.classes) > _TOLD else ""
    hint = _("It knows {names}.").format(names=", ".join(facts.classes[:_TOLD]) + more)
    raise UsageError(_("“{word}” is no class of {model}.").format(word=word, model=facts.title), hint)


def enter(wish: Wish, library: Library, progress: Progress) -> int:
    """Into the journal; the id of the batch that an engine has to run. Raises UserError."""
    latent = generate.located(replace(wish.latent, point=None), library)  # a point of its own has no other seeds
    save = SaveOptions(format="png", ai_mark=wish.marked)
    series = Series(Recipe((Step(generate.TOOL, latent),), save), wish.seeds, wish.classes)
    series.check(library)
    making = series.making(wish.folder, "skip", library)
    try:
        wish.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        said = _("The folder {folder} cannot be made: {why}.")
        raise OutputError(said.format(folder=shown(wish.folder), why=error.strerror)) from error
    service = QueueService(library)
    try:
        return add(service.journal, making).id
    finally:
        service.close()


def bytes_of(told: Pictured, progress: Progress) -> int:
    """How large the file of a picture is with its recipe inside: it is really written. Raises OutputError."""
    history = History(recipe_of(told.latent, told.weights).text(), SOURCE_TYPE)
    try:
        with tempfile.TemporaryDirectory(dir=paths.cache(), prefix="measured-", ignore_cleanup_errors=True) as folder:
            target = Path(folder) / "one.png"
            return write(
                Picture.of(told.picture), target, SaveOptions(format="png"), progress, history=history
            ).bytes  # fmt: skip
    except OSError as error:
        raise OutputError(str(error)) from error
