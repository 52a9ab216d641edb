"""Command: one word of the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Command(NamedTuple):
    """One word of the terminal: `run` takes the words after it and returns the exit code."""

    name: str
    summary: str
    run: Callable[[Sequence[str]], int]
