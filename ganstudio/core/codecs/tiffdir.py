"""TIFF directories as they are written (TIFF 6.0, BigTIFF), and EXIF taken over into a TIFF file.

EXIF is itself a TIFF structure. Put at the very start of the file, all its values keep their offsets, and so do the
maker's notes with their private offsets; only its first directory is replaced by the file's own, which lists the same
values again.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from ganstudio.core.ifd import Directory, Tiff, parse_bytes

_EXIF, _GPS, _INTEROP = 0x8769, 0x8825, 0xA005
SHORT, LONG, RATIONAL, UNDEFINED, BYTE, LONG8 = 3, 4, 5, 7, 1, 16
_LETTER = {SHORT: "H", LONG: "I", LONG8: "Q"}
# Tags of the first directory that speak of the pixels' storage: those of the input are not those of this file.
_STORAGE = {
    *range(254, 260), 262, 263, 264, 265, 266, *range(273, 285), 288, 289, 290, 291, 292, 293, 296, 301, 317, 318,
    *range(320, 340), 340, 341, *range(512, 522), 529, 530, 531, 532, 700, 33723, 34377, 34675,
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One tag; its value in the file's byte order, or the offset `at` where it already stands."""

    tag: int
    type: int
    count: int
    value: bytes = b""
    at: int | None = None


class TiffFile:
    """A TIFF being written from its header on; `order` is "<" or ">"."""

    def __init__(self, file: BinaryIO, big: bool, exif: bytes | None) -> None:
        self._file = file
        self.big = big
        tiff = parse_bytes(exif) if exif else None
        self._exif: Tiff | None = tiff
        self.order = tiff.order if tiff is not None else "<"
        mark = b"II" if self.order == "<" else b"MM"
        head = mark + (struct.pack(self.order + "HHHQ", 43, 8, 0, 0) if big else struct.pack(self.order + "HI", 42, 0))
        file.write(head + (exif[len(head) :] if exif else b""))

    def numbers(self, tag: int, type: int, *values: int) -> Field:
        return Field(tag, type, len(values), struct.pack(f"{self.order}{len(values)}{_LETTER[type]}", *values))

    def rational(self, tag: int, value: float) -> Field:
        return Field(tag, RATIONAL, 1, struct.pack(self.order + "II", min(round(value * 1000), 2**32 - 1), 1000))

    def finish(self, fields: list[Field]) -> None:
        """Write the first directory, EXIF's tags among it, and point the header at it."""
        taken = {field.tag for field in fields}
        first = self._exif.directory(self._exif.first) if self._exif is not None else None
        if first is not None:
            fields = [*fields, *self._carried(first, taken | _STORAGE)]
        at = self._put(fields)
        self._file.seek(8 if self.big else 4)
        self._file.write(struct.pack(self.order + ("Q" if self.big else "I"), at))

    def _carried(self, directory: Directory, without: set[int]) -> list[Field]:
        """The fields of a directory of the EXIF, their values where they are."""
        assert self._exif is not None
        made: list[Field] = []
        for entry in directory.entries.values():
            if entry.tag in without:
                continue
            if entry.tag in (_EXIF, _GPS, _INTEROP) and self.big:
                inner = self._exif.directory(self._exif.number(directory, entry.tag, 0))
                if inner is not None:
                    made.append(self.numbers(entry.tag, LONG8, self._put(self._carried(inner, set()))))
            elif entry.inline or entry.size <= (8 if self.big else 4):
                made.append(Field(entry.tag, entry.type, entry.count, self._exif.raw(entry)))
            elif entry.where >= (16 if self.big else 8):
                made.append(Field(entry.tag, entry.type, entry.count, at=entry.where))
        return made

    def _put(self, fields: list[Field]) -> int:
        """Append a directory and its longer values; its offset."""
        room, offset, head = (8, "Q", "Q") if self.big else (4, "I", "H")
        entries = []
        for field in sorted(fields, key=lambda one: one.tag):
            if field.at is None and len(field.value) <= room:
                cell = field.value.ljust(room, b"\0")
            else:
                cell = struct.pack(self.order + offset, self._append(field.value) if field.at is None else field.at)
            entries.append(struct.pack(f"{self.order}HH{offset}", field.tag, field.type, field.count) + cell)
        body = struct.pack(self.order + head, len(entries)) + b"".join(entries) + bytes(room)
        return self._append(body)

    def _append(self, data: bytes) -> int:
        at = self._file.seek(0, 2)
        if at % 2:
            self._file.write(b"\0")
        self._file.write(data)
        return at + at % 2
