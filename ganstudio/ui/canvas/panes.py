"""Panes: which parts of a viewport show which picture in its modes."""

from __future__ import annotations

from ganstudio.core.document import Rect
from ganstudio.ui.canvas.stage import Pane, Stage
from ganstudio.ui.canvas.view import View

GAP = 4  # logical pixels between the two of side by side


def pane_size(width: int, height: int, ratio: float, mode: str) -> tuple[int, int]:
    """The size of a pane (device pixels) in a widget of width×height."""
    across, down = max(1, round(width * ratio)), max(1, round(height * ratio))
    return (max(1, (across - round(GAP * ratio)) // 2) if mode == "side" else across), down


def pane_left(view: View, ratio: float, mode: str) -> int:
    """The left edge of the result's pane, in device pixels."""
    return view.width + round(GAP * ratio) if mode == "side" else 0


def panes_of(stage: Stage, view: View, mode: str, split: float, left: int) -> list[Pane]:
    """`mode` is result, split, side or original; `split` where its line is, `left` where the result's pane begins."""
    after, before = stage.after, stage.before
    if after is None:
        return []
    every = Rect(0, 0, view.width, view.height)
    if before is None or mode == "result":
        return [Pane(after, every, result=True)]
    if mode == "original":
        return [Pane(before, every)]
    if mode == "side":
        return [Pane(before, every), Pane(after, every, left=left, result=True)]
    line = min(max(round(split * view.width), 0), view.width)
    return [Pane(before, Rect(0, 0, line, every.y1)), Pane(after, Rect(line, 0, every.x1, every.y1), result=True)]
