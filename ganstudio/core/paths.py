"""Where things lie: the resources that ship, and the folders of the person.

The person's folders are made on first use; where one cannot be made, whoever writes to it finds out and says so.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from functools import cache as remembered
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parents[1]


def resource(*parts: str) -> Path:
    """A file that ships with the program: inside the package when installed, beside it in a clone."""
    inside = _PACKAGE / "resources"
    root = inside if inside.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)


def manual(page: str) -> Path:
    """A page of the help: among the resources when installed, in docs/ in a clone."""
    shipped = resource("help", page)
    return shipped if shipped.is_file() else _PACKAGE.parent / "docs" / page


def home() -> Path:
    """The person's data folder (journal, models, settings); `GANSTUDIO_HOME` moves it."""
    named = os.environ.get("GANSTUDIO_HOME")
    return _made(Path(os.path.expanduser(named)) if named else _usual(_places())[0])


def user_models() -> Path:
    return _made(home() / "models")


def cache() -> Path:
    """Things that can be made again: measurements of this machine, converted files."""
    named = os.environ.get("GANSTUDIO_HOME")
    return _made(home() / "cache" if named else _usual(_places())[1])


def _places() -> tuple[str | None, ...]:
    """What the system's own folders follow from."""
    return tuple(map(os.environ.get, ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "USERPROFILE", "LOCALAPPDATA")))


@remembered
def _usual(places: tuple[str | None, ...]) -> tuple[Path, Path]:
    """The folders for data and for what can be made again, in the way of this system; asked for all the time."""
    data = platformdirs.user_data_dir("ganstudio", appauthor=False)
    return Path(data), Path(platformdirs.user_cache_dir("ganstudio", appauthor=False))


def _made(folder: Path) -> Path:
    if not os.path.isdir(folder):  # asked often, and far quicker than making what is there
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
    return folder


def too_long(path: Path) -> bool:
    """Whether some name in a path, or all of it, is longer than its disk allows."""
    try:
        os.lstat(path)
    except OSError as error:
        return error.errno == errno.ENAMETOOLONG
    return False


def has_folder(text: str) -> bool:
    """Whether a word is a path with a folder in it, in the way of any system."""
    return "/" in text or "\\" in text


def is_file(text: str) -> bool:
    """Whether a word that is no name of the Library means a file: it has a folder in it, or such a file is here."""
    return has_folder(text) or os.path.isfile(text)
