"""Showing: the toolbar, the totals and the bars of what runs, as the queue stands; ten times a second at most, and once
a second while another workspace is in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from ganstudio.jobs.records import State

if TYPE_CHECKING:
    from ganstudio.ui.batch.workspace import BatchWorkspace

_EVERY_MS, _UNSEEN_MS = 100, 1000


class Showing(QObject):
    """`soon` may be called as often as one likes."""

    def __init__(self, room: BatchWorkspace) -> None:
        super().__init__(room)
        self._room = room
        self._facts: tuple[object, ...] = ()
        self._timer = QTimer(self, interval=_EVERY_MS, singleShot=True)
        self._timer.timeout.connect(self._show)

    @Slot()
    def soon(self) -> None:
        seen = self._room.isVisible()
        if not self._timer.isActive() or (seen and self._timer.interval() == _UNSEEN_MS):
            self._timer.start(_EVERY_MS if seen else _UNSEEN_MS)

    def close(self) -> None:
        self._timer.stop()

    @Slot()
    def _show(self) -> None:
        room = self._room
        counts, runner = room.model.counts, room.runner
        if not room.adder.busy:
            room.stack.setCurrentWidget(room.table if counts.total() else room.empty)
        why = room.conditions.startable()
        room.toolbar.show_state(
            running=runner.running,
            paused=runner.paused,
            starting=runner.starting,
            elsewhere=bool(counts[State.RUNNING]) and not runner.running,
            startable="" if why is True else str(why),
        )
        room.toolbar.show_counts(counts[State.FAILED], room.rows.done_count())
        forecast = room.foresight.words() if room.conditions.waiting else ("", "")
        room.totals.show_counts(counts, runner.course, forecast, room.model.makings)
        self._show_progress()
        states = [bool(counts[state]) for state in State]
        facts = (*states, runner.running, runner.starting, why, room.table.any_chosen)
        if facts != self._facts:  # asking every action is not for nothing
            self._facts = facts
            room.desk.actions.refresh()
        room.status_changed.emit()

    def _show_progress(self) -> None:
        status, model = self._room.runner.status, self._room.model
        if status is None:
            if model.running:
                model.show_running({})
            return
        shares = dict(status.current)
        model.show_running({row.id: shares[row.name] for row in model.running_rows() if row.name in shares})
