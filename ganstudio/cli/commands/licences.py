"""`ganstudio licences`: what the program is made of, under which licences, and their texts."""

from __future__ import annotations

from collections.abc import Sequence

from ganstudio.cli.flags import Parser
from ganstudio.cli.show import count_text, table
from ganstudio.cli.streams import say
from ganstudio.core.errors import UsageError
from ganstudio.core.licences import Component, Listing, listing

SUMMARY = "list the licences of everything inside the program"
_WIDE = 60


def run(words: Sequence[str]) -> int:
    parser = Parser(prog="ganstudio licences", description=SUMMARY.capitalize() + ".")
    parser.add_argument("name", metavar="NAME", nargs="?", help="print the texts of this one")
    parser.add_argument("--texts", action="store_true", help="print the texts of all")
    found = parser.parse(words)
    parts = listing()
    if found.name:
        for one in _named(parts, found.name):
            say(told(parts, one))
    elif found.texts:
        say("\n\n".join(told(parts, one) for one in parts.components))
    else:
        say(_table(parts))
    return 0


def _named(parts: Listing, name: str) -> list[Component]:
    found = [one for one in parts.components if one.name.casefold() == name.casefold()]
    found = found or [one for one in parts.components if name.casefold() in f"{one.name} {one.note}".casefold()]
    if not found:
        raise UsageError(f"Nothing inside is called “{name}”.", "`ganstudio licences` lists what there is.")
    return found


def told(parts: Listing, one: Component) -> str:
    """Everything about one part."""
    facts = [("licence", one.licence), ("inside", one.inside), ("project", one.home), ("note", one.note)]
    lines = [f"{one.name} {one.version}".strip(), *(f"  {name}: {value}" for name, value in facts if value)]
    return "\n".join([*lines, "", parts.text_of(one), ""])


def _table(parts: Listing) -> str:
    rows = [
        (f"{one.name if len(one.name) <= _WIDE else one.name[: _WIDE - 1] + '…'}", one.version, one.inside, one.licence)
        for one in parts.components
    ]
    return "\n".join(
        [
            "GANStudio itself is under the Apache License 2.0. Inside it are:",
            "",
            table(("name", "version", "inside", "licence"), rows),
            "",
            f"{count_text(len(rows), 'part')}. `ganstudio licences NAME` prints the text, `--texts` all of them.",
        ]
    )
