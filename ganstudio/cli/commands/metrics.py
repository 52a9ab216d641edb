"""`ganstudio metrics`: what results and models are worth, in figures that can be had again."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from ganstudio.cli.flags import Parser, add_params
from ganstudio.cli.show import table
from ganstudio.cli.streams import say

SUMMARY = "measure how good results and models are"
_ABOUT = (
    "Measure how good pictures are: results beside their truths, a network on your own pictures, made pictures beside "
    "real ones. Every figure stands beside what costs nothing (bicubic, blurred pictures) and says what gave it."
)


def run(words: Sequence[str]) -> int:
    from ganstudio.cli.metrics.generators import GeneratorTest
    from ganstudio.cli.metrics.networks import RestorerTest, UpscalerTest

    parser = Parser(
        prog="ganstudio metrics",
        description=_ABOUT,
        epilog="example: ganstudio metrics upscaler quick --pictures photos --test phone",
    )
    actions = parser.add_subparsers(dest="action", metavar="WHAT", required=True, parser_class=Parser)
    pairs = actions.add_parser("pictures", help="results beside their truths, file by file")
    pairs.add_argument("results", metavar="RESULTS", type=Path, help="a folder (or one picture)")
    pairs.add_argument("truths", metavar="TRUTHS", type=Path, help="a folder of pictures of the same names and sizes")
    pairs.add_argument("--border", metavar="N", type=_pixels, default=0, help="cut so many pixels off every side")
    pairs.add_argument("--each", action="store_true", help="a row for every picture, not only the mean")
    for name, params, about in (
        ("upscaler", UpscalerTest, "reduce pictures, enlarge them again, compare; bicubic stands beside"),
        ("restorer", RestorerTest, "spoil pictures, restore them, compare"),
    ):
        one = actions.add_parser(name, help=about)
        one.add_argument("model", metavar="MODEL", help="its name in the Library, or a file")
        one.add_argument("--pictures", metavar="DIR", type=Path, help="good pictures that the model was not trained on")
        add_params(one, params, "how it is measured")
    sets = actions.add_parser("generator", help="made pictures beside real ones: KID, memorising and more")
    sets.add_argument("made", metavar="MODEL|FOLDER", help="a generator, or a folder of what one has made")
    sets.add_argument("--pictures", metavar="DIR", type=Path, help="the real pictures; sub-folders are classes")
    add_params(sets, GeneratorTest, "how they are compared")
    for one in (pairs, *(actions.choices[name] for name in ("upscaler", "restorer", "generator"))):
        one.add_argument("--json", action="store_true", help="all figures as JSON on stdout")
    actions.add_parser("list", help="the measures and feature networks at hand")
    found = parser.parse(words)
    if found.action == "list":
        _list()
        return 0
    room = {"pictures": "pairs", "generator": "generators"}.get(found.action, "networks")
    return import_module(f"ganstudio.cli.metrics.{room}").run(found, words)


def _pixels(text: str) -> int:
    from ganstudio.core.params import Number

    return int(Number(0, 1000, whole=True).parse(text))


def _list() -> None:
    from ganstudio.core.discovery import discover, load
    from ganstudio.measures import features, paired

    found = {name: load(paired, name) for name in discover(paired)}
    rows = [
        (one.TITLE, "larger" if one.HIGHER_IS_BETTER else "smaller", (one.__doc__ or "").splitlines()[0].rstrip("."))
        for name, one in found.items()
        if name in paired.usable()
    ]
    say(table(("measure", "better", "what it is"), rows))
    say("")
    seen = [(name, features.named(name).version) for name in features.available()]
    say(table(("features", "version"), seen))
    for name in features.names():
        if features.missing(name):
            say(features.missing(name))
