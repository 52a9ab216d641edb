"""The brush of the canvas: its settings, and the thread that makes strokes, so that the pointer never waits."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance, Slot

from ganstudio.core.document import Brush, Change, Edit, Point, Rect, State, Stroke, paint
from ganstudio.core.document.brush import LARGEST_RADIUS
from ganstudio.core.document.state import NOTHING
from ganstudio.core.errors import UserError
from ganstudio.ui.canvas.composer import told

PEN = ("size", "flow", "both", "nothing")
SMALLEST_SIZE, LARGEST_SIZE = 1.0, 2 * LARGEST_RADIUS


class BrushSettings(QObject):
    """Size (diameter in picture pixels), feather and strength (0 … 1) of brush and eraser together; `pen`: what a
    tablet's pressure changes, one of `PEN`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.size = 100.0
        self.feather = 0.4
        self.strength = 1.0
        self.pen = PEN[0]

    def set_size(self, size: float) -> None:
        self._set(size=min(max(size, SMALLEST_SIZE), LARGEST_SIZE))

    def set_feather(self, feather: float) -> None:
        self._set(feather=min(max(feather, 0.0), 1.0))

    def set_strength(self, strength: float) -> None:
        self._set(strength=min(max(strength, 0.0), 1.0))

    def set_pen(self, pen: str) -> None:
        """ValueError for a word that is none."""
        if pen not in PEN:
            raise ValueError(f"a pen cannot change {pen}")
        self._set(pen=pen)

    def _set(self, **values: float | str) -> None:
        if any(getattr(self, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(self, name, value)
            self.changed.emit()

    def brush(self, erase: bool) -> Brush:
        sizes, fades = self.pen in ("size", "both"), self.pen in ("flow", "both")
        return Brush(self.size / 2, 1 - self.feather, self.strength, erase, sizes, fades)


@dataclass(frozen=True, eq=False)
class Painted:
    """A finished stroke: `edit` is the one that was shown, made from `base`."""

    layer_id: str
    brush: Brush
    points: list[Point]
    base: State
    edit: Edit

    def on(self, state: State) -> Edit:
        """The stroke as an edit of a state: the one that was shown when the document is still as it was."""
        return self.edit if state is self.base else paint(state, self.layer_id, self.brush, self.points)


class StrokeMaker(QObject):
    """One stroke at a time, made in a thread of its own. `grown(state, rect)`: the document with the stroke so far
    and what differs from the one said before; `finished(Painted)`; `failed(UserError)`."""

    grown = Signal(object, object)
    finished = Signal(object)
    failed = Signal(object)
    _posted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self._arrived, Qt.ConnectionType.QueuedConnection)
        self._hand = _Hand()
        self.destroyed.connect(self._hand.lift)

    @property
    def busy(self) -> bool:
        """Also while a stroke that ended is not all painted yet."""
        return self._hand.line is not None

    def begin(self, state: State, layer_id: str, brush: Brush) -> None:
        """Set the brush down; EditRefused for a locked layer or none."""
        self._hand.line = _Line(state, Stroke.begin(state, layer_id, brush))
        threading.Thread(target=_make, args=(self._hand.line, self._posted), name="canvas-stroke", daemon=True).start()

    def to(self, x: float, y: float, pressure: float = 1.0) -> None:
        if self._hand.line is not None:
            self._hand.line.add([Point(x, y, pressure)], last=False)

    def end(self) -> None:
        """The brush was lifted; `finished` follows when all is painted."""
        if self._hand.line is not None:
            self._hand.line.add([], last=True)

    def cancel(self) -> None:
        """Nothing more is said of this stroke."""
        self._hand.lift()

    @Slot()
    def _arrived(self) -> None:
        line = self._hand.line
        if line is None:
            return
        stroke, rect, error, ended = line.news()
        if error is not None:
            self._hand.line = None
            self.failed.emit(error)
            return
        if not rect.empty:
            self.grown.emit(stroke.edit.state, rect)
        if ended:
            self._hand.line = None
            change = Change(line.touched, layers=True)
            edit = Edit(stroke.edit.state, change, stroke.edit.label)
            self.finished.emit(Painted(stroke.layer_id, stroke.brush, line.points, line.base, edit))


class _Hand:
    """The stroke that is being painted; no QObject, so that it can still end it when the canvas is gone."""

    def __init__(self) -> None:
        self.line: _Line | None = None

    def lift(self) -> None:
        if self.line is not None:
            self.line.stop()
            self.line = None


@dataclass(eq=False)
class _Line:
    """What the window and the thread of one stroke share."""

    base: State
    stroke: Stroke
    points: list[Point] = field(default_factory=list)
    touched: Rect = field(init=False)  # by the whole stroke
    _new: Rect = field(init=False)  # since the last news
    _done: int = 0
    _last: bool = False
    _stopped: bool = False
    _error: UserError | None = None
    _told: bool = False
    _there: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.touched = self._new = self.stroke.edit.change.rect

    def add(self, points: list[Point], last: bool) -> None:
        with self._there:
            self.points += points
            self._last = last
            self._there.notify()

    def stop(self) -> None:
        with self._there:
            self._stopped = True
            self._there.notify()

    def news(self) -> tuple[Stroke, Rect, UserError | None, bool]:
        with self._there:
            rect, self._new, self._told = self._new, NOTHING, False
            return self.stroke, rect, self._error, self._last and self._done == len(self.points)

    def next(self) -> Point | None:
        """The next point; None when the stroke is over."""
        with self._there:
            self._there.wait_for(lambda: self._stopped or self._last or self._done < len(self.points))
            if self._stopped or self._done == len(self.points):
                return None
            return self.points[self._done]

    def grown(self, stroke: Stroke | None, error: UserError | None = None) -> bool:
        """Whether the window is to be told."""
        with self._there:
            if stroke is not None:
                self.stroke, rect = stroke, stroke.edit.change.rect
                self._done += 1
                self._new, self.touched = self._new.joined(rect), self.touched.joined(rect)
            self._error = error
            tell, self._told = not self._told and not self._stopped, True
            return tell


def _make(line: _Line, posted: SignalInstance) -> None:
    while (point := line.next()) is not None:
        try:
            tell = line.grown(line.stroke.to(*point))
        except UserError as error:
            if line.grown(None, error):
                told(posted)
            return
        if tell:
            told(posted)
    told(posted)
