"""`ganstudio generate -o DIR`: pictures out of a generator, by seeds, classes and directions."""

from __future__ import annotations

import argparse
import re
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
_MOST = 1_000_000
_RANGE = re.compile(r"(\d+)-(\d+)")
_EACH = "each"


def run(words: Sequence[str]) -> int:
    from ganstudio.cli.generating import MakingOptions, generate
    from ganstudio.core.codecs.options import SaveOptions
    from ganstudio.core.latent import Latent
    from ganstudio.core.progress import Progress
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
        latents = [
            replace(first, seeds=seeds, classes=classes)
            for classes in _classes(found.asked_classes, darkroom.facts)
            for seeds in seeds_of(found.asked_seeds)
        ]
        for one in {one.classes: one for one in latents}.values():
            darkroom.ws(one)  # what the model does not have is said before anything is made
        after = _enlarging(found)
        recipes = [Recipe((Step(TOOL, one), *after), take(SaveOptions, found)) for one in latents]
        return generate(recipes, options, context, dry_run=found.dry_run, as_json=found.json)
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


def seeds_of(text: str) -> list[tuple[Weighted, ...]]:
    """`0-99,120,3:0.7+5:0.3`: ranges, seeds and blends, with commas between."""
    from ganstudio.core.latent import Weighted
    from ganstudio.core.latent.kinds import Blend, seed_of

    found: list[tuple[Weighted, ...]] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        span = _RANGE.fullmatch(part)
        if span is None:
            found.append(Blend(seeds=True).parse(part))
            continue
        low, high = seed_of(span[1]), seed_of(span[2])
        if high < low:
            raise UsageError(f"The seeds “{part}” run backwards.")
        if high - low + len(found) >= _MOST:
            raise UsageError(f"“{part}” is more than {_MOST:,} pictures.", "Take them in parts.")
        found += [(Weighted(str(seed)),) for seed in range(low, high + 1)]
    if not found:
        raise UsageError("No seed is named.", "Write --seeds 0-99.")
    return found


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
