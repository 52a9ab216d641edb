"""Pictures: what a folder (or a zip, or an .npz of arrays) holds to learn from; sub-folders are classes. Torch-free.

Where a folder has a SOURCES.tsv (columns `file` and `licence`, tab separated) only pictures whose row permits training
are taken; a folder without one is the person's own and taken whole.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.errors import BadInput
from ganstudio.core.names import shown
from ganstudio.training.data.reading import Pixels, header_of, pixels_of

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"}
SOURCES = "SOURCES.tsv"
MEMORY = 2_000_000_000  # bytes of decoded pictures kept
_LARGEST_FILE = 1_000_000_000


@dataclass(frozen=True)
class Picture:
    """One picture: its name within the folder (with `/`), its class ("" at the top), its bytes, how to open it."""

    name: str
    label: str
    size: int
    open: Callable[[], BinaryIO | Pixels] = field(repr=False, compare=False)

    def read(self) -> Pixels:
        """H×W×3 uint8, upright, alpha on white. BadInput with a sentence when it cannot be read."""
        opened = self.open()
        if isinstance(opened, np.ndarray):
            return opened
        with opened:
            return pixels_of(opened, self.name)

    def header(self) -> tuple[int, int, str]:
        """(width, height, mode) as stored, without decoding. BadInput where it is no picture."""
        opened = self.open()
        if isinstance(opened, np.ndarray):
            return opened.shape[1], opened.shape[0], "RGB"
        with opened:
            return header_of(opened, self.name)

    def content(self) -> bytes | None:
        """The file's bytes; None for a picture that has no file of its own."""
        opened = self.open()
        if isinstance(opened, np.ndarray):
            return None
        with opened:
            return opened.read()


def may_train(licence: str, allowed: Iterable[str]) -> bool:
    """Whether a licence text begins with an allowed licence and forbids neither changes nor commerce."""
    text = licence.strip().lower()
    forbidden = "nc" in text.replace("-", " ").split() or "nd" in text.replace("-", " ").split()
    return not forbidden and any(text.startswith(name.lower()) for name in allowed)


def held_out(name: str, one_in: int) -> bool:
    """Whether a picture belongs to validation: decided by its name alone, so adding pictures moves none."""
    return one_in > 0 and zlib.crc32(name.encode()) % one_in == 0


@dataclass(frozen=True)
class Pictures:
    """The pictures of a folder, sorted by name; `left_out`: a sentence for each kind of picture not taken."""

    path: Path
    pictures: tuple[Picture, ...]
    left_out: tuple[str, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the sub-folders, sorted; one empty name where there are none."""
        return tuple(sorted({one.label for one in self.pictures}))

    def listing(self) -> str:
        """A hash of names and sizes: what a resumed Run compares its pictures by."""
        return hashlib.sha256(self.table().encode()).hexdigest()[:16]

    def table(self) -> str:
        """A line `name<TAB>bytes` for each picture."""
        return "".join(f"{one.name}\t{one.size}\n" for one in self.pictures)

    def split(self, one_in: int) -> tuple[list[Picture], list[Picture]]:
        """(to learn from, held out). Of four or more at least one is held out, and never all."""
        if one_in == 0:
            return list(self.pictures), []
        held = {one.name for one in self.pictures if held_out(one.name, one_in)}
        if len(held) == len(self.pictures) or (not held and len(self.pictures) >= 4):
            held = {min((one.name for one in self.pictures), key=lambda name: zlib.crc32(name.encode()))}
        if len(self.pictures) < 2:
            held = set()
        both: tuple[list[Picture], list[Picture]] = ([], [])
        for one in self.pictures:
            both[one.name in held].append(one)
        return both

    def without(self, names: Iterable[str], why: str) -> Pictures:
        """The same without some of them."""
        gone = set(names)
        kept = tuple(one for one in self.pictures if one.name not in gone)
        return Pictures(self.path, kept, (*self.left_out, why))


def read_many(pictures: Sequence[Picture], memory: int = MEMORY) -> tuple[list[tuple[Picture, Pixels]], list[str]]:
    """(picture, pixels) of each that can be read, and sentences on those that were left out: broken ones by name,
    and how many did not fit into `memory`. Decoded by several threads."""
    found: list[tuple[Picture, Pixels]] = []
    notes: list[str] = []
    total = 0

    def read(one: Picture) -> Pixels | BadInput:
        try:
            return one.read()
        except BadInput as error:
            return error

    ahead = 4 * (os.cpu_count() or 1)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for begin in range(0, len(pictures), ahead):
            some = pictures[begin : begin + ahead]
            for one, result in zip(some, pool.map(read, some), strict=True):
                if isinstance(result, BadInput):
                    notes.append(f"Left out: {result.message}")
                else:
                    found.append((one, result))
                    total += result.nbytes
            if total > memory and begin + ahead < len(pictures):
                notes.append(f"{len(pictures) - begin - ahead:,} pictures were left out: the memory set aside is full.")
                break
    return found, notes


def open_pictures(path: Path, licences: Iterable[str] | None = ()) -> Pictures:
    """What there is to learn from. Raises BadInput when there is no such folder or nothing in it can be used.

    `licences`: what a SOURCES.tsv may say; pictures it does not allow are left out and counted. None: whatever it says,
    for who only looks and does not learn.
    """
    if path.is_dir():
        found, tables = _of_folder(path)
    elif path.suffix.lower() == ".zip" and path.is_file():
        found, tables = _of_zip(path)
    elif path.suffix.lower() == ".npz" and path.is_file():
        found, tables = list(_of_arrays(path)), {}
    else:
        raise BadInput(f"There is no folder (or zip) of pictures at {shown(path)}.")
    everything = len(found)
    allowed = tuple(licences or ())
    for place, rows in tables.items() if licences is not None else ():
        found = [one for one in found if _place(one.name) != place or may_train(rows.get(_last(one.name), ""), allowed)]
    if not found:
        why = f": the licences in {SOURCES} allow none" if everything else ""
        raise BadInput(f"No picture in {shown(path)} can be used for training{why}.")
    notes = (
        (f"{everything - len(found):,} pictures are left out by their licence in {SOURCES}.",)
        if everything > len(found)
        else ()
    )
    return Pictures(path, tuple(sorted(found, key=lambda one: one.name)), notes)


def _place(name: str) -> str:
    return name.rpartition("/")[0]


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _label(name: str) -> str:
    return name.partition("/")[0] if "/" in name else ""


def _rows(text: str) -> dict[str, str]:
    return {
        row.get("file") or "": row.get("licence") or "" for row in csv.DictReader(io.StringIO(text), delimiter="\t")
    }


def _of_folder(root: Path) -> tuple[list[Picture], dict[str, dict[str, str]]]:
    found, tables = [], {}
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for file in sorted(files):
            path = Path(folder, file)
            name = path.relative_to(root).as_posix()
            if file == SOURCES:
                tables[_place(name)] = _rows(path.read_text("utf-8", errors="replace"))
            elif path.suffix.lower() in SUFFIXES and not file.startswith("."):
                found.append(Picture(name, _label(name), path.stat().st_size, _reader(path)))
    return found, tables


def _reader(path: Path) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        try:
            return path.open("rb")
        except OSError as error:
            raise BadInput(f"“{shown(path.name)}” could not be read ({error.strerror}).") from error

    return opened


def _of_zip(path: Path) -> tuple[list[Picture], dict[str, dict[str, str]]]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise BadInput(f"“{shown(path.name)}” is no zip that can be opened: {error}.") from error
    found, tables = [], {}
    for entry in archive.infolist():
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        hidden = any(part.startswith((".", "__MACOSX")) for part in name.parts)
        if entry.is_dir() or hidden or entry.file_size > _LARGEST_FILE:
            continue
        text = name.as_posix()
        if name.name == SOURCES:
            tables[_place(text)] = _rows(archive.read(entry).decode("utf-8", "replace"))
        elif name.suffix.lower() in SUFFIXES:
            found.append(Picture(text, _label(text), entry.file_size, _unpacker(path, entry)))
    return found, tables


def _unpacker(path: Path, entry: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        try:
            with zipfile.ZipFile(path) as archive:
                return io.BytesIO(archive.read(entry))
        except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError) as error:
            raise BadInput(f"“{shown(entry.filename)}” in the zip could not be read: {error}.") from error

    return opened


def _of_arrays(path: Path) -> Iterator[Picture]:
    """Every uint8 array N×H×W or N×H×W×3 of the file; `y…` beside `x…` holds the classes."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise BadInput(f"“{shown(path.name)}” is no array file that can be read: {error}.") from error
    for name, array in arrays.items():
        if array.dtype != np.uint8 or not (array.ndim == 3 or (array.ndim == 4 and array.shape[-1] in (1, 3))):
            continue
        labels = arrays.get("y" + name[1:]) if name.startswith("x") else None
        for index in range(len(array)):
            label = "" if labels is None or len(labels) != len(array) else str(labels[index])
            yield Picture(f"{name}/{index:06d}", label, array[index].nbytes, _taker(array, index))


def _taker(array: NDArray[np.uint8], index: int) -> Callable[[], Pixels]:
    def opened() -> Pixels:
        one = array[index]
        one = one if one.ndim == 3 else one[..., None]
        return np.ascontiguousarray(np.broadcast_to(one, (*one.shape[:2], 3)))

    return opened
