"""What will be written, decided before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from ganstudio.core.codecs import writers
from ganstudio.core.codecs.keep import kept, quality_for
from ganstudio.core.codecs.options import SaveOptions
from ganstudio.core.codecs.writers import Encoding, Format
from ganstudio.core.discovery import discover, load
from ganstudio.core.errors import OutputError
from ganstudio.core.raster import Header, Metadata
from ganstudio.core.text import _

# Chroma subsampling of a JPEG → that of the JPEG made from it.
_CHROMA = {"4:4:4": "4:4:4", "4:2:2": "4:2:2", "4:2:0": "4:2:0", "4:4:0": "4:4:0", "4:1:1": "4:2:2"}
_MOST_KEPT = 160_000_000  # bytes: 50 megapixels in colour, above which no picture is held whole
_WHOLE = 50_000_000  # from here on a format that needs the whole picture in memory says so


@dataclass(frozen=True)
class OutputPlan:
    """`format` is a writer's id (png, jpg, webp, tiff, avif), `extension` its usual one with the dot, `suffixes` all
    that name this format; `estimated_bytes` a guess to plan space with; `notes` say what does not survive."""

    format: str
    extension: str
    suffixes: tuple[str, ...]
    depth: int
    channels: int
    estimated_bytes: int
    quality: int | None
    chroma: str
    notes: tuple[str, ...] = ()


def writer(format_id: str) -> ModuleType:
    """The module that writes a format."""
    return load(writers, format_id)


def formats() -> tuple[Format, ...]:
    return tuple(writer(name).FORMAT for name in discover(writers))


def kept_bytes(format_id: str, width: int, height: int, channels: int, depth: int) -> int:
    """How many bytes of a lossless result's rows are held until its file has been compared with them."""
    size = width * height * channels * depth // 8
    return size if writer(format_id).FORMAT.guesses and size <= _MOST_KEPT else 0


def plan_output(header: Header, meta: Metadata, width: int, height: int, options: SaveOptions) -> OutputPlan:
    """How a result of width×height made from a picture (`header`, `meta`) will be saved.

    Raises OutputError when the format cannot hold the size, naming those that can.
    """
    row = kept(header)
    format_id = row.format if options.format == "keep" else options.format
    module = writer(format_id)
    found: Format = module.FORMAT
    _check_size(found, width, height)
    quality, chroma = _quality(header, options, found)
    depth = header.depth if header.depth in found.depths else max(found.depths)
    channels = next(n for n in _nearest(header.channels) if n in found.channels)
    how = Encoding(width, height, channels, depth, quality, chroma, options.effort == "smallest")
    overhead = 4096 + sum(len(part) for part in (meta.icc, meta.exif, meta.xmp) if part)
    estimate = int(module.bytes_per_pixel(how) * width * height) + overhead
    notes = [_(row.note)] if options.format == "keep" and row.note else []
    notes += _losses(header, meta, options, found, channels, depth)
    if not found.streams and width * height > _WHOLE:
        need = width * height * (channels + 4) / 1e9
        notes.append(
            _("{title} needs the whole picture in memory, about {need} GB; PNG, JPEG, TIFF do not.").format(
                title=found.title, need=f"{need:.1f}"
            )
        )
    return OutputPlan(
        format_id, found.extension, found.suffixes, depth, channels, estimate, quality, chroma, tuple(notes)
    )


def _check_size(found: Format, width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise OutputError(_("A picture of {width}×{height} pixels cannot be saved.").format(width=width, height=height))
    if found.holds(width, height):
        return
    fitting = [other.title for other in formats() if other.holds(width, height)]
    if max(width, height) > found.largest_side:
        limit = _("{count:,} pixels a side").format(count=found.largest_side)
    else:
        limit = _("{count} megapixels").format(count=(found.largest_pixels or 0) // 1_000_000)
    hint = _("These can: {formats}.").format(formats=", ".join(fitting)) if fitting else _("Choose a smaller size.")
    raise OutputError(
        _("{title} holds at most {limit}; the result would be {width:,}×{height:,}.").format(
            title=found.title, limit=limit, width=width, height=height
        ),
        hint,
    )


def _quality(header: Header, options: SaveOptions, found: Format) -> tuple[int | None, str]:
    """(quality, None for lossless; chroma subsampling)."""
    if not found.lossy:
        return None, "4:4:4"
    if options.quality is None and found.lossless and header.lossless:
        return None, "4:4:4"
    quality = options.quality if options.quality is not None else quality_for(header, found.id)
    if header.format == "jpeg" and found.id == "jpg" and header.chroma in _CHROMA:
        return quality, _CHROMA[header.chroma]
    return quality, "4:4:4" if quality >= 90 else "4:2:0"


def _nearest(channels: int) -> tuple[int, ...]:
    """Channel counts to store a picture of so many in, the best first; those that lose alpha last."""
    return {1: (1, 3), 2: (2, 4, 1, 3), 3: (3,), 4: (4, 3)}[channels]


def _losses(
    header: Header, meta: Metadata, options: SaveOptions, found: Format, channels: int, depth: int
) -> list[str]:
    notes = []
    if header.has_alpha and channels in (1, 3):
        notes.append(
            _("{title} has no transparency: laid on {colour}.").format(
                title=found.title, colour=options.alpha_background
            )
        )
    if depth < header.depth:
        notes.append(
            _("{title} has {depth} bits a sample: the picture's {more} are dithered.").format(
                title=found.title, depth=depth, more=header.depth
            )
        )
    if meta.gain_map is not None and not found.gain_map:
        notes.append(_("The HDR gain map is not carried over; the picture is the same on ordinary screens."))
    return notes
