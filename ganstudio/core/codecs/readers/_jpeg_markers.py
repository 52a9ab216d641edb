"""The segments of a JPEG stream (ITU-T T.81), walked without decoding."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

SOI = b"\xff\xd8"
_EXIF = b"Exif\x00\x00"
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_XMP_EXTENSION = b"http://ns.adobe.com/xmp/extension/\x00"
_ICC = b"ICC_PROFILE\x00"
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7\x01])")  # begins with one literal byte: 30 times as fast
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_IN_SCANS = frozenset((0xC4, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD, 0xFE, *range(0xE0, 0xF0)))
_MAX_SEGMENTS = 10_000

# The luminance table of T.81 Annex K.1, in the zig-zag order in which files hold it.
_STANDARD = np.array(
    [16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51,
     61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77,
     113, 121, 112, 100, 120, 92, 101, 103, 99], float)  # fmt: skip


@dataclass
class Frame:
    """What stands before the first scan. `process` is the SOF marker's low byte (0 baseline, 2 progressive, …);
    `needed` are the extents of the segments that decoding takes."""

    width: int = 0
    height: int = 0
    components: int = 0
    precision: int = 0
    process: int = -1
    sampling: tuple[tuple[int, int], ...] = ()
    adobe: int | None = None
    density: tuple[int, int, int] | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    extended_xmp: bool = False
    icc_parts: dict[int, bytes] = field(default_factory=dict)
    icc_total: int = 0
    multi: bytes | None = None
    multi_at: int = 0
    iso_gain_map: bool = False
    iptc: bool = False
    luma: bytes | None = None
    scan_at: int = 0
    needed: list[tuple[int, int]] = field(default_factory=list)

    @property
    def icc(self) -> bytes | None:
        """The profile, joined from its parts; None when one is missing."""
        if not self.icc_parts or sorted(self.icc_parts) != list(range(1, self.icc_total + 1)):
            return None
        return b"".join(self.icc_parts[number] for number in sorted(self.icc_parts))

    @property
    def chroma(self) -> str | None:
        """The subsampling in the usual words; None for gray and for unusual factors."""
        if self.components != 3 or len(self.sampling) != 3 or len(set(self.sampling[1:])) != 1:
            return None
        (h, v), (ch, cv) = self.sampling[:2]
        if not ch or not cv or h % ch or v % cv:
            return None
        words = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (1, 2): "4:4:0", (4, 1): "4:1:1", (4, 2): "4:1:0"}
        return words.get((h // ch, v // cv))

    @property
    def quality(self) -> int | None:
        """The quality (1–100) at which libjpeg would make the luminance table nearest to this file's."""
        if self.luma is None:
            return None
        wide = len(self.luma) >= 128
        found = np.frombuffer(self.luma[: 128 if wide else 64], ">u2" if wide else "u1").astype(float)
        return int(np.abs(_TABLES - found).sum(1).argmin()) + 1


def _tables() -> np.ndarray:
    """libjpeg's luminance tables for the qualities 1…100, (100, 64)."""
    quality = np.arange(1, 101, dtype=float)[:, None]
    percent = np.where(quality < 50, np.floor(5000 / quality), 200 - 2 * quality)
    return np.clip(np.floor((_STANDARD * percent + 50) / 100), 1, 255)


_TABLES = _tables()


def parse(read: Callable[[int, int], bytes]) -> Frame | None:
    """Walk the segments up to the first scan; None when they end or make no sense before it."""
    frame, at = Frame(), 2
    for _ in range(_MAX_SEGMENTS):
        head = read(at, 4)
        if len(head) < 4 or head[0] != 0xFF:
            return None
        marker = head[1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker in (0x01, *range(0xD0, 0xD8)):
            at += 2
            continue
        length = int.from_bytes(head[2:], "big")
        if marker in (0xD8, 0xD9) or length < 2:
            return None
        if marker == 0xDA:
            frame.scan_at = at
            return frame if frame.process >= 0 else None
        if marker >= 0xE0 or marker in _FRAMES or marker == 0xDB:
            body = read(at + 4, length - 2)
            if len(body) < length - 2 or not _take(frame, marker, body, at + 4):
                return None
        if marker < 0xE0 or marker in (0xE0, 0xEE):
            frame.needed.append((at, at + 2 + length))
        at += 2 + length
    return None


def bare(data: bytes, frame: Frame, end: int | None) -> bytes:
    """The picture's own stream, without metadata (a damaged profile stops libjpeg-turbo) and what follows it.

    Without an end marker (some cameras forget it) one is put behind the data.
    """
    body = data[frame.scan_at : end] if end is not None else data[frame.scan_at :].rstrip(b"\0") + b"\xff\xd9"
    return b"".join([SOI, *(data[start:stop] for start, stop in frame.needed), body])


def _take(frame: Frame, marker: int, body: bytes, at: int) -> bool:
    """Keep what a segment says; False when it is too short to be one."""
    if marker in _FRAMES:
        return _take_frame(frame, marker, body)
    if marker == 0xDB:
        _take_tables(frame, body)
    elif marker == 0xE0 and body[:5] == b"JFIF\0" and len(body) >= 12:
        frame.density = (body[7], int.from_bytes(body[8:10], "big"), int.from_bytes(body[10:12], "big"))
    elif marker == 0xE1:
        if body.startswith(_EXIF) and frame.exif is None:
            frame.exif = body[len(_EXIF) :]
        elif body.startswith(_XMP) and frame.xmp is None:
            frame.xmp = body[len(_XMP) :]
        elif body.startswith(_XMP_EXTENSION):
            frame.extended_xmp = True
    elif marker == 0xE2:
        if body.startswith(_ICC) and len(body) > 14:
            frame.icc_parts.setdefault(body[12], body[14:])
            frame.icc_total = body[13]
        elif body.startswith(b"MPF\0") and frame.multi is None:
            frame.multi, frame.multi_at = body[4:], at + 4
        elif body.startswith(b"urn:iso:std:iso:ts:21496:-1\0"):
            frame.iso_gain_map = True
    elif marker == 0xED:
        frame.iptc |= b"8BIM\x04\x04" in body
    elif marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
        frame.adobe = body[11]
    return True


def _take_frame(frame: Frame, marker: int, body: bytes) -> bool:
    if len(body) < 6 or len(body) < 6 + 3 * body[5]:
        return False
    frame.process = marker - 0xC0
    frame.precision = body[0]
    frame.height, frame.width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    frame.components = body[5]
    frame.sampling = tuple((body[7 + 3 * i] >> 4, body[7 + 3 * i] & 15) for i in range(frame.components))
    return True


def _take_tables(frame: Frame, body: bytes) -> None:
    at = 0
    while at < len(body):
        size = 128 if body[at] >> 4 else 64
        if body[at] & 15 == 0 and len(body) >= at + 1 + size:
            frame.luma = body[at + 1 : at + 1 + size]
        at += 1 + size


def application_segments(data: bytes) -> bytes:
    """The APP0…APP15 segments that follow directly on SOI, as they are."""
    at = 2
    while data[at : at + 1] == b"\xff" and at + 4 <= len(data) and 0xE0 <= data[at + 1] <= 0xEF:
        at += 2 + max(int.from_bytes(data[at + 2 : at + 4], "big"), 2)
    return data[2 : min(at, len(data))]


def end_of_image(data: bytes, scan_at: int) -> int | None:
    """The offset just behind the EOI that ends the picture whose first scan begins at `scan_at`; None without one.

    Marker-like bytes that bit errors made inside a scan are stepped over.
    """
    at = scan_at
    while (found := _MARKER.search(data, at)) is not None:
        marker = found[1][0]
        if marker == 0xD9:
            return found.end()
        length = int.from_bytes(data[found.end() : found.end() + 2], "big")
        at = found.end() + (length if marker in _IN_SCANS else 0)
    return None
