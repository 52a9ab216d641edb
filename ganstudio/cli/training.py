"""What a training tells: a bar where somebody looks, lines where a log is kept, JSON where a program reads."""

from __future__ import annotations

import json
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ganstudio.cli import streams
from ganstudio.cli.show import number_text, size_text, time_text
from ganstudio.core.names import shown

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from ganstudio.training.run import State

_KNOWN = {"event", "step", "end", "images", "rate", "lr", "seconds"}
_SILENT = {"samples", "best", "start"}


def line_text(line: dict[str, Any]) -> str:
    """One line of a Run's log as a person reads it; empty for what is only for programs."""
    event, step = line.get("event", ""), line.get("step", 0)
    match event:
        case "":
            losses = ", ".join(f"{name} {value:.4g}" for name, value in line.items() if name not in _KNOWN)
            speed = f"{number_text(line['rate'])} pictures/s"
            return f"{_of(step, line['end'])}, {speed}, {losses}"
        case "check":
            return f"step {step:,}: {line['words']}" if line.get("words") else ""
        case "estimate":
            return (
                f"At this pace: {time_text(line['seconds_left'])} to go, {number_text(line['rate'])} pictures/s in "
                f"{line['precision']}, {size_text(line['memory'])} of memory."
            )
        case "decay":
            return f"step {step:,}: from here on the learning rate falls, to the end at step {line['end']:,}"
        case "end":
            return ""
        case _ if event in _SILENT:
            return ""
        case _:
            return f"step {step:,}: {line.get('text', event)}"


def _of(step: int, end: int) -> str:
    return f"step {step:,} of {end:,}" if end else f"step {step:,}"


def state_text(state: State) -> str:
    """“step 1,200 of 12,000, 41 pictures/s, 34 min left”."""
    said = [_of(state.step, state.end)]
    said += [f"{number_text(state.rate)} pictures/s"] if state.rate else []
    said += [f"{time_text(state.left)} left"] if state.left is not None else []
    return ", ".join(said + ([state.state] if state.state != "running" else []))


class TrainTeller:
    """For a log: every line of the Run's log that says something, on stderr; the summary on stdout."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to put away."""

    def line(self, line: dict[str, Any]) -> None:
        if text := line_text(line):
            self.say(text)

    def state(self, state: State) -> None:
        """Lines are enough for a log."""

    def say(self, sentence: str) -> None:
        print(shown(sentence), file=sys.stderr, flush=True)

    def summary(self, facts: dict[str, Any], text: str) -> None:
        streams.say(text)


class TrainBar(TrainTeller):
    """For a person at a terminal: one bar that moves, what matters above it."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self._bar: Bar = Progress(
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True, highlight=False, emoji=False),
            transient=True,
            refresh_per_second=4,
        )
        self._task = self._bar.add_task("reading the pictures", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def line(self, line: dict[str, Any]) -> None:
        if "event" in line:  # the numbers between are in the bar
            super().line(line)

    def state(self, state: State) -> None:
        self._bar.update(self._task, total=state.end or None, completed=state.step, description=state_text(state))

    def say(self, sentence: str) -> None:
        self._bar.console.print(shown(sentence), markup=False, soft_wrap=True)


class TrainJson(TrainTeller):
    """For a program: the lines of the Run's log on stdout as they are, the summary last."""

    def line(self, line: dict[str, Any]) -> None:
        streams.say(json.dumps(line))

    def say(self, sentence: str) -> None:
        streams.say(json.dumps({"event": "note", "text": shown(sentence)}))

    def summary(self, facts: dict[str, Any], text: str) -> None:
        streams.say(json.dumps({"event": "summary", **facts}))


def train_teller(as_json: bool) -> TrainTeller:
    if as_json:
        return TrainJson()
    return TrainBar() if sys.stderr.isatty() else TrainTeller()
