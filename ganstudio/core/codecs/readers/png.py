"""PNG, by libpng through OpenCV: 1 to 16 bits, palettes, transparency. Of an APNG the first picture.

Every checksum is tested first; one wrong in pixel data, palette or transparency refuses the file, one wrong elsewhere
only that part of the metadata.
"""

from __future__ import annotations

import struct

import cv2
import numpy as np

from ganstudio.core import colour, exif, hdr
from ganstudio.core.codecs.readers import _opencv, _palette, _png_chunks
from ganstudio.core.codecs.readers._png_chunks import CHANNELS, Chunks
from ganstudio.core.codecs.source import Source
from ganstudio.core.codecs.stored import Stored, check_size
from ganstudio.core.raster import Header, Metadata
from ganstudio.core.text import _

_DEFLATE_RATIO = 1040  # deflate's largest ratio is 1032 : 1


def read(source: Source, page: int) -> Stored:
    chunks = _png_chunks.header(source)
    check_size(source, chunks.width, chunks.height)
    if chunks.raw_size > _DEFLATE_RATIO * source.size + 1024:
        raise source.broken(_("holds far too little data for the size it states"))
    _png_chunks.read_chunks(source, chunks, pixels=False)
    channels, depth = CHANNELS[chunks.colour], 16 if chunks.bits == 16 else 8
    if chunks.colour == 3:
        channels = _table(source, chunks).shape[1]
    elif _key(chunks) is not None:
        channels += 1
    header = Header(chunks.width, chunks.height, channels, depth, "png")
    return Stored(header, exif.orientation(_exif(chunks)), lambda: _decode(source))


def _decode(source: Source) -> tuple[np.ndarray, Metadata]:
    chunks = _png_chunks.header(source)
    _png_chunks.read_chunks(source, chunks, pixels=True)
    if not chunks.complete:
        raise source.cut_off()
    if not chunks.pixels:
        raise source.broken(_("is damaged: it holds no pixel data"))
    data = _png_chunks.bare(source, chunks)
    pixels = _samples(source, data, CHANNELS[chunks.colour])
    if chunks.colour == 3:
        indices = pixels[:, :, 0] // (255 // ((1 << chunks.bits) - 1))
        pixels = _table(source, chunks)[indices]
    else:
        pixels = _with_key(pixels, chunks)
    return _with_colour(pixels, chunks)


def _samples(source: Source, data: bytearray, channels: int) -> np.ndarray:
    """The samples (H, W, channels), 1, 2 and 4 bits spread over 0…255."""
    found = _opencv.samples(source, data)
    if found.shape[2] == 1:
        return found
    if channels == 2:  # OpenCV has no gray with alpha: it repeats the gray
        return np.ascontiguousarray(found[:, :, ::3])
    swap = cv2.COLOR_BGRA2RGBA if channels == 4 else cv2.COLOR_BGR2RGB
    for y0 in range(0, found.shape[0], 64):
        found[y0 : y0 + 64] = cv2.cvtColor(found[y0 : y0 + 64], swap)
    return found


def _table(source: Source, chunks: Chunks) -> np.ndarray:
    raw = chunks.body.get(b"PLTE", b"")
    if not raw or len(raw) % 3 or len(raw) > 768:
        raise source.broken(_("is damaged: it holds no usable palette"))
    colours = np.frombuffer(raw, np.uint8).reshape(-1, 3)
    alpha = np.frombuffer(chunks.body.get(b"tRNS", b"")[: len(colours)], np.uint8)
    return _palette.table(colours, alpha)


def _key(chunks: Chunks) -> tuple[int, ...] | None:
    """The one colour that tRNS declares transparent, in the samples' own bits."""
    wanted = {0: 1, 2: 3}.get(chunks.colour)
    raw = chunks.body.get(b"tRNS", b"")
    if wanted is None or len(raw) < 2 * wanted:
        return None
    return struct.unpack_from(f">{wanted}H", raw)


def _with_key(pixels: np.ndarray, chunks: Chunks) -> np.ndarray:
    key = _key(chunks)
    if key is None:
        return pixels
    peak = int(np.iinfo(pixels.dtype).max)
    step = peak // ((1 << min(chunks.bits, 16)) - 1)  # 1, 2 and 4 bits were spread over 0…255
    low = (1 << chunks.bits) - 1
    clear = np.ones(pixels.shape[:2], bool)
    for channel, value in enumerate(key):
        clear &= pixels[:, :, channel] == (value & low) * step
    alpha = np.where(clear, 0, peak).astype(pixels.dtype)
    return np.concatenate([pixels, alpha[:, :, None]], axis=2)


def _with_colour(pixels: np.ndarray, chunks: Chunks) -> tuple[np.ndarray, Metadata]:
    notes = [_("A damaged part of the file ({name}) was left out.").format(name=name) for name in chunks.damaged]
    if b"acTL" in chunks.body:
        notes.append(_("The file is an animation (APNG); its first picture is used."))
    cicp = chunks.body.get(b"cICP", b"")
    icc = None
    if len(cicp) == 4 and hdr.is_hdr(cicp[1]):
        pixels, note = hdr.to_srgb(pixels, cicp[0], cicp[1])
        notes.append(note)
    else:
        icc = _profile(chunks, pixels.shape[2])
    meta = Metadata(icc, _exif(chunks), _xmp(chunks), _dpi(chunks), notes=tuple(notes))
    return pixels, meta


def _profile(chunks: Chunks, channels: int) -> bytes | None:
    """The colour profile in the standard's order of precedence: cICP, iCCP, sRGB, gAMA with cHRM."""
    cicp = chunks.body.get(b"cICP", b"")
    if len(cicp) == 4:
        return hdr.profile_of(cicp[0], cicp[1]) if channels >= 3 else None
    packed = chunks.body.get(b"iCCP")
    if packed is not None:
        return inflated if (inflated := _png_chunks.inflate(packed.partition(b"\0")[2][1:])) else b"?"
    if b"sRGB" in chunks.body:
        return None
    return _stated_profile(chunks, channels)


def _stated_profile(chunks: Chunks, channels: int) -> bytes | None:
    """A profile made of gAMA and cHRM, where they say something else than sRGB."""
    gama, chrm = chunks.body.get(b"gAMA", b""), chunks.body.get(b"cHRM", b"")
    exponent = int.from_bytes(gama, "big") / 100_000 if len(gama) == 4 else 0.45455
    gamma = 1 / exponent if 0.05 < exponent < 20 else 2.2
    plain = abs(gamma - 2.2) < 0.05
    if channels < 3:
        return None if plain else colour.gray_profile(gamma, f"Gray, gamma {gamma:.2f}")
    primaries: tuple[float, ...] = colour.SRGB_PRIMARIES
    if len(chrm) == 32:
        values = [value / 100_000 for value in struct.unpack(">8I", chrm)]
        primaries = (*values[2:], *values[:2])
    near = max(abs(a - b) for a, b in zip(primaries, colour.SRGB_PRIMARIES, strict=True)) < 0.002
    if (plain and near) or min(primaries[1::2]) <= 0:
        return None
    return colour.matrix_profile(primaries, None if plain else gamma, f"PNG primaries, gamma {gamma:.2f}")


def _exif(chunks: Chunks) -> bytes | None:
    """The eXIf chunk, or the hexadecimal text in which older programs kept it."""
    if b"eXIf" in chunks.body:
        return chunks.body[b"eXIf"]
    for keyword in (b"Raw profile type exif", b"Raw profile type APP1"):
        raw = _hexadecimal(chunks.texts.get(keyword, b""))
        if raw is not None:
            return exif.bare(raw)
    return None


def _xmp(chunks: Chunks) -> bytes | None:
    return chunks.texts.get(b"XML:com.adobe.xmp") or _hexadecimal(chunks.texts.get(b"Raw profile type xmp", b""))


def _hexadecimal(text: bytes) -> bytes | None:
    """ImageMagick's “raw profile” text: a name, a length, hexadecimal digits."""
    words = text.split(None, 2)
    try:
        return bytes.fromhex(words[2].decode("ascii")) if len(words) == 3 else None
    except ValueError:
        return None


def _dpi(chunks: Chunks) -> tuple[float, float] | None:
    raw = chunks.body.get(b"pHYs", b"")
    if len(raw) != 9 or raw[8] != 1:
        return None
    x, y = struct.unpack(">II", raw[:8])
    pair = (x * 0.0254, y * 0.0254)
    return pair if min(pair) >= 1 else None
