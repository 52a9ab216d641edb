"""Many random acts on a window, and what must never happen meanwhile: an exception, a Document that differs from its
own history, an act that keeps the GUI thread busy.

How busy it is is counted in processor time of the GUI thread, which is the same on a busy machine; that it only
waited is counted by the clock, with much more room.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QPoint
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QWidget
from pytestqt.exceptions import CapturedExceptions

from ganstudio.ui.notices import Trouble

from .hands import Hands
from .ledger import Ledger

HANG_S = 0.2  # of the GUI thread's processor time in one act and the events it brings
STUCK_S = 5.0  # by the clock: it waits for something
REPLAY_EVERY = 60
_SHORT = 150  # steps that are played back on the way
_TOLD = 40  # acts before the one at which something was found


class Found(AssertionError):
    """Something that must never happen, and what was done before."""


class Monkey(logging.Handler):
    """Acts until something is found. `caught` is filled with the exceptions of slots."""

    def __init__(self, hands: Hands, caught: CapturedExceptions, seed: int) -> None:
        super().__init__(logging.ERROR)
        self._hands, self._caught, self._seed = hands, caught, seed
        self._ledger = Ledger(hands.edit.documents)
        self._trail: deque[str] = deque(maxlen=_TOLD)
        self._errors: list[str] = []
        self.slowest: list[tuple[float, str]] = []
        hands.desk.notices.failed.connect(self._failed)

    def emit(self, record: logging.LogRecord) -> None:
        """What the program logs as an error is one."""
        self._errors.append(self.format(record))

    def thread_failed(self, args: threading.ExceptHookArgs) -> None:
        self._errors.append("".join(traceback.format_exception(args.exc_value)))

    def _failed(self, trouble: Trouble) -> None:
        if trouble.bug:
            self._errors.append(trouble.report)

    def act(self, number: int) -> None:
        """One act, and the events that follow."""
        spent, wall, cpu = self._ledger.spent, time.monotonic(), time.thread_time()
        what = self._guarded(self._hands.do_something)
        self._trail.append(f"{number}: {what}")
        _events()
        self._guarded(self._hands.tidy)
        _events()
        busy = time.thread_time() - cpu - (self._ledger.spent - spent)
        self.slowest = sorted([*self.slowest, (busy, what)], reverse=True)[:8]
        waited = time.monotonic() - wall - busy
        self._look()
        if busy > HANG_S:
            self._tell(f"“{what}” kept the window busy for {busy * 1e3:.0f} ms")
        if waited > STUCK_S:
            self._tell(f"“{what}” waited for {waited:.1f} s")

    def replay(self, all_of_them: bool = False) -> None:
        """Some Document's history, or everybody's."""
        chosen = self._hands.edit.documents.all
        if not all_of_them:
            short = [one for one in chosen if len(one.doc.labels) < _SHORT]
            chosen = self._hands.random.sample(short, min(1, len(short)))
        for document in chosen:
            self._guarded(lambda one=document: self._ledger.replay(one) or "")
        self._trail.append(f"replay of {[one.title for one in chosen]}")
        _events()
        self._look()

    def look_again(self) -> None:
        """What the canvas made bit by bit is what it makes of the whole."""
        canvas = self._hands.edit.canvas
        if not canvas.isVisible() or self._hands.edit.tooling.runner.runs:
            return
        stage, bit_by_bit = canvas.stage, self._seen()
        state, other = stage.state, stage.other
        if state is None:
            return
        stage.compare(None)
        stage.compare(other)
        stage.after = None
        stage.show(state, None)
        canvas.wish()
        whole = self._seen()
        if stage.state is state and whole != bit_by_bit:
            layers = [(one.rect, one.visible, one.opacity, one.mask is not None) for one in state.layers]
            self._tell(f"the canvas shows something else than the picture: {canvas.mode}, {canvas.view}, {layers}")

    def _seen(self) -> QImage:
        """The canvas without the widgets over it, once everything in sight is made."""
        canvas, until = self._hands.edit.canvas, time.monotonic() + STUCK_S
        _events()
        while not canvas.stage.composer.idle and time.monotonic() < until:
            _events()
            time.sleep(0.001)
        _events()
        image = QImage(canvas.size(), QImage.Format.Format_RGB32)
        canvas.render(image, QPoint(), QRegion(), QWidget.RenderFlag.DrawWindowBackground)
        return image

    def rest(self, seconds: float = 30.0) -> None:
        """Until nothing runs any more."""
        hands, until = self._hands, time.monotonic() + seconds
        hands.edit.tooling.closing()
        hands.rest()
        while hands.desk.background.busy and time.monotonic() < until:
            _events()
            time.sleep(0.005)
        self._look()
        if hands.desk.background.busy:
            self._tell("something never ends")

    @property
    def shown(self) -> int:
        """How many states Documents have shown."""
        return self._ledger.shown

    def _guarded(self, call: Callable[[], Any]) -> str:
        try:
            return call() or ""
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            self._errors.append("".join(traceback.format_exception(error)))
            return "exception"

    def _look(self) -> None:
        said = ["".join(traceback.format_exception(error)) for _kind, error, *_trace in self._caught]
        found = [*said, *self._errors, *self._ledger.wrong]
        if found:
            self._tell("\n".join(found))

    def _tell(self, what: str) -> None:
        raise Found("\n".join([what, f"seed {self._seed}; before it:", *self._trail]))


def _events() -> None:
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def go_wild(hands: Hands, caught: CapturedExceptions, seed: int, acts: int) -> Monkey:
    """So many acts; raises Found."""
    monkey = Monkey(hands, caught, seed)
    hook, threading.excepthook = threading.excepthook, monkey.thread_failed
    logging.getLogger("ganstudio").addHandler(monkey)
    try:
        for number in range(acts):
            monkey.act(number)
            if number % REPLAY_EVERY == REPLAY_EVERY - 1:
                monkey.replay()
                monkey.look_again()
        monkey.rest()
        monkey.replay(all_of_them=True)
    finally:
        logging.getLogger("ganstudio").removeHandler(monkey)
        threading.excepthook = hook
    return monkey
