"""The time left: start-up is no pace, what is left is counted in megapixels, and lately counts."""

from __future__ import annotations

import pytest

from ganstudio.jobs.estimate import Outlook
from ganstudio.jobs.pace import A_FILE, Pace


def noted(pace: Pace, start: float, speed: list[float], tick: float = 0.25) -> tuple[float, float]:
    """Nothing happens for `start` seconds, then `speed` megapixels a second, each for ten seconds."""
    seconds, megapixels = start, 0.0
    for one in speed:
        for _ in range(round(10 / tick)):
            seconds += tick
            megapixels += tick * one
            pace.note(seconds, megapixels)
    return seconds, megapixels


def test_what_the_first_rows_wait_for_is_no_pace() -> None:
    pace = Pace([Outlook(waiting=100, megapixels=2.0 - A_FILE)])
    assert pace.left(3.0, 0.0, 100) is None
    seconds, megapixels = noted(pace, 8.0, [1.0])
    assert pace.now(seconds, megapixels) == pytest.approx(1.0)
    assert pace.left(seconds, megapixels, 95) == pytest.approx(190.0)


def test_a_run_without_a_start_is_told_of_at_once() -> None:
    pace = Pace([Outlook(waiting=10, megapixels=1.0 - A_FILE)])
    pace.note(0.2, 1.0)
    assert pace.left(0.2, 1.0, 9) == pytest.approx(9 * 0.2)


def test_after_a_change_of_pace_the_new_one_counts() -> None:
    pace = Pace([Outlook(waiting=1000, megapixels=1.0 - A_FILE)])
    seconds, megapixels = noted(pace, 0.0, [1.0] * 3 + [4.0] * 6)
    assert pace.now(seconds, megapixels) == pytest.approx(90 / 270, rel=0.02)
    assert pace.now(seconds, megapixels, lately=True) == pytest.approx(0.25, rel=0.02)


@pytest.mark.parametrize(("done", "unfinished", "left"), [(1.0, 5, 9.0), (9.5, 5, 1.0), (0.0, 0, 0.0), (11.0, 1, 0.2)])
def test_small_or_large_ones_first_are_known_within_bounds(done: float, unfinished: int, left: float) -> None:
    """Ten pictures of one megapixel each, as far as was seen; at a second each."""
    pace = Pace([Outlook(waiting=10, megapixels=1.0 - A_FILE)])
    pace.note(0.1, 0.1)
    assert pace.left(max(done, 0.1), max(done, 0.1), unfinished) == pytest.approx(left)


def test_a_long_run_keeps_few_marks() -> None:
    pace = Pace([Outlook(waiting=10**6, megapixels=1.0 - A_FILE)])
    seconds, megapixels = noted(pace, 4.0, [1.0] * 200, tick=0.5)
    assert len(pace._marks) <= 400
    assert pace.left(seconds, megapixels, 10**6 - 2000) == pytest.approx(10**6 - megapixels)
