"""Arrivals: what is dropped on Explore. A picture made here brings its model and every slider back; a model is added; a
session is opened; directions are added; everything else gets one sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QObject, Signal, Slot

from ganstudio.core import xmp
from ganstudio.core.codecs import open_raster
from ganstudio.core.errors import BadInput, BadModel, UserError
from ganstudio.core.latent import Latent
from ganstudio.core.latent.direction_files import FORMAT as DIRECTIONS
from ganstudio.core.latent.session_file import SUFFIX as SESSION
from ganstudio.core.names import shown
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.models.library import SUFFIXES as MODELS
from ganstudio.models.library import Library
from ganstudio.tools import generate
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.documents.dropping import read
from ganstudio.ui.explore.making_of import latent_in

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

_LONGEST = 64 << 20  # bytes of a JSON file


@dataclass(frozen=True)
class Arrived:
    """What a file turned out to be: "latent", "model", "session", "directions" or "photo"."""

    kind: str
    path: Path | None = None
    latent: Latent | None = None


class Arrivals(QObject):
    """`latent_given(Latent)`, `model_given(Path)`, `session_given(Path)`, `directions_given(Path)`,
    `photo_given(Path)`: a picture that no model made. `model_missing(str)`: a sentence."""

    latent_given = Signal(object)
    model_given = Signal(object)
    session_given = Signal(object)
    directions_given = Signal(object)
    photo_given = Signal(object)
    model_missing = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk

    @Slot(object)
    def drop(self, mime: QMimeData) -> None:
        """Whatever it is, it is taken or said."""
        found = read(mime)
        if found.files:
            self.open(found.files)
        elif found.recipe is not None:
            self.take_recipe(found.recipe)
        elif found.picture is not None:
            said = _("This picture does not say how it was made. Drop the file that was saved here.")
            self._desk.notices.toast(said)
        else:
            self._desk.notices.toast(found.refusal)

    def open(self, paths: list[Path]) -> None:
        """The first of several, and that is said."""
        if len(paths) > 1:
            said = _("Explore opens one file at a time: this is {name}.")
            self._desk.notices.toast(said.format(name=shown(paths[0].name)))
        work = partial(_looked, paths[0], self._desk.library)
        self._desk.background.run(work, self._arrived, self._failed, owner=self)

    def take_recipe(self, recipe: Recipe) -> None:
        """Go where a recipe's picture was made."""
        latent = latent_in(recipe)
        if latent is None:
            self._desk.notices.toast(_("This recipe works on pictures; it belongs into Edit or Batch."))
        else:
            self.take_latent(latent)

    def take_latent(self, latent: Latent) -> None:
        """Its model is looked for, by its hash where it has another name here."""
        work = partial(_placed, latent, self._desk.library)
        self._desk.background.run(work, self._arrived, self._failed, owner=self)

    def _arrived(self, found: Arrived) -> None:
        if found.kind == "latent":
            self.latent_given.emit(found.latent)
        else:
            signal: Any = getattr(self, f"{found.kind}_given")
            signal.emit(found.path)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, BadModel):
            self.model_missing.emit(str(error))
        elif isinstance(error, UserError):
            self._desk.notices.toast(str(error))
        else:
            self._desk.notices.error(error)


def _looked(path: Path, library: Library, progress: Progress) -> Arrived:
    """What a file is. Raises UserError in one sentence for what is of no use here."""
    name, suffix = shown(path.name), path.suffix.lower()
    if path.is_dir():
        raise BadInput(_("{name} is a folder. Folders go to Batch or Train.").format(name=name))
    if not path.is_file():
        raise BadInput(_("{name} is not there any more.").format(name=name))
    if suffix == SESSION:
        return Arrived("session", path)
    if suffix == ".json":
        return _json(path, library, progress)
    if suffix == ".safetensors" and _holds_directions(path):
        return Arrived("directions", path)
    if suffix in MODELS:
        return Arrived("model", path)
    return _picture(path, library, progress)


def _picture(path: Path, library: Library, progress: Progress) -> Arrived:
    raster = open_raster(path)
    try:
        text = xmp.recipe(raster.meta.xmp)
    finally:
        raster.close()
    if not text:
        return Arrived("photo", path)
    try:
        latent = latent_in(Recipe.from_json(json.loads(text)))
    except (ValueError, RecursionError) as error:
        raise BadInput(_("What {name} says of its making is damaged.").format(name=shown(path.name))) from error
    return Arrived("photo", path) if latent is None else _placed(latent, library, progress)


def _json(path: Path, library: Library, progress: Progress) -> Arrived:
    name = shown(path.name)
    try:
        if path.stat().st_size > _LONGEST:
            raise BadInput(_("{name} is too large for a recipe.").format(name=name))
        data = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise BadInput(_("{name} cannot be read: {why}.").format(name=name, why=error.strerror)) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(_("“{name}” is no recipe: it cannot be read as JSON.").format(name=name)) from error
    if isinstance(data, dict) and data.get("format") == DIRECTIONS:
        return Arrived("directions", path)
    latent = latent_in(Recipe.from_json(data))
    if latent is None:
        raise BadInput(_("This recipe works on pictures; it belongs into Edit or Batch."))
    return _placed(latent, library, progress)


def _holds_directions(path: Path) -> bool:
    """By the first part of the file, where a safetensors file says what is in it."""
    with open(path, "rb") as file:
        return b"ganstudio.directions" in file.read(1 << 16)


def _placed(latent: Latent, library: Library, progress: Progress) -> Arrived:
    """With the name that its model has here. Raises BadModel naming the one that is missing."""
    entry = generate.model(latent, library)
    return Arrived("latent", latent=replace(latent, model=entry.name, weights=entry.sha256))
