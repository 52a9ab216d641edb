"""`ganstudio directions MODEL`: the ways to move in a generator's space: listed, found, learnt, named, shared."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.cli.flags import Parser, add_params, take
from ganstudio.cli.long_work import telling
from ganstudio.cli.show import count_text, table
from ganstudio.cli.streams import say
from ganstudio.core.errors import UsageError
from ganstudio.core.names import shown
from ganstudio.core.stopping import stopped_by_signals

if TYPE_CHECKING:
    from ganstudio.core.latent.directions import Direction, DirectionSet
    from ganstudio.core.progress import Progress
    from ganstudio.models.library import Entry
    from ganstudio.runtime.generating.darkroom import Darkroom
    from ganstudio.tools.tool import Context

SUMMARY = "find, learn, name and share ways to move in a generator's space"
_FOUND_BY = {
    "sefa": "the weights (SeFa)", "pca": "many points (PCA)", "picks": "picks", "folders": "two folders", "own": "hand",
}  # fmt: skip
_MOST = 64


def run(words: Sequence[str]) -> int:
    from ganstudio.core.latent import Latent, direction_files
    from ganstudio.core.progress import Progress
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime
    from ganstudio.runtime.options import RuntimeOptions
    from ganstudio.tools.generate import known_directions, model
    from ganstudio.tools.tool import Context

    found = _parser().parse(words)
    library, where = Library(), take(RuntimeOptions, found)
    runtime = Runtime(where.device)
    try:
        entry = model(Latent(model=found.model), library)
        darkroom = runtime.darkroom(entry)
        kept = direction_files.load(entry.sha256, entry.name)
        context = Context(library, runtime, Progress(), priority=0)
        changed = _changed(found, kept, entry, darkroom, context)
        if changed != kept:
            direction_files.save(changed)
        everything = changed.joined(known_directions(entry, darkroom).items)
        if found.save is not None:
            direction_files.write(everything, found.save.expanduser())
        _tell(everything, changed, darkroom, found)
        return 0
    finally:
        runtime.close()


def _parser() -> Parser:
    from ganstudio.runtime.options import RuntimeOptions

    parser = Parser(
        prog="ganstudio directions",
        description=SUMMARY.capitalize() + ". Without flags they are listed; `generate --direction NAME=1.5` goes "
        "along one.",
        epilog="example: ganstudio directions paintings --up 1,5,9 --down 2,3 --name stormy",
    )
    parser.add_argument("model", metavar="MODEL", help="a generator: its name in the Library, or a file")
    group = parser.add_argument_group("to find more")
    group.add_argument("--sefa", metavar="N", type=_count, help="keep so many read off the weights")
    group.add_argument("--pca", metavar="N", type=_count, help="find and keep so many principal ones of many points")
    group.add_argument("--draws", metavar="N", type=_draws, default=10_000, help="of so many points (usually 10,000)")
    group = parser.add_argument_group("to learn one")
    group.add_argument("--up", metavar="SEEDS", default="", help="seeds of pictures that have it: 1,5,9-12")
    group.add_argument("--down", metavar="SEEDS", default="", help="seeds of pictures that have it not")
    group.add_argument("--class", dest="of_class", metavar="NAME", default="", help="the class those seeds are seen in")
    group.add_argument("--like", metavar="DIR", type=Path, help="instead: a folder of pictures that have it")
    group.add_argument("--unlike", metavar="DIR", type=Path, help="and one of pictures that have it not; of both, "
                       "what the model did not make is projected first")  # fmt: skip
    group.add_argument("--steps", metavar="N", type=_steps, default=100, help="of each projection (usually 100)")
    group.add_argument("--name", metavar="NAME", default="", help="what it is called then")
    group = parser.add_argument_group("to keep them in order")
    group.add_argument("--rename", metavar="OLD=NEW", action="append", default=[], help="give one another name")
    group.add_argument("--layers", metavar="NAME=4-8", action="append", default=[], help="the layers one moves")
    group.add_argument("--remove", metavar="NAME", action="append", default=[], help="forget one that is kept")
    group.add_argument("--save", metavar="FILE", type=Path, help="write all to a .json or .safetensors file")
    group.add_argument("--load", metavar="FILE", type=Path, help="keep those of such a file, too")
    add_params(parser, RuntimeOptions, "where it runs", only=("device",))
    parser.add_argument("--json", action="store_true", help="the list as JSON on stdout")
    return parser


def _count(text: str) -> int:
    from ganstudio.core.params import Number

    return int(Number(1, _MOST, whole=True).parse(text))


def _steps(text: str) -> int:
    from ganstudio.core.params import Number

    return int(Number(10, 10_000, whole=True).parse(text))


def _draws(text: str) -> int:
    from ganstudio.core.params import Number

    return int(Number(100, 1_000_000, whole=True).parse(text))


def _changed(
    found: argparse.Namespace, kept: DirectionSet, entry: Entry, darkroom: Darkroom, context: Context
) -> DirectionSet:
    """What is kept after all that was asked for."""
    from ganstudio.cli import examples

    if found.load is not None:
        kept = _loaded(kept, found.load.expanduser(), darkroom)
    if found.sefa:
        kept = kept.joined(darkroom.sefa(found.sefa))
    if found.pca:
        kept = kept.joined(_pca(found, darkroom, context.progress))
    learnt = examples.learnt(found, kept, entry, darkroom, context)
    if learnt is not None:
        kept = kept.adding(learnt)
    for said in found.rename:
        old, new = _two(said, "--rename OLD=NEW")
        kept = _with(kept, old, darkroom).renamed(old, new)
    for said in found.layers:
        kept = _in_layers(kept, *_two(said, "--layers NAME=4-8"), darkroom)
    for name in found.remove:
        kept = kept.without(name)
    return kept


def _with(kept: DirectionSet, word: str, darkroom: Darkroom) -> DirectionSet:
    """With the one that is meant, where the weights alone give it: to be changed it must be kept."""
    from ganstudio.tools.generate import SEFA

    if kept.has(word):
        return kept
    everything = kept.joined(darkroom.sefa(SEFA))
    return kept.adding(everything.find(word))


def _in_layers(kept: DirectionSet, word: str, layers: str, darkroom: Darkroom) -> DirectionSet:
    from ganstudio.core.latent.kinds import layers_of
    from ganstudio.core.latent.moving import layer_slice

    first, last = layers_of(layers)
    layer_slice(first, last, darkroom.facts.num_ws)
    return _with(kept, word, darkroom).in_layers(word, first, last)


def _two(said: str, how: str) -> tuple[str, str]:
    name, equals, rest = said.partition("=")
    if not equals or not name.strip() or not rest.strip():
        raise UsageError(f"“{said}” is not understood.", f"Write {how}.")
    return name.strip(), rest.strip()


def _loaded(kept: DirectionSet, path: Path, darkroom: Darkroom) -> DirectionSet:
    from ganstudio.core.latent.direction_files import read
    from ganstudio.core.latent.moving import layer_slice

    more = read(path)
    facts = darkroom.facts
    for one in more.items:
        if one.array.size != facts.w_dim:
            raise UsageError(
                f"The directions in {shown(path.name)} have {one.array.size} numbers, {facts.title} takes "
                f"{facts.w_dim}.", "They belong to another model.",
            )  # fmt: skip
        layer_slice(one.first, one.last, facts.num_ws)
    for one in more.items:
        if not any(one.vector == other.vector for other in kept.items):
            kept = kept.adding(replace(one, id=kept.free_id(one.id)))
    return kept


def _pca(found: argparse.Namespace, darkroom: Darkroom, whole: Progress) -> list[Direction]:
    progress = whole.part(1.0)
    progress.doing("looking at many points")
    with stopped_by_signals(progress.stop), telling(progress, found.json):
        return darkroom.pca(found.pca, found.draws, progress)


def _tell(everything: DirectionSet, kept: DirectionSet, darkroom: Darkroom, found: argparse.Namespace) -> None:
    facts = darkroom.facts
    if found.json:
        items = [
            {k: v for k, v in one.to_json().items() if k != "vector"} | {"kept": kept.has(one.id)}
            for one in everything.items
        ]
        say(json.dumps({"model": everything.model, "weights": facts.weights, "layers": facts.num_ws,
                        "directions": items}, ensure_ascii=False))  # fmt: skip
        return
    say(f"{facts.title}: {count_text(facts.num_ws, 'layer')} (coarse, middle, fine: "
        f"{', '.join(_layers(*group) for group in facts.layer_groups)}).")  # fmt: skip
    rows = [
        (one.name, _FOUND_BY[one.origin], _layers(one.first, one.last), "kept" if kept.has(one.id) else "")
        for one in everything.items
    ]
    say(table(("direction", "found by", "layers", ""), rows))
    if found.save is not None:
        say(f"Written to {shown(found.save)}.")


def _layers(first: int, last: int | None) -> str:
    if last is None:
        return "all" if first == 0 else f"{first} to the last"
    return f"{first}" if first == last else f"{first} to {last}"
