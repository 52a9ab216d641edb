"""EXIF, edited where it lies: every change keeps all other bytes at their offsets, so that a MakerNote (whose inner
offsets count from the start of the whole structure) stays readable. Nothing here raises on hostile bytes.

All functions take and return the TIFF structure without the `Exif\\0\\0` prefix. Source: Exif 2.32, CIPA DC-008.
"""

from __future__ import annotations

import struct

from ganstudio.core import ifd
from ganstudio.core.ifd import Directory, Entry, Tiff

ORIENTATION = 0x0112
_EXIF_IFD, _GPS_IFD, _SUB_IFDS = 0x8769, 0x8825, 0x014A
_WIDTH, _HEIGHT = 0x0100, 0x0101
_PIXEL_X, _PIXEL_Y = 0xA002, 0xA003
_THUMBNAIL_AT, _THUMBNAIL_LENGTH = 0x0201, 0x0202
_DESCRIPTIVE = (0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x8298)


def bare(data: bytes | None) -> bytes | None:
    """Without the `Exif\\0\\0` prefix; None when what remains is no TIFF structure with a first directory."""
    if not data:
        return None
    data = data.removeprefix(b"Exif\x00\x00")
    tiff = ifd.parse_bytes(data)
    return data if tiff is not None and not tiff.big and tiff.directory(tiff.first) is not None else None


def orientation(data: bytes | None) -> int:
    """The EXIF orientation 1…8; 1 when absent or nonsense."""
    opened = _open(data)
    if opened is None:
        return 1
    tiff, first = opened
    value = tiff.number(first, ORIENTATION, 1)
    return value if 1 <= value <= 8 else 1


def resolution(data: bytes | None) -> tuple[float, float] | None:
    """Dots per inch (x, y) out of the first directory."""
    opened = _open(data)
    return ifd.resolution(*opened) if opened is not None else None


def upright(data: bytes | None) -> bytes | None:
    """The same EXIF for pixels that were turned upright: orientation 1 and no thumbnail directory (it would be stale).

    None when `data` is no EXIF.
    """
    data = bare(data)
    opened = _open(data)
    if data is None or opened is None:
        return None
    tiff, first = opened
    edited = bytearray(data)
    for directory in tiff.directories(limit=2):
        _write_number(edited, tiff, directory, ORIENTATION, 1)
    return _drop_thumbnail(edited, tiff, first)


def resized(data: bytes | None, width: int, height: int) -> bytes | None:
    """The same EXIF with the pixel sizes it states (PixelX/YDimension, ImageWidth/Length) set to the new ones."""
    data = bare(data)
    opened = _open(data)
    if data is None or opened is None:
        return None
    tiff, first = opened
    edited = bytearray(data)
    for tag, value in ((_WIDTH, width), (_HEIGHT, height)):
        _write_number(edited, tiff, first, tag, value)
    inner = tiff.directory(tiff.number(first, _EXIF_IFD, 0))
    if inner is not None:
        for tag, value in ((_PIXEL_X, width), (_PIXEL_Y, height)):
            _write_number(edited, tiff, inner, tag, value)
    return bytes(edited)


def with_resolution(data: bytes | None, dpi: tuple[float, float]) -> bytes | None:
    """The same EXIF with X/YResolution, where it states them in whole rationals, set to `dpi` (inches)."""
    data = bare(data)
    opened = _open(data)
    if data is None or opened is None:
        return None
    tiff, first = opened
    edited = bytearray(data)
    for tag, value in ((282, dpi[0]), (283, dpi[1])):
        entry = first.entries.get(tag)
        if entry is not None and entry.type == 5 and entry.count == 1:
            struct.pack_into(tiff.order + "II", edited, entry.where, min(round(value * 1000), 0xFFFFFFFF), 1000)
    _write_number(edited, tiff, first, 296, 2)
    return bytes(edited)


def has_gps(data: bytes | None) -> bool:
    opened = _open(data)
    return opened is not None and _GPS_IFD in opened[1].entries


def without_gps(data: bytes | None) -> bytes | None:
    """The same EXIF without its GPS directory: pointer taken out, directory and values overwritten with zeros."""
    data = bare(data)
    opened = _open(data)
    if data is None or opened is None:
        return None
    tiff, _ = opened
    edited = bytearray(data)
    for directory in tiff.directories(limit=2):
        entry = directory.entries.get(_GPS_IFD)
        if entry is None:
            continue
        gps = tiff.directory(tiff.number(directory, _GPS_IFD, 0))
        if gps is not None:
            _wipe(edited, tiff, gps, _protected(tiff))
        _remove_entry(edited, tiff, directory, entry)
        return without_gps(bytes(edited))  # again, for a second pointer; each turn takes one entry away
    return data


def gathered(tiff: Tiff, page: Directory) -> bytes | None:
    """An EXIF structure out of a TIFF file's page: its descriptive tags, EXIF and GPS directories.

    Bytes of the values are copied as they are; a MakerNote is kept but moves. None when the page has none of these.
    """
    inner = tiff.directory(tiff.number(page, _EXIF_IFD, 0)) if _EXIF_IFD in page.entries else None
    gps = tiff.directory(tiff.number(page, _GPS_IFD, 0)) if _GPS_IFD in page.entries else None
    first = [page.entries[tag] for tag in _DESCRIPTIVE if tag in page.entries]
    parts = [(tag, part) for tag, part in ((_EXIF_IFD, inner), (_GPS_IFD, gps)) if part is not None and part.entries]
    if not first and not parts:
        return None
    own = {entry.tag: (entry.type, entry.count, tiff.raw(entry)) for entry in first if entry.type <= 12}
    own |= {tag: (4, 1, bytes(4)) for tag, _ in parts}
    data = bytearray({"<": b"II*\0", ">": b"MM\0*"}[tiff.order] + struct.pack(tiff.order + "I", 8))
    _append(data, tiff.order, own)
    for tag, part in parts:
        made = ifd.parse_bytes(data)
        pointer = made.directory(8) if made is not None else None
        if pointer is None:
            return None
        struct.pack_into(tiff.order + "I", data, pointer.entries[tag].where, len(data))
        kept = [entry for entry in part.entries.values() if entry.type <= 12 and entry.tag != 0xA005]
        _append(data, tiff.order, {entry.tag: (entry.type, entry.count, tiff.raw(entry)) for entry in kept})
    return bytes(data)


def _append(data: bytearray, order: str, tags: dict[int, tuple[int, int, bytes]]) -> None:
    """Write a directory of (type, count, value bytes) and its values at the end of the structure."""
    body_at = len(data) + 2 + 12 * len(tags) + 4
    entries, body = b"", b""
    for tag, (kind, count, value) in sorted(tags.items()):
        field = value.ljust(4, b"\0")
        if len(value) > 4:
            field = struct.pack(order + "I", body_at + len(body))
            body += value + bytes(len(value) % 2)
        entries += struct.pack(order + "HHI", tag, kind, count) + field
    data += struct.pack(order + "H", len(tags)) + entries + bytes(4) + body


def _open(data: bytes | None) -> tuple[Tiff, Directory] | None:
    data = bare(data)
    tiff = ifd.parse_bytes(data) if data is not None else None
    first = tiff.directory(tiff.first) if tiff is not None else None
    return (tiff, first) if tiff is not None and first is not None else None


def _write_number(edited: bytearray, tiff: Tiff, directory: Directory, tag: int, value: int) -> None:
    """Set a SHORT or LONG that stands inside its entry; a SHORT becomes a LONG where the value needs it."""
    entry = directory.entries.get(tag)
    if entry is None or entry.type not in (3, 4) or entry.count != 1:
        return
    wide = entry.type == 4 or value > 0xFFFF
    struct.pack_into(tiff.order + "H", edited, entry.at + 2, 4 if wide else 3)
    edited[entry.at + 8 : entry.at + 12] = struct.pack(tiff.order + ("I" if wide else "H"), value).ljust(4, b"\0")


def _drop_thumbnail(edited: bytearray, tiff: Tiff, first: Directory) -> bytes:
    """Cut the chain after the first directory; shorten the data where the thumbnail was its end, else zero it."""
    second = tiff.directory(first.next) if first.next and first.next != first.at else None
    if first.next_at + 4 <= len(edited):
        edited[first.next_at : first.next_at + 4] = bytes(4)
    if second is None:
        return bytes(edited)
    protected = _protected(tiff)
    start = tiff.number(second, _THUMBNAIL_AT, 0)
    length = tiff.number(second, _THUMBNAIL_LENGTH, 0)
    if 8 <= start < len(edited) and length > 0:
        _zero(edited, start, min(start + length, len(edited)), protected)
    _wipe(edited, tiff, second, protected)
    if 8 <= start < len(edited) and length > 0 and start + length >= len(edited) - 1:
        end = max([start] + [stop for _, stop in protected])
        del edited[end + end % 2 :]
    return bytes(edited)


def _remove_entry(edited: bytearray, tiff: Tiff, directory: Directory, entry: Entry) -> None:
    """Take one entry out of a directory: those after it and the next-pointer move up by its 12 bytes."""
    count = struct.unpack_from(tiff.order + "H", edited, directory.at)[0]
    end = directory.at + 2 + count * 12 + 4
    if end > len(edited) or count < 2:
        edited[entry.at : entry.at + 12] = struct.pack(tiff.order + "HHI4x", 0xEA1C, 7, 1)  # Padding tag
        return
    edited[entry.at : end] = edited[entry.at + 12 : end] + bytes(12)
    struct.pack_into(tiff.order + "H", edited, directory.at, count - 1)


def _wipe(edited: bytearray, tiff: Tiff, directory: Directory, protected: list[tuple[int, int]]) -> None:
    for entry in directory.entries.values():
        if not entry.inline:
            _zero(edited, entry.where, entry.where + entry.size, protected)
    _zero(edited, directory.at, min(directory.next_at + 4, len(edited)), protected)


def _zero(edited: bytearray, start: int, stop: int, protected: list[tuple[int, int]]) -> None:
    """Overwrite with zeros, except where another living value lies (damaged files point anywhere)."""
    if any(start < other_stop and other_start < stop for other_start, other_stop in protected):
        return
    edited[start:stop] = bytes(stop - start)


def _protected(tiff: Tiff) -> list[tuple[int, int]]:
    """The byte ranges that live on: header, first directory, EXIF and interoperability directories, their values."""
    ranges = [(0, 8)]
    seen: set[int] = set()
    pending = [tiff.first]
    while pending:
        at = pending.pop()
        directory = tiff.directory(at) if at not in seen else None
        seen.add(at)
        if directory is None:
            continue
        ranges.append((directory.at, directory.next_at + 4))
        for tag, entry in directory.entries.items():
            if not entry.inline:
                ranges.append((entry.where, entry.where + entry.size))
            if tag in (_EXIF_IFD, _SUB_IFDS, 0xA005):
                pending.extend(tiff.numbers(directory, tag)[:64])
    return ranges
