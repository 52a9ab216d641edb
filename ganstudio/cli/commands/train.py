"""`ganstudio train GOAL --pictures DIR`: a model of one's own from a folder of pictures."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.cli.flags import Parser, add_params
from ganstudio.cli.show import time_text
from ganstudio.core.errors import UsageError
from ganstudio.core.names import shown

if TYPE_CHECKING:
    from ganstudio.cli.training import TrainTeller
    from ganstudio.training.goal import Goal
    from ganstudio.training.planning import Proposal
    from ganstudio.training.run import Run

SUMMARY = "train a model of your own on a folder of pictures"
_PATIENCE_S = 120.0
_SAID_OTHERWISE = ("start_from",)  # by --from
_ABOUT = """Train a model of your own on a folder of pictures.

All you need is a folder: sizes, batch and rates are chosen from it and told. The training lies in a
folder of its own (a Run), can be stopped with Ctrl-C at any time and goes on with the same command or
with `ganstudio runs resume`. The best model so far is always there, ready to be used."""


def run(words: Sequence[str]) -> int:
    from ganstudio.training.goal import all_goals

    goals = all_goals()
    parser = Parser(prog="ganstudio train", description=_ABOUT, epilog=_examples(goals))
    parser.formatter_class = _AsWritten
    kinds = parser.add_subparsers(dest="goal", metavar="GOAL", required=True, parser_class=Parser, title="goals")
    for one in goals.values():
        usage = f"ganstudio train {one.id} --pictures DIR [-o RUN] [--minutes N] …"
        about = f"Train {one.summary}."
        _add(kinds.add_parser(one.id, help=one.summary, usage=usage, description=about, epilog=_example(one)), one)
    found = parser.parse(words)
    return _train(goals[found.goal], found)


class _AsWritten(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=16, width=100)


def _examples(goals: dict[str, Goal]) -> str:
    lines = "\n".join(f"  {one.example}" for one in goals.values() if one.example)
    return f"examples:\n{lines}\n\n`ganstudio train GOAL --help` lists what can be set."


def _example(goal: Goal) -> str:
    return f"example: {goal.example}" if goal.example else ""


def _add(parser: argparse.ArgumentParser, goal: Goal) -> None:
    from ganstudio.training import plans

    usual = parser.add_argument_group("what is trained")
    usual.add_argument(
        "--pictures", metavar="DIR", type=Path, help="a folder (or zip) of pictures; sub-folders are classes"
    )
    usual.add_argument("-o", "--output", metavar="RUN", type=Path, help="the Run's folder, or a name for it")
    usual.add_argument("--minutes", metavar="N", type=_minutes, help="how long in all; without it --steps decides")
    usual.add_argument("--preset", metavar="NAME", help=f"{', '.join(plans.of_goal(goal.id))} (usually {goal.preset})")
    usual.add_argument("--from", dest="start", metavar="MODEL", help="a model to begin from (a name, a file or none)")
    usual.add_argument("--install", action="store_true", help="put the finished model into the Library")
    basic = [one.name for one in goal.plan.parameters() if not one.group]
    fine = [one.name for one in goal.plan.parameters() if one.group and one.name not in _SAID_OTHERWISE]
    add_params(parser, goal.plan, "the Plan", only=basic)
    add_params(parser, goal.plan, "the Plan in detail (chosen by the preset; seldom needed)", only=fine)
    rest = parser.add_argument_group("the terminal")
    rest.add_argument("--dry-run", action="store_true", help="only look at the pictures and say what would be done")
    rest.add_argument("--json", action="store_true", help="progress as JSON lines on stdout")
    rest.add_argument("--tensorboard", action="store_true", help="also write TensorBoard's files into the Run")
    rest.add_argument("--snapshot", metavar="FILE", type=Path, help="a snapshot of another Run to go on from")
    rest.add_argument("--threads", metavar="N", type=int, default=0, help="of the CPU (usually all)")
    rest.add_argument("--data-note", metavar="TEXT", default="", help="for a Card to publish: pictures and licences")


def _minutes(text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise UsageError(f"--minutes: “{text}” is not a number.") from error
    if not 0.0 < value <= 1_000_000.0:
        raise UsageError(f"--minutes: {text} is not a time to train.")
    return value


def _train(goal: Goal, found: argparse.Namespace) -> int:
    from ganstudio.cli.sitting import sit_in_terminal
    from ganstudio.cli.training import train_teller
    from ganstudio.training.sitting import leads, refuse_twice

    wishes = {one.name: getattr(found, one.name) for one in goal.plan.parameters() if hasattr(found, one.name)}
    place, told = _place(goal, found, wishes), train_teller(found.json)
    if not leads():
        return _follow(place)
    terminal = {"tensorboard": found.tensorboard, "install": found.install, "snapshot": found.snapshot}
    if place.exists:
        refuse_twice(place)
        order = _again(place, goal, found, wishes)
        told.say(f"Goes on in {shown(place.folder)}.")
        return 0 if found.dry_run else sit_in_terminal(place, order, told, **terminal)
    proposal = _proposed(goal, place, found, wishes)
    for sentence in proposal.said:
        told.say(sentence)
    _tell_plan(proposal, told)
    if found.dry_run:
        return 0
    place.begin(proposal.order)
    told.say(f"The Run: {shown(place.folder)}")
    return sit_in_terminal(place, proposal.order, told, pictures=proposal.pictures, **terminal)


def _follow(place: Run) -> int:
    """What the processes of `torchrun` after the first do: wait for its Order, then train along without a word."""
    from ganstudio.training.sitting import sit

    until = time.monotonic() + _PATIENCE_S
    while not place.exists:
        if time.monotonic() > until:
            raise UsageError("The first process has not begun the Run.", "Name it with -o, the same for all.")
        time.sleep(0.1)
    sit(place, place.order())
    return 0


def _place(goal: Goal, found: argparse.Namespace, wishes: dict[str, Any]) -> Run:
    """The Run's folder: a bare word means a place among the person's data; without one a new name is made."""
    from ganstudio.training.run import Run, usual_place

    if found.output is None:
        stem = wishes.get("name") or f"my-{found.preset or goal.preset}"
        names = (stem, *(f"{stem}-{number}" for number in range(2, 10_000)))
        return next(run for name in names if not (run := Run(usual_place() / name)).folder.exists())
    output = found.output.expanduser()
    if not str(found.output).strip():
        raise UsageError("The output -o is an empty word.")
    bare = len(output.parts) == 1 and not output.exists() and (usual_place() / output / "plan.json").is_file()
    run = Run(usual_place() / output if bare else output)
    if run.folder.exists() and not run.exists and (not run.folder.is_dir() or any(run.folder.iterdir())):
        raise UsageError(f"{shown(run.folder)} is there already and is no Run.", "Name another folder with -o.")
    return run


def _proposed(goal: Goal, place: Run, found: argparse.Namespace, wishes: dict[str, Any]) -> Proposal:
    from ganstudio.training.planning import propose

    if found.pictures is None:
        raise UsageError("No pictures are named.", "Write --pictures DIR, a folder of pictures to learn from.")
    return propose(
        goal.id, found.pictures.expanduser(), place.folder.name, preset=found.preset or "", start=found.start or "",
        minutes=found.minutes or 0.0, threads=found.threads, data_note=found.data_note, wishes=wishes,
    )  # fmt: skip


def _again(place: Run, goal: Goal, found: argparse.Namespace, wishes: dict[str, Any]) -> Any:
    """The Order of a Run that is there, with what may change. UsageError for what may not."""
    order = place.order()
    plan = order.plan
    if goal.id != plan.GOAL:
        raise UsageError(f"The Run {place.name} trains a {plan.GOAL}, not a {goal.id}.", "Name another folder with -o.")
    changed = replace(plan, **wishes)
    if differences := changed.differences(plan):
        raise UsageError(
            f"The Run {place.name} was begun with other settings: {'; '.join(differences)}.",
            "Give the same settings, or name another folder with -o.",
        )
    pictures = str(found.pictures.expanduser().resolve()) if found.pictures else order.pictures
    return replace(
        order, plan=changed, pictures=pictures, minutes=found.minutes or order.minutes,
        threads=found.threads or order.threads, data_note=found.data_note or order.data_note,
    )  # fmt: skip


def _tell_plan(proposal: Proposal, told: TrainTeller) -> None:
    """The Plan's main settings in one line."""
    plan, order = proposal.order.plan, proposal.order
    basic = [one for one in plan.parameters() if not one.group and one.name not in ("name", "steps")]
    said = ", ".join(f"{one.label.lower()} {one.kind.text(getattr(plan, one.name))}" for one in basic)
    length = time_text(order.minutes * 60.0) if order.minutes else f"{plan.steps:,} steps"
    told.say(f"The Plan for {shown(plan.name)}: {length}, {said}.")
