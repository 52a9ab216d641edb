"""Importing: model files from elsewhere into the person's folder, each opened before it is copied.

A single file is copied as it is and its Card filed. A generator's becomes a safetensors file without whatever else was
in it (see `converting`). A `.param`/`.bin` pair becomes one safetensors file with the same
numbers. Folders (an Upscayl or realesrgan-ncnn-vulkan install) and wheels or zips are searched for models.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ganstudio.core import paths
from ganstudio.core.errors import BadModel, OutputError
from ganstudio.core.text import _
from ganstudio.models import converting, filing, realesrgan
from ganstudio.models.cards import HEADER_KEY, Card
from ganstudio.models.library import SUFFIXES, Entry, Library, free_name, model_files

if TYPE_CHECKING:
    from ganstudio.models.readers.tensors import LazyTensor

# More than this in a wheel or zip is not taken for a collection of models.
_MOST_FILES = 20_000
_MOST_BYTES = 8 << 30
_ROOM = 64 << 20
SOURCE_KEY = "imported_sha256"


class AlreadyThere(BadModel):
    """The same file, or a conversion of it, is in the Library under the name of `entry`."""

    def __init__(self, path: Path, entry: Entry) -> None:
        super().__init__(_("{file} is already in the Library as {model}.").format(file=path.name, model=entry.name))
        self.entry = entry


def import_path(path: Path, library: Library, on_refused: Callable[[Path, str], None] | None = None) -> list[Entry]:
    """Copy a model file into the person's folder; also a `.param`/`.bin` pair, a folder of models, a wheel or zip.

    Every file is opened first and copied only if it works. Files of a folder or wheel that cannot be used are told
    to `on_refused`. Raises BadModel when nothing was added, and also after adding the others when some were
    refused and nobody listens.
    """
    path = path.expanduser()
    if path.is_dir():
        return _import_all(path, model_files(path), library, on_refused)
    path = filing.main_file(path)
    if _is_collection(path):
        with tempfile.TemporaryDirectory(dir=paths.cache(), prefix="unpacked-") as scratch:
            unpack(path, Path(scratch))
            return _import_all(path, model_files(Path(scratch)), library, on_refused)
    return [import_one(path, library)]


def _import_all(
    where: Path, found: list[Path], library: Library, on_refused: Callable[[Path, str], None] | None
) -> list[Entry]:
    added: list[Entry] = []
    refused: list[tuple[Path, str]] = []
    already: list[str] = []
    for path in found:
        try:
            added.append(import_one(path, library))
        except AlreadyThere as error:
            already.append(error.entry.name)
        except BadModel as error:
            refused.append((path, str(error)))
    reasons = " ".join(reason for _, reason in refused)
    if not added:
        if refused:
            raise BadModel(_("Nothing in {where} could be added. {reasons}").format(where=where.name, reasons=reasons))
        if already:
            raise BadModel(
                _("All models of {where} are already in the Library: {names}.").format(
                    where=where.name, names=", ".join(sorted(set(already)))
                )
            )
        raise BadModel(_("There are no model files in {where}.").format(where=where.name))
    if refused and on_refused is None:
        raise BadModel(
            _("Added {names}; the rest was refused. {reasons}").format(
                names=", ".join(entry.name for entry in added), reasons=reasons
            )
        )
    for path, reason in refused:
        if on_refused is not None:
            on_refused(path, reason)
    return added


def import_one(path: Path, library: Library) -> Entry:
    """Import one file or pair. Raises AlreadyThere, or BadModel when it does not open."""
    from ganstudio.models.opening import open_with_tensors

    path = filing.main_file(path)
    pair = len(filing.parts(path)) > 1
    known = realesrgan.by_weights(filing.file_sha256(path.with_suffix(".bin"))) if pair else None
    if known and path.with_name(f"{known.file}.param").is_file():
        # The same weights lie there several times, with graphs that shrink the result to other scales.
        path = path.with_name(f"{known.file}.param")
    sha256 = filing.file_sha256(path)
    sources = {sha256, known.bin_sha256} if known else {sha256}
    entries = library.entries()
    for entry in entries:
        if entry.sha256 in sources or entry.card.settings.get(SOURCE_KEY) in sources:
            raise AlreadyThere(path, entry)
    model, tensors = open_with_tensors(path)
    card = known.card if known else model.card
    if known:
        realesrgan.check(known, model)
    name = free_name(known.card.name if known else filing.name_of(path), {entry.name for entry in entries})
    card = replace(card, name=name, settings={**card.settings, SOURCE_KEY: known.bin_sha256 if known else sha256})
    # Of a chain that somebody chose how to read, the copy has the choice.
    foreign = card.kind == "generator" and (not _is_safetensors(path) or converting.converted(sha256) is not None)
    suffix = ".safetensors" if pair or foreign else path.suffix.lower() if path.suffix.lower() in SUFFIXES else ".model"
    target = library.folder / f"{name}{suffix}"
    try:
        if pair:
            _write_safetensors(target, tensors, card)
        elif foreign:
            _write(target, converting.content(model.module, card))
            converting.forget(sha256)
        else:
            _copy(path, target, sha256)
            filing.file_card(sha256, card)
    except OSError as error:
        raise OutputError(
            _("{target} cannot be written: {why}.").format(target=target, why=error.strerror or error)
        ) from error
    return Entry(name, target, card)


def _write_safetensors(target: Path, tensors: Mapping[str, LazyTensor], card: Card) -> None:
    from safetensors.numpy import save

    arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
    _write(target, save(arrays, metadata={HEADER_KEY: card.to_json(), "format": "pt"}))


def _is_safetensors(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(9)[8:] == b"{"


def _write(target: Path, content: bytes) -> None:
    _check_room(target.parent, len(content))
    _reserve(target)
    filing.write_whole(target, content)


def _copy(source: Path, target: Path, sha256: str) -> None:
    """Copy so that the file appears whole or not at all, and is the file that was opened."""
    _check_room(target.parent, source.stat().st_size)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".tmp")
    try:
        digest = hashlib.sha256()
        with source.open("rb") as opened, os.fdopen(handle, "wb") as written:
            while chunk := opened.read(1 << 20):
                digest.update(chunk)
                written.write(chunk)
        if digest.hexdigest() != sha256:
            raise BadModel(
                _("{source} changed while it was being copied.").format(source=source.name), _("Import it again.")
            )
        os.chmod(temporary, 0o644)
        _reserve(target)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _reserve(target: Path) -> None:
    """Take the name, so that another program importing at the same moment cannot."""
    try:
        target.open("xb").close()
    except FileExistsError as error:
        raise OutputError(
            _("{target} is there already.").format(target=target), _("Move it away, or rename the file you import.")
        ) from error


def _check_room(folder: Path, needed: int) -> None:
    if shutil.disk_usage(folder).free < needed + _ROOM:
        raise OutputError(
            _("There is no room for {size} MB in {folder}.").format(size=f"{needed / 1e6:.0f}", folder=folder)
        )


def _is_collection(path: Path) -> bool:
    """Whether the file is a wheel or zip of files, and not a torch checkpoint (which is a zip as well)."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:  # the reader of model files says what is wrong with it
        return False
    # A checkpoint has data.pkl in its one top folder; numpy's npz has arrays.
    return not any(
        name.endswith((".npy", "/constants.pkl")) or (name.count("/") == 1 and name.endswith("/data.pkl"))
        for name in names
    )


def unpack(path: Path, target: Path) -> None:
    """Copy the model files of a wheel or zip into `target` by their bare names. Raises BadModel for hostile ones."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if PurePosixPath(info.filename).suffix.lower() in SUFFIXES]
            if len(infos) > _MOST_FILES or sum(info.file_size for info in infos) > _MOST_BYTES:
                raise BadModel(_("{file} unpacks to more than a collection of models would.").format(file=path.name))
            _check_room(target, sum(info.file_size for info in infos))
            for info in infos:
                _unpack_one(archive, info, target)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadModel(_("{file} is damaged or encrypted: {why}.").format(file=path.name, why=error)) from error


def _unpack_one(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    # Two files of one name from different folders stay apart, a pair stays together.
    folder = hashlib.sha256(str(PurePosixPath(info.filename).parent).encode()).hexdigest()[:12]
    bare = PurePosixPath(info.filename.replace("\\", "/")).name
    if bare in ("", ".", "..") or "\0" in bare:
        return
    place = target / folder / bare
    place.parent.mkdir(exist_ok=True)
    left = info.file_size
    with archive.open(info) as packed, place.open("xb") as file:
        while chunk := packed.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                raise zipfile.BadZipFile(f"{bare} is longer than announced")
            file.write(chunk)
