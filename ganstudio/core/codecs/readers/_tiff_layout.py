"""How a page of a TIFF file lays out its samples: read from its directory, tested, refused with a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.codecs.source import Source
from ganstudio.core.codecs.stored import WHOLE_LIMIT, check_size
from ganstudio.core.ifd import Directory, Tiff
from ganstudio.core.text import _

ROWS_LIMIT = 4_000_000_000  # pixels of a page that is read by rows

NONE, CCITT, LZW, JPEG, DEFLATE, PACKBITS = (1,), (2, 3, 4), (5,), (7,), (8, 32946), (32773,)
_READ = (*NONE, *CCITT, *LZW, *JPEG, *DEFLATE, *PACKBITS)
_COMPRESSIONS = {6: "old-style JPEG", 34712: "JPEG 2000", 34887: "LERC", 34925: "LZMA", 50000: "Zstandard",
                 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL"}  # fmt: skip
_BASE_SAMPLES = {0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3}
_COLOURS = {8: "CIE L*a*b*", 9: "ICC L*a*b*", 10: "ITU L*a*b*", 32844: "LogL", 32845: "LogLuv"}


@dataclass(frozen=True)
class Layout:
    """A page. `extra` is the meaning of the sample behind the colours: 0 none of use, 1 premultiplied, 2 straight
    alpha. A *segment* is a strip or a tile of `tile_width` × `tile_height` pixels; `across` of them make a row."""

    width: int
    height: int
    bits: int
    samples: int
    base: int
    extra: int
    photometric: int
    compression: int
    predictor: int
    planar: bool
    tiled: bool
    tile_width: int
    tile_height: int
    offsets: tuple[int, ...]
    counts: tuple[int, ...]
    order: str
    little_bits: bool
    tables: bytes
    colour_map: tuple[int, ...]
    t4_options: int
    t6_options: int

    @property
    def across(self) -> int:
        return -(-self.width // self.tile_width)

    @property
    def down(self) -> int:
        return -(-self.height // self.tile_height)

    @property
    def plain(self) -> bool:
        """Whether any single row can be read without its strip: nothing packed, tiled or planar."""
        return self.compression in NONE and not (self.tiled or self.planar or self.predictor != 1)

    @property
    def samples_in_segment(self) -> int:
        return 1 if self.planar else self.samples

    @property
    def row_bytes(self) -> int:
        """Bytes of one row of a segment, unpacked."""
        return (self.tile_width * self.samples_in_segment * self.bits + 7) // 8

    @property
    def depth(self) -> int:
        return 16 if self.bits > 8 and self.photometric != 5 else 8

    def segment_rows(self, row: int) -> int:
        """Rows stored in the segments of segment row `row`: the last strip is short, the last tile is not."""
        return self.tile_height if self.tiled else min(self.tile_height, self.height - row * self.tile_height)


def layout(source: Source, tiff: Tiff, page: Directory) -> Layout:
    """The page's layout. Raises BadInput for what is damaged, cut off or not supported."""
    width, height = tiff.number(page, 256, 0), tiff.number(page, 257, 0)
    check_size(source, width, height, ROWS_LIMIT)
    samples = tiff.number(page, 277, 1)
    bits = _bits(source, tiff, page, samples)
    photometric, compression = _colours(source, tiff, page, samples)
    base = _BASE_SAMPLES[photometric]
    if samples < base:
        raise source.broken(_("is damaged: it has too few channels for its colours"))
    tiled = 322 in page.entries
    tile_width = tiff.number(page, 322, 0) if tiled else width
    tile_height = tiff.number(page, 323, 0) if tiled else min(tiff.number(page, 278, height) or height, height)
    if tile_width <= 0 or tile_height <= 0 or tile_width * tile_height * samples > 4 * WHOLE_LIMIT:
        raise source.broken(_("is damaged: the size of its strips or tiles makes no sense"))
    planar = tiff.number(page, 284, 1) == 2 and samples > 1
    found = Layout(
        width, height, bits, samples, base, _extra(tiff, page, samples - base), photometric, compression,
        tiff.number(page, 317, 1), planar, tiled, tile_width, tile_height,
        tiff.numbers(page, 324 if tiled else 273), tiff.numbers(page, 325 if tiled else 279),
        tiff.order, tiff.number(page, 266, 1) == 2, _raw(tiff, page, 347), tiff.numbers(page, 320),
        tiff.number(page, 292, 0), tiff.number(page, 293, 0),
    )  # fmt: skip
    _check_segments(source, found)
    _check_kind(source, found)
    return found


def _bits(source: Source, tiff: Tiff, page: Directory, samples: int) -> int:
    if not 1 <= samples <= 64:
        raise source.broken(_("is damaged: its number of channels makes no sense"))
    bits = tiff.numbers(page, 258) or (1,)
    formats = tiff.numbers(page, 339) or (1,)
    if len(set(bits)) > 1 or len(set(formats)) > 1:
        raise source.broken(_("holds channels of different depths, which is not supported"))
    if formats[0] == 3:
        raise source.broken(
            _("holds {bits}-bit floating-point samples, which are not supported; save it with 16 bits first").format(
                bits=bits[0]
            )
        )
    if formats[0] not in (1, 4) or not 1 <= bits[0] <= 16:
        said = _("holds samples of {bits} bits, which are not supported")
        if formats[0] == 2:
            said = _("holds signed samples of {bits} bits, which are not supported")
        elif formats[0] in (5, 6):
            said = _("holds complex samples of {bits} bits, which are not supported")
        raise source.broken(said.format(bits=bits[0]))
    return bits[0]


def _colours(source: Source, tiff: Tiff, page: Directory, samples: int) -> tuple[int, int]:
    """Photometric interpretation and compression."""
    compression = tiff.number(page, 259, 1)
    if compression not in _READ:
        name = _COMPRESSIONS.get(compression, f"number {compression}")
        raise source.broken(_("is compressed in a way that is not supported ({name})").format(name=name))
    photometric = tiff.number(page, 262, 1 if samples < 3 else 2)
    if photometric not in _BASE_SAMPLES or (photometric == 6 and compression not in JPEG):
        name = _COLOURS.get(photometric, "YCbCr" if photometric == 6 else f"number {photometric}")
        raise source.broken(_("uses colours that are not supported ({name})").format(name=name))
    return photometric, compression


def _extra(tiff: Tiff, page: Directory, count: int) -> int:
    """The meaning of the first extra sample; where it is not stated, one extra sample is straight alpha."""
    stated = tiff.numbers(page, 338)
    if count <= 0:
        return 0
    return (stated[0] if stated[0] in (1, 2) else 0) if stated else (2 if count == 1 else 0)


def _raw(tiff: Tiff, page: Directory, tag: int) -> bytes:
    entry = page.entries.get(tag)
    return tiff.raw(entry) if entry is not None else b""


def _check_segments(source: Source, found: Layout) -> None:
    expected = found.across * found.down * (found.samples if found.planar else 1)
    counts = found.counts
    if not counts and expected == 1 and found.compression in NONE:
        counts = (found.row_bytes * found.tile_height,)
    if len(found.offsets) < expected or len(counts) < expected:
        raise source.broken(_("is damaged: the list of its strips or tiles is incomplete"))
    for offset, count in zip(found.offsets[:expected], counts[:expected], strict=True):
        if offset + count > source.size:
            raise source.cut_off()
        if offset < 8 or count == 0:
            raise source.broken(_("is damaged: a strip or tile of it is missing"))


def _check_kind(source: Source, found: Layout) -> None:
    if found.compression in CCITT and (found.bits, found.samples) != (1, 1):
        raise source.damaged()
    if found.compression in JPEG and (found.bits != 8 or found.samples_in_segment not in (1, 3, 4)):
        raise source.broken(
            _("holds JPEG data of {bits} bits in {samples} channels: not supported").format(
                bits=found.bits, samples=found.samples
            )
        )
    if found.photometric == 3 and (found.bits > 8 or len(found.colour_map) != 3 << found.bits):
        raise source.broken(_("is damaged: it holds no usable palette"))
    if found.predictor not in (1, 2) or (found.predictor == 2 and found.bits not in (8, 16)):
        raise source.broken(_("is packed with a predictor that is not supported"))
