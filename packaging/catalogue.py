"""gettext catalogues: a .po read and written, a .mo compiled, by the format as gettext's manual describes it."""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marked_texts import Text

_MAGIC = 0x950412DE


@dataclass(frozen=True)
class Entry:
    """A text and what it is in another language: one form, or as many as the language has plurals. An empty `one` is
    the head of the catalogue."""

    places: tuple[str, ...]
    one: str
    many: str = ""
    said: tuple[str, ...] = ()
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.one

    @classmethod
    def of(cls, text: Text, said: tuple[str, ...] = ()) -> Entry:
        wanted = 2 if text.many else 1
        filled = said if len(said) == wanted else ("",) * wanted
        return cls(tuple(sorted(text.places)), text.one, text.many, filled, text.context)


def written(entries: Iterable[Entry]) -> str:
    """The text of a .po."""
    blocks = []
    for one in entries:
        lines = [f"#: {place}" for place in one.places]
        if one.context:
            lines.append(f"msgctxt {_quoted(one.context)}")
        lines.append(f"msgid {_quoted(one.one)}")
        if one.many:
            lines.append(f"msgid_plural {_quoted(one.many)}")
            lines += [f"msgstr[{number}] {_quoted(form)}" for number, form in enumerate(one.said)]
        else:
            lines.append(f"msgstr {_quoted(one.said[0] if one.said else '')}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{plain}"'


def parse(text: str) -> list[Entry]:
    """The entries of a .po; fuzzy marks and obsolete entries are not known here. ValueError for anything else."""
    entries = []
    for block in text.split("\n\n"):
        fields: dict[str, str] = {}
        places, name = [], ""
        for line in filter(None, block.split("\n")):
            if line.startswith("#:"):
                places.append(line[2:].strip())
            elif line.startswith('"'):
                fields[name] += ast.literal_eval(line)
            elif not line.startswith("#"):
                name, _space, value = line.partition(" ")
                if not name.startswith(("msgctxt", "msgid", "msgstr")) or name in fields:
                    raise ValueError(f"not a line of a catalogue: {line}")
                fields[name] = ast.literal_eval(value)
        if fields:
            said = tuple(fields[key] for key in sorted(fields) if key.startswith("msgstr"))
            many = fields.get("msgid_plural", "")
            entries.append(Entry(tuple(places), fields["msgid"], many, said, fields.get("msgctxt", "")))
    return entries


def compiled(entries: Iterable[Entry]) -> bytes:
    """The .mo: only what is translated, sorted, without a hash table."""
    pairs = []
    for one in entries:
        if one.said and all(one.said):
            key = (f"{one.context}\x04" if one.context else "") + one.one + (f"\0{one.many}" if one.many else "")
            pairs.append((key.encode(), "\0".join(one.said).encode()))
    pairs.sort()
    count, tables, words = len(pairs), bytearray(), bytearray()
    start = 28 + 16 * count
    for side in (0, 1):
        for pair in pairs:
            tables += struct.pack("<2I", len(pair[side]), start + len(words))
            words += pair[side] + b"\0"
    return struct.pack("<7I", _MAGIC, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count) + tables + words
