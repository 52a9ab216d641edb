"""`ganstudio balance FOLDER`: a folder of classes filled up with generated pictures until all classes are as large."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.cli.flags import Parser, add_params, take
from ganstudio.cli.long_work import telling
from ganstudio.cli.making import Far, make_here
from ganstudio.cli.show import count_text, table
from ganstudio.core.errors import OutputError, UsageError
from ganstudio.core.latent import MOST_SEED
from ganstudio.core.names import shown
from ganstudio.core.params import Number, Params, Switch, Text, param
from ganstudio.core.text import _

if TYPE_CHECKING:
    from ganstudio.core.codecs.options import SaveOptions
    from ganstudio.core.latent import Latent
    from ganstudio.jobs.balancing import Class, Filled, Judge, Survey
    from ganstudio.jobs.making import Making
    from ganstudio.runtime.generating import Facts
    from ganstudio.tools.tool import Context

SUMMARY = "fill up a folder of classes with generated pictures until all are as large"
VERSION = 1


@dataclass(frozen=True)
class BalanceOptions(Params):
    """How a folder is filled up."""

    output: str = param(
        Text("DIR"), "", label="Output", flags=("-o",),
        help="another folder for what is made, with the same sub-folders; into the classes themselves when left out",
    )  # fmt: skip
    trunc: float = param(
        Number(0.0, 2.0), 1.0, label="Truncation ψ", help="1 the whole variety, less is nearer to the mean"
    )
    seed: int = param(Number(0, MOST_SEED, whole=True), 0, label="First seed", help="the first seed that is tried")
    classical: float = param(
        Number(0.0, 100.0, unit="%"), 0.0, label="Classical augmentation",
        help="so much of what is missing is made from the class's own pictures, slightly turned, shifted, lightened",
    )  # fmt: skip
    mirror: bool = param(Switch(), False, label="Mirror", help="augmented pictures may be mirrored (not for writing)")


def run(words: Sequence[str]) -> int:
    from ganstudio.core.codecs.options import SaveOptions
    from ganstudio.core.latent import Latent
    from ganstudio.core.progress import Progress
    from ganstudio.jobs import balancing
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime
    from ganstudio.runtime.options import RuntimeOptions
    from ganstudio.tools.generate import model, of_entry
    from ganstudio.tools.tool import Context

    found = _parser().parse(words)
    options, save = take(BalanceOptions, found), take(SaveOptions, found)
    save = replace(save, format="png") if save.format == "keep" else save
    library, where = Library(), take(RuntimeOptions, found)
    runtime = Runtime(where.device, where.precision)
    context = Context(library, runtime, Progress(), priority=0)
    try:
        latent = take(Latent, found, base=Latent(psi=options.trunc))
        entry = model(latent, library)
        latent = of_entry(latent, entry, library)
        facts = runtime.darkroom(entry).facts
        target = Path(options.output).expanduser() if options.output else None
        survey = balancing.survey(
            found.folder.expanduser(), facts, target=target, classical=options.classical / 100,
            named=_named(found.named, facts),
        )  # fmt: skip
        if found.dry_run or not any(one.missing for one in survey.classes):
            telling(context.progress, found.json).summary(_facts(survey, []), _text(survey, [], ""))
            return 0
        return _fill(survey, latent, context, save, options, found.json)
    finally:
        runtime.close()


def _parser() -> Parser:
    from ganstudio.core.codecs.options import SaveOptions
    from ganstudio.core.latent import Latent
    from ganstudio.runtime.options import RuntimeOptions

    parser = Parser(
        prog="ganstudio balance",
        description=SUMMARY.capitalize() + ". Its sub-folders are classes; what is added says in its metadata that it "
        "was generated, and what is memorised rather than made is left out.",
        epilog="example: ganstudio balance photos --model paintings --as trip=monet --dry-run",
    )
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="a folder whose sub-folders are classes")
    parser.add_argument(
        "--as", dest="named", metavar="FOLDER=CLASS", action="append", default=[],
        help="which class of the model a sub-folder is, where the names differ",
    )  # fmt: skip
    add_params(parser, Latent, "what makes them", only=("model", "noise"))
    add_params(parser, BalanceOptions, "how")
    add_params(parser, SaveOptions, "how they are saved", only=("format", "quality"))
    add_params(parser, RuntimeOptions, "where it runs", only=("device", "precision"))
    group = parser.add_argument_group("the terminal")
    group.add_argument("--dry-run", action="store_true", help="only say how many of each would be made")
    group.add_argument("--json", action="store_true", help="progress and summary as JSON lines on stdout")
    return parser


def _named(said: Sequence[str], facts: Facts) -> dict[str, str]:
    found = {}
    for one in said:
        folder, equals, name = one.partition("=")
        if not equals or not folder.strip():
            raise UsageError(f"“{one}” is not understood.", "Write --as FOLDER=CLASS.")
        facts.class_number(name)
        found[folder.strip()] = name.strip()
    return found


def _fill(
    survey: Survey, latent: Latent, context: Context, save: SaveOptions, options: BalanceOptions, as_json: bool
) -> int:
    """Fill it up, as a Job of the queue."""
    far = Far()
    done: list[Filled] = []
    judges: list[Judge] = []
    told = telling(far, as_json)

    def judged(judge: Judge) -> None:
        judges.append(judge)
        for note in (*survey.notes, *judge.notes):
            told.note(note)

    heard = {
        "judged": judged, "filled": done.append, "made": lambda path: told.event("made", path=str(shown(path))),
        "stopped": lambda job, error: None,
    }  # fmt: skip
    making = _making(survey, latent, save, options)
    _make_folder(making.folder)
    ended = make_here([making], context, told, far, heard)
    lines = [_text(survey, done, _seen(judges))]
    lines += [f"{shown(one.folder)}: {one.note}." for one in done if one.note]
    if ended.stopped or ended.trouble:
        lines += [] if ended.stopped else [ended.trouble]
        lines += ["`ganstudio queue resume` goes on, and so does the same command."]
    facts = _facts(survey, done) | {
        "features": judges[0].label if judges else "",
        "ending": "stopped" if ended.stopped else "trouble" if ended.trouble else "finished",
        "trouble": "" if ended.stopped else shown(ended.trouble),
    }  # fmt: skip
    told.summary(facts, "\n".join(lines))
    return ended.code or (1 if any(one.note for one in done) else 0)


def _making(survey: Survey, latent: Latent, save: SaveOptions, options: BalanceOptions) -> Making:
    from ganstudio.jobs.making import Making

    folder, target = (Path(os.path.abspath(one)) for one in (survey.path, survey.target))
    data = {
        "of": str(folder), "latent": latent.to_json(), "save": save.to_json(), "seed": options.seed,
        "classical": options.classical / 100, "mirror": options.mirror,
        "named": {one.folder: one.name for one in survey.classes},
    }  # fmt: skip
    return Making("balance", VERSION, f"{_('Balance')}: {shown(folder.name)}", data, target, target)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {shown(folder)} cannot be made: {error.strerror}.") from error


def _seen(judges: Sequence[Judge]) -> str:
    if not judges:
        return ""
    if not judges[0].usable:
        return "There are too few real pictures to tell what is memorised: nothing was left out."
    seen = f"seen by {judges[0].label}."
    return f"Memorised is what comes nearer to a real picture than these come to each other, {seen}"


def _facts(survey: Survey, done: Sequence[Filled]) -> dict[str, object]:
    classes = {one.folder: _class(one) for one in survey.classes}
    for one in done:
        classes[one.folder] |= {"generated": one.generated, "augmented": one.augmented, "memorised": one.memorised}
    return {"folder": str(shown(survey.target)), "classes": classes, "notes": [shown(one) for one in survey.notes]}


def _class(one: Class) -> dict[str, object]:
    return {"class": one.name, "real": one.real, "added_before": one.added, "to_generate": one.generate,
            "to_augment": one.augment}  # fmt: skip


def _text(survey: Survey, done: Sequence[Filled], seen: str) -> str:
    made = {one.folder: one for one in done}
    head = ["class", "real", "added before", "to generate", "to augment"]
    head += ["generated", "augmented", "memorised, left out"] if done else []
    rows = []
    for one in survey.classes:
        row = [shown(one.folder), f"{one.real:,}", f"{one.added:,}", f"{one.generate:,}", f"{one.augment:,}"]
        if done:
            came = made.get(one.folder)
            row += [f"{n:,}" for n in (came.generated, came.augmented, came.memorised)] if came else ["", "", ""]
        rows.append(row)
    missing = sum(one.missing for one in survey.classes)
    lines = [table(head, rows)]
    if not missing:
        lines.append("All classes are as large: there is nothing to make.")
    elif not done:
        lines.append(f"To make: {count_text(missing, 'picture')}.")
    return "\n".join([*lines, seen] if seen and done else lines)
