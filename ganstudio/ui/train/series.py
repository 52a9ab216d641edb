"""What a Run's log says as lines to draw. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# What a line of the log says beside its losses.
_COUNTS = {"step", "end", "images", "rate", "lr", "seconds", "skipped", "event"}
_TOLD = {"event", "step", "score", "words"}
MOST_LINES = 4


@dataclass
class Chart:
    """One plot: its title, and for each line a name and points (step, value)."""

    title: str
    lines: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def add(self, name: str, step: float, value: float) -> None:
        if name in self.lines or len(self.lines) < MOST_LINES:
            self.lines.setdefault(name, []).append((step, value))


@dataclass
class Series:
    """The charts of one Run, grown line by line: the losses, then what each check measured."""

    losses: Chart = field(default_factory=lambda: Chart("Losses"))
    checks: dict[str, Chart] = field(default_factory=dict)
    notes: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: dict[str, Any]) -> None:
        step = line.get("step")
        if not isinstance(step, int):
            return
        event = line.get("event")
        if event is None:
            for name, value in line.items():
                if name not in _COUNTS and isinstance(value, (int, float)):
                    self.losses.add(name, step, float(value))
        elif event == "check":
            for name, value in line.items():
                if name not in _TOLD and isinstance(value, (int, float)):
                    self._check(name).add(_last(name), step, float(value))
        elif isinstance(line.get("text"), str):
            self.notes.append((step, line["text"]))

    def _check(self, name: str) -> Chart:
        """Measures of one kind (“jpeg75 psnr”, “clean psnr”) share a plot."""
        kind = name.rpartition(" ")[2]
        return self.checks.setdefault(kind, Chart(kind))

    @property
    def charts(self) -> list[Chart]:
        return [one for one in (self.losses, *self.checks.values()) if one.lines]


def _last(name: str) -> str:
    """The part of a measure's name that tells it apart in its plot."""
    return name.rpartition(" ")[0] or name
