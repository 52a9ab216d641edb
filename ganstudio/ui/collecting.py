"""Collecting: Python's search for unreachable cycles, in the GUI thread alone.

Python searches in whichever thread happens to make the next object. In a worker that would delete widgets that lie in
a cycle there, while the GUI thread paints; and it would hold the interpreter while the GUI thread waits.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer, Slot

_LOOK_MS = 200
_YOUNG = 4000  # new objects since the last search
_OLDER = 10  # searches of the young between two of those that survived one
_ALL = 10  # of these between two of everything
_ALL_S = 20.0  # and at least so long


class Collector(QObject):
    """Searches from its making until `close`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._by_itself = gc.isenabled()
        self._all = time.monotonic()
        gc.disable()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Search as far as it is due."""
        young, older, oldest = gc.get_count()
        if oldest > _ALL and time.monotonic() - self._all > _ALL_S:
            gc.collect()
            self._all = time.monotonic()
        elif older > _OLDER:
            gc.collect(1)
        elif young > _YOUNG:
            gc.collect(0)

    def close(self) -> None:
        """Python searches again by itself, where it did."""
        self._timer.stop()
        if self._by_itself:
            gc.enable()
