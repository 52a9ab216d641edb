"""Examples to learn a direction from: seeds, or two folders of pictures; photographs are projected first."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.cli.long_work import Telling, telling
from ganstudio.core.errors import BadInput, UsageError
from ganstudio.core.names import shown
from ganstudio.core.stopping import stopped_by_signals

if TYPE_CHECKING:
    from ganstudio.core.latent import Latent, Weighted
    from ganstudio.core.latent.directions import Direction, DirectionSet
    from ganstudio.models.library import Entry
    from ganstudio.runtime.generating.darkroom import Darkroom
    from ganstudio.tools.tool import Context


def learnt(
    found: argparse.Namespace, kept: DirectionSet, entry: Entry, darkroom: Darkroom, context: Context
) -> Direction | None:
    """The direction of the examples that were named; None where there are none. Raises UserErrors."""
    import numpy as np

    from ganstudio.core.latent import learning
    from ganstudio.core.latent.directions import Direction, check_name

    seeds, folders = bool(found.up or found.down), found.like is not None or found.unlike is not None
    if not seeds and not folders:
        if found.name:
            raise UsageError("There are no examples to learn from.", "Name seeds with --up and --down, or folders.")
        return None
    if seeds and folders:
        raise UsageError("Examples are either seeds or folders.", "Give one of them.")
    if not found.name.strip():
        raise UsageError("The new direction has no name.", "Write --name NAME.")
    check_name(found.name.strip())
    sides = _seeds(found, darkroom) if seeds else _folders(found, entry, darkroom, context)
    if not all(sides):
        raise UsageError("A direction takes examples of both sides.", "Name some of each.")
    points = [np.stack([darkroom.moved_ws(one).mean(axis=0) for one in side]) for side in sides]
    vector = learning.fit(points[0], points[1], darkroom.sample())
    return Direction.of(kept.free_id(found.name), found.name.strip(), vector, "picks" if seeds else "folders")


def _seeds(found: argparse.Namespace, darkroom: Darkroom) -> list[list[Latent]]:
    from ganstudio.core.latent import Latent
    from ganstudio.jobs.series import seeds_of

    classes = _class(found.of_class, darkroom)
    sides = [seeds_of(text) if text.strip() else [] for text in (found.up, found.down)]
    return [[Latent(found.model, one, classes) for one in side] for side in sides]


def _class(word: str, darkroom: Darkroom) -> tuple[Weighted, ...]:
    from ganstudio.core.latent.kinds import Blend

    classes = Blend().parse(word) if word else ()
    darkroom.facts.class_shares(classes)
    return classes


def _folders(found: argparse.Namespace, entry: Entry, darkroom: Darkroom, context: Context) -> list[list[Latent]]:
    if found.like is None or found.unlike is None:
        raise UsageError("A direction takes examples of both sides.", "Name two folders: --like DIR --unlike DIR.")
    sides = [
        [(path, _latent_in(path, entry, context)) for path in _pictures(one)] for one in (found.like, found.unlike)
    ]
    foreign = sum(latent is None for side in sides for _, latent in side)
    classes = _class(found.of_class, darkroom)
    whole = context.progress
    whole.set_total(float(foreign * found.steps))
    with stopped_by_signals(whole.stop), telling(whole, found.json) as told:
        return [[latent or _projected(path, classes, found, context, told) for path, latent in side] for side in sides]


def _pictures(folder: Path) -> Sequence[Path]:
    from ganstudio.jobs.folder import Survey, walk

    found = [one.path for one in walk([folder.expanduser()], Survey(), recursive=True)]
    if not found:
        raise UsageError(f"There is no picture in {shown(folder)}.")
    return found


def _latent_in(path: Path, entry: Entry, context: Context) -> Latent | None:
    """Where this model made a picture; None for one that it did not make."""
    from ganstudio.core.latent import Latent
    from ganstudio.jobs.generating import recipe_of
    from ganstudio.tools.generate import model

    try:
        step = recipe_of(path).source
    except BadInput:
        return None
    params = step.params if step is not None else None
    if not isinstance(params, Latent):
        return None
    weights = params.weights or model(params, context.library).sha256
    return params if weights == entry.sha256 else None


def _projected(
    path: Path, classes: tuple[Weighted, ...], found: argparse.Namespace, context: Context, told: Telling
) -> Latent:
    from ganstudio.tools.project import ProjectParams, projected
    from ganstudio.tools.project_files import read

    context.progress.doing(f"projecting {shown(path.name)}")
    params = ProjectParams(model=found.model, classes=classes, space="w", steps=found.steps)
    one = projected(read(path).pixels, params, replace(context, progress=context.progress.part()))
    told.note(f"{path.name}: {one.score.sentence}")
    return one.latent
