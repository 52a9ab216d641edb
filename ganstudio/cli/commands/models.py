"""`ganstudio models`: what is in the Library, and putting more into it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.cli.flags import Parser
from ganstudio.cli.show import size_text, table
from ganstudio.cli.streams import say
from ganstudio.core.errors import UsageError
from ganstudio.core.names import shown

if TYPE_CHECKING:
    from ganstudio.models.cards import Card
    from ganstudio.models.library import Entry, Library

SUMMARY = "list, explain, import, fetch and remove models"


def run(words: Sequence[str]) -> int:
    parser = Parser(prog="ganstudio models", description=SUMMARY.capitalize() + ".")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    actions.add_parser("list", help="every model at hand")
    one = actions.add_parser("info", help="all that is known about one model or model file")
    one.add_argument("model", metavar="NAME|FILE")
    some = actions.add_parser("import", help="copy model files (also .whl, or a folder of them) into the Library")
    some.add_argument("files", metavar="FILE|FOLDER", nargs="+", type=Path)
    some.add_argument(
        "--readings", metavar="SHEET.png", type=Path,
        help="import nothing: show in how many ways a small generator can be read, a row of pictures each",
    )  # fmt: skip
    some.add_argument("--reading", metavar="NUMBER", type=int, help="read it as that row of the sheet")
    known = actions.add_parser("get", help="fetch a known set of models: realesrgan")
    known.add_argument("what", metavar="NAME")
    gone = actions.add_parser("remove", help="remove a model you added")
    gone.add_argument("name", metavar="NAME")
    found = parser.parse(words)

    from ganstudio.models.library import Library

    library = Library()
    match found.action:
        case "list":
            _list(library)
        case "info":
            _info(library.find(found.model))
        case "import":
            from ganstudio.models.importing import import_path

            if found.readings is not None or found.reading is not None:
                _read(found.files, found.readings, found.reading)
            for path in found.files if found.readings is None else ():
                for entry in import_path(path, library, _say_refused):
                    _say_added(entry)
        case "get":
            from ganstudio.models.get import get

            for entry in get(found.what, library):
                _say_added(entry)
        case "remove":
            library.remove(found.name)
            say(f"Removed {found.name}.")
    return 0


def _list(library: Library) -> None:
    entries = library.entries()
    rows = [(e.name, _size(e.card), e.card.kind, e.card.licence, e.card.summary) for e in entries]
    say(table(("name", "size", "kind", "licence", "what it is for"), rows))
    for refusal in library.refused():
        print(f"Not usable: {refusal.reason}", file=sys.stderr)
    groups = sorted({e.card.group for e in entries if e.card.group})
    if groups:
        say(f"\n{', '.join(groups)}: a name without its scale takes the file that fits the scale you ask for.")


def _info(entry: Entry) -> None:
    card = entry.card
    say(f"{card.title} ({entry.name})")
    if card.summary:
        say(card.summary)
    rows = [
        ("kind", f"{card.kind}, {_size(card)}, {card.channels} channels, {card.family}"),
        *([("classes", ", ".join(classes))] if (classes := _classes(card)) else []),
        ("licence", card.licence),
        ("commercial use", card.commercial_use),
        ("trained from", card.training_data or "unknown"),
        ("origin", card.origin or "unknown"),
        ("invents detail", "yes: it is a GAN" if card.gan else "no"),
        ("file", f"{entry.path.name}, {size_text(entry.path.stat().st_size)}"),
        ("sha256", entry.sha256),
        *_figures(card.figures),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        say(f"  {name.ljust(width)}  {value}")


def _size(card: Card) -> str:
    """How many times larger its results are, or how large."""
    if card.takes_pictures:
        return f"×{card.scale}"
    size = card.settings.get("size")
    return f"{size} px" if isinstance(size, int) else ""


def _classes(card: Card) -> list[str]:
    """What a generator can be asked for."""
    found = card.settings.get("classes")
    return [str(name) for name in found] if isinstance(found, list) and not card.takes_pictures else []


def _figures(figures: dict[str, Any]) -> list[tuple[str, str]]:
    """A line for every set of pictures the model was measured on, beside bicubic, and how to measure again."""
    told = figures.get("rows") if isinstance(figures, dict) else None
    if isinstance(told, list):
        rows = [(str(row[0]), str(row[1])) for row in told if isinstance(row, list) and len(row) == 2]
        return [*rows, ("measured by", str(figures.get("command", "")))]
    try:
        rows = [
            (f"on {name}", f"{found['psnr']:.2f} dB (bicubic {bicubic['psnr']:.2f} dB), SSIM {found['ssim']:.4f}")
            for name, found in figures["model"].items()
            if (bicubic := figures["bicubic"].get(name))
        ]
        return [*rows, ("measured by", str(figures["command"]))]
    except (KeyError, TypeError, ValueError, AttributeError):  # the figures of a Card that was not written by us
        return []


def _read(files: Sequence[Path], sheet: Path | None, number: int | None) -> None:
    """Show how a file can be read, or keep how it is to be read."""
    from ganstudio.models.chains.choosing import choose, readings_in

    if len(files) != 1:
        raise UsageError("A reading is of one file.", "Name one file with --reading or --readings.")
    if sheet is not None and number is not None:
        raise UsageError("--readings shows, --reading chooses.", "Give one of them.")
    if number is not None:
        choose(files[0], number)
    elif sheet is not None:
        from ganstudio.core.codecs import History, SaveOptions, write
        from ganstudio.core.progress import Progress
        from ganstudio.core.raster import Picture
        from ganstudio.runtime.generating.sheet import sheet as drawn

        if sheet.suffix.lower() != ".png":
            raise UsageError(f"{shown(sheet.name)} should end in .png.")
        found = readings_in(files[0])
        picture, history = Picture.of(drawn([one.net for one in found])), History(source_type="trainedAlgorithmicMedia")
        write(picture, sheet, SaveOptions(format="png"), Progress(), history=history)
        rows = [(str(place), f"{one.net.resolution} px", *one.reading.words) for place, one in enumerate(found, 1)]
        say("\n".join(f"{place.rjust(2)}  {', '.join(words)}" for place, *words in rows))
        say(f"{shown(sheet.name)} shows them. Import one with --reading NUMBER; 1 is taken otherwise.")


def _say_refused(path: Path, reason: str) -> None:
    print(f"Not added: {reason}", file=sys.stderr)


def _say_added(entry: Entry) -> None:
    say(f"Added {entry.name}: {entry.card.title}, ×{entry.card.scale}. Licence: {entry.card.licence}.")
