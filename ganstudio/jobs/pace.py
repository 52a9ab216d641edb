"""Pace: how fast a run goes, and how long its rest will take."""

from __future__ import annotations

from collections.abc import Sequence

from ganstudio.jobs.estimate import Outlook

_EVERY_S = 0.5
_MARKS = 400
# What the first rows wait for (importing, adopting, measuring a model) is no pace; less than this is nothing of it.
_START_S = 0.5
_LEAST_S = 1.0
_WINDOW_S = 10.0
# Pictures not looked at may be so many times smaller or larger than those that were.
_FACTOR = 5.0
# Opening, naming, saving and noting one picture, in megapixels of work.
A_FILE = 0.03


class Pace:
    """Work done against seconds; `note` at every look, then ask. Work is counted in megapixels of input, with A_FILE
    more for each picture, parts of pictures counted."""

    def __init__(self, outlooks: Sequence[Outlook]) -> None:
        waiting = sum(one.waiting for one in outlooks)
        self._total = sum((one.megapixels + one.share * A_FILE) * one.waiting for one in outlooks)
        self._mean = self._total / max(waiting, 1)
        self._marks: list[tuple[float, float]] = []

    def note(self, seconds: float, work: float) -> None:
        """So much is done after `seconds`."""
        if work <= 0:
            return
        if not self._marks:
            self._marks.append((seconds, work) if seconds > _START_S else (0.0, 0.0))
        elif seconds - self._marks[-1][0] >= _EVERY_S:
            self._marks.append((seconds, work))
        if len(self._marks) > _MARKS:
            self._marks = [self._marks[0], *self._marks[2::2]]

    def now(self, seconds: float, work: float, *, lately: bool = False) -> float | None:
        """Seconds for one unit of work since the first rows, or `lately`: over the last half of that time; None where
        it cannot be told yet."""
        if not self._marks:
            return None
        first = self._marks[0]
        since = min((first[0] + seconds) / 2, seconds - _WINDOW_S) if lately else first[0]
        mark = next((one for one in reversed(self._marks) if one[0] <= since), first)
        span, done = seconds - mark[0], work - mark[1]
        if done <= 0 or (span < _LEAST_S and first != (0.0, 0.0)):
            return None
        return span / done

    def left(self, seconds: float, work: float, unfinished: int) -> float | None:
        """Seconds until the `unfinished` Jobs will be done."""
        pace = self.now(seconds, work, lately=True)
        if pace is None or not self._total:
            return None
        likely = unfinished * self._mean
        return min(max(self._total - work, likely / _FACTOR), likely * _FACTOR) * pace
