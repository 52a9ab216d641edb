"""Apart: very many pictures are added by a process of its own, so that whoever asked keeps answering meanwhile."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ganstudio.core.errors import Cancelled, UserError
from ganstudio.core.priority import step_back
from ganstudio.core.text import _, language, set_language
from ganstudio.jobs.batch import Added, add
from ganstudio.jobs.folder import Survey
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.options import BatchOptions
from ganstudio.models.library import Library
from ganstudio.tools.recipe import Recipe

MANY = 1000  # fewer are added before a process has started
_ASK_S = 0.05
_LEAVE_S = 5.0  # what was begun is taken back within this


def are_many(paths: Sequence[Path], recursive: bool) -> bool:
    """Whether files and folders hold more than `MANY` names; looks at no more than that."""
    seen = len(paths)
    waiting = [str(path) for path in paths]
    while waiting and seen <= MANY:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    seen += 1
                    if seen > MANY:
                        break
                    if recursive and entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            continue  # a file, or nothing that can be read: adding says so
    return seen > MANY


def add_apart(
    recipe: Recipe, inputs: Sequence[Path], options: BatchOptions, found: Callable[[int], None],
    check: Callable[[], None],
) -> Added:  # fmt: skip
    """`jobs.batch.add` into the person's journal, done by another process. `recipe` has whole paths. `found` hears how
    many there are so far; what `check` raises ends the adding, and nothing was added.

    Raises what `add` does, and UserError when the process was ended from outside.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    order = (recipe.to_json(keep_paths=True), [str(path) for path in inputs], options.to_json(), language())
    process = context.Process(target=_main, args=(theirs, *order), name="adding", daemon=True)
    process.start()
    theirs.close()
    try:
        return _hear(ours, found, check)
    finally:
        ours.close()  # heard as a stop where it still works
        process.join(_LEAVE_S)
        if process.is_alive():
            process.kill()
            process.join()
        process.close()


def _hear(connection: Connection, found: Callable[[int], None], check: Callable[[], None]) -> Added:
    while True:
        check()
        try:
            said = connection.recv() if connection.poll(_ASK_S) else None
        except (EOFError, OSError) as error:
            raise UserError(
                _("Not all pictures were added: the process that looked for them was ended from outside."),
                _("What it had found is in the list. Add them again for the rest."),
            ) from error
        if isinstance(said, int):
            found(said)
        elif isinstance(said, Added):
            return said
        elif isinstance(said, UserError):
            raise said
        elif isinstance(said, str):
            raise RuntimeError(said)


def _main(
    connection: Connection, recipe: dict[str, Any], inputs: list[str], options: dict[str, Any], speaks: str
) -> None:
    """What the process does."""
    step_back()
    set_language(speaks)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal that opened the window is for the window
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # sent where the window ends: what was begun is taken back first
    gc.disable()  # it lives for seconds

    def heard(survey: Survey) -> None:
        if connection.poll():  # nothing is ever said to it: the other side is gone, or wants no more
            raise Cancelled("Stopped.")
        connection.send(survey.pictures)

    try:
        journal = Journal.usual()
        try:
            wanted = BatchOptions.from_json(options)
            library = Library(opening=False)
            said: object = add(journal, library, Recipe.from_json(recipe), [Path(one) for one in inputs], wanted,
                               on_found=heard)  # fmt: skip
        finally:
            journal.close()
    except UserError as error:
        said = error
    except Exception:  # noqa: BLE001 - told to whoever asked
        said = traceback.format_exc()
    try:
        connection.send(said)
    except OSError:
        return  # nobody waits for it
