"""Strips and tiles of a TIFF page: unpacked one at a time, so that no page need be in memory."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import simplejpeg

from ganstudio.core.codecs.readers import _pillow
from ganstudio.core.codecs.readers._tiff_layout import CCITT, DEFLATE, JPEG, LZW, NONE, Layout
from ganstudio.core.codecs.source import Source
from ganstudio.core.text import _

_LZW_RATIO, _PACKBITS_RATIO = 2800, 130  # upper bounds of what these can unpack to


class Segments:
    """The samples of a page, as stored: `rows` in the file's bits (2…16 bits as uint8 or uint16), all channels."""

    def __init__(self, source: Source, layout: Layout) -> None:
        self._source = source
        self._layout = layout
        self._dtype = np.dtype(np.uint8 if layout.bits <= 8 else np.uint16)
        self._cached: tuple[int, np.ndarray] | None = None

    def rows(self, y0: int, y1: int) -> np.ndarray:
        """Rows y0…y1 as (n, width, samples). Raises BadInput."""
        layout = self._layout
        if layout.plain:
            return self._plain_rows(y0, y1)
        first, last = y0 // layout.tile_height, (y1 - 1) // layout.tile_height
        block = self._segment_row(first)  # before anything is allocated for the rest: a hostile file ends here
        if first == last:
            return block[y0 - first * layout.tile_height : y1 - first * layout.tile_height]
        band = np.empty((y1 - y0, layout.width, layout.samples), self._dtype)
        for row in range(first, last + 1):
            top = row * layout.tile_height
            start, stop = max(y0, top), min(y1, top + layout.tile_height)
            band[start - y0 : stop - y0] = self._segment_row(row)[start - top : stop - top]
        return band

    def _plain_rows(self, y0: int, y1: int) -> np.ndarray:
        layout = self._layout
        parts = []
        for row in range(y0 // layout.tile_height, -(-y1 // layout.tile_height)):
            top = row * layout.tile_height
            first, last = max(y0, top), min(y1, top + layout.segment_rows(row))
            size = (last - first) * layout.row_bytes
            raw = self._source.read(layout.offsets[row] + (first - top) * layout.row_bytes, size)
            if len(raw) < size:
                raise self._source.cut_off()
            parts.append(self._samples(raw, last - first))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _segment_row(self, row: int) -> np.ndarray:
        """All segments of one segment row side by side, (rows, width, samples); the last one asked for is kept."""
        if self._cached is not None and self._cached[0] == row:
            return self._cached[1]
        layout = self._layout
        self._cached = None
        rows = min(layout.tile_height, layout.height - row * layout.tile_height)
        if layout.across == 1 and not layout.planar:
            block = self._segment(row, layout.segment_rows(row))[:rows, : layout.width]
            self._cached = (row, block)
            return block
        block = np.empty((rows, layout.width, layout.samples), self._dtype)
        per_plane = layout.across * layout.down
        for plane in range(layout.samples if layout.planar else 1):
            for column in range(layout.across):
                index = plane * per_plane + row * layout.across + column
                x = column * layout.tile_width
                part = self._segment(index, layout.segment_rows(row))[:rows, : layout.width - x]
                target = block[:, x : x + layout.tile_width]
                if layout.planar:
                    target[:, :, plane] = part[:, :, 0]
                else:
                    target[:] = part
        self._cached = (row, block)
        return block

    def _segment(self, index: int, rows: int) -> np.ndarray:
        """One strip or tile, (rows, tile width, samples in it)."""
        layout, source = self._layout, self._source
        counts = layout.counts or (layout.row_bytes * rows,)
        raw = source.read(layout.offsets[index], counts[index])
        if layout.compression in JPEG:
            return self._jpeg(raw, rows)
        if layout.compression in CCITT:
            return self._fax(raw, rows)
        expected = layout.row_bytes * rows
        if layout.compression in NONE:
            unpacked = raw
        elif layout.compression in DEFLATE:
            unpacked = self._inflate(raw, expected)
        else:
            unpacked = self._by_libtiff(raw, rows)
        if len(unpacked) < expected:
            raise source.damaged()
        samples = self._samples(unpacked[:expected], rows)
        if layout.predictor == 2:
            samples = np.cumsum(samples, axis=1, dtype=samples.dtype)
        return samples

    def _samples(self, raw: bytes, rows: int) -> np.ndarray:
        """Unpacked bytes as samples (rows, tile width, samples in a segment)."""
        layout = self._layout
        shape = (rows, layout.tile_width, layout.samples_in_segment)
        if layout.bits == 8:
            return np.frombuffer(raw, np.uint8).reshape(shape)
        if layout.bits == 16:
            return np.frombuffer(raw, layout.order + "u2").reshape(shape).astype(np.uint16, copy=False)
        packed = np.frombuffer(raw, np.uint8).reshape(rows, layout.row_bytes)
        bits = np.unpackbits(packed, axis=1, bitorder="little" if layout.little_bits else "big")
        bits = bits[:, : shape[1] * shape[2] * layout.bits].reshape(*shape, layout.bits)
        weights = (1 << np.arange(layout.bits)[::-1]).astype(self._dtype)
        return (bits * weights).sum(-1, dtype=self._dtype)

    def _inflate(self, raw: bytes, expected: int) -> bytes:
        try:
            return zlib.decompressobj().decompress(raw, expected)
        except zlib.error as error:
            raise self._source.damaged() from error

    def _jpeg(self, raw: bytes, rows: int) -> np.ndarray:
        """A JPEG segment: the page's tables and an Adobe marker that names the colour transform go in front."""
        layout = self._layout
        transform = 1 if layout.photometric == 6 else 0
        adobe = b"\xff\xee\x00\x0eAdobe" + struct.pack(">HHHB", 100, 0, 0, transform)
        tables = layout.tables[2:-2] if layout.tables[:2] == b"\xff\xd8" else b""
        stream = b"\xff\xd8" + adobe + tables + raw[2:]
        space = {1: "GRAY", 3: "RGB", 4: "CMYK"}[layout.samples_in_segment]
        try:
            found = simplejpeg.decode_jpeg(stream, space)
        except ValueError as error:
            raise self._source.damaged() from error
        if found.shape[0] < rows or found.shape[1] < layout.tile_width:
            raise self._source.damaged()
        return found[:rows, : layout.tile_width]

    def _fax(self, raw: bytes, rows: int) -> np.ndarray:
        layout = self._layout
        tags = {292: layout.t4_options, 293: layout.t6_options, 266: 2 if layout.little_bits else 1}
        gray = self._wrapped(raw, layout.tile_width, rows, 1, tags)
        return (gray > 0).astype(np.uint8)[:, :, None]

    def _by_libtiff(self, raw: bytes, rows: int) -> bytes:
        """LZW and PackBits, which know nothing of samples: as a gray picture as wide as a row has bytes."""
        layout = self._layout
        ratio = _LZW_RATIO if layout.compression in LZW else _PACKBITS_RATIO
        if layout.row_bytes * rows > ratio * len(raw) + 4096:
            raise self._source.broken(_("holds far too little data for the size it states"))
        tags = {266: 2} if layout.little_bits and layout.compression in LZW else {}
        return self._wrapped(raw, layout.row_bytes, rows, 8, tags).tobytes()

    def _wrapped(self, raw: bytes, width: int, rows: int, bits: int, tags: dict[int, int]) -> np.ndarray:
        """The compressed bytes as a TIFF file of one strip of gray (0 = black), decoded by libtiff: (rows, width)."""
        known = {256: width, 257: rows, 258: bits, 259: self._layout.compression, 262: 1, 277: 1, 278: rows}
        entries = {**known, 279: len(raw), **tags}
        at = 8 + 2 + 12 * (len(entries) + 1) + 4
        entries[273] = at
        directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(entries.items()))
        head = struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + directory + bytes(4)
        image = _pillow.opened(self._source, head + raw, "TIFF")
        with _pillow.decoding(self._source):
            found = _pillow.array(image)[:, :, 0]
        if found.shape != (rows, width):
            raise self._source.damaged()
        return found
