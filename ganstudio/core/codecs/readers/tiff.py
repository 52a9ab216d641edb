"""TIFF and BigTIFF: every page, strips and tiles, 1 to 16 bits, gray, palette, RGB, CMYK, with alpha; uncompressed,
LZW, Deflate, PackBits, JPEG and CCITT.

Pages up to 50 megapixels are decoded at once; larger ones by rows as they are asked for. Floating point and other
rare kinds are refused by name. Camera RAW files are TIFF by content; they are told apart by their tags.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ganstudio.core import colour, exif, ifd
from ganstudio.core.codecs.kinds import kind_of_suffix, other_kind
from ganstudio.core.codecs.readers import _alpha, _palette, _wide
from ganstudio.core.codecs.readers._tiff_layout import JPEG, Layout, layout
from ganstudio.core.codecs.readers._tiff_segments import Segments
from ganstudio.core.codecs.source import Source
from ganstudio.core.codecs.stored import IN_MEMORY, Stored, check_size
from ganstudio.core.ifd import Directory, Tiff
from ganstudio.core.raster import Header, Metadata, Raster
from ganstudio.core.text import _

_RAW_COMPRESSIONS = frozenset((32767, 32769, 32770, 34713, 34892, 65000, 65535))
_RAW_COLOURS = frozenset((32803, 34892))
_DNG_VERSION, _SUB_IFDS, _SUBFILE = 50706, 330, 254
_NEEDED = frozenset((258, 273, 279, 282, 283, 320, 324, 325, 338, 347, 700, 34675))  # what a cut-off file may lose
_CMYK16 = "Its 16-bit CMYK was brought to 8 bits."


def read(source: Source, page: int) -> Stored:
    tiff = ifd.parse(source.read, source.size)
    if tiff is None:
        raise source.damaged()
    pages = _pages(source, tiff)
    if not 0 <= page < len(pages):
        raise source.broken(_("has no page {number}; it holds {pages}").format(number=page + 1, pages=len(pages)))
    directory = pages[page]
    if directory.lost & _NEEDED:
        raise source.cut_off()
    found = layout(source, tiff, directory)
    channels, table = _channels(found)
    header = Header(
        found.width, found.height, channels, found.depth, "tiff",
        lossless=found.compression not in JPEG, page=page, pages=len(pages),
    )  # fmt: skip
    if found.tile_width * found.tile_height > IN_MEMORY and not found.plain:
        check_size(source, found.width, found.height)  # one strip only: decoded as a whole
    turn = tiff.number(directory, exif.ORIENTATION, 1)
    return Stored(header, turn if 1 <= turn <= 8 else 1, lambda: _decode(source, tiff, directory, found, header, table))


def _pages(source: Source, tiff: Tiff) -> list[Directory]:
    """The directories that hold pictures: reduced copies and masks left out. Raises for RAW and for a cut-off file."""
    chain = tiff.directories()
    if not chain:
        raise source.cut_off()
    if any(_is_raw(tiff, directory) for directory in chain) or kind_of_suffix(source.path.suffix) == "raw":
        raise other_kind(source.name, "raw")
    last = chain[-1].next
    if last and last not in {directory.at for directory in chain}:
        raise source.cut_off()
    return [one for one in chain if not tiff.number(one, _SUBFILE, 0) & 5] or chain[:1]


def _is_raw(tiff: Tiff, directory: Directory) -> bool:
    return (
        _DNG_VERSION in directory.entries
        or tiff.number(directory, 259, 1) in _RAW_COMPRESSIONS
        or tiff.number(directory, 262, 1) in _RAW_COLOURS
        or (_SUB_IFDS in directory.entries and tiff.number(directory, _SUBFILE, 0) == 1)
    )


def _channels(found: Layout) -> tuple[int, np.ndarray | None]:
    """The channels of the picture, and the palette's table where there is one."""
    if found.photometric == 3:
        colours = np.array(found.colour_map).reshape(3, -1).T
        shift = 8 if colours.max(initial=0) > 255 else 0  # some writers put 8-bit values into the 16-bit map
        table = _palette.table((colours >> shift).astype(np.uint8))
        return table.shape[1], table
    return (1 if found.base == 1 else 3) + (1 if found.extra and found.photometric != 5 else 0), None


def _decode(
    source: Source, tiff: Tiff, page: Directory, found: Layout, header: Header, table: np.ndarray | None
) -> tuple[np.ndarray | Raster, Metadata]:
    meta = Metadata(
        _blob(tiff, page, 34675), exif.gathered(tiff, page), _blob(tiff, page, 700), ifd.resolution(tiff, page)
    )
    notes = []
    to_srgb = None
    if found.photometric == 5:
        to_srgb, note = colour.cmyk_to_srgb(meta.icc)
        meta = replace(meta, icc=None)
        notes += [note] + ([_CMYK16] if found.bits > 8 else [])
    if found.samples > found.base + (1 if found.extra and found.photometric != 5 else 0):
        notes.append(_("Further channels beside its colours were left out."))
    segments = Segments(source, found)
    raster = _Page(header, replace(meta, notes=tuple(notes)), segments, found, table, to_srgb, source)
    by_rows = found.plain or found.tile_width * found.tile_height <= IN_MEMORY
    if header.width * header.height > IN_MEMORY and by_rows:
        return raster, raster.meta
    return raster.rows(0, header.height), raster.meta


def _blob(tiff: Tiff, page: Directory, tag: int) -> bytes | None:
    entry = page.entries.get(tag)
    return tiff.raw(entry) if entry is not None else None


@dataclass(frozen=True)
class _Page:
    """A page by rows, brought from its stored samples to a picture's channels; closing it closes the file."""

    header: Header
    meta: Metadata
    segments: Segments
    layout: Layout
    table: np.ndarray | None
    to_srgb: Callable[[np.ndarray], np.ndarray] | None
    source: Source

    def rows(self, y0: int, y1: int) -> np.ndarray:
        stored = self.segments.rows(y0, y1)
        if self.table is not None:
            return np.take(self.table, stored[:, :, 0], axis=0)
        layout = self.layout
        band = _wide.full_range(stored[:, :, : layout.base + (1 if layout.extra else 0)], layout.bits)
        if layout.photometric == 0:
            band = np.concatenate([~band[:, :, :1], band[:, :, 1:]], axis=2)
        if self.to_srgb is not None:
            return self.to_srgb(band[:, :, :4] if self.layout.bits <= 8 else _eight_bits(band[:, :, :4]))
        return _alpha.straight(band) if layout.extra == 1 else band

    def close(self) -> None:
        self.source.close()


def _eight_bits(band: np.ndarray) -> np.ndarray:
    return ((band.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
