"""Why one model file was turned away, before the file's name is put in front of it."""

from __future__ import annotations

from pathlib import Path

from ganstudio.core.errors import BadModel
from ganstudio.core.text import _


class Unreadable(BadModel):
    """`message` finishes the sentence "NAME cannot be opened as a model: …"; `read` puts the name before it."""


def named(path: Path, error: Unreadable) -> BadModel:
    """The whole sentence, for the person."""
    return BadModel(
        _("{file} cannot be opened as a model: {why}").format(file=path.name, why=error.message), error.hint
    )
