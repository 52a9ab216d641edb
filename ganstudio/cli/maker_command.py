"""The command of a maker: its flags come from its Params, the rest is the same for all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.cli.command import Command
from ganstudio.cli.flags import add_params, take
from ganstudio.cli.long_work import telling
from ganstudio.cli.show import size_text, time_text
from ganstudio.cli.streams import say
from ganstudio.cli.tool_command import batch_parser
from ganstudio.core.names import shown

if TYPE_CHECKING:
    import argparse

    from ganstudio.jobs.making import Making
    from ganstudio.tools.maker import Made, Maker
    from ganstudio.tools.tool import Context


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
    from ganstudio.jobs.making import Making

    asked = maker.asked(params, inputs, context)
    return _make([Making.of(maker, one, found.exists, context.library) for one in asked], maker, context, found.json)


def _make(makings: list[Making], maker: Maker, context: Context, as_json: bool) -> int:
    """As Jobs of the queue, here and now; the exit code."""
    from ganstudio.cli.making import Far, make_here
    from ganstudio.jobs.records import State

    far = Far()
    told = telling(far, as_json, counted=False)
    made: list[Made] = []
    ended = make_here(
        makings, context, told, far, {"done": lambda job, one: made.append(one)}, keeps=maker.keeps
    )  # fmt: skip
    failed = [job for job in ended.jobs if job.state is State.FAILED]
    for job in failed:
        told.note(f"failed: {shown(job.title)}: {job.reason}" if len(makings) > 1 else f"ganstudio: {job.reason}")
    if ended.result.trouble is not None:
        told.note(f"ganstudio: {ended.result.trouble}")
    if not made and not ended.left:
        return ended.code
    facts = _together([one.facts for one in made])
    if ended.left:
        facts["left"] = [shown(one) for one in ended.left]
    if failed:
        facts["failed"] = [{"title": shown(job.title), "reason": shown(job.reason)} for job in failed]
    lines = [line for one in made for line in one.words.splitlines()]
    lines += [f"  {note}" for one in made for note in one.facts.get("notes", ())]
    lines += [f"  left as it is: {one}" for one in ended.left]
    told.summary(facts, "\n".join(map(shown, lines)))
    return ended.code


def _together(facts: list[dict[str, Any]]) -> dict[str, Any]:
    """The facts of several results as one: what are lists, one after the other."""
    if len(facts) == 1:
        return dict(facts[0])
    lists = {name: [] for one in facts for name, value in one.items() if isinstance(value, list)}
    return {name: [value for one in facts for value in one.get(name, ())] for name in lists}
