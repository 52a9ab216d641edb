"""Generating: from a Latent to pixels. The one door is `generator_of`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.runtime.generating.facts import Facts

if TYPE_CHECKING:
    from ganstudio.models.library import Entry
    from ganstudio.runtime.door import Runtime
    from ganstudio.runtime.generating.darkroom import Darkroom

__all__ = ["Facts", "generator_of"]


def generator_of(runtime: Runtime, entry: Entry) -> Darkroom:
    """The generator, open and ready for any thread; opened once. Raises BadModel (also for what is no generator) or
    OutOfMemory."""
    return runtime.darkroom(entry)
