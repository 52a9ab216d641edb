"""Slices: work in the window's thread, a part each turn of the event loop, so that nothing else waits for all of it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal, Slot


class Slices(QObject):
    """`work` is run to its next `yield` each turn; `done` after the last one."""

    done = Signal()

    def __init__(self, work: Iterator[None], parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._turns = QTimer(self, interval=0)
        self._turns.timeout.connect(self._turn)

    def begin(self) -> None:
        self._turns.start()

    def finish(self) -> None:
        """All that is left, now."""
        self._turns.stop()
        for _slice in self._work:
            pass
        self.done.emit()

    @Slot()
    def _turn(self) -> None:
        try:
            next(self._work)
        except StopIteration:
            self._turns.stop()
            self.done.emit()
        except BaseException:
            self._turns.stop()
            raise
