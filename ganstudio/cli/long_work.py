"""Long work that is no batch of Jobs: a bar, lines or JSON of how far it is, and Ctrl-C that ends it."""

from __future__ import annotations

import json
import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from ganstudio.cli import streams
from ganstudio.cli.show import shortened, time_text
from ganstudio.core.names import shown

if TYPE_CHECKING:
    from ganstudio.core.progress import Snapshot

_LINE_EVERY_S = 30.0
_JSON_EVERY_S = 1.0
_LOOK_EVERY_S = 0.2
_NAME = 48


class Watched(Protocol):
    """A Progress, or what knows how far something is that an engine does."""

    def snapshot(self) -> Snapshot: ...


class Telling:
    """For a log: a line now and then on stderr, the summary on stdout. As a context it watches a Progress."""

    every = _LINE_EVERY_S

    def __init__(self, progress: Watched, counted: bool = True) -> None:
        """`counted`: what there is so many of is worth saying."""
        self._progress, self._counted = progress, counted
        self._spoke = time.monotonic()
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="telling", daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._watcher.join()

    def note(self, sentence: str) -> None:
        print(shown(sentence), file=sys.stderr, flush=True)

    def event(self, name: str, **facts: Any) -> None:
        """What only a program wants to know."""

    def summary(self, facts: dict[str, Any], text: str) -> None:
        streams.say(text)

    def look(self) -> None:
        """How far it is."""
        if words := self.words():
            self.note(words)

    def words(self) -> str:
        """“12 of 100, 3 min left, monet_0012.png”."""
        now = self._progress.snapshot()
        said = [f"{now.done:,.0f} of {now.total:,.0f}"] if now.total and self._counted else []
        said += [f"{time_text(now.left)} left"] if now.left is not None else []
        return ", ".join([*said, shortened(shown(now.doing), _NAME)]).rstrip(", ")

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_EVERY_S):
            if time.monotonic() - self._spoke >= self.every:
                self._spoke = time.monotonic()
                self.look()


class BarTelling(Telling):
    """For a person at a terminal: one bar that moves."""

    every = 0.0

    def __init__(self, progress: Watched, counted: bool = True) -> None:
        super().__init__(progress, counted)
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            BarColumn(bar_width=24), TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True, highlight=False, emoji=False), transient=True, refresh_per_second=8,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._bar.stop()

    def look(self) -> None:
        now = self._progress.snapshot()
        self._bar.update(self._task, total=now.total or None, completed=now.done, description=self.words())

    def note(self, sentence: str) -> None:
        self._bar.console.print(shown(sentence), markup=False, soft_wrap=True)


class JsonTelling(Telling):
    """For a program: one JSON object a line on stdout, the summary last."""

    every = _JSON_EVERY_S

    def event(self, name: str, **facts: Any) -> None:
        streams.say(json.dumps({"event": name, **facts}))

    def look(self) -> None:
        now = self._progress.snapshot()
        self.event("status", done=now.done, total=now.total, seconds=now.seconds, left=now.left, doing=shown(now.doing))

    def note(self, sentence: str) -> None:
        self.event("note", text=shown(sentence))

    def summary(self, facts: dict[str, Any], text: str) -> None:
        self.event("summary", **facts)


def telling(progress: Watched, as_json: bool, counted: bool = True) -> Telling:
    if as_json:
        return JsonTelling(progress, counted)
    return BarTelling(progress, counted) if sys.stderr.isatty() else Telling(progress, counted)
