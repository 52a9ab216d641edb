"""Opening a project file, whoever made it: every part is bounded before it is read, and damage is a sentence."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from ganstudio.core import colour, exif
from ganstudio.core.codecs import pngstream
from ganstudio.core.codecs.source import Source
from ganstudio.core.codecs.writers import Decoded
from ganstudio.core.document import manifest
from ganstudio.core.document.manifest import LayerEntry, Manifest, Unfit
from ganstudio.core.document.pool import Pool
from ganstudio.core.document.state import Layer, State
from ganstudio.core.document.tiles import SIDE, Tiles
from ganstudio.core.errors import BadInput, VerifyError
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Header, Metadata

_LARGEST_LIST = 16 << 20  # bytes of a ZIP's list of entries
_LARGEST_RECORD = 64 << 20  # bytes of a profile, EXIF or XMP
_FLAGS = 0x0806 | 0x0008  # names in UTF-8, hints on packing, sizes behind the data; not encryption, not patches
_RATIO = 1100  # deflate packs at most 1032 : 1
_BROKEN = (zipfile.BadZipFile, EOFError, OSError, VerifyError)


@dataclass(frozen=True)
class Plane:
    """One PNG of a project and what the manifest says that it holds."""

    entry: str
    header: Header


def planes_of(found: Manifest) -> list[Plane]:
    return [plane for layer in found.layers for plane in _planes(layer)]


def _planes(layer: LayerEntry) -> list[Plane]:
    planes = [Plane(layer.pixels, Header(layer.width, layer.height, layer.channels, layer.depth))]
    if layer.mask is not None:
        planes.append(Plane(layer.mask, Header(layer.width, layer.height, 1, 8)))
    return planes


class Archive:
    """An open project file. Every method raises BadInput naming the file when it is damaged."""

    def __init__(self, path: Path) -> None:
        self._source = Source(path)
        self._folder = path.parent
        try:
            self._check_list()
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            self._source.close()
            raise self._source.broken("is damaged or no project of GANStudio") from error
        except BadInput:
            self._source.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()
        self._source.close()

    def manifest(self) -> Manifest:
        text = self._whole("manifest.json", manifest.LARGEST)
        try:
            return manifest.parsed(text, self._folder)
        except Unfit as error:
            raise self._source.broken(str(error)) from error

    def check_records(self, found: Manifest) -> None:
        for entry in found.records.values():
            self._whole(entry, _LARGEST_RECORD)

    def metadata(self, found: Manifest) -> Metadata:
        """Profile, EXIF and XMP; those that are no such thing are left out, and a note says so."""
        data = {name: self._whole(entry, _LARGEST_RECORD) for name, entry in found.records.items()}
        icc, tags, notes = data.get("icc"), data.get("exif"), []
        if icc is not None and colour.space_of(icc) not in ("RGB", "GRAY"):
            icc = None
            notes.append("The colour profile was damaged and was left out.")
        cleaned = exif.upright(tags)
        if tags is not None and cleaned is None:
            notes.append("The EXIF data was damaged and was left out.")
        return Metadata(icc, cleaned, data.get("xmp"), found.dpi, notes=tuple(notes))

    def tiles(self, plane: Plane, pool: Pool, progress: Progress) -> Tiles:
        bands = _by_tiles(self.decoded(plane, progress).bands)
        return Tiles.from_bands(pool, plane.header, bands)

    def decoded(self, plane: Plane, progress: Progress) -> Decoded:
        """The rows of a PNG, as many and of the kind that the manifest says, or BadInput while they are drawn."""
        try:
            head = plane.header
            samples = head.width * head.height * head.channels * head.depth // 8
            if samples > _RATIO * self._info(plane.entry).file_size:
                raise VerifyError("It holds far too little data for the size it states.")
            found = pngstream.decode_open(cast(BinaryIO, self._zip.open(plane.entry)))
            if (found.width, found.height) != (head.width, head.height):
                raise VerifyError("It has another size than the list of layers says.")
        except _BROKEN as error:
            raise self._damaged(plane.entry) from error
        return replace(found, bands=self._checked(found.bands, plane, progress))

    def _checked(self, bands: Iterator[np.ndarray], plane: Plane, progress: Progress) -> Iterator[np.ndarray]:
        head, done = plane.header, 0
        try:
            for rows in bands:
                progress.check()
                done += len(rows)
                if rows.shape[1:] != (head.width, head.channels) or rows.dtype != head.dtype or done > head.height:
                    raise VerifyError("It holds other samples than the list of layers says.")
                yield rows
                progress.advance(len(rows))
        except _BROKEN as error:
            raise self._damaged(plane.entry) from error

    def _whole(self, name: str, limit: int) -> bytes:
        try:
            if self._info(name).file_size > limit:
                raise VerifyError("It is too large.")
            return self._zip.read(name)
        except _BROKEN as error:
            raise self._damaged(name) from error

    def _info(self, name: str) -> zipfile.ZipInfo:
        """An entry's facts. Parts are stored as they are: then no part is larger than the file."""
        try:
            info = self._zip.getinfo(name)
        except KeyError as error:
            if name == "manifest.json":
                raise self._source.broken("is no project of GANStudio") from error
            raise self._damaged(name) from error
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & ~_FLAGS:
            raise self._source.broken("was packed or encrypted by another program; its parts must be stored plainly")
        if info.file_size > self._source.size:
            raise self._damaged(name)
        return info

    def _damaged(self, part: str) -> BadInput:
        return self._source.broken(f"is damaged: its part “{part}” cannot be read")

    def _check_list(self) -> None:
        """Refuse a list of entries beyond reason before `zipfile` takes it into memory (APPNOTE 4.3.14–4.3.16)."""
        tail = self._source.read(max(self._source.size - 65557 - 20, 0), 65557 + 20)
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < 22:
            raise self._source.broken("is cut off, damaged or no project of GANStudio")
        size = struct.unpack_from("<I", tail, at + 12)[0]
        locator = tail[at - 20 : at] if at >= 20 else b""
        if locator[:4] == b"PK\x06\x07":
            record = self._source.read(struct.unpack_from("<Q", locator, 8)[0], 56)
            if len(record) < 56:
                raise self._source.broken("is cut off or damaged")
            size = struct.unpack_from("<Q", record, 40)[0]
        if size > _LARGEST_LIST:
            raise self._source.broken("is damaged: its list of parts is too large")


def _by_tiles(bands: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """The same rows in bands as high as tiles."""
    held: list[np.ndarray] = []
    count = 0
    for rows in bands:
        while len(rows):
            part = rows[: SIDE - count]
            held.append(part)
            count += len(part)
            rows = rows[len(part) :]
            if count == SIDE:
                yield np.concatenate(held)
                held, count = [], 0
    if held:
        yield np.concatenate(held)


def open_project(path: Path, pool: Pool, progress: Progress) -> State:
    """A project file as the state it was saved from. Advances `progress` by rows read.

    Raises BadInput when it is damaged, of a newer version or no project; DiskFull or OutputError when its tiles find
    no room; Cancelled.
    """
    with Archive(path) as archive:
        found = archive.manifest()
        progress.set_total(sum(plane.header.height for plane in planes_of(found)))
        layers = []
        for entry in found.layers:
            pixels, *masks = [archive.tiles(plane, pool, progress) for plane in _planes(entry)]
            layers.append(Layer(pixels=pixels, mask=masks[0] if masks else None, **entry.facts))
        return State(found.width, found.height, pool, tuple(layers), archive.metadata(found))
