"""What Tools that use one model have in common."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from ganstudio.core.errors import UsageError
from ganstudio.core.paths import has_folder

if TYPE_CHECKING:
    from ganstudio.core.raster import Header
    from ganstudio.models.library import Entry, Library

_USES = {
    "upscaler": "enlarges pictures: use it with Upscale",
    "restorer": "restores pictures at their size: use it with Restore",
    "stylizer": "paints pictures in styles: use it with Stylize",
    "translator": "turns pictures into another kind of picture",
    "generator": "makes pictures of its own",
}


def only(entry: Entry, *kinds: str) -> Entry:
    """The model, if it is of one of these kinds; UsageError saying what it is for otherwise."""
    if entry.card.kind not in kinds:
        raise UsageError(f"The model {entry.name} {_USES[entry.card.kind]}.", "Choose another model.")
    return entry


def same_size(params: Any, header: Header, library: Library) -> tuple[int, int]:
    return header.width, header.height


def model_word(model: str) -> str:
    """What a file name says of a model."""
    return PurePath(model).stem if has_folder(model) else model
