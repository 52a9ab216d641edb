"""An HDR gain map carried on behind a JPEG. It is laid over the picture at any size, so an enlarged picture keeps the
map of its input; readers of ordinary pictures do not see it.

Sources: CIPA DC-007 (Multi-Picture Format); Ultra HDR image format v1.1 (Google); ISO 21496-1, annex C.
"""

from __future__ import annotations

import struct

_ISO = b"urn:iso:std:iso:ts:21496:-1\0"
_ULTRA_HDR = b"http://ns.adobe.com/hdr-gain-map/1.0/"
_PRIMARY = 0x030000  # baseline MP primary image
_ENTRIES_AT = 50  # in the index: header 8, count 2, three tags of 12, next 4
_DESCRIPTION = (
    '<rdf:Description rdf:about="" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"'
    ' xmlns:Container="http://ns.google.com/photos/1.0/container/"'
    ' xmlns:Item="http://ns.google.com/photos/1.0/container/item/" hdrgm:Version="1.0">'
    "<Container:Directory><rdf:Seq>"
    '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>'
    '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg"'
    ' Item:Length="{length}"/></rdf:li>'
    "</rdf:Seq></Container:Directory></rdf:Description>"
)
INDEX = b"MPF\0"
INDEX_SIZE = len(INDEX) + _ENTRIES_AT + 32


def description(gain_map: bytes) -> str:
    """What the picture's XMP says of an Ultra HDR gain map, as an rdf:Description; "" for other kinds."""
    return _DESCRIPTION.format(length=len(gain_map)) if _ULTRA_HDR in gain_map else ""


def iso_notice(gain_map: bytes) -> bytes:
    """The APP2 data by which the picture says that an ISO 21496-1 gain map follows; empty for other kinds."""
    return _ISO + bytes(4) if _ISO in gain_map else b""


def index(at: int, primary: int, gain_map: int) -> bytes:
    """The APP2 data that lists both pictures: `at` the offset of that data in the file, then the two sizes."""
    tags = struct.pack(">HHI4s", 0xB000, 7, 4, b"0100") + struct.pack(">HHII", 0xB001, 4, 1, 2)
    tags += struct.pack(">HHII", 0xB002, 7, 32, _ENTRIES_AT)
    head = b"MM\0*" + struct.pack(">IH", 8, 3) + tags + bytes(4)
    offset = primary - (at + len(INDEX))  # counted from the "MM"
    return INDEX + head + struct.pack(">3IHH3IHH", _PRIMARY, primary, 0, 0, 0, 0, gain_map, offset, 0, 0)
