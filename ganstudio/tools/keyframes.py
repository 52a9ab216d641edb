"""Keyframes out of files: pictures that carry their Latent, walks, Sessions."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from ganstudio.core.errors import BadInput, UsageError, UserError
from ganstudio.core.latent import Latent
from ganstudio.core.latent.walk import FORMAT as WALK
from ganstudio.core.latent.walk import Walk
from ganstudio.core.names import shown

_HEAD = 1 << 12
_FORMAT = re.compile(r'"format"\s*:\s*"([^"]*)"')


def latent_of(path: Path) -> Latent:
    """The Latent that a picture carries. Raises BadInput in a sentence for one that carries none."""
    from ganstudio.core import xmp
    from ganstudio.core.codecs import open_raster

    raster = open_raster(path)
    try:
        text = xmp.recipe(raster.meta.xmp)
    finally:
        raster.close()
    if text is None:
        raise BadInput(
            f"{shown(path.name)} does not say how it was made, so it is no keyframe.",
            f"`ganstudio project {shown(path.name)}` finds it in a generator's space.",
        )
    from ganstudio.tools.recipe import Recipe

    try:
        step = Recipe.from_json(json.loads(text)).source
    except (UserError, ValueError, RecursionError) as error:
        said = f" {error.message}" if isinstance(error, UserError) else ""
        raise BadInput(f"The recipe in {shown(path.name)} cannot be read.{said}") from error
    if step is None or not isinstance(step.params, Latent):
        raise BadInput(f"{shown(path.name)} was not made by a generator, so it is no keyframe.")
    return step.params


def pictures_of(paths: Sequence[Path]) -> list[Path]:
    """The files, and in place of a folder its pictures by their names. Raises BadInput for a folder without any."""
    from ganstudio.core.codecs import kind_of_suffix
    from ganstudio.core.codecs.kinds import PICTURE_SUFFIXES

    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = [one for one in sorted(path.iterdir()) if kind_of_suffix(one.suffix) in PICTURE_SUFFIXES]
        if not inside:
            raise BadInput(f"There is no picture in the folder {shown(path)}.")
        found += inside
    return found


def walk_in(path: Path) -> Walk | None:
    """The walk in a file that is one, or in a Session: its timeline, or its favourites one after the other. None for
    files of another kind. Raises UserErrors for damaged ones and for a Session without both."""
    from ganstudio.core.latent import session_file
    from ganstudio.core.latent.walk import walk_of

    kind = _kind(path)
    if kind == WALK:
        return Walk.load(path)
    if kind != session_file.FORMAT:
        return None
    session = session_file.read(path)
    if len(session.walk.keys) >= 2:
        return session.walk
    if len(session.favourites) < 2:
        raise UsageError(
            f"The Session {shown(path.name)} has no walk, and fewer than two favourites to walk between.",
            "Keep some pictures, or add keyframes.",
        )
    return walk_of([one.latent for one in session.favourites])


def _kind(path: Path) -> str:
    """The `format` that a JSON file says first; "" for other files. Content decides, never the name."""
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD).decode("utf-8-sig", "ignore").lstrip()
    except OSError as error:
        raise BadInput(f"{shown(path)} cannot be read: {error.strerror}.") from error
    said = _FORMAT.search(head) if head.startswith("{") else None
    return said[1] if said else ""
