"""The command of a maker: its flags come from its Params, the rest is the same for all."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from ganstudio.cli.command import Command
from ganstudio.cli.flags import add_params, take
from ganstudio.cli.show import size_text, time_text
from ganstudio.cli.streams import say
from ganstudio.cli.tool_command import batch_parser
from ganstudio.core.names import shown

if TYPE_CHECKING:
    import argparse

    from rich.progress import Progress as Bar

    from ganstudio.core.progress import Progress
    from ganstudio.tools.maker import Maker
    from ganstudio.tools.tool import Context

_EVERY_S, _LINE_EVERY_S = 1.0, 30.0


def command_of(maker: Maker) -> Command:
    return Command(maker.id, maker.summary, lambda words: run_maker(maker, words))


def run_maker(maker: Maker, words: Sequence[str]) -> int:
    from ganstudio.core.progress import Progress
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime
    from ganstudio.runtime.options import RuntimeOptions
    from ganstudio.tools.tool import Context

    parser = batch_parser(f"ganstudio {maker.id}", f"{maker.summary.capitalize()}.", maker.example, maker.takes)
    add_params(parser, maker.params, "what is made")
    group = parser.add_argument_group("where it goes")
    group.add_argument("-o", "--output", metavar="FILE|DIR", type=Path, default=None, help="the result (usually: here)")
    group.add_argument(
        "--exists", choices=("skip", "rename", "overwrite"), default="skip", help="when the result is there already"
    )
    add_params(parser, RuntimeOptions, "where it runs")
    group = parser.add_argument_group("the terminal")
    group.add_argument("--dry-run", action="store_true", help="only say what would be done, and how long it takes")
    group.add_argument("--json", action="store_true", help="progress and result as JSON lines on stdout")
    found = parser.parse(words)
    params, where = take(maker.params, found), take(RuntimeOptions, found)
    runtime = Runtime(where.device, where.precision, tile=where.tile)
    try:
        return _run(maker, params, found, Context(Library(), runtime, Progress(), priority=0))
    finally:
        runtime.close()


def _run(maker: Maker, params: Any, found: argparse.Namespace, context: Context) -> int:
    files = [*found.inputs, *found.more]
    inputs: dict[str, Any] = {"files": files, "output": found.output, "exists": found.exists}
    if found.dry_run:
        told = maker.forecast(params, inputs, context)
        if found.json:
            say(json.dumps({"event": "estimate", **told.facts}))
        else:
            needs = f"about {time_text(told.facts['seconds'])}, {size_text(told.facts['bytes'])} needed"
            say(f"{shown(told.words)}; {needs}.")
        return 0
    enough: list[bool] = []
    with _watched(context.progress, found.json) as tell, _signals(context.progress, enough if maker.keeps else None):
        made = maker.run(params, {**inputs, "tell": tell, "enough": lambda: bool(enough)}, context)
    if found.json:
        say(json.dumps({"event": "summary", **made.facts}))
        return 1 if made.facts.get("failed") else 0
    for line in made.words.splitlines():
        say(shown(line))
    for note in made.facts.get("notes", ()):
        say(f"  {shown(note)}")
    return 1 if made.facts.get("failed") else 0


@contextmanager
def _signals(progress: Progress, enough: list[bool] | None) -> Iterator[None]:
    """Ctrl-C and an end asked for by the system stop the work; where what it has is worth keeping, the first Ctrl-C
    ends it with that."""

    def stop(number: int, _: FrameType | None) -> None:
        if enough is not None and not enough and number == signal.SIGINT:
            enough.append(True)
        else:
            progress.stop()
            for one, handler in before.items():  # the next one ends the program at once
                signal.signal(one, handler)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _watched(progress: Progress, as_json: bool) -> Iterator[Callable[[str], None]]:
    """Progress as a bar, as lines now and then, or as JSON; gives what tells a sentence between."""
    over = threading.Event()
    bar = None if as_json or not sys.stderr.isatty() else _bar()

    def tell(sentence: str) -> None:
        if as_json:
            say(json.dumps({"event": "note", "text": shown(sentence)}))
        elif bar is not None:
            bar.console.print(shown(sentence), markup=False, soft_wrap=True)
        else:
            print(shown(sentence), file=sys.stderr, flush=True)

    def watch() -> None:
        spoke = time.monotonic()
        while not over.wait(0.1 if bar is not None else 0.5):
            now = progress.snapshot()
            left = f", {time_text(now.left)} left" if now.left is not None else ""
            if bar is not None:
                bar.update(bar.task_ids[0], total=now.total or None, completed=now.done, description=now.doing + left)
            elif time.monotonic() - spoke >= (_EVERY_S if as_json else _LINE_EVERY_S) and now.doing:
                spoke = time.monotonic()
                if as_json:
                    facts = {"done": now.done, "total": now.total, "doing": now.doing, "left": now.left}
                    say(json.dumps({"event": "status", **facts}))
                else:
                    tell(now.doing + left)

    thread = threading.Thread(target=watch, name="telling", daemon=True)
    if bar is not None:
        bar.start()
    thread.start()
    try:
        yield tell
    finally:
        over.set()
        thread.join()
        if bar is not None:
            bar.stop()


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    made = Progress(
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.description}", markup=False),
        console=Console(stderr=True, highlight=False, emoji=False),
        transient=True,
        refresh_per_second=8,
    )
    made.add_task("opening the model", total=None)
    return made
