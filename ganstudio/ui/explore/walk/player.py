"""Player: the walk in small, in real time: a picture that is late is left out, and how many a second came is said."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ganstudio.core.errors import UserError
from ganstudio.core.latent import Latent
from ganstudio.core.latent.course import Course
from ganstudio.core.latent.walk import Walk
from ganstudio.ui.explore.walk.evening import Evening

if TYPE_CHECKING:
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink
    from ganstudio.ui.explore.walk.editing import WalkEditor

Pixels = NDArray[np.uint8]
SIDE = 256  # of the preview, at most
_POINTS, _FRAMES = "walk:points", "walk:frames"
_BYTES = 128 << 20  # of frames that are kept
_AHEAD = 4  # frames asked for at once
_TICK_MS = 15
_RATE_S = 1.0
_LATER_MS = 30  # the way is found anew so often while something is dragged


class Player(QObject):
    """`framed(pixels)`: what is to be seen at the playhead; `moved(seconds)`; `playing_changed`; `course_changed` when
    the way is known or is another; `rate_changed`: pictures a second while it plays; `trouble(sentence)`."""

    framed = Signal(object)
    moved = Signal(float)
    playing_changed = Signal()
    course_changed = Signal()
    rate_changed = Signal()
    trouble = Signal(str)

    def __init__(self, journey: Journey, link: ExploreLink, editor: WalkEditor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._journey, self._link, self._editor = journey, link, editor
        self.fps = 24.0
        self.loop = True
        self.rate: float | None = None
        self._evening = Evening(link, self)
        self._points: dict[Latent, NDArray[np.float32]] = {}
        self._asked: list[Latent] = []
        self._course: Course | None = None
        self._walk: Walk | None = None
        self._frames: OrderedDict[int, Pixels] = OrderedDict()
        self._bytes = 0
        self._waiting: list[int] = []  # frames asked for, in the order of the asking
        self._came: set[int] = set()
        self._now = 0.0
        self._shown = -1
        self._began = (0.0, 0.0)  # clock and playhead when it was started
        self._times: deque[float] = deque()
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._later = QTimer(self, interval=_LATER_MS, singleShot=True)
        self._later.timeout.connect(self._changed)
        self._evening.measured.connect(self._changed)
        editor.changed.connect(self._edited)
        journey.facts_changed.connect(self._changed)
        link.points.connect(self._pointed)
        link.thumb.connect(self._framed)
        link.engine_lost.connect(self._lost)
        self._changed()

    # What is

    @property
    def course(self) -> Course | None:
        """Where the walk is at a time; None while it is not known."""
        return self._course

    @property
    def measuring(self) -> bool:
        """Whether it is being looked at how to go evenly; until then it goes by the keyframes' seconds."""
        return self._evening.busy

    @property
    def starts(self) -> list[float]:
        """When each keyframe is reached: with even speed that is measured."""
        editor, course = self._editor, self._course
        if course is None or editor.walk.pace != "eye" or len(course.starts) != len(editor.walk.keys):
            return editor.starts
        return course.starts

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    @property
    def now(self) -> float:
        return self._now

    @property
    def count(self) -> int:
        """Frames of the whole walk."""
        return 0 if self._walk is None else len(self._walk.times(self.fps))

    def latent(self, seconds: float) -> Latent | None:
        return None if self._course is None else self._course.at(seconds)

    # What is done

    def play(self) -> None:
        if self._course is None or self.playing:
            return
        end = self._course.seconds
        if not self.loop and self._now >= end - 1 / self.fps:
            self._now = 0.0
        self._began = (time.monotonic(), self._now)
        self._times.clear()
        self._timer.start()
        self._ask()
        self.playing_changed.emit()

    def pause(self) -> None:
        if self.playing:
            self._timer.stop()
            self.rate = None
            self.rate_changed.emit()
            self.playing_changed.emit()

    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def seek(self, seconds: float) -> None:
        """The playhead goes there; playing goes on from there."""
        end = self._course.seconds if self._course is not None else 0.0
        self._now = min(max(seconds, 0.0), end)
        self._began = (time.monotonic(), self._now)
        self.moved.emit(self._now)
        self._show()
        self._ask()

    def step(self, frames: int) -> None:
        """One frame on or back; a loop goes round."""
        self.pause()
        count = self.count
        if count:
            at = round(self._now * self.fps) + frames
            self.seek((at % count if self.loop else min(max(at, 0), count - 1)) / self.fps)

    def set_fps(self, fps: float) -> None:
        if fps != self.fps:
            self.fps = fps
            self._forget()
            self._show()

    # The way

    @Slot()
    def _edited(self) -> None:
        """At once where there is no way any more, else when a moment has passed."""
        if self._editor.why_not:
            self._changed()
        elif not self._later.isActive():
            self._later.start()

    @Slot()
    def _changed(self) -> None:
        """Another walk: ask for the points that are not known yet, then find the way anew."""
        walk, facts = self._editor.walk, self._journey.facts
        if self._editor.why_not or facts is None or facts.model != walk.model:
            self._course, self._walk = None, None
            self.pause()
            self._forget()
            self.course_changed.emit()
            return
        needed = dict.fromkeys(
            replace(one.latent, psi=psi, cutoff=None) for one in walk.keys for psi in (1.0, 0.0)
        )  # fmt: skip
        missing = [one for one in needed if one not in self._points]
        if missing:
            self._asked = missing
            self._link.ask_points(_POINTS, missing, "final")
        else:
            self._find(walk)

    @Slot(str, object)
    def _pointed(self, channel: str, values: tuple[NDArray[np.float32], ...]) -> None:
        if channel == _POINTS:
            self._points |= dict(zip(self._asked, values, strict=True))
            self._changed()

    def _find(self, walk: Walk) -> None:
        facts = self._journey.facts
        try:
            self._course = Course(walk, self._points.__getitem__, keep_length=facts is not None and not facts.has_w)
            self._course.at(0.0)
            self._even(self._course)
        except UserError as error:
            self._course = None
            self.trouble.emit(str(error))
        self._walk = walk if self._course is not None else None
        self._forget()
        self._now = min(self._now, walk.seconds)
        self.course_changed.emit()
        self._show()
        self._ask()

    def _even(self, course: Course) -> None:
        if course.walk.pace == "eye":
            self._evening.apply(course)
        else:
            self._evening.forget()

    def _forget(self) -> None:
        self._frames.clear()
        self._bytes, self._shown = 0, -1
        self._waiting, self._came = [], set()

    @Slot(object)
    def _lost(self, _failure: object) -> None:
        self._waiting, self._came = [], set()

    # The frames

    def _index(self, seconds: float) -> int:
        count = self.count
        return int(seconds * self.fps + 1e-6) % count if count else 0

    def _ask(self) -> None:
        """The picture at the playhead, or the next ones while it plays; one wish at a time."""
        if self._course is None or (self._waiting and self.playing):
            return
        stride = 1
        if self.playing and self.rate:
            stride = max(1, round(self.fps / max(self.rate, 1.0)))
        here, count = self._index(self._now), self.count
        ahead = [(here + n * stride) % count for n in range(count if self.playing else 1)]
        lacking = [one for one in dict.fromkeys(ahead) if one not in self._frames][: _AHEAD if self.playing else 1]
        if not lacking:
            return
        self._waiting, self._came = lacking, set()
        facts = self._journey.facts
        side = min(SIDE, facts.resolution if facts is not None else SIDE)
        self._link.thumbs(_FRAMES, [self._course.at(one / self.fps) for one in lacking], side)

    @Slot(str, int, object)
    def _framed(self, channel: str, index: int, picture: Pixels) -> None:
        if channel != _FRAMES or index >= len(self._waiting):
            return
        number = self._waiting[index]
        self._frames[number] = picture
        self._bytes += picture.nbytes
        while self._bytes > _BYTES:
            _number, gone = self._frames.popitem(last=False)
            self._bytes -= gone.nbytes
        self._came.add(index)
        if self.playing:
            self._times.append(time.monotonic())
        else:
            self._show()
        if len(self._came) == len(self._waiting):
            self._waiting, self._came = [], set()
            if self.playing:
                self._ask()

    @Slot()
    def _tick(self) -> None:
        course = self._course
        if course is None:
            self.pause()
            return
        clock, begun = self._began
        now, end = begun + time.monotonic() - clock, course.seconds
        if now >= end:
            if not self.loop:
                self._now = end
                self.moved.emit(end)
                self.pause()
                return
            now %= end
        self._now = now
        self.moved.emit(now)
        self._show()
        self._ask()
        self._measure()

    def _show(self) -> None:
        """The frame of this moment; while it plays the last one before it that there is."""
        if self._course is None:
            return
        here = self._index(self._now)
        back = range(here, max(here - round(self.fps), -1), -1) if self.playing else (here,)
        found = next((one for one in back if one in self._frames), None)
        if found is not None and found != self._shown:
            self._shown = found
            self.framed.emit(self._frames[found])
        elif found is None and not self.playing:
            self._ask()

    def _measure(self) -> None:
        """How many pictures a second the network gives, over the last second; all of them where nothing is missing."""
        until = time.monotonic() - _RATE_S
        while self._times and self._times[0] < until:
            self._times.popleft()
        whole = len(self._frames) >= self.count
        rate = self.fps if whole else min(float(len(self._times)), self.fps)
        if time.monotonic() - self._began[0] >= _RATE_S and rate != self.rate:
            self.rate = rate
            self.rate_changed.emit()
