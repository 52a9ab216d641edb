"""From the engine's signals to the status bar: what it runs on, what is running, how long still."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Slot

from ganstudio.core.text import _, ngettext_
from ganstudio.jobs.remote import Facts
from ganstudio.jobs.watch import Status
from ganstudio.ui.desk import Desk
from ganstudio.ui.frame.statusbar import Machine, Running, StatusBar
from ganstudio.ui.widgets.wording import bytes_, count, device_name, left

_TELL_AFTER_S, _TELL_FROM = 2.0, 0.03  # time left is told from then on


class StatusFeed(QObject):
    """Keeps what was heard last. `stop` and `pause` act on what the bar shows."""

    def __init__(self, desk: Desk, bar: StatusBar) -> None:
        super().__init__(bar)
        self._engine, self._bar = desk.engine, bar
        self._tasks: dict[int, Any] = {}
        self._batch: Status | None = None
        engine = desk.engine
        engine.state_changed.connect(self._state)
        engine.facts_changed.connect(self._facts)
        engine.progressed.connect(self._progressed)
        engine.finished.connect(self._ended)
        engine.failed.connect(self._ended)
        engine.batch_status.connect(self._batch_moved)
        engine.batch_running_changed.connect(self._batch_runs)
        engine.batch_ended.connect(self._batch_ended)
        engine.batch_failed.connect(self._batch_ended)
        bar.stop.connect(self.stop)
        bar.pause.connect(self.pause)

    @Slot(str)
    def _state(self, state: str) -> None:
        words = {"starting": _("Starting the engine"), "gone": _("The engine has stopped"), "stopped": _("Engine off")}
        if state in words:
            fallback = words[state] if state == "gone" else ""
            self._bar.show_machine(Machine(device=words[state], fallback=fallback))
        if state != "ready":
            self._tasks.clear()
            self._show()

    @Slot(object)
    def _facts(self, facts: Any) -> None:
        total, used = facts.memory_total, facts.memory_used
        memory = _("Memory {used} of {total}").format(used=bytes_(used), total=bytes_(total)) if total else ""
        share = used / total if total else None
        self._bar.show_machine(Machine(_device(facts), facts.precision, memory, share, facts.note))

    @Slot(object)
    def _progressed(self, tasks: dict[int, Any]) -> None:
        self._tasks = dict(tasks)
        self._show()

    @Slot(int, object)
    def _ended(self, task: int, _what: object) -> None:
        self._tasks.pop(task, None)
        self._show()

    @Slot(object)
    def _batch_moved(self, status: Status) -> None:
        self._batch = status
        self._show()

    @Slot(bool)
    def _batch_runs(self, running: bool) -> None:
        if not running:
            self._batch_ended(None)

    @Slot(object)
    def _batch_ended(self, _end: object) -> None:
        self._batch = None
        self._show()

    def _show(self) -> None:
        running = [self._task(task) for task in sorted(self._tasks)]
        if self._batch is not None:
            running.append(self._of_batch(self._batch))
        if not running:
            self._bar.show_running(None)
            return
        first = running[0]
        more = len(running) - 1
        self._bar.show_running(Running(**{**first.__dict__, "more": more}))

    def _task(self, task: int) -> Running:
        progress = self._tasks[task]
        figure = f"{progress.fraction:.0%}".replace("%", " %")
        told = progress.seconds >= _TELL_AFTER_S or progress.fraction >= _TELL_FROM
        still = _left(progress.left) if told else ""
        return Running(progress.label or progress.doing, "", progress.fraction, figure, still)

    def _of_batch(self, status: Status) -> Running:
        totals = status.totals
        ended = totals.added - totals.unfinished
        fraction = ended / totals.added if totals.added else None
        figure = _("{done} of {all}").format(done=count(ended), all=count(totals.added))
        name = status.current[0][0] if status.current else ""
        still = _("Paused") if status.paused else _left(status.left)
        return Running(_("Batch"), name, fraction, figure, still, status.paused, can_pause=True)

    @Slot()
    def stop(self) -> None:
        """Stop what the bar shows: the oldest task, else the batch."""
        if self._tasks:
            self._engine.cancel(min(self._tasks))
        elif self._batch is not None:
            self._engine.stop_batches()

    @Slot()
    def pause(self) -> None:
        if self._batch is None:
            return
        if self._batch.paused:
            self._engine.resume_batches()
        else:
            self._engine.pause_batches()

    @property
    def sentence(self) -> str:
        """What is running, for the tray."""
        running = self._bar.running
        if running is None:
            return _("Ready")
        return "  ".join(filter(None, (running.doing, running.figure, running.left)))


def _device(facts: Facts) -> str:
    """A graphics card by its name; a processor by its threads, its name is in the preferences."""
    if facts.kind != "cpu":
        return device_name(facts.device)
    return ngettext_("Processor, {n} thread", "Processor, {n} threads", facts.workers).format(n=facts.workers)


def _left(seconds: float | None) -> str:
    return left(seconds) if seconds is not None else ""
