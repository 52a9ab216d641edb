"""Source: one input file, opened once, read by offset; the trouble of the file system as sentences."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from ganstudio.core.errors import BadInput, NotAPicture
from ganstudio.core.names import shown
from ganstudio.core.text import _


class Source:
    """An open regular file. `name` is safe to print; reading past the end returns fewer bytes."""

    def __init__(self, path: Path) -> None:
        """Raises BadInput when the file is absent or may not be read, NotAPicture for a folder or device."""
        self.path = path
        self.name = shown(path.name)
        try:
            facts = os.stat(path)
            if not stat.S_ISREG(facts.st_mode):  # asked before opening: opening a pipe would wait for ever
                raise NotAPicture(_("“{name}” is not a file.").format(name=self.name))
            self._file: BinaryIO = open(path, "rb")  # noqa: SIM115 - closed by close()
        except FileNotFoundError as error:
            raise BadInput(_("“{name}” does not exist.").format(name=self.name)) from error
        except PermissionError as error:
            raise BadInput(_("“{name}” may not be read: no permission.").format(name=self.name)) from error
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error
        self.size = facts.st_size
        self.modified_ns = facts.st_mtime_ns

    def read(self, offset: int, length: int) -> bytes:
        try:
            self._file.seek(offset)
            return self._file.read(min(length, max(self.size - offset, 0)))
        except OSError as error:
            raise self._unreadable(error) from error

    def whole(self) -> bytes:
        return self.read(0, self.size)

    def broken(self, why: str) -> BadInput:
        """The sentence for this picture: `why` continues “name” …."""
        return BadInput(_("“{name}” {why}.").format(name=self.name, why=why))

    def _unreadable(self, error: OSError | ValueError) -> BadInput:
        return BadInput(_("“{name}” could not be read ({why}).").format(name=self.name, why=_reason(error)))

    def cut_off(self) -> BadInput:
        return self.broken(_("is cut off: its end is missing"))

    def damaged(self) -> BadInput:
        return self.broken(_("is damaged and cannot be decoded"))

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
