"""Binding: the actions and buttons of Batch: what each calls, and when it can be used."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ganstudio.core.text import _
from ganstudio.jobs.records import State

if TYPE_CHECKING:
    from ganstudio.ui.batch.workspace import BatchWorkspace


class Conditions:
    """What can be done with the queue now: True, or False, or the reason why not."""

    def __init__(self, room: BatchWorkspace) -> None:
        self._room = room

    @property
    def waiting(self) -> int:
        """How many pictures a start would run."""
        counts = self._room.model.counts
        return counts[State.WAITING] + counts[State.PAUSED]

    def startable(self) -> bool | str:
        room = self._room
        if room.runner.running or room.runner.starting:
            return _("It is running")
        if not self.waiting:
            return _("Nothing is waiting")
        if self.waiting == room.model.waiting_makings:
            return True  # they need neither recipe nor output
        if room.plan is None:
            return _("The recipe has no step")
        return room.side.output.error or True

    def running(self) -> bool:
        return self._room.runner.running

    def active(self) -> bool:
        return self._room.runner.running or bool(self._room.model.counts[State.RUNNING])

    def foreseeable(self) -> bool:
        """Whether a start lies ahead."""
        return bool(self.waiting) and not (self._room.runner.running or self._room.adder.busy)


def bind(room: BatchWorkspace) -> None:
    rows, toolbar, can = room.rows, room.toolbar, room.conditions
    for id, button, call, enabled in (
        ("add_files", toolbar.add_files, room.intake.add_files, None),
        ("add_folder", toolbar.add_folder, room.intake.add_folder, None),
        ("start", toolbar.start, room.start, can.startable),
        ("pause", toolbar.pause, room.pause, can.active),
        ("stop", toolbar.stop, room.stop, can.running),
        ("retry", toolbar.retry, rows.retry_failed, rows.any_failed),
        ("clear_done", toolbar.clear, rows.clear_done, rows.any_done),
        ("remove", None, rows.remove, rows.any_chosen),
        ("again", None, rows.again, rows.any_chosen),
        ("up", None, partial(rows.shift, -1), rows.orderable),
        ("down", None, partial(rows.shift, 1), rows.orderable),
        ("show", None, rows.show_in_folder, rows.any_chosen),
        ("open_edit", None, rows.open_edit, rows.any_chosen),
    ):
        room.desk.actions.bind(f"batch.{id}", call, enabled)
        if button is not None:
            button.clicked.connect(call)
