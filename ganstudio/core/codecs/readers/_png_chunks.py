"""The chunks of a PNG file (W3C PNG, third edition), with their checksums."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field

from ganstudio.core.codecs.source import Source
from ganstudio.core.text import N_, _

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_NEEDED = (b"IHDR", b"PLTE", b"IDAT", b"tRNS")
_KEYWORDS = (b"XML:com.adobe.xmp", b"Raw profile type xmp", b"Raw profile type exif", b"Raw profile type APP1")
_INFLATED_LIMIT = 64 << 20


@dataclass
class Chunks:
    """What the file holds: IHDR's fields, `body` (the first chunk of each name), the extents of the pixel data and
    the names of the ancillary chunks whose checksum is wrong (left out)."""

    width: int
    height: int
    bits: int
    colour: int
    interlaced: bool
    body: dict[bytes, bytes] = field(default_factory=dict)
    texts: dict[bytes, bytes] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    pixels: list[tuple[int, int]] = field(default_factory=list)
    complete: bool = False

    @property
    def raw_size(self) -> int:
        """Bytes of the filtered rows before compression (of an interlaced file: at least)."""
        return self.height * (1 + (self.width * self.bits * CHANNELS[self.colour] + 7) // 8)


def header(source: Source) -> Chunks:
    """IHDR alone. Raises BadInput."""
    raw = source.read(0, 33)
    if len(raw) < 33:
        raise source.cut_off()
    if raw[8:16] != b"\0\0\0\x0dIHDR" or zlib.crc32(raw[12:29]) != int.from_bytes(raw[29:33], "big"):
        raise source.broken(_("is damaged: the checksum of its header is wrong"))
    width, height, bits, colour, compression, filtering, interlaced = struct.unpack(">IIBBBBB", raw[16:29])
    if bits not in _DEPTHS.get(colour, ()) or compression or filtering or interlaced > 1:
        raise source.broken(_("is damaged: its header makes no sense"))
    return Chunks(width, height, bits, colour, bool(interlaced))


def read_chunks(source: Source, chunks: Chunks, pixels: bool) -> None:
    """Fill `chunks` with what the file holds; `complete` says whether the end was there. Raises BadInput.

    The pixel data are only stepped over unless `pixels` asks for them: then their checksums are tested.
    """
    at = 33
    while True:
        head = source.read(at, 8)
        if len(head) < 8:
            return
        length, name = int.from_bytes(head[:4], "big"), head[4:]
        if name == b"IEND":
            chunks.complete = True
            return
        if length > 0x7FFFFFFF or at + 12 + length > source.size:
            return
        if name == b"IDAT" and not pixels:
            at += 12 + length
            continue
        body = source.read(at + 8, length + 4)
        if zlib.crc32(body[:length], zlib.crc32(name)) != int.from_bytes(body[length:], "big"):
            if name in _NEEDED or not name[0] & 0x20:
                raise source.broken(_("is damaged: the checksum of its {part} is wrong").format(part=_word(name)))
            chunks.damaged.append(_word(name))
        elif name == b"IDAT":
            chunks.pixels.append((at + 8, length))
        else:
            _keep(chunks, name, body[:length])
        at += 12 + length


def _keep(chunks: Chunks, name: bytes, body: bytes) -> None:
    if name in (b"iTXt", b"tEXt", b"zTXt"):
        keyword, _, rest = body.partition(b"\0")
        text = _text(name, rest)
        if text is not None and keyword in _KEYWORDS:
            chunks.texts.setdefault(keyword, text)
        return
    chunks.body.setdefault(name, body)


def _text(name: bytes, rest: bytes) -> bytes | None:
    if name == b"tEXt":
        return rest
    if name == b"zTXt":
        return inflate(rest[1:])
    compressed, rest = rest[:1] == b"\1", rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    return inflate(rest) if compressed else rest


def inflate(data: bytes) -> bytes | None:
    """zlib data unpacked; None when damaged or beyond 64 MiB (a bomb)."""
    try:
        unpacker = zlib.decompressobj()
        found = unpacker.decompress(data, _INFLATED_LIMIT)
    except zlib.error:
        return None
    return None if unpacker.unconsumed_tail else found


def _word(name: bytes) -> str:
    known = {b"PLTE": N_("palette"), b"IDAT": N_("pixel data"), b"tRNS": N_("transparency")}
    return _(known[name]) if name in known else _("part “{name}”").format(name=_printable(name))


def _printable(name: bytes) -> str:
    return name.decode("latin-1") if name.isalpha() else "?"


def bare(source: Source, chunks: Chunks) -> bytearray:
    """The same samples as a PNG file of nothing but pixel data: what a decoder can make no mistake with.

    A palette's indices are declared gray values, so that the decoder hands them out as they are.
    """
    colour = 0 if chunks.colour == 3 else chunks.colour
    facts = struct.pack(">IIBBBBB", chunks.width, chunks.height, chunks.bits, colour, 0, 0, chunks.interlaced)
    made = bytearray(SIGNATURE + chunk(b"IHDR", facts))
    for at, length in chunks.pixels:
        made += source.read(at - 8, length + 12)
    made += chunk(b"IEND", b"")
    return made


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(name)))
