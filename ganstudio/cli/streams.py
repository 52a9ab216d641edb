"""The terminal's two streams: nothing said on them may end the program for a reason of theirs."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from ganstudio.core.errors import OutputError


def prepare() -> None:
    """Make the standard streams safe to speak on.

    Where one was closed by whoever started the program, its number would go to the next file opened, and a library
    that complains would write into that. What a stream's encoding lacks is shown as \\u2192.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout, sys.stderr = _usable(sys.stdout), _usable(sys.stderr)


def _usable(stream: TextIO | None) -> TextIO:
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def say(text: str) -> None:
    """Print to stdout at once. Raises BrokenPipeError when nobody reads it any more, OutputError for a full disk."""
    with _written():
        print(text, flush=True)


def finish() -> None:
    """Write out what is still held back; raises as `say` does."""
    with _written():
        sys.stdout.flush()


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # What is held back goes nowhere, or Python would complain once more at its end.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputError(f"What the program prints cannot be written: {error.strerror}.") from error
