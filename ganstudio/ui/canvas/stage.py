"""The stage: the pictures a canvas shows (the document, what it is compared with), and the tiles made for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QRegion

from ganstudio.core.document import Change, Rect, State, composite
from ganstudio.ui.canvas.composer import Composer, Made, Wish
from ganstudio.ui.canvas.display import Display
from ganstudio.ui.canvas.plane import Plane
from ganstudio.ui.canvas.sources import MaskShown, StateSource
from ganstudio.ui.canvas.view import View

_TAKE_S = 0.002  # of the window's thread at a time


@dataclass(frozen=True)
class Pane:
    """A part of the viewport that shows one plane. `left` and `top` move the view (device pixels); `clip` is what is
    painted, in the moved pixels. `result`: what is compared, not what it is compared with."""

    plane: Plane
    clip: Rect
    left: int = 0
    top: int = 0
    result: bool = False


class Overlay(Protocol):
    """Something over the picture that has pictures of its own."""

    @property
    def shown(self) -> bool:
        """Whether there is anything to paint."""
        ...

    def pieces(self, view: View, panes: list[Pane]) -> list[Pane]:
        """What to paint over the panes."""
        ...

    def hidden(self, view: View, panes: list[Pane], ratio: float) -> QRegion:
        """What of the widget (logical pixels) it lies over so that nothing of the panes counts there."""
        ...

    def paint(self, painter: QPainter, view: View, panes: list[Pane], ratio: float) -> None:
        """Frames and words over that; the painter works in the widget's device pixels."""
        ...


@lru_cache(maxsize=8)
def display_of(icc: bytes | None) -> Display:
    return Display(icc)


class Stage(QObject):
    """`tile_made(plane, rect)`: a rectangle of a plane's own pixels can be painted better now."""

    tile_made = Signal(object, object)
    trouble = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.composer = Composer(self)
        self.composer.made.connect(self._take)
        self._again = QTimer(self, interval=0, singleShot=True)
        self._again.timeout.connect(self._take)
        self.after: Plane | None = None
        self.before: Plane | None = None
        self.state: State | None = None
        self.other: State | None = None
        self.mask: MaskShown | None = None
        self._more: list[Plane] = []
        self._wanted: list[tuple[int, int, int, Rect]] = []
        self._told = ""

    def show(self, state: State, change: Change | None) -> None:
        """The document's picture; `change` says what differs from the one shown before, None: everything."""
        if change is not None and self.mask is not None and self.state is not None:
            change = _with_veil(change, self.mask.layer_id, self.state, state)
        self.state = state
        source = StateSource(state, display_of(state.meta.icc), self.mask)
        if self.after is None:
            self.after = Plane(source)
        else:
            self.after.show(source, change)

    def compare(self, state: State | None) -> None:
        if state is self.other:
            return
        self.other = state
        self.before = None if state is None else Plane(StateSource(state, display_of(state.meta.icc)))

    def show_mask(self, mask: MaskShown | None) -> None:
        if mask == self.mask:
            return
        self.mask = mask
        if self.state is not None:
            self.show(self.state, Change(self.state.rect))

    def clear(self) -> None:
        self.after = self.before = self.state = self.other = None
        self._more.clear()
        self._wanted = []
        self.composer.wish([])

    def add(self, plane: Plane) -> None:
        """One more picture that tiles are made for, besides the two."""
        self._more.append(plane)

    def remove(self, plane: Plane) -> None:
        if plane in self._more:  # a cleared stage holds none
            self._more.remove(plane)

    @property
    def planes(self) -> list[Plane]:
        return [plane for plane in (self.after, self.before, *self._more) if plane is not None]

    def wish(self, view: View, panes: list[Pane]) -> None:
        """Ask for what the panes lack, the coarse and the visible first."""
        wanted = [pane.plane.wanted(view, pane.clip) for pane in panes]
        if wanted == self._wanted:
            return
        self._wanted = wanted
        first: list[Wish] = []
        later: list[Wish] = []
        for pane in panes:
            seen, around = pane.plane.wishes(view, pane.clip)
            first += seen
            later += around
        self.composer.wish([*first, *later])

    def colour_at(self, about: str, x: int, y: int, answer: Callable[[tuple[int, int, object]], None]) -> None:
        """Read the document's own samples at a pixel in a thread; `answer((x, y, (r, g, b) or None))`, only the
        newest about the same."""
        state = self.state
        if state is None:
            return

        def read() -> tuple[int, int, object]:
            red, green, blue, alpha = (int(value) for value in composite(state, Rect(x, y, x + 1, y + 1))[0, 0])
            return x, y, (red, green, blue) if alpha else None

        self.composer.ask(about, read, answer)

    @Slot()
    def _take(self) -> None:
        """As many tiles as fit between two frames; the others after whatever else waits."""
        planes = {plane.number: plane for plane in self.planes}
        until = time.perf_counter() + _TAKE_S
        while (made := self.composer.done()) is not None:
            self._lay(made, planes)
            if time.perf_counter() > until:
                self._again.start()
                return

    def _lay(self, made: Made, planes: dict[int, Plane]) -> None:
        plane = planes.get(made.wish.plane)
        if plane is None:
            return
        rect = plane.take(made)
        if rect is not None:
            self.tile_made.emit(plane, rect)
        elif made.trouble and made.trouble != self._told:
            self._told = made.trouble
            self.trouble.emit(made.trouble)


def _with_veil(change: Change, layer_id: str, old: State, new: State) -> Change:
    """What differs where the veil of a layer's mask is shown: it is seen of a hidden layer too, of which nothing else
    changes the picture."""
    found = (next((one for one in state.layers if one.id == layer_id), None) for state in (old, new))
    before, after = ((None, None, False) if one is None else (one.mask, one.rect, one.shows) for one in found)
    if before[:2] == after[:2] or before[2] or after[2]:
        return change
    for rect in (before[1], after[1]):
        change = change if rect is None else replace(change, rect=change.rect.joined(rect.clipped(new.rect)))
    return change
