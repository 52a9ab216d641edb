"""Trouble on the way: losses that are not numbers, memory that does not suffice."""

from __future__ import annotations

from dataclasses import dataclass, field

from ganstudio.core.errors import EngineError

WINDOW, TOO_MANY, MOST_ROLLBACKS = 100, 3, 3


@dataclass
class Troubles:
    """Skipped steps are counted; three in a hundred mean: back to the last snapshot with half the learning rate."""

    skipped: list[int] = field(default_factory=list)
    rollbacks: int = 0

    def skip(self, step: int) -> bool:
        """Count a skipped step; whether it is time to go back. Raises EngineError the third time."""
        self.skipped = [*(one for one in self.skipped if step - WINDOW < one < step), step]
        if len(self.skipped) < TOO_MANY:
            return False
        self.skipped = []
        self.rollbacks += 1
        if self.rollbacks >= MOST_ROLLBACKS:
            raise EngineError(
                "The training diverged for the third time: its losses are no numbers any more.",
                "Begin anew with a smaller --lr; the best model so far is kept.",
            )
        return True
