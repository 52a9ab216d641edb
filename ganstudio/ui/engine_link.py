"""EngineLink: the engine's process as a QObject. Everything from it comes as signals in the GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from ganstudio.core.document.rect import Rect
from ganstudio.core.settings import Settings
from ganstudio.core.text import N_, _
from ganstudio.jobs.estimate import Estimate
from ganstudio.jobs.remote import messages
from ganstudio.jobs.remote.client import Client, Finished, Heard, LifeState, Stated
from ganstudio.jobs.remote.messages import BatchEnd, Facts, Failure, Measured, Options, Source, Tick
from ganstudio.jobs.remote.pixels import MappedRaster
from ganstudio.jobs.watch import Status

if TYPE_CHECKING:
    from ganstudio.jobs.remote.generators import Wish
    from ganstudio.tools.recipe import Recipe

DOING = (N_("opening the model"), N_("tuning for this computer"))
PRECISIONS = {"auto": N_("automatic precision"), "exact": N_("exact"), "fast": N_("half precision")}


class EngineLink(QObject):
    """Nothing here blocks, but `close`. Task numbers are never used twice."""

    state_changed = Signal(str)  # starting, ready, gone, stopped
    facts_changed = Signal(object)  # Facts
    progressed = Signal(object)  # dict of task → TaskProgress, at most thirty times a second
    began = Signal(int, object)  # task, Header of its result: `partial` gives it as it fills
    area = Signal(int, object)  # task, Rect of its result that is there now
    finished = Signal(int, object)  # task, TaskResult
    failed = Signal(int, object)  # task, Failure
    batch_running_changed = Signal(bool)
    batch_status = Signal(object)  # jobs.watch.Status
    batch_estimate = Signal(object)  # jobs.estimate.Estimate
    batch_ended = Signal(object)  # BatchEnd
    batch_failed = Signal(object)  # Failure
    measured = Signal(object)  # Measured
    explored = Signal(object)  # jobs.remote.generators.Explored, for ui.explore.link
    trouble = Signal(object)  # Failure: the engine has ended; it starts again, or `state` is "gone"
    _heard = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._options = options_of(settings)
        self._client = Client(self._options, self._post)
        self._facts: Facts | None = None
        self._speeds = Measured()
        self._partials: dict[int, messages.Began] = {}
        self._batch_running = False
        self._state: LifeState = "stopped"
        self._heard.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def state(self) -> LifeState:
        return self._state

    @property
    def facts(self) -> Facts | None:
        """None until the engine has said."""
        return self._facts

    @property
    def batch_running(self) -> bool:
        return self._batch_running

    @property
    def pid(self) -> int | None:
        return self._client.pid

    def start(self) -> None:
        """Start the process; also again, after "gone"."""
        self._client.start()

    def close(self, timeout: float = 2.0) -> None:
        """Stop all work and end the process, within `timeout` seconds. Batch Jobs wait for the next time."""
        self._client.close(timeout)
        self._partials.clear()
        self._set_state("stopped")

    # Tasks

    def apply(self, recipe: Recipe, source: Source, *, region: Rect | None = None, label: str = "") -> int:
        """Run a recipe on a picture; its number. `region` (source pixels): only what becomes of that part, the same as
        there in the whole result; a new region ends the tasks of others. Also before the engine is ready."""
        return self._client.apply(recipe.to_json(keep_paths=True), source, region, label)

    def cancel(self, task: int) -> None:
        """It fails as "stopped" within a second; nothing happens when it has ended."""
        self._client.cancel(task)

    def partial(self, task: int) -> MappedRaster | None:
        """The result of a running task as it fills (after `began`); None before, and once the task has ended."""
        began = self._partials.get(task)
        return MappedRaster(began.path, began.header, began.meta) if began is not None else None

    def warm(self, model: str) -> None:
        """Make a model ready in the background: it was chosen and may be run soon."""
        self._client.send(messages.Warm(model))

    def explore(self, wish: Wish) -> None:
        """Something about a generator; `explored` brings the answers. Also before the engine is ready; lost where it
        is gone for good."""
        if self._client.state == "stopped":
            self._client.start()
        self._client.send(wish)

    def gauge(self, recipes: Sequence[Recipe]) -> None:
        """Find out how long the models of these recipes take, in this order, whenever nothing else is to be done; in
        place of what was asked for before. `measured` comes for each."""
        self._client.send(messages.Gauge(tuple(one.to_json() for one in recipes)))

    def ask_time(self, model: str, width: int, height: int) -> float | None:
        """About how many seconds a model (by its name or its group's) takes for a picture of this size on the device in
        use; None where that was not measured. `measured` comes when there is more to know."""
        pace = self._speeds.seconds.get(model.strip().lower())
        return None if pace is None else pace * width * height / 1e6

    def set_options(
        self, device: str | None = None, precision: str | None = None, threads: int | None = None,
        memory: int | None = None,
    ) -> None:  # fmt: skip
        """As the settings have them (`threads` 0: the engine's choice, `memory` in percent); None leaves one as it is.
        What runs goes on as it began."""
        options = self._options
        if device is not None:
            options = replace(options, device=device)
        if precision is not None:
            options = replace(options, precision=precision)
        if threads is not None:
            options = replace(options, threads=threads or None)
        if memory is not None:
            options = replace(options, memory=memory / 100)
        if options != self._options:
            self._options = options
            self._client.send(messages.SetOptions(options))

    # Batches

    def run_batches(self, ids: Sequence[int], until: int | None = None) -> None:
        """Work through batches of the journal, until a time of day (minutes after midnight) if one is given. While some
        run, others are taken up after them."""
        if not ids:
            return
        self.start()
        self._client.send(messages.RunBatches(tuple(dict.fromkeys(ids)), until))
        self._set_batch_running(True)

    def pause_batches(self) -> None:
        self._client.send(messages.BatchOrder("pause"))

    def resume_batches(self) -> None:
        self._client.send(messages.BatchOrder("resume"))

    def stop_batches(self) -> None:
        """The Jobs in work stop at their next tile and wait again."""
        self._client.send(messages.BatchOrder("stop"))

    # What comes

    def _post(self, heard: Heard) -> None:
        """In the client's thread."""
        if isValid(self):
            self._heard.emit(heard)

    @Slot(object)
    def _take(self, heard: Heard) -> None:
        if isinstance(heard, Tick):
            self._take_tick(heard)
        elif isinstance(heard, Finished):
            self._partials.pop(heard.task, None)
            self.finished.emit(heard.task, heard.result)
        elif isinstance(heard, messages.Failed):
            self._partials.pop(heard.task, None)
            self.failed.emit(heard.task, heard.failure)
        else:
            self._take_state(heard)

    def _take_tick(self, tick: Tick) -> None:
        for began in tick.began:
            self._partials[began.task] = began
            self.began.emit(began.task, began.header)
        for task, rects in tick.areas.items():
            for rect in rects:
                self.area.emit(task, rect)
        if tick.progress:
            told = {task: replace(one, doing=_(one.doing) if one.doing else "") for task, one in tick.progress.items()}
            self.progressed.emit(told)
        if tick.facts is not None:
            self._facts = replace(tick.facts, precision=_(PRECISIONS[tick.facts.precision]))
            self.facts_changed.emit(self._facts)
        if tick.measured is not None:
            self._speeds = tick.measured
            self.measured.emit(self._speeds)
        for one in tick.explored:
            self.explored.emit(one)
        for one in tick.batch:
            self._take_batch(one)
        if tick.batch_running is not None:
            self._set_batch_running(tick.batch_running)

    def _take_batch(self, one: Status | Estimate | BatchEnd | Failure) -> None:
        if isinstance(one, Status):
            self.batch_status.emit(one)
        elif isinstance(one, Estimate):
            self.batch_estimate.emit(one)
        elif isinstance(one, BatchEnd):
            self.batch_ended.emit(one)
        else:
            self.batch_failed.emit(one)

    def _take_state(self, stated: Stated) -> None:
        self._set_state(stated.state)
        if stated.why is None:
            return
        self._partials.clear()
        if self._batch_running:
            self._set_batch_running(False)
            self.batch_failed.emit(stated.why)
        self.trouble.emit(stated.why)

    def _set_state(self, state: LifeState) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    def _set_batch_running(self, running: bool) -> None:
        if running != self._batch_running:
            self._batch_running = running
            self.batch_running_changed.emit(running)


def options_of(settings: Settings) -> Options:
    return Options(settings.device, settings.precision, settings.threads or None, settings.memory_percent / 100)
