"""`ganstudio doctor`: which device is used and why, whether it computes rightly, and how fast each model is here."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ganstudio.cli.flags import Parser, add_params, take
from ganstudio.cli.getting import OWN, get, told
from ganstudio.cli.show import count_text, table, time_text
from ganstudio.cli.streams import say
from ganstudio.core.build import build
from ganstudio.runtime.options import RuntimeOptions

if TYPE_CHECKING:
    from ganstudio.models.library import Entry
    from ganstudio.runtime import Runtime

SUMMARY = "is everything in order, and how fast is it here?"
_NIGHT_S = 8 * 3600
_PHOTO_MP = 12
_LEAST_DB = 40.0  # what the fastest precision promises


def run(words: Sequence[str]) -> int:
    """0 when all is in order, 1 when a model does not give the known answer."""
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime

    parser = Parser(prog="ganstudio doctor", description=SUMMARY[0].upper() + SUMMARY[1:])
    add_params(parser, RuntimeOptions, "where it runs")
    parser.add_argument("--bundle", action="store_true", help="only compare the installed files with their hashes")
    parser.add_argument("--parts", action="store_true", help="only list the program's own modules, as they are found")
    group = parser.add_argument_group("another build of PyTorch")
    group.add_argument(
        "--get",
        choices=("cuda", "cpu", OWN),
        metavar="cuda|cpu|own",
        help="fetch the build for NVIDIA cards, or for the processor, try it and use it; own: the program's again",
    )
    group.add_argument("--yes", action="store_true", help="fetch it without being asked")
    group.add_argument("--index", metavar="URL", default="", help="fetch it from here instead of PyTorch's own index")
    asked = parser.parse(words)
    if asked.get:
        return get(asked.get, asked.yes, asked.index)
    if asked.bundle:
        return _bundle()
    if asked.parts:
        return _parts()
    options = take(RuntimeOptions, asked)
    library = Library()
    runtime = Runtime(options.device, options.precision, tile=options.tile)
    try:
        _machine(runtime)
        wrong = _models(runtime, [entry for entry in library.entries() if entry.card.takes_pictures])
    finally:
        runtime.close()
    for refused in library.refused():
        say(f"Not usable: {refused.path.name}. {refused.reason}")
    say("Everything is in order." if not wrong else f"Not in order here, and not to be used: {', '.join(wrong)}.")
    return 1 if wrong else 0


def _bundle() -> int:
    """0 when every file of the installed program is as it was made, else 1 and their names."""
    from ganstudio.core import bundle

    root = bundle.folder()
    if root is None:
        say("The program runs from source here: there is no installed program to compare.")
        return 0
    try:
        found = bundle.altered(root)
    except (OSError, ValueError) as error:
        found = [f"{bundle.LIST} cannot be read ({error})"]
    for line in found:
        say(line)
    count = sum(1 for _ in bundle.listed(root)) if not found else 0
    say("Install GANStudio again; your own files stay." if found else f"All {count} files are as they were made.")
    return 1 if found else 0


def _parts() -> int:
    import ganstudio
    from ganstudio.core.discovery import everything

    say("\n".join(everything(ganstudio)))
    return 0


def _machine(runtime: Runtime) -> None:
    facts = runtime.facts()
    say(f"GANStudio {build()}, Python {platform.python_version()}, {platform.platform()}")
    for line in told():
        say(line)
    say(f"Device: {facts['device']}, {count_text(facts['workers'], 'tile')} at a time")
    say(f"Processor: {facts['cpu']} ({', '.join(facts['cpu_flags']) or 'no special instructions'})")
    say(f"Built with: {', '.join(facts['backends'])}")
    say(f"Memory: {facts['allocator']}")
    for note in facts["notes"]:
        say(f"Note: {note}")


def _models(runtime: Runtime, entries: Sequence[Entry]) -> list[str]:
    """Print a line for every model; the names of those that compute wrongly."""
    from ganstudio.core.errors import UserError
    from ganstudio.runtime.speed import seconds_per_megapixel

    say(f"\nModels, with photographs of {_PHOTO_MP} megapixels in 8 hours:")
    rows, wrong = [], []
    for entry in entries:
        try:
            seconds = seconds_per_megapixel(runtime, entry) * _PHOTO_MP
            agreement = runtime.check(entry)  # of the path that was just chosen
        except UserError as error:
            wrong.append(entry.name)
            rows.append((entry.name, "", "", "", str(error)))
            continue
        if agreement < _LEAST_DB:
            wrong.append(entry.name)
        how = f"{runtime.path_of(entry)}; {runtime.open(entry).rule}"
        speed = (f"{_NIGHT_S / seconds:,.0f} files", f"{time_text(seconds)} each")
        rows.append((entry.name, *speed, f"{agreement:.0f} dB", how))
    say(table(("model", "in 8 hours", "time", "agrees", "how it runs"), rows))
    say(f"\nRemembered choices: {runtime.facts()['choices_file']}")
    return wrong
