"""Running a Tool on the document in front: source off the GUI thread, the engine, the result as a layer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from ganstudio.core.document import Edit, Rect, State, Tiles, flattened, land
from ganstudio.core.document.tiles import TilesRaster
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Metadata, Raster
from ganstudio.core.text import _
from ganstudio.jobs.remote import Failure, Source, TaskProgress, TaskResult
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.ui.canvas.running import RunningView

if TYPE_CHECKING:
    from ganstudio.ui.background import Task
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.edit.session import Session


@dataclass(eq=False)
class Run:
    """One run: what was asked, of which state, and how far it is. `task` is None until the engine has it."""

    session: Session
    step: Step
    title: str
    size: tuple[int, int]
    base: State
    began: float = field(default_factory=time.monotonic)
    preparing: Task | None = None
    task: int | None = None
    progress: TaskProgress | None = None
    done: list[Rect] = field(default_factory=list)
    raster: Raster | None = None  # the result's file while it fills
    landing: bool = False

    @property
    def name(self) -> str:
        """For the status bar: what is done to which document."""
        return f"{_(self.step.tool.title)}  {self.session.document.title}"

    def told(self, engine: str) -> tuple[float, float | None, float | None, str]:
        """For the run row: seconds so far, the share done, seconds left, and what is being done."""
        seconds = time.monotonic() - self.began
        if self.landing:
            return seconds, 1.0, None, _("laying it on")
        if engine == "starting":
            return seconds, None, None, _("Starting the engine")
        if self.progress is None:
            return seconds, None, None, _("Getting ready")
        return seconds, self.progress.fraction, self.progress.left, self._tile(self.progress)

    def _tile(self, far: TaskProgress) -> str:
        """The tile that is being made; until the first is, what is done before."""
        if far.tiles < 2 or (far.doing and not far.tiles_done):
            return far.doing
        number = min(far.tiles_done + 1, far.tiles)
        return _("tile {number} of {count}").format(number=number, count=far.tiles)

    def view(self) -> RunningView | None:
        """What the canvas shows of the result so far."""
        if self.raster is None or not self.done:
            return None
        scale = self.raster.header.width / self.base.width
        return RunningView(self.base.rect, scale, list(self.done), self.raster)


class Runner(QObject):
    """At most one run a document. Signals carry the Run; `ended` comes once for each, whatever became of it."""

    started = Signal(object)
    advanced = Signal(object)
    filled = Signal(object, object)  # the Run and the rectangle of the result that is new
    landed = Signal(object, str)  # the Run and the new layer's id
    alone = Signal(object, object)  # the canvas has another shape by now: a State of its own for the result
    ended = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._runs: list[Run] = []
        engine = desk.engine
        engine.progressed.connect(self._progressed)
        engine.began.connect(self._began)
        engine.area.connect(self._area)
        engine.finished.connect(self._finished)
        engine.failed.connect(self._failed)

    def of(self, session: Session | None) -> Run | None:
        """What runs for a document."""
        return next((run for run in self._runs if run.session is session), None)

    @property
    def runs(self) -> list[Run]:
        return list(self._runs)

    def start(self, session: Session, step: Step, title: str, size: tuple[int, int]) -> Run | None:
        """Run a Tool on all that the document shows; `size` of the result. None when something runs already."""
        if self.of(session) is not None:
            return None
        run = Run(session, step, title, size, session.state)
        self._runs.append(run)
        self.started.emit(run)
        work = partial(source_of, run.base)
        run.preparing = self._desk.background.run(
            work, partial(self._send, run), partial(self._not_sent, run), owner=self
        )
        return run

    def stop(self, session: Session | None) -> None:
        """End a document's run; the document stays as it is."""
        run = self.of(session)
        if run is None:
            return
        if run.preparing is not None:
            run.preparing.cancel()
        if run.task is not None:
            self._desk.engine.cancel(run.task)
        self._end(run)

    def _send(self, run: Run, source: Source) -> None:
        run.task = self._desk.engine.apply(Recipe((run.step,)), source, label=run.name)

    def _not_sent(self, run: Run, error: Exception) -> None:
        self._end(run)
        self._desk.notices.error(error, partial(self._again, run))

    def _again(self, run: Run) -> None:
        if isValid(run.session):  # its document may have been closed meanwhile
            self.start(run.session, run.step, run.title, run.size)

    # The engine

    def _run(self, task: int) -> Run | None:
        return next((run for run in self._runs if run.task == task), None)

    @Slot(object)
    def _progressed(self, all_: dict[int, TaskProgress]) -> None:
        for run in self._runs:
            if run.task in all_:
                run.progress = all_[run.task]
                self.advanced.emit(run)

    @Slot(int, object)
    def _began(self, task: int, header: object) -> None:
        run = self._run(task)
        if run is not None:
            run.raster = self._desk.engine.partial(task)

    @Slot(int, object)
    def _area(self, task: int, rect: Rect) -> None:
        run = self._run(task)
        if run is not None:
            run.done.append(rect)
            self.filled.emit(run, rect)

    @Slot(int, object)
    def _failed(self, task: int, failure: Failure) -> None:
        run = self._run(task)
        if run is None:
            return
        self._end(run)
        if failure.kind != "stopped":
            self._desk.notices.error(failure, partial(self._again, run))

    @Slot(int, object)
    def _finished(self, task: int, result: TaskResult) -> None:
        run = self._run(task)
        if run is None:
            return
        run.landing = True
        self.advanced.emit(run)
        run.preparing = self._desk.background.run(
            partial(_tiles, run.base, result), partial(self._land, run), partial(self._not_landed, run), owner=self
        )

    def _land(self, run: Run, got: _Result) -> None:
        """The result is in the pool; bring it to the document as it is now."""
        base = run.session.state
        if (base.width, base.height) != (run.base.width, run.base.height):
            self._end(run)
            self.alone.emit(run, _on_its_own(run, got))
            return
        done = partial(self._landed, run, got, base)
        run.preparing = self._desk.background.run(
            partial(_landing, run, got, base), done, partial(self._not_landed, run), owner=self
        )

    def _landed(self, run: Run, got: _Result, base: State, edit: Edit) -> None:
        if run.session.state is not base:  # something was changed meanwhile: lay it on that
            self._land(run, got)
            return
        run.session.document.do(edit)
        self._end(run)
        self.landed.emit(run, edit.state.layers[-1].id)

    def _not_landed(self, run: Run, error: Exception) -> None:
        self._end(run)
        self._desk.notices.error(error, partial(self._again, run))

    def _end(self, run: Run) -> None:
        if run in self._runs:
            self._runs.remove(run)
            self.ended.emit(run)


@dataclass(frozen=True)
class _Result:
    pixels: Tiles
    made_by: dict[str, Any]
    source_type: str
    meta: Metadata


def source_of(state: State, progress: Progress) -> Source:
    """What a Tool is given: all that the document shows."""
    raster = flattened(state)
    tiles = raster.tiles if isinstance(raster, TilesRaster) else Tiles.of(state.pool, raster, progress)
    return Source.of_tiles(tiles, raster.meta)


def _tiles(base: State, result: TaskResult, progress: Progress) -> _Result:
    """The result's pixels in the document's pool; its file is removed."""
    try:
        raster = result.raster()
        try:
            pixels = Tiles.of(base.pool, raster, progress)
            return _Result(pixels, {"recipe": result.recipe}, result.source_type, raster.meta)
        finally:
            raster.close()
    finally:
        result.release()


def _landing(run: Run, got: _Result, base: State, progress: Progress) -> Edit:
    return land(
        base, got.pixels, run.title, run.step.tool.title, made_by=got.made_by, source_type=got.source_type,
        progress=progress,
    )  # fmt: skip


def _on_its_own(run: Run, got: _Result) -> State:
    """A document of the result alone."""
    empty = State(got.pixels.width, got.pixels.height, run.base.pool, (), run.base.meta)
    return land(empty, got.pixels, run.title, "", made_by=got.made_by, source_type=got.source_type).state
