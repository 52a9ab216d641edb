"""Writing a document as a picture: what goes into the file, how large it becomes, under which name. No Qt in here."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ganstudio.core import paths
from ganstudio.core.codecs import History, SaveOptions, Written, plan_output, write
from ganstudio.core.codecs.keep import kept, quality_for
from ganstudio.core.codecs.planning import formats
from ganstudio.core.codecs.writers import Format
from ganstudio.core.document import State, flattened, source_type
from ganstudio.core.document.tiles import SIDE
from ganstudio.core.errors import OutputError, UserError
from ganstudio.core.names import file_name, legal, shown
from ganstudio.core.progress import Progress
from ganstudio.core.raster import ComputedRaster, Header, Raster
from ganstudio.core.text import _
from ganstudio.tools.recipe import FORMAT, Recipe
from ganstudio.ui.documents.profiles import to_srgb

MEASURED = 2_000_000  # pixels that are written to know the size of all
_TRIES = 1000  # names with a number behind


def picture_of(state: State, srgb: bool) -> Raster:
    """All that shows, as it goes into a file."""
    raster = flattened(state)
    return to_srgb(raster) if srgb else raster


def history_of(state: State) -> History:
    """What the file says of its making: the recipe where one made all that shows, and the DigitalSourceType."""
    shown_ = [layer for layer in state.layers if layer.shows]
    top = shown_[-1] if shown_ else None
    recipe = ""
    if top is not None and top.made_by is not None and top.opaque and top.rect == state.rect:
        made: dict[str, Any] = dict(top.made_by)
        recipe = json.dumps(made, ensure_ascii=False, sort_keys=True) if made.get("format") == FORMAT else ""
    return History(recipe, source_type(state))


def usual_options(header: Header | None) -> SaveOptions:
    """The format of the opened file where it can be written, else PNG, with a quality that does not spoil it."""
    known = header or Header(1, 1)
    format_id = kept(known).format
    lossy = format_of(format_id).lossy and not (known.lossless and format_of(format_id).lossless)
    return SaveOptions(format=format_id, quality=quality_for(known, format_id) if lossy else None)


def format_of(id: str) -> Format:
    return next(one for one in formats() if one.id == id)


def format_of_name(name: str) -> str | None:
    """The format that a file's suffix means; None for one that cannot be written."""
    suffix = Path(name).suffix.lower()
    return next((one.id for one in formats() if suffix in one.suffixes), None)


def measure(state: State, options: SaveOptions, srgb: bool, progress: Progress) -> int:
    """About how many bytes the file will have: a part of the picture, or all of a small one, is really written."""
    raster = picture_of(state, srgb)
    head = raster.header
    plan_output(head, raster.meta, head.width, head.height, options)  # raises for what the format cannot hold
    part = _part(raster)
    with _temporary() as folder:
        target = folder / "part"
        size = write(part, target, options, progress, history=history_of(state)).bytes
        if part.header.height == head.height:  # all of it: a small picture, or a wide one of a few rows
            return size
        # What does not grow with the picture (profile, EXIF, heads) must not be multiplied.
        one = _band(raster, [(0, min(8, part.header.height - 1))])
        small = write(one, folder / "head", options, progress, history=history_of(state)).bytes
    each = (size - small) / (part.header.height - one.header.height)
    return round(small + each * (head.height - one.header.height))


@contextmanager
def _temporary() -> Iterator[Path]:
    """A folder for what is measured. Raises OutputError where there can be none."""
    try:
        folder = tempfile.TemporaryDirectory(dir=paths.cache(), prefix="measured-", ignore_cleanup_errors=True)
    except OSError as error:
        said = _("The size cannot be measured: {folder} may not be written to.")
        raise OutputError(said.format(folder=paths.cache())) from error
    with folder as name:
        yield Path(name)


def losses(state: State, options: SaveOptions, srgb: bool) -> tuple[str, ...]:
    """What the format does not keep. Raises OutputError when it cannot hold the picture. Computes no pixels."""
    raster = picture_of(state, srgb)
    head = raster.header
    return plan_output(head, raster.meta, head.width, head.height, options).notes


def _part(raster: Raster) -> Raster:
    """Bands from all over a large picture, one below the other."""
    head = raster.header
    if head.width * head.height <= MEASURED:
        return raster
    number = max(1, round(MEASURED / (head.width * SIDE)))
    tops = np.linspace(0, head.height - SIDE, number).astype(int) if head.height > SIDE else [0]
    bands = [(int(top), int(min(top + SIDE, head.height))) for top in tops]
    return _band(raster, bands)


def _band(raster: Raster, bands: list[tuple[int, int]]) -> Raster:
    places = [y for y0, y1 in bands for y in range(y0, y1)]

    def rows(y0: int, y1: int) -> np.ndarray:
        out, at = [], y0
        while at < y1:
            run = 1
            while at + run < y1 and places[at + run] == places[at] + run:
                run += 1
            out.append(raster.rows(places[at], places[at] + run))
            at += run
        return out[0] if len(out) == 1 else np.concatenate(out)

    return ComputedRaster(replace(raster.header, height=len(places)), raster.meta, rows)


def export(
    state: State,
    target: Path,
    options: SaveOptions,
    srgb: bool,
    overwrite: bool,
    originals: Sequence[Path],
    progress: Progress,
) -> Written | None:
    """Write the picture, verified; None when a file of that name is there and may not be replaced.

    Raises OutputError for an opened photo (one of `originals`, or one that a layer comes from), which is never
    written to, and as `codecs.write`.
    """
    linked = [Path(layer.link) for layer in state.layers if layer.link]
    if any(_same(target, original) for original in (*originals, *linked)):
        said = _("{name} is the opened photo, and your originals are never changed.").format(name=shown(target.name))
        raise OutputError(said, _("Choose another name."))
    if not overwrite and os.path.lexists(target):
        return None
    raster = picture_of(state, srgb)
    progress.set_total(raster.header.height)
    return write(_counted(raster, progress), target, options, progress, history=history_of(state), overwrite=overwrite)


def _counted(raster: Raster, progress: Progress) -> Raster:
    def rows(y0: int, y1: int) -> np.ndarray:
        found = raster.rows(y0, y1)
        progress.advance(y1 - y0)
        return found

    return ComputedRaster(raster.header, raster.meta, rows, raster.close)


def _same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return os.path.normcase(os.path.abspath(one)) == os.path.normcase(os.path.abspath(other))


def stem_of(state: State, stem: str, original_width: int) -> str:
    """A name that says what was done: {stem}_{model}_{scale}x after a model, else {stem}_edited."""
    top = next((layer for layer in reversed(state.layers) if layer.shows and layer.made_by is not None), None)
    if top is None or top.made_by is None or top.made_by.get("format") != FORMAT:
        return legal(_("{stem}_edited").format(stem=stem))
    try:
        model = Recipe.from_json(dict(top.made_by)).words.get("model", "")
    except UserError:
        model = ""
    scale = f"{state.width / max(original_width, 1):.2f}".rstrip("0").rstrip(".")
    values = {"stem": stem, "model": model or _("edited"), "scale": scale}
    return file_name("{stem}_{model}_{scale}x", values, "")


def free_name(folder: Path, stem: str, extension: str, progress: Progress) -> str:
    """`stem` with its extension, or with a number behind when a file of that name is there."""
    for number in range(1, _TRIES):
        name = file_name("{stem}", {"stem": stem}, extension, number)
        if not os.path.lexists(folder / name):
            return name
    return stem + extension
