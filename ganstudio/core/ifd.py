"""The TIFF structure (TIFF 6.0 and BigTIFF): directories of tagged values, as used by TIFF, EXIF and MPF.

A reader for hostile bytes: it never raises on what it is given, never follows a loop, never reads outside the data;
what does not fit is left out.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_LETTERS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q"}
_MAX_ENTRIES = 4096

Value = int | float | Fraction


@dataclass(frozen=True)
class Entry:
    """One tag: `at` is the offset of the entry itself, `where` that of its value, `size` the value's bytes."""

    tag: int
    type: int
    count: int
    at: int
    where: int
    size: int
    inline: bool


@dataclass(frozen=True)
class Directory:
    """One IFD. `next` is the offset of the following one (0: none), stored at `next_at`; `lost` are the tags whose
    values would lie outside the data."""

    at: int
    entries: dict[int, Entry]
    next: int
    next_at: int
    lost: frozenset[int] = frozenset()


class Tiff:
    """A TIFF structure read through `read(offset, length)`, which may return fewer bytes at the end."""

    def __init__(self, read: Callable[[int, int], bytes], size: int, order: str, big: bool, first: int) -> None:
        self.read = read
        self.size = size
        self.order = order
        self.big = big
        self.first = first

    def directory(self, at: int) -> Directory | None:
        """The directory at an offset; None when there is none to be read."""
        head, step, letter = (8, 20, "Q") if self.big else (2, 12, "H")
        raw = self.read(at, head) if 8 <= at < self.size else b""
        if len(raw) < head:
            return None
        count = struct.unpack(self.order + letter, raw)[0]
        if not 0 < count <= _MAX_ENTRIES:
            return None
        body = self.read(at + head, count * step)
        entries: dict[int, Entry] = {}
        lost: set[int] = set()
        for index in range(len(body) // step):
            entry = self._entry(body[index * step : (index + 1) * step], at + head + index * step)
            if entry is None:
                continue
            if 8 <= entry.where <= self.size - entry.size:
                entries.setdefault(entry.tag, entry)
            else:
                lost.add(entry.tag)
        next_at = at + head + count * step
        width = 8 if self.big else 4
        raw = self.read(next_at, width)
        following = struct.unpack(self.order + ("Q" if self.big else "I"), raw)[0] if len(raw) == width else 0
        return Directory(at, entries, following, next_at, frozenset(lost))

    def _entry(self, raw: bytes, at: int) -> Entry | None:
        tag, kind = struct.unpack_from(self.order + "HH", raw)
        count = struct.unpack_from(self.order + ("Q" if self.big else "I"), raw, 4)[0]
        if kind not in _SIZES or count == 0:
            return None
        size = count * _SIZES[kind]
        room, field = (8, 12) if self.big else (4, 8)
        inline = size <= room
        where = at + field if inline else struct.unpack_from(self.order + ("Q" if self.big else "I"), raw, field)[0]
        return Entry(tag, kind, count, at, where, size, inline)

    def directories(self, limit: int = 100_000) -> list[Directory]:
        """The chain of directories from the first on; ends at a loop or at what cannot be read."""
        found: list[Directory] = []
        seen: set[int] = set()
        at = self.first
        while at and at not in seen and len(found) < limit:
            seen.add(at)
            directory = self.directory(at)
            if directory is None:
                break
            found.append(directory)
            at = directory.next
        return found

    def raw(self, entry: Entry) -> bytes:
        return self.read(entry.where, entry.size)

    def values(self, entry: Entry) -> tuple[Value, ...]:
        """The entry's numbers (bytes of text and undefined types as ints); empty when they cannot be read."""
        raw = self.raw(entry)
        if len(raw) < entry.size:
            return ()
        if entry.type in (2, 7):
            return tuple(raw)
        if entry.type in (5, 10):
            parts = struct.unpack(f"{self.order}{entry.count * 2}{'I' if entry.type == 5 else 'i'}", raw)
            return tuple(Fraction(n, d) if d else Fraction(0) for n, d in zip(parts[::2], parts[1::2], strict=True))
        return struct.unpack(f"{self.order}{entry.count}{_LETTERS[entry.type]}", raw)

    def number(self, directory: Directory, tag: int, default: int) -> int:
        """The first value of a tag as a whole number; `default` when the tag is absent or no integer."""
        entry = directory.entries.get(tag)
        values = self.values(entry) if entry is not None and entry.type in (1, 3, 4, 13, 16, 18) else ()
        return int(values[0]) if values else default

    def numbers(self, directory: Directory, tag: int) -> tuple[int, ...]:
        """All values of an integer tag; empty when absent."""
        entry = directory.entries.get(tag)
        if entry is None or entry.type not in (1, 3, 4, 13, 16, 18):
            return ()
        return tuple(int(value) for value in self.values(entry))

    def fraction(self, directory: Directory, tag: int) -> float | None:
        entry = directory.entries.get(tag)
        values = self.values(entry) if entry is not None else ()
        return float(values[0]) if values else None


def parse(read: Callable[[int, int], bytes], size: int) -> Tiff | None:
    """Recognise the header (`II*\\0`, `MM\\0*`, BigTIFF); None when these bytes are no TIFF structure."""
    head = read(0, 16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8:
        return None
    magic = struct.unpack_from(order + "H", head, 2)[0]
    if magic == 42:
        return Tiff(read, size, order, False, struct.unpack_from(order + "I", head, 4)[0])
    if magic == 43 and len(head) == 16 and struct.unpack_from(order + "HH", head, 4) == (8, 0):
        return Tiff(read, size, order, True, struct.unpack_from(order + "Q", head, 8)[0])
    return None


def parse_bytes(data: bytes | bytearray) -> Tiff | None:
    """As `parse`, of bytes in memory; a bytearray may be changed underneath by an editor."""
    return parse(lambda offset, length: bytes(data[offset : offset + length]), len(data))


def resolution(tiff: Tiff, directory: Directory) -> tuple[float, float] | None:
    """Tags XResolution, YResolution, ResolutionUnit as dots per inch; None when absent, unitless or nonsense."""
    x, y = tiff.fraction(directory, 282), tiff.fraction(directory, 283)
    unit = tiff.number(directory, 296, 2)
    if x is None or unit not in (2, 3):
        return None
    factor = 2.54 if unit == 3 else 1.0
    pair = (x * factor, (y if y else x) * factor)
    return pair if all(1.0 <= value <= 1e6 for value in pair) else None
