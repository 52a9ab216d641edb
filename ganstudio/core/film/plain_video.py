"""Plain video: VP9 by the FFmpeg that OpenCV brings (LGPL, with libvpx), so that WebM and MP4 are there without PyAV.

Its quality is OpenCV's own (about 39 dB on generated pictures); PyAV makes smaller files, in the quality asked for.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np

from ganstudio.core.errors import OutputError, VerifyError
from ganstudio.core.film.writers import Encoding, Frame

_TAGS = {"webm": "VP90", "mp4": "vp09"}
_TRIED = 64  # px
_quiet = threading.Lock()


@cache
def usable(container: str) -> bool:
    """Whether this build of OpenCV writes such a video: a very small one is made and read again."""
    frames = [np.full((_TRIED, _TRIED, 3), level, np.uint8) for level in (30, 200)]
    with tempfile.TemporaryDirectory(prefix="ganstudio-") as folder:
        path = Path(folder) / f"try.{container}"
        if not _write(container, iter(frames), path, Encoding(_TRIED, _TRIED, 2, 10.0, 85)):
            return False
        seen = [int(frame.mean()) for _, frame in decode(path)]
    return len(seen) == 2 and abs(seen[0] - 30) < 10 and abs(seen[1] - 200) < 10


def encode(container: str, frames: Iterator[Frame], file: BinaryIO, how: Encoding) -> tuple[str, ...]:
    """Write a video to a file with a name. Raises OutputError, and OSError of the file."""
    path = Path(f"{file.name}.{container}")  # OpenCV writes by name, and tells the format from its end
    try:
        if not _write(container, frames, path, how):
            raise OutputError(
                f"Frames of {how.width}×{how.height} pixels cannot be written as {container}.",
                "Choose another size, or WebP, GIF or PNG frames.",
            )
        with open(path, "rb") as made:
            shutil.copyfileobj(made, file)
    finally:
        path.unlink(missing_ok=True)
    return ()


def decode(path: Path) -> Iterator[tuple[float, Frame]]:
    """Each picture's beginning in seconds, and its RGB pixels. Raises VerifyError where there is none."""
    with _without_remarks():
        opened = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        if not opened.isOpened():
            raise VerifyError("It cannot be played.")
        rate, number = opened.get(cv2.CAP_PROP_FPS), 0
        while True:
            found, frame = opened.read()
            if not found:
                return
            yield number / rate, np.ascontiguousarray(frame[:, :, ::-1]).astype(np.uint8, copy=False)
            number += 1
    finally:
        opened.release()


def _write(container: str, frames: Iterator[Frame], path: Path, how: Encoding) -> bool:
    """Whether there was an encoder for it."""
    tag = cv2.VideoWriter.fourcc(*_TAGS[container])
    with _without_remarks():
        writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, tag, how.fps, (how.width, how.height))
    try:
        if not writer.isOpened():
            return False
        for frame in frames:
            writer.write(np.ascontiguousarray(frame[:, :, ::-1]))
        return True
    finally:
        writer.release()


@contextmanager
def _without_remarks() -> Iterator[None]:
    """FFmpeg's remarks on tags go straight to the error stream: not while a file is opened."""
    with _quiet:
        try:
            before = os.dup(2)
        except OSError:  # there is no such stream
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(before, 2)
            os.close(before)
            os.close(nowhere)
