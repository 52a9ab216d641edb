"""`ganstudio runs`: the trainings of this account: how far they are, go on, pause, stop, and the models they gave."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.cli.flags import Parser
from ganstudio.cli.show import size_text, table, time_text
from ganstudio.cli.streams import say
from ganstudio.core.errors import UsageError
from ganstudio.core.names import shown

if TYPE_CHECKING:
    from ganstudio.training.run import Run, State

SUMMARY = "see, resume, pause, stop and export trainings"
_LAST = 8  # lines of the log shown


def run(words: Sequence[str]) -> int:
    parser = Parser(prog="ganstudio runs", description=SUMMARY.capitalize() + ".")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    listed = actions.add_parser("list", help="every Run, the newest first")
    listed.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="also those in this folder")
    shows = actions.add_parser("show", help="how one Run goes")
    resumed = actions.add_parser("resume", help="go on with a Run that was stopped or paused")
    exported = actions.add_parser("export", help="copy the best model of a Run")
    paused = actions.add_parser("pause", help="let a Run wait after its step, with a snapshot")
    stopped = actions.add_parser("stop", help="end a Run after its step, with a snapshot")
    for one in (shows, resumed, exported, paused, stopped):
        one.add_argument("run", metavar="RUN", help="its name or folder")
    for one in (listed, shows, resumed):
        one.add_argument("--json", action="store_true", help="as JSON lines")
    resumed.add_argument("--minutes", metavar="N", type=float, default=0.0, help="how long in all")
    resumed.add_argument("--install", action="store_true", help="put the finished model into the Library")
    resumed.add_argument("--tensorboard", action="store_true", help="also write TensorBoard's files into the Run")
    exported.add_argument("-o", "--output", metavar="FILE", type=Path, help="a file or folder (usually: here)")
    exported.add_argument("--install", action="store_true", help="put it into the Library instead")
    found = parser.parse(words)

    from ganstudio.training.run import PAUSE, STOP, find_run, known_runs

    match found.action:
        case "list":
            _list(known_runs(found.folder), found.json)
        case "show":
            _show(find_run(found.run), found.json)
        case "resume":
            return _resume(find_run(found.run), found.minutes, found.json, found.install, found.tensorboard)
        case "export":
            _export(find_run(found.run), found.output, found.install)
        case "pause":
            _ask(find_run(found.run), PAUSE, "pauses")
        case "stop":
            _ask(find_run(found.run), STOP, "stops")
    return 0


def _facts(run: Run, state: State) -> dict[str, object]:
    order = run.order()
    return {"run": str(run.folder), "goal": order.plan.GOAL, "model": order.plan.name, **asdict(state)}


def _list(runs: list[Run], as_json: bool) -> None:
    if as_json:
        for run in runs:
            say(json.dumps(_facts(run, run.state())))
        return
    if not runs:
        say("There are no Runs yet. `ganstudio train --help` says how to begin one.")
        return
    rows = []
    for run in runs:
        state = run.state()
        left = f"{time_text(state.left)} left" if state.left is not None else ""
        step = f"{state.step:,} of {state.end:,}" if state.end else "not begun"
        goal = run.order().plan.GOAL
        rows.append((run.name, goal, state.state, step, left, state.words or "", shown(run.folder)))
    say(table(("run", "goal", "state", "step", "time", "best", "folder"), rows))


def _show(run: Run, as_json: bool) -> None:
    from ganstudio.cli.training import line_text

    state, lines = run.state(), run.lines()[0]
    if as_json:
        say(json.dumps(_facts(run, state)))
        for line in lines:
            say(json.dumps(line))
        return
    order = run.order()
    plan = order.plan
    begun = f" (since {time.strftime('%Y-%m-%d %H:%M', time.localtime(state.started))})" if state.started else ""
    rows = [
        ("state", f"{state.state}{begun}{': ' + state.reason if state.reason else ''}"),
        ("trains", f"{plan.name}, {plan.GOAL}" + (f", from {order.start}" if order.start else "")),
        ("pictures", shown(order.pictures)),
        ("so far", f"step {state.step:,} of {state.end:,}, {state.images:,} pictures, {time_text(state.seconds)}"),
        ("best", f"{state.words} (step {state.best_step:,})" if state.words else "none yet"),
        ("memory", size_text(state.memory) if state.memory else "not measured yet"),
        *(("model", f"{shown(path)} ({size_text(path.stat().st_size)})") for path in run.models()),
        *(("samples", shown(path)) for path in run.samples()[-1:]),
    ]
    say(f"{run.name}, in {shown(run.folder)}")
    for name, value in rows:
        say(f"  {name.ljust(8)}  {value}")
    for text in [text for line in lines if (text := line_text(line))][-_LAST:]:
        say(f"    {shown(text)}")


def _resume(run: Run, minutes: float, as_json: bool, install: bool, tensorboard: bool) -> int:
    from ganstudio.cli.sitting import sit_in_terminal
    from ganstudio.cli.training import train_teller
    from ganstudio.training.run import PAUSED, RESUME

    state = run.state()
    if state.alive and state.state == PAUSED:
        run.ask(RESUME)
        say(f"{run.name} goes on, in process {state.pid}.")
        return 0
    order = run.order()
    order = replace(order, minutes=minutes) if minutes else order
    return sit_in_terminal(run, order, train_teller(as_json), install=install, tensorboard=tensorboard)


def _ask(run: Run, want: str, does: str) -> None:
    state = run.state()
    if not state.alive:
        raise UsageError(f"The Run {run.name} is not being trained ({state.state}).")
    run.ask(want)
    say(f"{run.name} {does} after the step at hand.")


def _export(run: Run, output: Path | None, install: bool) -> None:
    from ganstudio.cli.sitting import installed

    models = run.models()
    if not models:
        raise UsageError(f"The Run {run.name} has no model yet.", "The first one comes with its first check.")
    if install:
        for line in installed(models):
            say(line)
        return
    for path in models:
        target = output or Path(path.name)
        target = target / path.name if target.is_dir() or len(models) > 1 else target
        if target.exists():
            raise UsageError(f"{shown(target)} is there already.", "Name another file with -o.")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        say(f"{shown(target)} ({size_text(target.stat().st_size)})")
