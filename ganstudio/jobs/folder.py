"""Folder: the pictures in what a person names, as cameras, phones and scanners leave it. No file is read whole."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ganstudio.core.codecs import kind_of_suffix, sniff
from ganstudio.core.codecs.kinds import HEAD, PICTURE_SUFFIXES, sentence
from ganstudio.core.errors import UsageError

_JUNK = frozenset(
    (
        "thumbs.db",
        "desktop.ini",
        "$recycle.bin",
        "system volume information",
        "lost+found",
        "__macosx",
        "@eadir",
        "ehthumbs.db",
        "icon\r",
    )
)
_SIDECARS = (".xmp", ".aae", ".thm", ".json", ".supplemental-metadata.json")
_Identity = tuple[int, int]  # device and inode
# Suffixes that are certainly no picture: such files are counted without being opened.
_DOCUMENTS = "txt md pdf doc docx xls xlsx csv log html htm db ini lnk py sqlite lrcat cube icc icm url bak tmp part"
_OTHERS = "zip rar 7z gz tar mp3 wav m4a flac exe dll"
_PLAIN = frozenset(f".{one}" for one in f"{_DOCUMENTS} {_OTHERS}".split(" "))


@dataclass(frozen=True, slots=True)
class Found:
    """A picture file: below `root` (the folder that was named, or the file's own) in the folder `inside`."""

    path: Path
    size: int
    mtime_ns: int
    root: Path
    inside: Path


@dataclass
class Survey:
    """What was met on the way. `bare` are folders without a picture of their own, relative; `troubles` sentences on
    what could not be read; `refused` sentences on files that were named by hand and are no pictures."""

    pictures: int = 0
    sidecars: int = 0
    raw: int = 0
    videos: int = 0
    other: int = 0
    hidden: int = 0
    own: int = 0
    folders: int = 0
    left_out: int = 0
    bare: list[Path] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """What the person should know of what is not taken."""
        counts = (
            (self.raw, "camera RAW file is", "camera RAW files are", "not supported: develop to JPEG or TIFF first"),
            (self.videos, "video is", "videos are", "left out"),
            (self.sidecars, "sidecar file is", "sidecar files are", "no picture (--sidecars copies those of pictures)"),
            (self.other, "file is", "files are", "no picture"),
            (self.own, "result of this program is", "results of this program are", "not taken as input"),
            (self.left_out, "sub-folder is", "sub-folders are", "left out (--recursive takes them too)"),
        )
        said = [f"{count:,} {one if count == 1 else many} {rest}." for count, one, many, rest in counts if count]
        return [*self.refused, *self.troubles, *said]


def walk(
    inputs: Sequence[Path], survey: Survey, *, recursive: bool = False, exclude: Path | None = None
) -> Iterator[Found]:
    """The pictures of files and folders, folder by folder, by name; `survey` is filled on the way.

    Hidden files, what systems leave behind and the folder `exclude` (the output) are left out; a folder that is
    reached twice, over links or a loop of them, is walked once. Raises UsageError for an input that is not there.
    """
    seen: set[_Identity] = set()
    outside = _identity(exclude) if exclude is not None else None
    for given in inputs:
        named = Path(os.path.abspath(given))
        try:
            about = os.stat(named)
        except OSError as error:
            raise UsageError(f"{given} cannot be opened: {error.strerror}.") from error
        if stat.S_ISDIR(about.st_mode):
            yield from _tree(named, survey, seen, outside, recursive)
        elif kind := _refusal(named, about.st_mode):
            survey.refused.append(f"{named.name} {sentence(kind)}.")
        else:
            survey.pictures += 1
            yield Found(named, about.st_size, about.st_mtime_ns, named.parent, Path())


def _tree(
    root: Path, survey: Survey, seen: set[_Identity], outside: _Identity | None, recursive: bool
) -> Iterator[Found]:
    waiting = [Path()]
    while waiting:
        inside = waiting.pop()
        identity = _identity(root / inside)
        if identity is None or identity in seen or (identity == outside and inside != Path()):
            continue
        seen.add(identity)
        survey.folders += 1
        before = survey.pictures
        below: list[Path] = []
        yield from _folder(root, inside, survey, below)
        if survey.pictures == before:
            survey.bare.append(inside)
        if recursive:
            waiting += reversed(below)
        else:
            survey.left_out += sum(_identity(root / one) != outside for one in below)


def _folder(root: Path, inside: Path, survey: Survey, below: list[Path]) -> Iterator[Found]:
    """The pictures of one folder; its sub-folders are put into `below`."""
    folder = str(root / inside)
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        survey.troubles.append(f"The folder {folder} cannot be read: {error.strerror}.")
        return
    for name in names:
        if name.startswith(".") or name.lower() in _JUNK:
            survey.hidden += 1
            continue
        path = os.path.join(folder, name)
        try:
            about = os.stat(path)
        except OSError as error:
            survey.troubles.append(f"{path} cannot be read: {error.strerror}.")
            continue
        if _hidden_on_windows(about):
            survey.hidden += 1
        elif stat.S_ISDIR(about.st_mode):
            below.append(inside / name)
        elif kind := _refusal(path, about.st_mode):
            _count(survey, kind)
        else:
            survey.pictures += 1
            yield Found(Path(path), about.st_size, about.st_mtime_ns, root, inside)


def _identity(path: Path) -> _Identity | None:
    try:
        about = os.stat(path)
    except OSError:  # not there (yet), or gone meanwhile
        return None
    return about.st_dev, about.st_ino


def _hidden_on_windows(about: os.stat_result) -> bool:
    return bool(getattr(about, "st_file_attributes", 0) & stat.FILE_ATTRIBUTE_HIDDEN)


def _refusal(path: str | Path, mode: int) -> str | None:
    """Why a file is no picture, as a kind of `core.codecs.kinds`; None when it may be one."""
    if not stat.S_ISREG(mode):
        return "special"
    kind = _by_suffix(os.path.splitext(path)[1].lower())
    if kind != "unknown":
        return kind
    try:
        with open(path, "rb") as file:
            found = sniff(file.read(HEAD))
    except OSError:  # whoever opens it for good says why it cannot be read
        return "unknown"
    return None if found in PICTURE_SUFFIXES else found or "unknown"


@lru_cache(maxsize=1024)
def _by_suffix(suffix: str) -> str | None:
    """None for a picture's suffix, the kind for another known one, “unknown” where the content must say."""
    kind = kind_of_suffix(suffix)
    if kind in PICTURE_SUFFIXES:
        return None
    return kind or ("text" if suffix in _PLAIN else "unknown")


def _count(survey: Survey, kind: str) -> None:
    match kind:
        case "raw":
            survey.raw += 1
        case "video":
            survey.videos += 1
        case "sidecar":
            survey.sidecars += 1
        case _:
            survey.other += 1


def sidecars(picture: Path) -> list[tuple[Path, bool, str]]:
    """A picture's sidecar files: (file, whether it is named behind the whole name, as `a.jpg.xmp`, or the stem,
    its ending)."""
    endings = [ending for one in _SIDECARS for ending in (one, one.upper())]
    found: dict[tuple[int, int], tuple[Path, bool, str]] = {}
    for whole, name in ((True, picture.name), (False, picture.stem)):
        for ending in endings:
            path = picture.with_name(name + ending)
            identity = _identity(path)
            if identity is not None:  # once also where names do not tell .xmp from .XMP
                found.setdefault(identity, (path, whole, ending))
    return list(found.values())
