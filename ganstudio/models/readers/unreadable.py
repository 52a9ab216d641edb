"""Why one model file was turned away, before the file's name is put in front of it."""

from __future__ import annotations

from pathlib import Path

from ganstudio.core.errors import BadModel


class Unreadable(BadModel):
    """`message` finishes the sentence "NAME cannot be opened as a model: …"; `read` puts the name before it."""


def named(path: Path, error: Unreadable) -> BadModel:
    """The whole sentence, for the person."""
    return BadModel(f"{path.name} cannot be opened as a model: {error.message}", error.hint)
