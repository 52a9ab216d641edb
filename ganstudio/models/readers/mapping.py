"""Opening a model file: as a read-only map, so that only what is looked at is read."""

from __future__ import annotations

import mmap
import stat
from pathlib import Path

from ganstudio.core.text import _
from ganstudio.models.readers.unreadable import Unreadable


def mapped(path: Path) -> memoryview:
    """The bytes of the file. The map closes by itself when nothing refers to it any more."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise Unreadable(_("it is a folder. Name the file in it."))
        if not stat.S_ISREG(mode):  # opening a pipe would wait for ever
            raise Unreadable(_("it is not a file."))
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                raise Unreadable(_("it is empty (0 bytes). Download it again."))
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except FileNotFoundError as error:
        raise Unreadable(_("there is no such file.")) from error
    except PermissionError as error:
        raise Unreadable(_("it may not be read (permission denied).")) from error
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL, a file emptied meanwhile
        reason = getattr(error, "strerror", None) or error
        raise Unreadable(_("it cannot be read ({why}).").format(why=reason)) from error
