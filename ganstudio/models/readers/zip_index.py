"""The table of contents of a zip archive, trusted only where both of its copies agree (PKWARE APPNOTE 6.3).

Entries are found by exact name and read where they lie; nothing is ever extracted.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from ganstudio.core.text import N_, _
from ganstudio.models.readers.unreadable import Unreadable

MAX_ENTRIES = 20_000
MAX_NAME = 1024
STORED, DEFLATED = 0, 8

_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_FORM = struct.Struct("<4s4H2LH")
_END64_FORM = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64_FORM = struct.Struct("<4sLQL")
_CENTRAL_FORM = struct.Struct("<4s6H3L5H2L")
_LOCAL_FORM = struct.Struct("<4s5H3L2H")
_NONE16, _NONE32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED, _SIZES_FOLLOW = 0x1, 0x8

_DAMAGED = N_("its zip table of contents is damaged.")


@dataclass(frozen=True)
class Entry:
    """One file in the archive: `size` bytes once unpacked, `packed` bytes in the archive from `begin` on."""

    name: str
    method: int
    packed: int
    size: int
    begin: int
    crc: int


class ZipIndex:
    """All entries of the archive that fills `data` from its first byte to its last."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        count, begin, length, end = _directory(data)
        if count > MAX_ENTRIES:
            raise Unreadable(_("it is a zip archive of {count:,} files; no model has that many.").format(count=count))
        if begin + length != end:
            raise Unreadable(_("it is a zip archive with other data before it or inside it."))
        self.entries: dict[str, Entry] = {}
        spans: list[tuple[int, int]] = []
        position = begin
        for _entry in range(count):
            position = self._add(position, begin, spans)
        if position != begin + length:
            raise Unreadable(_(_DAMAGED))
        self._check_spans(sorted(spans), begin)

    def read(self, entry: Entry) -> memoryview:
        """The bytes of a stored entry, in place."""
        if entry.method != STORED:
            raise Unreadable(_("its weights are compressed, which no torch version writes."))
        return self.data[entry.begin : entry.begin + entry.size]

    def inflate(self, entry: Entry, limit: int) -> memoryview:
        """The first `limit` bytes of an entry, unpacked; never more than it announces."""
        if entry.method == STORED:
            return self.read(entry)[:limit]
        wanted = min(limit, entry.size)
        packed = self.data[entry.begin : entry.begin + entry.packed]
        try:
            unpacked = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, max(wanted, 1))
        except zlib.error as error:
            raise Unreadable(_("its compressed data is damaged.")) from error
        if len(unpacked) != wanted or (wanted == entry.size and zlib.crc32(unpacked) != entry.crc):
            raise Unreadable(_("its compressed data is damaged."))
        return memoryview(unpacked)

    def _add(self, position: int, directory: int, spans: list[tuple[int, int]]) -> int:
        if position + _CENTRAL_FORM.size > len(self.data):
            raise Unreadable(_(_DAMAGED))
        fields = _CENTRAL_FORM.unpack_from(self.data, position)
        magic, _by, _for, flags, method, _time, _date = fields[:7]
        crc, packed, size, name_length, extra_length, comment = fields[7:13]
        header = fields[-1]
        name_at = position + _CENTRAL_FORM.size
        extra_at = name_at + name_length
        after = extra_at + extra_length + comment
        if magic != b"PK\x01\x02" or name_length > MAX_NAME or after > len(self.data):
            raise Unreadable(_(_DAMAGED))
        raw_name = bytes(self.data[name_at:extra_at])
        extra = bytes(self.data[extra_at : extra_at + extra_length])
        size, packed, header = _wide_sizes(extra, size, packed, header)
        if flags & _ENCRYPTED:
            raise Unreadable(_("it is an encrypted zip archive; unpack it first."))
        begin = self._data_begin(header, raw_name, method, flags, packed, size)
        if begin + packed > directory or (method == STORED and packed != size):
            raise Unreadable(_(_DAMAGED))
        name = _safe_name(raw_name)
        if name in self.entries:
            raise Unreadable(_("its zip archive holds two files of the same name ({name}).").format(name=name))
        self.entries[name] = Entry(name, method, packed, size, begin, crc)
        spans.append((header, begin + packed))
        return after

    def _data_begin(self, header: int, name: bytes, method: int, flags: int, packed: int, size: int) -> int:
        """Where the data begins by the entry's own header, which must agree with the table of contents."""
        if header + _LOCAL_FORM.size > len(self.data):
            raise Unreadable(_(_DAMAGED))
        local = _LOCAL_FORM.unpack_from(self.data, header)
        magic, _needs, local_flags, local_method, *_when, local_packed, local_size, name_length, extra_length = local
        begin = header + _LOCAL_FORM.size + name_length
        if magic != b"PK\x03\x04" or local_method != method or bytes(self.data[begin - name_length : begin]) != name:
            raise Unreadable(_("its zip archive says one thing in two places differently; it was tampered with."))
        known = not (flags | local_flags) & _SIZES_FOLLOW
        if known and ((local_packed, local_size) != (packed, size)) and _NONE32 not in (local_packed, local_size):
            raise Unreadable(_("its zip archive says one thing in two places differently; it was tampered with."))
        return begin + extra_length

    def _check_spans(self, spans: list[tuple[int, int]], directory: int) -> None:
        end = 0
        for index, (begin, after) in enumerate(spans):
            if begin < end or (index == 0 and begin != 0):
                raise Unreadable(_("it is a zip archive whose files lie over each other or behind other data."))
            end = after
        if end > directory:
            raise Unreadable(_(_DAMAGED))


def _directory(data: memoryview) -> tuple[int, int, int, int]:
    """(entries, begin, length, end) of the central directory."""
    tail_at = max(0, len(data) - _END_FORM.size - _NONE16)
    found = bytes(data[tail_at:]).rfind(_END)
    if found < 0 or tail_at + found + _END_FORM.size > len(data):
        raise Unreadable(_("its end is missing: the file was cut off, perhaps by a broken download."))
    at = tail_at + found
    _mark, disk, _first, _here, count, length, begin, comment = _END_FORM.unpack_from(data, at)
    if at + _END_FORM.size + comment != len(data):
        raise Unreadable(_("other data follows the end of its zip archive."))
    if at >= _LOCATOR64_FORM.size and bytes(data[at - _LOCATOR64_FORM.size : at][:4]) == _LOCATOR64:
        at64 = _LOCATOR64_FORM.unpack_from(data, at - _LOCATOR64_FORM.size)[2]
        if at64 + _END64_FORM.size > len(data) or bytes(data[at64 : at64 + 4]) != _END64:
            raise Unreadable(_(_DAMAGED))
        wide = _END64_FORM.unpack_from(data, at64)
        return wide[7], wide[9], wide[8], at64
    if disk:
        raise Unreadable(_("it is one part of a zip archive in several parts."))
    return count, begin, length, at


def _wide_sizes(extra: bytes, size: int, packed: int, header: int) -> tuple[int, int, int]:
    """The 64-bit values of the ZIP64 extra field (id 1), for those that say 0xFFFFFFFF."""
    values = [size, packed, header]
    if _NONE32 not in values:
        return size, packed, header
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        position += 4
        if kind == 1:
            wide = iter(struct.unpack_from(f"<{min(length, len(extra) - position) // 8}Q", extra, position))
            values = [next(wide, _NONE32) if value == _NONE32 else value for value in values]
        position += length
    return values[0], values[1], values[2]


def _safe_name(raw: bytes) -> str:
    name = raw.decode("utf-8", "replace")
    parts = name.split("/")
    if ".." in parts or name.startswith("/") or "\\" in name or "\0" in name or name[1:2] == ":":
        raise Unreadable(_("its zip archive holds a file name that reaches outside of the archive."))
    return name
