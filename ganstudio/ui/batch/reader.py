"""Reader: a thread that follows the journal, whoever writes it, and hands the window what is new in blocks."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from ganstudio.core.errors import UserError
from ganstudio.core.priority import thread_steps_back
from ganstudio.jobs.changes import Changes
from ganstudio.jobs.journal import Journal

_EVERY_S = 0.15
_AGAIN_S = 1.5  # after trouble
_NICER = 3  # than the window's own thread
_BLOCK = 1000  # rows read at a time: few milliseconds of a thread that shares the interpreter with the window's
_BETWEEN_S = 0.005  # between blocks: the window's own thread comes first


class Reader(QObject):
    """`updated(Update)`, `caught_up()` when there is no more to read for now, `troubled(sentence)` once for each
    trouble and "" when it is over. Call `taken` for each update: few are under way at a time."""

    updated = Signal(object)
    caught_up = Signal()
    troubled = Signal(str)

    def __init__(self, open_journal: Callable[[], Journal], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = open_journal
        self._end = threading.Event()
        self._kicked = threading.Event()
        self._room = threading.Semaphore(3)
        self._thread = threading.Thread(target=self._follow, name="queue reader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def kick(self) -> None:
        """Something was written just now."""
        self._kicked.set()

    def taken(self) -> None:
        self._room.release()

    def close(self) -> None:
        self._end.set()
        self._kicked.set()
        self._room.release()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def _follow(self) -> None:
        thread_steps_back(_NICER)
        trouble = ""
        while not self._end.is_set():
            try:
                self._read_all()
            except UserError as error:
                if str(error) != trouble:
                    trouble = str(error)
                    self._tell(self.troubled, trouble)
                self._end.wait(_AGAIN_S)

    def _read_all(self) -> None:
        journal = self._open()
        try:
            self._tell(self.troubled, "")
            changes = Changes(journal)
            behind = True
            while not self._end.is_set():
                update = changes.read(_BLOCK)
                if update is not None:
                    self._room.acquire()
                    self._tell(self.updated, update)
                    behind = True
                if update is not None and update.more:
                    self._end.wait(_BETWEEN_S)
                    continue
                if behind:
                    behind = False
                    self._tell(self.caught_up)
                self._kicked.wait(_EVERY_S)
                self._kicked.clear()
        finally:
            journal.close()

    def _tell(self, signal: object, *values: object) -> None:
        if not self._end.is_set() and isValid(self):
            signal.emit(*values)  # type: ignore[attr-defined]
