"""Generating many: Latents, filters after them and names to files; what is there already is left as it is.

All that one command asks for is one Job of the journal (`jobs.series`). What of it is made each file says by the recipe
in it: so the Job goes on where it stopped.
"""

from __future__ import annotations

import itertools
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.core.codecs import History, plan_output, verify, write
from ganstudio.core.errors import BadInput, UsageError, VerifyError
from ganstudio.core.latent import Latent
from ganstudio.core.names import GENERATED, check_template, file_name
from ganstudio.core.raster import Metadata
from ganstudio.jobs.placing import recipe_hash_in
from ganstudio.tools import generate

if TYPE_CHECKING:
    from ganstudio.core.codecs import Written
    from ganstudio.core.raster import Picture
    from ganstudio.models.library import Library
    from ganstudio.tools.recipe import Recipe
    from ganstudio.tools.tool import Context

USUAL_NAME, USUAL_NAME_BY_CLASS = "{model}_{seed}", "{model}_{class}_{seed}"
SAME = "was made before and reads back well"
FOREIGN = "a file of that name exists that was not made with this recipe (--exists rename or overwrite says what to do)"
_CHUNK = 64
_WRITERS = 2
_BACKLOG = 16


@dataclass(frozen=True)
class Wanted:
    """One picture to be made: its recipe (a source first), with all that it needs in it, and its file."""

    recipe: Recipe
    target: Path
    identity: str
    overwrite: bool = False


@dataclass(frozen=True)
class Planned:
    """What is to be made, and what is left as it is: (file, reason)."""

    wanted: tuple[Wanted, ...]
    left: tuple[tuple[Path, str], ...]


def plan(
    recipes: Sequence[Recipe], folder: Path, name: str, exists: str, library: Library, goes_on: bool = False
) -> Planned:
    """Names and what stands there already; nothing is made. The recipes are `settled`, each begins with Generate.

    `exists` as in a batch: skip, rename, overwrite (but, where it `goes_on`, not what is whole and of the same recipe).
    Raises UsageError for a template that cannot be.
    """
    check_template(name, GENERATED)
    digits = max((len(_seed(one)) for one in recipes), default=1)
    known = _Known(library)
    taken: set[Path] = set()
    wanted: list[Wanted] = []
    left: list[tuple[Path, str]] = []
    for number, recipe in enumerate(recipes, 1):
        result = known.result(recipe)
        words = _words(recipe, name, number, digits, result)
        found = _place(recipe, folder, words, exists, taken, result, goes_on)
        taken.add(found.target if isinstance(found, Wanted) else found[0])
        if isinstance(found, Wanted):
            wanted.append(found)
        else:
            left.append(found)
    return Planned(tuple(wanted), tuple(left))


def plan_file(recipe: Recipe, file: Path, exists: str, library: Library, goes_on: bool = False) -> Planned:
    """As `plan`, for one picture in a file that was named."""
    result = _Known(library).result(recipe)
    found = _place(recipe, file.parent, lambda number: _numbered(file, number), exists, set(), result, goes_on)
    return Planned((found,), ()) if isinstance(found, Wanted) else Planned((), (found,))


@dataclass(frozen=True)
class _Result:
    """What is known of a result before it is made."""

    weights: list[list[str]]
    width: int
    height: int
    extension: str
    library: Library


class _Known:
    """Asks the Library once for recipes that differ only in where in a generator's space they are."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._results: dict[object, _Result] = {}

    def result(self, recipe: Recipe) -> _Result:
        latent, library = latent_of(recipe), self._library
        key = (latent.model, latent.weights, recipe.filters, recipe.save)
        if key not in self._results:
            width, height = recipe.out_size(None, library)
            planned = plan_output(recipe.begin(None, library), Metadata(), width, height, recipe.save)
            self._results[key] = _Result(recipe.weights(library), width, height, planned.extension, library)
        return self._results[key]


def make(wanted: Sequence[Wanted], context: Context, on_made: Callable[[Wanted, Written], None]) -> None:
    """Make them; `on_made` hears of each that is whole on the disk, in any thread, in about their order.

    Raises DiskFull, OutputError, EngineError, Cancelled …: what is made then stays, nothing half-made does.
    """
    room = threading.Semaphore(_BACKLOG)
    trouble: list[BaseException] = []

    def save(one: Wanted, picture: Picture) -> None:
        try:
            if not trouble:
                on_made(one, _save(one, picture, context))
        finally:
            room.release()

    def heard(future: Future[None]) -> None:
        error = future.exception()
        if error is not None:
            trouble.append(error)

    with ThreadPoolExecutor(_WRITERS, thread_name_prefix="save") as pool:

        def hand(batch: Sequence[Wanted], number: int, picture: Picture) -> None:
            if trouble:
                raise trouble[0]
            room.acquire()
            pool.submit(save, batch[number], picture).add_done_callback(heard)

        for batch in _batches(wanted):
            context.progress.check()
            latents = [latent_of(one.recipe) for one in batch]
            generate.pictures(latents, context, lambda number, picture, batch=batch: hand(batch, number, picture))
    if trouble:
        raise trouble[0]


def _save(one: Wanted, picture: Picture, context: Context) -> Written:
    recipe = one.recipe
    with closing(recipe.applied(picture, replace(context, progress=context.progress.part()))) as result:
        text = json.dumps(recipe.to_json() | {"identity": one.identity}, sort_keys=True)
        history = History(recipe=text, source_type=recipe.source_type(context.library))
        return write(result, one.target, recipe.save, context.progress, history=history, overwrite=one.overwrite)


def _batches(wanted: Sequence[Wanted]) -> Iterator[list[Wanted]]:
    """Runs of one model, in their order."""
    for _, same in itertools.groupby(wanted, lambda one: (latent_of(one.recipe).model, latent_of(one.recipe).weights)):
        while chunk := list(islice(same, _CHUNK)):
            yield chunk


def latent_of(recipe: Recipe) -> Latent:
    """Where its picture is. UsageError for one that does not begin with a generator."""
    step = recipe.source
    if step is None or not isinstance(step.params, Latent):
        raise UsageError("The recipe does not begin with a generator.")
    return step.params


def _seed(recipe: Recipe) -> str:
    latent = latent_of(recipe)
    alone = len(latent.seeds) == 1 and latent.point is None
    return latent.seeds[0].word if alone else ""


def _words(recipe: Recipe, name: str, number: int, digits: int, result: _Result) -> Callable[[int], str]:
    words = {key: word for key, word in recipe.words.items() if key in GENERATED}
    step = recipe.source
    assert step is not None
    size = {"width": str(result.width), "height": str(result.height)}
    values = words | step.tool.words(step.params) | {"n": str(number)} | size
    if _seed(recipe):
        values["seed"] = values["seed"].zfill(digits)
    return lambda again: file_name(name, values, result.extension, again, fields=GENERATED)


def _numbered(file: Path, number: int) -> str:
    return file.name if number == 1 else f"{file.stem} ({number}){file.suffix}"


def _place(
    recipe: Recipe, folder: Path, name: Callable[[int], str], exists: str, taken: set[Path], result: _Result,
    goes_on: bool,
) -> Wanted | tuple[Path, str]:  # fmt: skip
    identity = recipe.identity(result.library, result.weights)
    for number in itertools.count(1):
        target = folder / name(number)
        if target in taken:  # of this very command: another picture of the same name
            continue
        if not os.path.lexists(target):
            return Wanted(recipe, target, identity)
        if exists == "overwrite" and not goes_on:
            return Wanted(recipe, target, identity, overwrite=True)
        if recipe_hash_in(target) == identity:
            whole = _is_whole(target, result)
            return (target, SAME) if whole else Wanted(recipe, target, identity, overwrite=True)
        if exists == "overwrite":
            return Wanted(recipe, target, identity, overwrite=True)
        if exists == "skip":
            return target, FOREIGN
    raise AssertionError("numbers do not end")


def _is_whole(target: Path, result: _Result) -> bool:
    try:
        verify(target, result.width, result.height)
    except VerifyError:
        return False
    return True


def recipe_of(path: Path) -> Recipe:
    """The recipe that made a picture, from its metadata. Raises BadInput where there is none or it cannot be read."""
    from ganstudio.core import xmp
    from ganstudio.core.codecs import open_raster
    from ganstudio.core.names import shown
    from ganstudio.tools.recipe import Recipe

    with closing(open_raster(path)) as raster:
        text = xmp.recipe(raster.meta.xmp)
    if not text:
        raise BadInput(f"{shown(path.name)} does not say by what recipe it was made.")
    try:
        return Recipe.from_json(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The recipe in {shown(path.name)} is damaged.") from error
