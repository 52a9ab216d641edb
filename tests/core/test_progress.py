"""Progress: how far, and a stop that is heard."""

from __future__ import annotations

import threading
import time

import pytest

from ganstudio.core.errors import Cancelled
from ganstudio.core.progress import Progress


def test_a_part_advances_its_whole_and_stops_with_it() -> None:
    whole = Progress(10)
    part = whole.part(4)
    part.advance(4)
    assert (part.snapshot().done, whole.snapshot().done) == (4, 4)
    whole.stop()
    with pytest.raises(Cancelled):
        part.check()


def test_stopping_a_part_leaves_the_whole_going() -> None:
    whole = Progress()
    part = whole.part()
    part.stop()
    with pytest.raises(Cancelled):
        part.check()
    whole.check()


def test_paused_work_waits_and_its_time_is_left_out() -> None:
    progress = Progress(2)
    progress.advance()
    progress.pause()
    before = progress.snapshot().seconds
    worker = threading.Thread(target=progress.check)
    worker.start()
    time.sleep(0.3)
    assert worker.is_alive()
    assert progress.snapshot().seconds == before
    progress.resume()
    worker.join(60)
    assert not worker.is_alive()


def test_a_pause_of_the_whole_is_left_out_of_its_parts() -> None:
    whole = Progress()
    early = whole.part()
    whole.pause()
    late = whole.part()
    before = early.snapshot().seconds
    time.sleep(0.1)
    assert (early.snapshot().seconds, late.snapshot().seconds) == (before, 0)
    early.pause()
    whole.resume()
    time.sleep(0.05)
    assert early.snapshot().seconds == before
    assert 0 < late.snapshot().seconds < whole.snapshot().seconds + 0.05
    early.resume()
    time.sleep(0.01)
    assert before < early.snapshot().seconds < late.snapshot().seconds + before


def test_stop_wakes_paused_work() -> None:
    progress = Progress()
    progress.pause()
    heard = threading.Event()

    def work() -> None:
        try:
            progress.check()
        except Cancelled:
            heard.set()

    worker = threading.Thread(target=work)
    worker.start()
    progress.stop()
    worker.join(60)
    assert heard.is_set()


def test_time_left_is_known_once_something_is_done() -> None:
    progress = Progress(4)
    assert progress.snapshot().left is None
    progress.advance(4)
    assert progress.snapshot().left == 0


def test_tiles_of_the_parts_are_tiles_of_the_whole() -> None:
    whole = Progress()
    assert (whole.snapshot().tiles_done, whole.snapshot().tiles) == (0, 0)
    first, second = whole.part(), whole.part()
    first.add_tiles(4)
    second.add_tiles(12)
    first.tile_done()
    second.tile_done()
    assert (whole.snapshot().tiles_done, whole.snapshot().tiles) == (2, 16)
    assert (first.snapshot().tiles_done, first.snapshot().tiles) == (1, 4)
