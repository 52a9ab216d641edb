"""Arrivals: files that are being opened, and what is said of those that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.core.errors import NotAPicture, UserError
from ganstudio.core.text import _

if TYPE_CHECKING:
    from ganstudio.core.document import State
    from ganstudio.ui.background import Task
    from ganstudio.ui.documents.open_document import OpenDocument

_MOST_NAMED = 3  # of the files that were refused


class Arrival:
    """A file that is being opened: its place among the tabs, and the task that reads it."""

    def __init__(self, title: str, path: Path | None = None, page: int = 0) -> None:
        self.title, self.path, self.page = title, path, page
        self.task: Task | None = None
        self.group = Group()

    @property
    def fraction(self) -> float | None:
        """How far it is; None while that is not known."""
        if self.task is None:
            return None
        now = self.task.progress.snapshot()
        return min(now.done / now.total, 1.0) if now.total else None


class Foreseen:
    """A picture that is still being read, shown as it looks from afar. `left` was in front before; `document` is what
    it has become."""

    def __init__(self, arrival: Arrival, state: State, left: OpenDocument | None) -> None:
        self.arrival, self.state, self.left = arrival, state, left
        self.document: OpenDocument | None = None


class Group:
    """Files that were opened together: the first that is there comes to the front; refusals are said once."""

    def __init__(self, names: Sequence[str] = ("",)) -> None:
        """`names` of the files, in the order in which they were given."""
        self.names = list(names)
        self.total = self.left = len(self.names)
        self.shown = False
        self.refused: list[tuple[str, UserError]] = []  # the file's name, why
        self.folders: list[Path] = []


def refusal(group: Group) -> str:
    """One text for all files of a drop that could not be opened: how many, the first names, why the first was not."""
    refused = sorted(group.refused, key=lambda one: group.names.index(one[0]) if one[0] in group.names else 0)
    names, why = [name for name, _why in refused], refused[0][1]
    if len(names) == 1:
        return str(why)
    if all(isinstance(one, NotAPicture) for _file, one in group.refused):
        said = _("{count} of {total} files are no pictures: {names}.")
    else:
        said = _("{count} of {total} files could not be opened: {names}.")
    listed = ", ".join(f"“{name}”" for name in names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        listed = _("{names} and {count} more").format(names=listed, count=len(names) - _MOST_NAMED)
    return f"{said.format(count=len(names), total=group.total, names=listed)} {why.message}"
