"""Rect: a rectangle of whole pixels, left and upper edge inside, right and lower edge outside."""

from __future__ import annotations

from typing import NamedTuple


class Rect(NamedTuple):
    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def empty(self) -> bool:
        return self.x1 <= self.x0 or self.y1 <= self.y0

    @property
    def slices(self) -> tuple[slice, slice]:
        """For an array (H, W, …)."""
        return slice(self.y0, self.y1), slice(self.x0, self.x1)

    def clipped(self, other: Rect) -> Rect:
        """The part inside `other`; empty (but never turned inside out) when there is none."""
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        return Rect(x0, y0, max(min(self.x1, other.x1), x0), max(min(self.y1, other.y1), y0))

    def joined(self, other: Rect) -> Rect:
        """The smallest rectangle around both."""
        if self.empty or other.empty:
            return other if self.empty else self
        return Rect(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def moved(self, dx: int, dy: int) -> Rect:
        return Rect(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def grown(self, margin: int) -> Rect:
        return Rect(self.x0 - margin, self.y0 - margin, self.x1 + margin, self.y1 + margin)
