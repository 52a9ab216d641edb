"""`ganstudio generate -o DIR`: pictures out of a generator, by seeds, classes and directions."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ganstudio.cli.flags import Parser, add_params, take
from ganstudio.core.errors import UsageError
from ganstudio.tools.generate import TOOL

if TYPE_CHECKING:
    from ganstudio.core.latent import Push, Weighted
    from ganstudio.runtime.generating import Facts
    from ganstudio.tools.recipe import Step

SUMMARY = TOOL.summary
_FLAGS = ("model", "psi", "cutoff", "noise", "mix")
_EACH = "each"


def run(words: Sequence[str]) -> int:
    from ganstudio.cli.generating import MakingOptions, generate
    from ganstudio.core.codecs.options import SaveOptions
    from ganstudio.core.latent import Latent
    from ganstudio.core.progress import Progress
    from ganstudio.jobs.series import Series, seeds_of
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime
    from ganstudio.runtime.options import RuntimeOptions
    from ganstudio.tools.generate import known_directions, model, of_entry
    from ganstudio.tools.recipe import Recipe, Step
    from ganstudio.tools.tool import Context

    found = _parser().parse(words)
    options, where = take(MakingOptions, found), take(RuntimeOptions, found)
    if not options.output:
        raise UsageError("Nothing says where the pictures go.", "Write -o DIR.")
    library, runtime = Library(), Runtime(take(RuntimeOptions, found).device, where.precision)
    context = Context(library, runtime, Progress(), priority=0)
    try:
        first = replace(take(Latent, found), pushes=tuple(one for said in found.asked_pushes for one in said))
        entry = model(first, library)
        darkroom = runtime.darkroom(entry)
        first = of_entry(known_directions(entry, darkroom).filled(first), entry, library)
        seeds, classes = seeds_of(found.asked_seeds), _classes(found.asked_classes, darkroom.facts)
        first = replace(first, seeds=seeds[0], classes=classes[0])
        for one in classes:
            darkroom.ws(replace(first, classes=one))  # what the model does not have is said before anything is made
        recipe = Recipe((Step(TOOL, first), *_enlarging(found)), take(SaveOptions, found))
        series = Series(recipe, found.asked_seeds, tuple(classes))
        return generate(series, options, context, dry_run=found.dry_run, as_json=found.json)
    finally:
        runtime.close()


def _parser() -> Parser:
    from ganstudio.cli.generating import MakingOptions
    from ganstudio.core.codecs.options import SaveOptions
    from ganstudio.core.latent import Latent
    from ganstudio.runtime.options import RuntimeOptions
    from ganstudio.tools.upscale import UpscaleParams

    parser = Parser(
        prog="ganstudio generate", description=SUMMARY.capitalize() + ".", epilog=f"example: {TOOL.example}"
    )
    group = parser.add_argument_group("which pictures")
    group.add_argument(
        "--seeds", "--seed", dest="asked_seeds", metavar="0-99|3,5|3:0.7+5:0.3", default="0",
        help="seeds, ranges of them, or blends; usually 0",
    )  # fmt: skip
    group.add_argument(
        "--class", "--classes", dest="asked_classes", metavar="each|NAME,…", default="",
        help="classes by name, blends of them (monet:0.7+dore:0.3), or each: every seed of every class",
    )  # fmt: skip
    group.add_argument(
        "--direction", dest="asked_pushes", metavar="NAME=AMOUNT[@LAYERS]", type=_pushes, action="append", default=[],
        help="so many σ along a direction; may be said several times; `ganstudio directions MODEL` lists them",
    )  # fmt: skip
    add_params(parser, Latent, "how they are made", only=_FLAGS)
    add_params(parser, UpscaleParams, "made larger after that", only=("scale", "size"))
    parser.add_argument("--upscaler", metavar="NAME|FILE", default="", help="the model that enlarges (usually photo)")
    add_params(parser, MakingOptions, "where they go")
    add_params(parser, SaveOptions, "how they are saved")
    add_params(parser, RuntimeOptions, "where it runs", only=("device", "precision"))
    group = parser.add_argument_group("the terminal")
    group.add_argument("--dry-run", action="store_true", help="only say what would be made")
    group.add_argument("--json", action="store_true", help="progress and summary as JSON lines on stdout")
    return parser


def _pushes(text: str) -> tuple[Push, ...]:
    from ganstudio.core.latent.kinds import Pushes

    return Pushes().parse(text)


def _classes(text: str, facts: Facts) -> list[tuple[Weighted, ...]]:
    """One blend for each class that is asked for; the first class where none is named."""
    from ganstudio.core.latent import Weighted
    from ganstudio.core.latent.kinds import Blend

    word = text.strip()
    if word == _EACH and _EACH not in facts.classes:
        return [(Weighted(one),) for one in facts.classes] or [()]
    if not word:
        return [(Weighted(facts.classes[0]),)] if facts.classes else [()]
    found = [Blend().parse(part) for part in word.split(",") if part.strip()]
    for blend in found:
        facts.class_shares(blend)
    return [
        tuple(Weighted(facts.classes[facts.class_number(one.word)], one.weight) for one in blend) for blend in found
    ]


def _enlarging(found: argparse.Namespace) -> tuple[Step, ...]:
    """The step that makes them larger, where a size, a factor or a model for it is named."""
    from ganstudio.tools.recipe import Step
    from ganstudio.tools.tool import tool_named
    from ganstudio.tools.upscale import UpscaleParams

    if not (found.upscaler or hasattr(found, "scale") or hasattr(found, "size")):
        return ()
    said = {name: getattr(found, name) for name in ("scale", "size") if hasattr(found, name)}
    params = UpscaleParams(**said, **({"model": found.upscaler} if found.upscaler else {}))
    return (Step(tool_named("upscale"), params),)
