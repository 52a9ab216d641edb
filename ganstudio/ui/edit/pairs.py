"""A picture and its result from two files, as one document. No Qt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ganstudio.core.document import Pool, land
from ganstudio.core.errors import NotAPicture
from ganstudio.core.names import shown
from ganstudio.core.progress import Progress
from ganstudio.jobs.reading import Readers
from ganstudio.ui.documents.loading import Opened, look


def pair_of(source: Path, result: Path, pool: Pool, readers: Readers, progress: Progress) -> Opened:
    """The source as the lowest layer, the result on top. Raises what opening them raises."""
    before, after = (look(path, pool, progress, readers=readers) for path in (source, result))
    for path, found in ((source, before), (result, after)):
        if not isinstance(found, Opened) or not found.state.layers:
            raise NotAPicture(f"{shown(path.name)} is no picture.")
    assert isinstance(before, Opened) and isinstance(after, Opened)
    pixels = after.state.layers[0].pixels
    edit = land(before.state, pixels, after.title, "Result", made_by=None, progress=progress)
    return replace(before, state=edit.state, recipe=after.recipe or before.recipe)
