"""The project file: a ZIP of stored PNGs and a manifest. Documented in docs/project.md."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import cv2
import numpy as np

from ganstudio.core.codecs import witness
from ganstudio.core.codecs.partial import Partial, exists, sentence, sweep_once
from ganstudio.core.codecs.writers import Encoding, png
from ganstudio.core.document import manifest
from ganstudio.core.document.composite import canvas_size, composite
from ganstudio.core.document.project_reading import Archive, open_project, planes_of
from ganstudio.core.document.rect import Rect
from ganstudio.core.document.state import State
from ganstudio.core.document.tiles import Tiles
from ganstudio.core.errors import BadInput, VerifyError
from ganstudio.core.names import shown
from ganstudio.core.progress import Progress

__all__ = ["SUFFIX", "open_project", "save"]
SUFFIX = ".ganstudio"
MIME = b"application/vnd.ganstudio.project+zip"
_PREVIEW = 256  # longest side of the small picture for file managers
_RECORDS = {"icc": "profile.icc", "exif": "exif.tiff", "xmp": "metadata.xmp"}


def save(state: State, target: Path, progress: Progress, *, overwrite: bool = False) -> None:
    """Write a state to a project file, read it back and compare, then give it its name at once.

    `progress` counts rows, written and read back. Raises OutputError (folder, a file of that name unless `overwrite`),
    DiskFull, VerifyError, Cancelled; an existing file is then as it was, and no temporary file stays.
    """
    if not overwrite and os.path.lexists(target):
        raise exists(target)
    sweep_once(target.parent)
    progress.set_total(2 * sum(plane.height for layer in state.layers for plane in layer.planes))
    try:
        with Partial(target) as partial:
            seen = _written(state, partial.file, target.parent, progress)
            partial.settle(None)
            _compare(partial.path, seen, target, progress)
            progress.check()
            partial.publish(overwrite)
    except OSError as error:
        raise sentence(error, target) from error


def _written(state: State, file: BinaryIO, folder: Path, progress: Progress) -> dict[str, witness.Exact]:
    """All entries into the file; what was handed to the encoder for each picture, by its entry."""
    seen: dict[str, witness.Exact] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        _put(archive, "mimetype", MIME)
        records = {name: entry for name, entry in _RECORDS.items() if getattr(state.meta, name)}
        _put(archive, "manifest.json", manifest.written(state, records, folder))
        for name, entry in records.items():
            _put(archive, entry, getattr(state.meta, name))
        _put(archive, "preview.png", _preview(state))
        for number, layer in enumerate(state.layers):
            for kind, plane in zip(("layers", "masks"), layer.planes, strict=False):
                entry = f"{kind}/{number}.png"
                seen[entry] = _put_plane(archive, entry, plane, progress)
    return seen


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)  # of 1980: the same state gives the same file
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(_info(name), data)


def _put_plane(archive: zipfile.ZipFile, name: str, plane: Tiles, progress: Progress) -> witness.Exact:
    seen = witness.Exact()

    def bands(height: int) -> Iterator[np.ndarray]:
        for y in range(0, plane.height, height):
            progress.check()
            rows = plane.rows(y, min(y + height, plane.height))
            seen.add(rows)
            yield rows
            progress.advance(len(rows))

    how = Encoding(plane.width, plane.height, plane.channels, plane.depth)
    with archive.open(_info(name), "w", force_zip64=True) as entry:
        png.encode(bands, cast(BinaryIO, entry), how)
    return seen


def _preview(state: State) -> bytes:
    level = 0
    while max(canvas_size(state, level)) > _PREVIEW:
        level += 1
    rgba = composite(state, Rect(0, 0, *canvas_size(state, level)), level, 8)
    return cv2.imencode(".png", cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA))[1].tobytes()


def _compare(path: Path, seen: dict[str, witness.Exact], target: Path, progress: Progress) -> None:
    """Read the file as `open_project` would, and compare every sample."""
    try:
        with Archive(path) as archive:
            found = archive.manifest()
            for plane in planes_of(found):
                seen.pop(plane.entry).compare(archive.decoded(plane, progress))
            archive.check_records(found)
    except (BadInput, VerifyError, KeyError) as error:
        raise _not_whole(target) from error
    if seen:
        raise _not_whole(target)


def _not_whole(target: Path) -> VerifyError:
    what = f"{shown(target.name)} was not saved: the disk does not give back what was written."
    return VerifyError(what, "Check the disk.")
