"""Store: the folder beside a film in which its frames wait, so that a film that was stopped is gone on with."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from ganstudio.core.codecs.options import SaveOptions
from ganstudio.core.codecs.partial import sentence
from ganstudio.core.codecs.saving import History, write
from ganstudio.core.errors import OutputError
from ganstudio.core.film.writers import Frame
from ganstudio.core.names import shown
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture

MARK, FORMAT = "film.json", "ganstudio-film-frames"
_QUICK = [cv2.IMWRITE_PNG_COMPRESSION, 1]


class Store:
    """Frames as PNG files under the identity of what draws them: those of another film are never taken for its own."""

    def __init__(self, folder: Path, identity: str, count: int, width: int, height: int) -> None:
        self.folder = folder
        self._told = {"format": FORMAT, "identity": identity, "count": count, "width": width, "height": height}
        self._count, self._size = count, (width, height)

    def open(self) -> int:
        """Make the folder, or take up what an earlier run left in it: how many frames are there already.

        Raises OutputError for a folder of this name that is not ours.
        """
        mark = self.folder / MARK
        try:
            self.folder.mkdir(exist_ok=True)
            if any(self.folder.iterdir()) and not mark.is_file():
                raise OutputError(
                    f"The folder {shown(self.folder)} is in the way: the frames of the film wait in one of that name.",
                    "Rename it, or choose another name for the film.",
                )
            if not self._is_same(mark):
                self._empty()
                mark.write_text(json.dumps(self._told) + "\n", "utf-8")
        except OSError as error:
            raise sentence(error, self.folder) from error
        return sum(map(self.has, range(self._count)))

    def _is_same(self, mark: Path) -> bool:
        try:
            return json.loads(mark.read_text("utf-8")) == self._told
        except (OSError, ValueError):
            return False

    def _empty(self) -> None:
        for path in self.folder.iterdir():
            if path.name.endswith((".png", ".part")) or path.name == MARK:
                path.unlink()

    def path(self, number: int) -> Path:
        return self.folder / f"{number + 1:05d}.png"

    def has(self, number: int) -> bool:
        """Whether a frame is there and whole."""
        try:
            with Image.open(self.path(number)) as opened:
                fits = opened.size == self._size
                opened.verify()
                return fits
        except (OSError, SyntaxError, ValueError):  # what Pillow raises for files that are none, or cut
            return False

    def put(self, number: int, frame: Frame, history: History | None = None) -> int:
        """Keep a frame, with its history where it is a result by itself; its bytes. Raises OutputError or DiskFull."""
        path = self.path(number)
        if history is not None:
            return write(
                Picture.of(frame), path, SaveOptions(format="png"), Progress(), history=history, overwrite=True
            ).bytes
        partial = path.with_suffix(".part")
        data = cv2.imencode(".png", frame[:, :, ::-1], _QUICK)[1].tobytes()
        try:
            partial.write_bytes(data)
            os.replace(partial, path)
        except OSError as error:
            with suppress(OSError):
                partial.unlink()
            raise sentence(error, path) from error
        return len(data)

    def get(self, number: int) -> Frame:
        """Raises OutputError for a frame that has gone meanwhile."""
        try:
            with Image.open(self.path(number)) as opened:
                return np.asarray(opened.convert("RGB"))
        except (OSError, SyntaxError, ValueError) as error:
            raise OutputError(
                f"The frame {shown(self.path(number))} cannot be read any more.", "Run the same again."
            ) from error

    def all(self) -> Iterator[Frame]:
        return map(self.get, range(self._count))

    def remove(self) -> None:
        """The film is made: its frames are not needed any more. What cannot be removed stays."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def become(self, target: Path) -> None:
        """The folder itself is the result: give it its name, or where that folder is there already, move the frames
        into it. Raises OutputError."""
        try:
            (self.folder / MARK).unlink()
            if target.is_dir():
                for number in range(self._count):
                    os.replace(self.path(number), target / self.path(number).name)
                self.folder.rmdir()
            else:
                os.rename(self.folder, target)
        except OSError as error:
            raise sentence(error, target) from error
