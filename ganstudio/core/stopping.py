"""Stopping: what Ctrl-C and an end asked for by the system do to work that ends tidily. The one place with handlers."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopped_by_signals(
    stop: Callable[[], object], *, enough: Callable[[], object] | None = None, wait: bool = False
) -> Iterator[None]:
    """While the block runs, Ctrl-C and SIGTERM call `stop`; the next one ends the program at once, unless it is to
    `wait` for the end of the work. With `enough` the first Ctrl-C calls that: the work ends with what it has.

    Outside the main thread, where Python hears no signals, nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wished = [] if enough is None else [enough]

    def heard(number: int, _: FrameType | None) -> None:
        if wished and number == signal.SIGINT:
            wished.pop()()
            return
        stop()
        if not wait:
            put_back()

    def put_back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        put_back()
