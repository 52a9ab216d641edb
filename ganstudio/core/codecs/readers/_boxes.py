"""The boxes of AVIF and HEIF files (ISO/IEC 14496-12, 23008-12): what is stated on the main picture.

For hostile bytes: never raises, never reads outside the data; what makes no sense is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

_MOST_BOXES = 100_000
_OUTER = (b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"uuid", b"mpvd")


@dataclass
class Facts:
    """On the main picture: `properties` (the first box of each kind), the kinds of all items, the words of all
    auxiliary pictures, EXIF and XMP, whether the last box reaches behind the file's end, whether a video is inside,
    and where the kinds of the metadata items and of the references from them are written."""

    properties: dict[bytes, bytes] = field(default_factory=dict)
    item_kinds: set[bytes] = field(default_factory=set)
    brand: bytes = b""
    cut_off: bool = False
    video: bool = False
    exif: bytes | None = None
    xmp: bytes | None = None
    auxiliary: bytes = b""
    metadata_at: list[int] = field(default_factory=list)

    @property
    def codes(self) -> tuple[int, int] | None:
        """Colour primaries and transfer (CICP), where stated by numbers."""
        raw = self.properties.get(b"nclx", b"")
        return (int.from_bytes(raw[4:6], "big"), int.from_bytes(raw[6:8], "big")) if len(raw) >= 8 else None

    @property
    def bits(self) -> int:
        """Bits per sample: of `pixi`, of av1C, else 8."""
        raw = self.properties.get(b"pixi", b"")
        if len(raw) >= 6 and 1 <= raw[5] <= 16:
            return raw[5]
        flags = self._av1_flags
        return 8 if flags is None or not flags & 0x40 else 12 if flags & 0x20 else 10

    @property
    def gray(self) -> bool:
        flags = self._av1_flags
        return flags is not None and bool(flags & 0x10)

    @property
    def chroma(self) -> str | None:
        flags = self._av1_flags
        if flags is None or self.gray:
            return None
        return {0: "4:4:4", 2: "4:2:2", 3: "4:2:0"}.get(flags >> 2 & 3)

    @property
    def _av1_flags(self) -> int | None:
        raw = self.properties.get(b"av1C", b"")
        return raw[2] if len(raw) >= 4 else None


def read(data: bytes) -> Facts:
    facts = Facts()
    for kind, start, stop in _boxes(data, 0, len(data)):
        if stop > len(data) and kind in _OUTER:  # else it is no box but some maker's trailer
            facts.cut_off = True
        facts.video |= kind in (b"mpvd", b"moov")
        if kind == b"ftyp":
            facts.brand = data[start : start + 4]
        elif kind == b"meta":
            _read_meta(data, start + 4, min(stop, len(data)), facts)
    return facts


def without_metadata(data: bytes, facts: Facts) -> bytes:
    """The same file with its EXIF and XMP items, and the references from them, declared to be of no known kind."""
    bare = bytearray(data)
    for at in facts.metadata_at:
        bare[at : at + 4] = b"none"
    return bytes(bare)


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start of contents, end) of the boxes between two offsets."""
    for _ in range(_MOST_BOXES):
        if at + 8 > end:
            return
        size, kind, start = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], at + 8
        if size == 1:
            size, start = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        stop = end if size == 0 else at + size
        if stop < start:
            return
        yield kind, start, stop
        at = stop


def _read_meta(data: bytes, at: int, end: int, facts: Facts) -> None:
    parts = {kind: (start, min(stop, end)) for kind, start, stop in _boxes(data, at, end)}
    start, stop = parts.get(b"iinf", (0, 0))
    skip = 6 if data[start : start + 1] == b"\0" else 8
    items: dict[int, bytes] = {}
    for kind, entry, last in _boxes(data, start + skip, stop):
        if kind == b"infe" and entry + 12 <= stop:
            wide = data[entry] == 3
            at = entry + (10 if wide else 8)
            facts.item_kinds.add(data[at : at + 4])
            if data[at : at + 4] in (b"Exif", b"mime", b"uri "):
                facts.metadata_at.append(at)
                items[int.from_bytes(data[entry + 4 : at - 2], "big")] = data[at : min(last, stop)]
    _read_metadata(data, items, parts, facts)
    start, stop = parts.get(b"iref", (0, 0))
    facts.metadata_at += [at - 4 for kind, at, _ in _boxes(data, start + 4, stop) if kind == b"cdsc"]
    start, stop = parts.get(b"pitm", (0, 0))
    main = int.from_bytes(data[start + 4 : start + (6 if data[start : start + 1] == b"\0" else 8)], "big")
    properties: list[tuple[bytes, bytes]] = []
    associations: dict[int, list[int]] = {}
    for kind, start, stop in _boxes(data, *parts.get(b"iprp", (0, 0))):
        stop = min(stop, end)
        if kind == b"ipco":
            facts.auxiliary = data[start:stop] if b"auxC" in data[start:stop] else b""
            properties = [(name, data[first : min(last, stop)]) for name, first, last in _boxes(data, start, stop)]
        elif kind == b"ipma":
            associations |= _associations(data[start:stop])
    for index in associations.get(main, []):
        if 0 < index <= len(properties):
            name, body = properties[index - 1]
            name = body[:4] if name == b"colr" else name
            facts.properties.setdefault(name, body)


def _read_metadata(data: bytes, items: dict[int, bytes], parts: dict[bytes, tuple[int, int]], facts: Facts) -> None:
    """EXIF and XMP: the first item of each kind. An EXIF item begins with the offset of its TIFF structure."""
    places = _places(data, *parts.get(b"iloc", (0, 0)), parts.get(b"idat", (0, 0))[0])
    for number, words in items.items():
        pieces = places.get(number, [])
        if sum(length for _, length in pieces) > len(data):
            continue
        body = b"".join(data[at : at + length] for at, length in pieces)
        if words[:4] == b"Exif" and facts.exif is None and len(body) > 8:
            facts.exif = body[4 + int.from_bytes(body[:4], "big") :]
        elif b"application/rdf+xml" in words and facts.xmp is None and body:
            facts.xmp = body


def _places(data: bytes, start: int, stop: int, idat: int) -> dict[int, list[tuple[int, int]]]:
    """Item number → (offset, length) of its pieces, out of `iloc`."""
    raw = data[start:stop]
    if len(raw) < 8:
        return {}
    version, sizes = raw[0], (raw[4] >> 4, raw[4] & 15, raw[5] >> 4, raw[5] & 15 if raw[0] else 0)
    at = 6

    def number(width: int) -> int:
        nonlocal at
        at += width
        return int.from_bytes(raw[at - width : at], "big")

    found: dict[int, list[tuple[int, int]]] = {}
    for _ in range(min(number(4 if version == 2 else 2), len(raw))):
        item = number(4 if version == 2 else 2)
        origin = idat if version and number(2) & 15 == 1 else 0
        origin += (number(2), number(sizes[2]))[1]
        extents = found.setdefault(item, [])
        for _ in range(min(number(2), len(raw))):
            number(sizes[3])
            extents.append((origin + number(sizes[0]), number(sizes[1])))
        if at > len(raw):
            break
    return found


def _associations(raw: bytes) -> dict[int, list[int]]:
    """Item number → numbers of its properties, out of `ipma`."""
    if len(raw) < 8:
        return {}
    wide_items, wide_indices = raw[0] >= 1, bool(raw[3] & 1)
    found: dict[int, list[int]] = {}
    at = 8
    for _ in range(min(int.from_bytes(raw[4:8], "big"), len(raw))):
        step = 4 if wide_items else 2
        item, count = int.from_bytes(raw[at : at + step], "big"), raw[at + step] if at + step < len(raw) else 0
        at += step + 1
        width = 2 if wide_indices else 1
        mask = 0x7FFF if wide_indices else 0x7F
        chunk = raw[at : at + count * width]
        found[item] = [int.from_bytes(chunk[i : i + width], "big") & mask for i in range(0, len(chunk), width)]
        at += count * width
    return found
