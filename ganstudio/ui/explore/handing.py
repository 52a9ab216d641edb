"""Handing on: the picture goes to the canvas as a layer that remembers how it was made, or into a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from ganstudio.core.codecs import History, SaveOptions, write
from ganstudio.core.latent.session import Favourite
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.core.text import _, ngettext_
from ganstudio.jobs.remote.generators import ChannelFailed, Pictured
from ganstudio.ui.documents.exporting import format_of, format_of_name, free_name
from ganstudio.ui.documents.saving import pictures_folder
from ganstudio.ui.explore.making_of import SOURCE_TYPE, file_stem, recipe_of
from ganstudio.ui.explore.naming import name_of
from ganstudio.ui.explore.rendering import UPSCALER, Rendering

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink

_EXPORT = "export-favourites"
_WHOLE = 1 << 15  # px: more than any generator gives
_FOLDER = "explore.folder"
_QUALITY = 95  # of formats that only lose


@dataclass(frozen=True, eq=False)
class Handed:
    """A picture for the canvas: `made_by` is its recipe as JSON."""

    picture: NDArray[np.uint8]
    name: str
    made_by: dict[str, Any]


class Handing(QObject):
    """`for_canvas(Handed)`. What is asked for before the sharp picture is there happens once it is."""

    for_canvas = Signal(object)

    def __init__(self, desk: Desk, journey: Journey, link: ExploreLink, rendering: Rendering, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._journey, self._link, self._rendering = desk, journey, link, rendering
        self._window = parent
        self._waiting: Literal["", "canvas", "save"] = ""
        self._exporting: list[Favourite] = []
        self._left = 0
        self._folder = Path()
        rendering.rendered.connect(self._rendered)
        rendering.refused.connect(self._refused)
        link.thumb.connect(self._take)
        link.channel_failed.connect(self._not_exported)

    # One picture

    @Slot()
    def to_canvas(self) -> None:
        self._do("canvas")

    @Slot()
    def save(self) -> None:
        self._do("save")

    def _do(self, what: Literal["canvas", "save"]) -> None:
        best = self._rendering.best
        if best is None:
            self._waiting = what
        elif what == "canvas":
            recipe = self._recipe(best)
            name = name_of(best.latent)
            self.for_canvas.emit(Handed(best.picture, name, recipe.to_json()))
        else:
            self._ask_where(best)

    def _recipe(self, best: Pictured) -> Any:
        facts = self._journey.facts
        known = facts.weights if facts is not None and facts.model == best.latent.model else ""
        weights = best.weights or known
        sharp = self._rendering.sharp
        if best.stage == "upscaled" and sharp is not None:
            return recipe_of(best.latent, weights, UPSCALER, best.picture.shape[1] / sharp.picture.shape[1])
        return recipe_of(best.latent, weights)

    @Slot(object)
    def _rendered(self, told: Pictured) -> None:
        if self._waiting and self._rendering.best is not None:
            what, self._waiting = self._waiting, ""
            self._do(what)

    @Slot(object)
    def _refused(self, _told: object) -> None:
        self._waiting = ""

    def _ask_where(self, best: Pictured) -> None:
        dialog = QFileDialog(self._window.window(), _("Save picture"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["PNG (*.png)", "WebP (*.webp)", "JPEG (*.jpg *.jpeg)", _("All files") + " (*)"])
        dialog.setDefaultSuffix("png")
        dialog.setDirectory(str(self._usual_folder()))
        dialog.selectFile(f"{file_stem(best.latent)}.png")
        dialog.fileSelected.connect(partial(self._save_as, best))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _usual_folder(self) -> Path:
        kept = self._desk.settings.remembered(_FOLDER, "")
        folder = Path(kept) if isinstance(kept, str) and kept else pictures_folder()
        return folder if folder.is_dir() else pictures_folder()

    @property
    def _marked(self) -> bool:
        """Whether files say that a network made them, and how."""
        return self._desk.settings.value.ai_mark

    def _save_as(self, best: Pictured, name: str) -> None:
        self.save_to(best, Path(name))

    def save_to(self, best: Pictured, target: Path) -> None:
        """Write a picture with its recipe inside; the dialog has asked about a file that is there."""
        self._desk.settings.remember(_FOLDER, str(target.parent))
        work = partial(_written, best.picture, self._recipe(best).text(), target, self._marked, True)
        again = partial(self._ask_where, best)
        self._desk.background.run(work, self._saved, partial(self._not_saved, again), owner=self)

    def _saved(self, target: Path) -> None:
        said = _("Saved as {name}. It says how it was made: drop it here to go on from it.").format(name=target.name)
        self._desk.notices.toast(said)

    def _not_saved(self, again: Any, error: Exception) -> None:
        self._desk.notices.error(error, again=again, title=_("The picture was not saved."))

    # All favourites

    @Slot(object)
    def export_all(self, favourites: list[Favourite]) -> None:
        """Ask for a folder; the whole pictures are drawn and written there."""
        if not favourites:
            return
        dialog = QFileDialog(self._window.window(), _("Export favourites to a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setDirectory(str(self._usual_folder()))
        dialog.fileSelected.connect(partial(self._export_to, list(favourites)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _export_to(self, favourites: list[Favourite], folder: str) -> None:
        self.export_to(favourites, Path(folder))

    def export_to(self, favourites: list[Favourite], folder: Path) -> None:
        """Each as a PNG with its recipe; nothing is overwritten."""
        self._folder, self._exporting, self._left = folder, favourites, len(favourites)
        self._desk.settings.remember(_FOLDER, str(folder))
        self._link.thumbs(_EXPORT, [one.latent for one in favourites], _WHOLE)

    @Slot(str, int, object)
    def _take(self, channel: str, index: int, picture: NDArray[np.uint8]) -> None:
        if channel != _EXPORT or index >= len(self._exporting):
            return
        one = self._exporting[index]
        facts = self._journey.facts
        weights = facts.weights if facts is not None and facts.model == one.latent.model else ""
        text = recipe_of(one.latent, weights).text()
        work = partial(
            _written_new, picture, text, self._folder, f"{file_stem(one.latent)}_{one.name}", self._marked
        )  # fmt: skip
        self._desk.background.run(work, self._exported, partial(self._not_saved, None), owner=self)

    def _exported(self, _target: Path) -> None:
        self._left -= 1
        if not self._left:
            count = len(self._exporting)
            said = ngettext_("{count} favourite is in {folder}.", "{count} favourites are in {folder}.", count)
            self._desk.notices.toast(said.format(count=count, folder=self._folder.name))

    @Slot(object)
    def _not_exported(self, told: ChannelFailed) -> None:
        if told.channel == _EXPORT:
            self._desk.notices.error(told.failure, title=_("The favourites were not all exported."))


def _written(
    picture: NDArray[np.uint8], recipe: str, target: Path, marked: bool, overwrite: bool, progress: Progress
) -> Path:  # fmt: skip
    format_id = format_of_name(target.name) or "png"
    if format_of_name(target.name) is None:
        target = target.with_name(target.name + ".png")
    quality = _QUALITY if not format_of(format_id).lossless else None
    options = SaveOptions(format=format_id, quality=quality, ai_mark=marked)
    write(Picture.of(picture), target, options, progress, history=History(recipe, SOURCE_TYPE), overwrite=overwrite)
    return target


def _written_new(
    picture: NDArray[np.uint8], recipe: str, folder: Path, stem: str, marked: bool, progress: Progress
) -> Path:  # fmt: skip
    name = free_name(folder, stem, ".png", progress)
    return _written(picture, recipe, folder / name, marked, False, progress)
