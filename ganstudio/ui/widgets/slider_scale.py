"""The arithmetic of a slider's track: places 0 to 1 and values, straight or logarithmic. No Qt in here."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """`low` and `high` are the ends of the track, `hard` the ends that a value may reach at all."""

    low: float
    high: float
    hard: tuple[float, float]
    step: float
    log: bool = False
    whole: bool = False

    def widened(self, value: float) -> Scale:
        """The track long enough for a value beyond its usual ends."""
        low, high = min(self.low, value), max(self.high, value)
        return Scale(max(low, self.hard[0]), min(high, self.hard[1]), self.hard, self.step, self.log, self.whole)

    def place(self, value: float) -> float:
        """Where on the track a value lies, 0 to 1."""
        if self.high <= self.low:
            return 0.0
        if self.log and self.low > 0:
            at = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        else:
            at = (value - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, at))

    def value(self, place: float) -> float:
        """The value at a place, rounded to the step (from the low end)."""
        at = min(1.0, max(0.0, place))
        if at in (0.0, 1.0):
            return self.high if at else self.low
        if self.log and self.low > 0:
            return self.rounded(self.low * (self.high / self.low) ** at)
        return self.rounded(self.low + at * (self.high - self.low))

    def rounded(self, value: float) -> float:
        """The nearest step inside the hard range."""
        stepped = round((value - self.low) / self.step) * self.step + self.low if self.step > 0 else value
        inside = min(self.hard[1], max(self.hard[0], round(stepped, 9)))
        return float(round(inside)) if self.whole else inside

    def moved(self, value: float, steps: float) -> float:
        """A value so many steps further, inside the hard range; on a log track a step is at least 2 %."""
        far = max(self.step, abs(value) * 0.02) if self.log else self.step
        beyond = value + steps * far
        if self.whole:
            return float(round(min(self.hard[1], max(self.hard[0], beyond))))
        return min(self.hard[1], max(self.hard[0], round(beyond, 9)))
