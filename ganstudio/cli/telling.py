"""What a running batch tells: a bar where somebody looks, lines where a log is kept, JSON where a program reads."""

from __future__ import annotations

import json
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ganstudio.cli import streams
from ganstudio.cli.show import count_text, number_text, shortened, size_text, time_text
from ganstudio.core.names import shown

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from ganstudio.jobs.batch import Added
    from ganstudio.jobs.engine import Status
    from ganstudio.jobs.estimate import Estimate
    from ganstudio.jobs.records import Job
    from ganstudio.tools.maker import Made

_LINE_EVERY_S = 30.0
_JSON_EVERY_S = 1.0
# A batch this small is over before its estimate is of use.
_WORTH_TELLING = 4
_NAME = 40  # characters of a file's name in the bar


def estimate_text(estimate: Estimate) -> str:
    """“4,000 files, about 11 h, 310 GB needed, 200 GB free”."""
    if not estimate.files:
        return "nothing"
    return ", ".join(
        [
            count_text(estimate.files, "file"),
            f"about {time_text(estimate.seconds)}" if estimate.seconds else "for a time not known yet",
            f"{size_text(estimate.needed)} needed",
            f"{size_text(estimate.free)} free",
        ]
    )


def status_text(status: Status) -> str:
    """“12 of 4,000 files, 34 megapixels, 10 h left, IMG_0012.jpg”: what does not fit the line is cut at its end."""
    totals = status.totals
    if status.making is not None:
        said = [f"{totals.finished:,} of {count_text(totals.added, 'job')}"] if totals.added > 1 else []
        return ", ".join([*said, *_left(status), shortened(shown(status.making.doing), _NAME)]).rstrip(", ")
    said = [f"{totals.finished:,} of {count_text(totals.added, 'file')}"]
    said += [f"{number_text(status.megapixels)} megapixels"] if status.megapixels else []
    said += _left(status)
    return ", ".join([*said, *(shortened(shown(name), _NAME) for name, _ in status.current[:1])])


def _left(status: Status) -> list[str]:
    return [f"{time_text(status.left)} left"] if status.left is not None else []


class Teller:
    """For a log: a line now and then on stderr, the summary on stdout."""

    def __init__(self) -> None:
        self._spoke = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to put away."""

    def found(self, added: Added) -> None:
        """What was found, and what of it is not taken."""
        for note in added.notes:
            self.say(note)

    def estimate(self, estimate: Estimate) -> None:
        if estimate.files >= _WORTH_TELLING:
            self.say(f"Still to do: {estimate_text(estimate)}.")

    def status(self, status: Status) -> None:
        if time.monotonic() - self._spoke >= _LINE_EVERY_S:
            self.say(status_text(status))

    def heard(self) -> dict[str, Any]:
        """Who is told of the things that are made, and how each ended."""
        return {
            "tell": self.say, "stopped": lambda job, error: self.say(str(error)),
            "done": lambda job, made: self.say(f"{job.title}: {made.words}"),
        }  # fmt: skip

    def say(self, sentence: str) -> None:
        self._spoke = time.monotonic()
        print(shown(sentence), file=sys.stderr, flush=True)

    def summary(self, facts: dict[str, Any], text: str) -> None:
        streams.say(text)


class BarTeller(Teller):
    """For a person at a terminal: one bar that moves."""

    def __init__(self) -> None:
        super().__init__()
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        self._bar: Bar = Progress(
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True, highlight=False, emoji=False),
            transient=True,
            refresh_per_second=8,
        )
        self._task = self._bar.add_task("looking at the pictures", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def status(self, status: Status) -> None:
        done = status.totals.finished + sum(fraction for _, fraction in status.current)
        self._bar.update(self._task, total=status.totals.added or None, completed=done, description=status_text(status))

    def say(self, sentence: str) -> None:
        self._bar.console.print(shown(sentence), markup=False, soft_wrap=True)


class JsonTeller(Teller):
    """For a program: one JSON object a line on stdout, the summary last."""

    def _tell(self, event: str, **facts: Any) -> None:
        streams.say(json.dumps({"event": event, **facts}))

    def heard(self) -> dict[str, Any]:
        def done(job: Job, made: Made) -> None:
            self._tell("made", title=shown(job.title), output=shown(job.source), facts=made.facts)

        return {**super().heard(), "done": done}

    def found(self, added: Added) -> None:
        self._tell("found", added=added.batch.added, notes=[shown(one) for one in added.notes])

    def estimate(self, estimate: Estimate) -> None:
        self._tell(
            "estimate", files=estimate.files, seconds=estimate.seconds, bytes_needed=estimate.needed,
            bytes_free=estimate.free, problems=[shown(one) for one in estimate.problems],
        )  # fmt: skip

    def status(self, status: Status) -> None:
        if time.monotonic() - self._spoke < _JSON_EVERY_S:
            return
        self._spoke = time.monotonic()
        self._tell(
            "status", finished=status.totals.finished, added=status.totals.added, megapixels=status.megapixels,
            seconds=status.seconds, left=status.left, current=[shown(name) for name, _ in status.current],
        )  # fmt: skip

    def summary(self, facts: dict[str, Any], text: str) -> None:
        if facts.get("trouble"):
            self.say(facts["trouble"])
        self._tell("summary", **facts)


def teller(as_json: bool) -> Teller:
    if as_json:
        return JsonTeller()
    return BarTeller() if sys.stderr.isatty() else Teller()
