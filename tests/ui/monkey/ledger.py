"""What every Document of a window has shown so far, kept by looking: the pixels of each of its states, against which
its history is played back, and what each change left as it was."""

from __future__ import annotations

import hashlib
import time
import weakref

import numpy as np
from PySide6.QtCore import QObject, Slot

from ganstudio.core.document import Change, Rect, State, composite
from ganstudio.ui.documents import Documents, OpenDocument


def pixels_of(state: State) -> np.ndarray:
    """(height, width, 4) uint16 of all layers together."""
    return composite(state, state.rect, depth=16)


def digest(pixels: np.ndarray) -> str:
    return hashlib.blake2b(np.ascontiguousarray(pixels).tobytes(), digest_size=16).hexdigest() + str(pixels.shape)


class _Book:
    """Of one document: what each of its states looked like when it was shown first."""

    def __init__(self, document: OpenDocument) -> None:
        self._seen: dict[int, tuple[weakref.ref[State], str]] = {}
        self.pixels = pixels_of(document.state)
        self.write(document.state, self.pixels)

    def write(self, state: State, pixels: np.ndarray) -> None:
        self._seen[id(state)] = weakref.ref(state), digest(pixels)

    def of(self, state: State) -> str | None:
        """None for a state that was never shown."""
        known = self._seen.get(id(state))
        return known[1] if known is not None and known[0]() is state else None


class Ledger(QObject):
    """`wrong` says what was found, `shown` how many states were looked at; `spent` is the GUI thread's time that the
    looking took, in seconds."""

    def __init__(self, documents: Documents) -> None:
        super().__init__()
        self._documents = documents
        self._books: dict[OpenDocument, _Book] = {}
        self.wrong: list[str] = []
        self.shown = 0
        self.spent = 0.0
        documents.opened.connect(self._opened)
        documents.closed.connect(self._closed)
        for document in documents.all:
            self._opened(document)

    @Slot(object)
    def _opened(self, document: OpenDocument) -> None:
        began = time.thread_time()
        self._books[document] = _Book(document)
        document.changed.connect(self._changed)
        self.spent += time.thread_time() - began

    @Slot(object)
    def _closed(self, document: OpenDocument) -> None:
        document.changed.disconnect(self._changed)
        del self._books[document]

    @Slot(object)
    def _changed(self, change: Change) -> None:
        """A state is shown as it was shown before, and nothing is new beside what the change names."""
        document = self.sender()
        assert isinstance(document, OpenDocument)
        began = time.thread_time()
        book, state = self._books[document], document.state
        now = pixels_of(state)
        before, book.pixels = book.pixels, now
        label = document.doc.labels[document.doc.at]
        if not change.canvas and not _same_beside(before, now, change.rect.clipped(state.rect)):
            self.wrong.append(f"“{label}” changed pixels outside {change.rect} of {document.title}")
        known = book.of(state)
        if known is not None and known != digest(now):
            self.wrong.append(f"the state after “{label}” of {document.title} is not what it was")
        book.write(state, now)
        self.shown += 1
        self.spent += time.thread_time() - began

    def replay(self, document: OpenDocument) -> None:
        """To the oldest state and to the newest, step by step; then back to where it was. `_changed` compares."""
        at, last = document.doc.at, len(document.doc.labels) - 1
        for _step in range(at):
            document.undo()
        for _step in range(last):
            document.redo()
        if document.doc.at != last:
            self.wrong.append(f"{document.title} went to step {document.doc.at} of {last}")
        document.jump(at)


def _same_beside(before: np.ndarray, now: np.ndarray, rect: Rect) -> bool:
    if before.shape != now.shape:
        return False
    differs = np.any(before != now, axis=2)
    differs[rect.slices] = False
    return not differs.any()
