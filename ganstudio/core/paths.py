"""Where things lie: the resources that ship, and the folders of the person."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parents[1]


def resource(*parts: str) -> Path:
    """A file that ships with the program: inside the package when installed, beside it in a clone."""
    inside = _PACKAGE / "resources"
    root = inside if inside.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)


def home() -> Path:
    """The person's data folder (journal, models, settings); `GANSTUDIO_HOME` moves it. Made on first use."""
    named = os.environ.get("GANSTUDIO_HOME")
    folder = Path(named).expanduser() if named else Path(platformdirs.user_data_dir("ganstudio", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def user_models() -> Path:
    folder = home() / "models"
    folder.mkdir(exist_ok=True)
    return folder


def cache() -> Path:
    """Things that can be made again: measurements of this machine, converted files."""
    named = os.environ.get("GANSTUDIO_HOME")
    folder = home() / "cache" if named else Path(platformdirs.user_cache_dir("ganstudio", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def is_file_name(text: str) -> bool:
    """Whether a word names a file rather than something in the Library: it has a folder or a suffix, or exists."""
    return os.sep in text or "/" in text or Path(text).suffix != "" or Path(text).exists()
