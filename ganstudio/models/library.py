"""Library: the models at hand, those that ship and those the person added. Torch-free to import and to list.

The bundled folder and the person's folder hold model files; a sub-folder is a group, so `photo` may mean a folder of
scales. A file of the person's folder whose Card is not known yet is opened once (that imports torch), and its Card is
filed.
"""

from __future__ import annotations

import difflib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ganstudio.core import paths
from ganstudio.core.errors import BadModel
from ganstudio.core.text import N_, _
from ganstudio.models import filing
from ganstudio.models.cards import Card

# Files with these suffixes are looked at in the folders; any other can be imported or opened by its path.
SUFFIXES = (".safetensors", ".pth", ".pt", ".ckpt", ".pkl", ".bin", ".param", ".tar", ".model")
USUAL_SCALE = 2.0
_SAME = 1e-3
_TICK_NS = 2_000_000_000  # no file system counts time more coarsely
_NOT_YET = N_("{file} has not been looked at yet.")


@dataclass(frozen=True)
class Entry:
    """One model of the Library (or one file opened by its path): what people call it, where it lies, its Card."""

    name: str
    path: Path
    card: Card
    bundled: bool = False

    @property
    def sha256(self) -> str:
        """Of the file's bytes; remembered, so asking again costs nothing."""
        return filing.file_sha256(self.path)


@dataclass(frozen=True)
class Refusal:
    """A file in the person's folder that cannot be used, and the sentence that says why."""

    path: Path
    reason: str


_Stamp = tuple[str, int, int]


@dataclass(frozen=True)
class _Listing:
    """The entries of folders as they were found, and what tells that nothing has changed since: time of change and
    size of every folder and file below. Not `sure` is one whose folders were changed so shortly before that another
    change may bear the same time."""

    roots: tuple[Path, Path] | None = None
    stamps: tuple[_Stamp, ...] = ()
    entries: tuple[Entry, ...] = ()
    sure: bool = False

    def still_true(self, roots: tuple[Path, Path]) -> bool:
        return self.sure and roots == self.roots and all(_stamp(one[0]) == one for one in self.stamps)


def _stamps(roots: tuple[Path, Path]) -> tuple[_Stamp, ...]:
    found = [str(root) for root in roots]
    for root in roots:
        for folder, names, files in os.walk(root):
            found += [os.path.join(folder, name) for name in (*names, *files)]
    return tuple(map(_stamp, found))


def _stamp(path: str) -> _Stamp:
    try:
        about = os.stat(path)
    except OSError:  # not there
        return path, -1, -1
    return path, about.st_mtime_ns, about.st_size


class Library:
    """The models at hand. What is on disk is looked up anew with each question; unchanged files are read once.

    Without `opening` a file whose Card is not known yet is not opened (that would import torch) but left out, until
    another process has filed its Card.
    """

    def __init__(self, bundled: Path | None = None, user: Path | None = None, *, opening: bool = True) -> None:
        self._opening = opening
        self._bundled = bundled or paths.resource("models")
        self._user = user
        self._seen: dict[tuple[Path, int, int], Card | Refusal] = {}
        self._listing = _Listing()

    @property
    def folder(self) -> Path:
        """The person's folder."""
        return self._user or paths.user_models()

    def entries(self) -> list[Entry]:
        """Every model, bundled ones first, each under a name of its own."""
        roots = (self._bundled, self.folder)
        if not self._listing.still_true(roots):
            now, stamps = time.time_ns(), _stamps(roots)  # before looking: what changes meanwhile is seen next time
            sure = all(now - changed > _TICK_NS for _, changed, _ in stamps)
            self._listing = _Listing(roots, stamps, tuple(self._listed()), sure)
        return list(self._listing.entries)

    def _listed(self) -> list[Entry]:
        taken: set[str] = set()
        entries = []
        for path, bundled in self._files():
            card = self._card(path)
            if isinstance(card, Card):
                name = free_name(filing.name_of(path), taken)
                taken.add(name)
                entries.append(Entry(name, path, replace(card, name=name, group=self._group(path, card)), bundled))
        return entries

    def refused(self) -> list[Refusal]:
        """The files of the folders that are no models this version can run, each with its reason."""
        cards = (self._card(path) for path, _ in self._files())
        return [card for card in cards if isinstance(card, Refusal)]

    def find(self, name_or_path: str, scale: float | None = None) -> Entry:
        """A model by its name, its group's name, or any model file by its path; a file name that is not here is that
        of a file in the Library.

        Of a group the smallest scale that reaches `scale` (2 when not given) is taken, else the largest. Raises
        BadModel, naming the nearest names, when there is none.
        """
        word = name_or_path.strip()
        entries = self.entries()
        for entry in entries:
            if entry.name == word.lower():
                return entry
        group = [entry for entry in entries if entry.card.group == word.lower() != ""]
        if group:
            return _of_group(group, USUAL_SCALE if scale is None else scale)
        if paths.is_file(word):
            return self._from_file(Path(word))
        if Path(word).suffix.lower() in SUFFIXES:
            return _of_file_name(word, entries) or self._from_file(Path(word))
        for refusal in self.refused():
            if filing.name_of(refusal.path) == word.lower():
                raise BadModel(refusal.reason)
        names = sorted({entry.name for entry in entries} | {entry.card.group for entry in entries} - {""})
        near = difflib.get_close_matches(word.lower(), names, n=3, cutoff=0.5)
        if near:
            hint = _("Did you mean {names}?").format(names=", ".join(near))
        else:
            hint = _("There are {names}.").format(names=", ".join(names)) if names else _("There are none yet.")
        raise BadModel(_("There is no model “{word}”.").format(word=word), hint)

    def remove(self, name: str) -> None:
        """Delete a model of the person's folder. Raises BadModel for bundled and unknown ones."""
        entry = next((entry for entry in self.entries() if entry.name == name.strip().lower()), None)
        if entry is None:
            raise BadModel(
                _("There is no model “{name}” to remove.").format(name=name),
                _("`ganstudio models list` shows what there is."),
            )
        if entry.bundled:
            raise BadModel(_("{model} came with the program and stays.").format(model=entry.name))
        sha256 = entry.sha256
        for part in filing.parts(entry.path):
            part.unlink()
        filing.training_file(entry.path).unlink(missing_ok=True)
        filing.forget_card(sha256)

    def _files(self) -> Iterator[tuple[Path, bool]]:
        for root, bundled in ((self._bundled, True), (self.folder, False)):
            for path in model_files(root):
                yield path, bundled

    def _group(self, path: Path, card: Card) -> str:
        if card.group or path.parent in (self._bundled, self.folder):
            return card.group.lower()
        return path.parent.name.lower()

    def _card(self, path: Path) -> Card | Refusal:
        stat = path.stat()
        key = (path, stat.st_size, stat.st_mtime_ns)
        if key not in self._seen:
            try:
                known = known_card(path)
                if known is None and not self._opening:
                    return Refusal(path, _(_NOT_YET).format(file=path.name))
                self._seen[key] = known or _card_by_opening(path)
            except BadModel as error:
                self._seen[key] = Refusal(path, str(error))
        return self._seen[key]

    def _from_file(self, path: Path) -> Entry:
        path = filing.main_file(Path(os.path.expanduser(path)))
        known = known_card(path)
        if known is None and not self._opening:
            raise BadModel(_(_NOT_YET).format(file=path.name))
        return Entry(filing.name_of(path), path, known or _card_by_opening(path))


def known_card(path: Path) -> Card | None:
    """The Card in the file or filed for it; None when neither exists. Torch-free."""
    return filing.header_card(path) or filing.filed_card(filing.file_sha256(path))


def _card_by_opening(path: Path) -> Card:
    from ganstudio.models.opening import open_model

    model = open_model(path)
    filing.file_card(model.sha256, model.card)
    return model.card


def model_files(root: Path) -> list[Path]:
    """Model files below a folder, sorted; of a `.param`/`.bin` pair the `.param`, of a generator and what it is
    trained on from the generator. No hidden or linked folders."""
    found = []
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if not name.startswith(".")]
        here = [Path(folder, file) for file in files if not file.startswith(".")]
        models = [path for path in here if path.suffix.lower() in SUFFIXES and path.is_file()]
        found += [path for path in models if not _is_second_half(path)]
    return sorted(found)


def _is_second_half(path: Path) -> bool:
    suffix = path.suffix.lower()
    own = path.stem.removesuffix(filing.TRAINING)
    if own != path.stem and path.with_name(own + suffix).is_file():
        return True
    return (suffix == ".bin" and path.with_suffix(".param").is_file()) or (
        suffix == ".param" and not path.with_suffix(".bin").is_file()
    )


def _of_file_name(word: str, entries: list[Entry]) -> Entry | None:
    """The model whose file in the Library has that name; else the one that such a file would be called."""
    same = [entry for entry in entries if entry.path.name.lower() == word.lower()]
    return next(iter(same or (entry for entry in entries if entry.name == filing.name_of(Path(word)))), None)


def _of_group(group: list[Entry], scale: float) -> Entry:
    ordered = sorted(group, key=lambda entry: (entry.card.scale, not entry.bundled))
    return next((entry for entry in ordered if entry.card.scale >= scale - _SAME), ordered[-1])


def free_name(name: str, taken: set[str]) -> str:
    """`name`, or `name-2`, `name-3` … when it is taken."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free
