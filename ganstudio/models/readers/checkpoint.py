"""What a model file turned out to hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A model file, described and not yet loaded.

    `container`: torch-zip, torch-legacy, pickle, safetensors, npz or ncnn. `root`: dict, list, tuple, set, str,
    bytes (long ones as memoryview), numbers, None, LazyTensor, Record and GlobalRef, nested. `metadata`: the texts
    of a safetensors header. `inert`: the classes and functions that the file names and that were not made.
    """

    path: Path
    container: str
    root: Any = field(repr=False)
    metadata: dict[str, str] = field(default_factory=dict, repr=False)
    inert: tuple[str, ...] = ()
