"""The one place that writes outputs.

Rows are pulled from the Raster in order → encoder → a hidden temporary file in the target's folder → on the disk →
decoded again and compared → given its name at once. A file under the final name is whole and has been verified.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import xxhash

from ganstudio.core import exif, xmp
from ganstudio.core.codecs import gainmap, witness
from ganstudio.core.codecs.convert import converter
from ganstudio.core.codecs.kinds import HEAD, sniff
from ganstudio.core.codecs.options import SaveOptions
from ganstudio.core.codecs.partial import Partial, Summed, exists, sentence, sweep_once
from ganstudio.core.codecs.planning import OutputPlan, formats, kept_bytes, plan_output, writer
from ganstudio.core.codecs.profile import fitting
from ganstudio.core.codecs.whole import with_alpha
from ganstudio.core.codecs.writers import Bands, Encoding
from ganstudio.core.errors import DiskFull, OutputError, VerifyError
from ganstudio.core.names import shown
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Metadata, Raster
from ganstudio.core.text import _

Witness = witness.Exact | witness.Close
_PIECE = 1 << 22  # bytes read at a time
_LEAST_DB = 30.0  # agreement of a lossy file's reduced copy
_COARSE, _LEAST_DB_COARSE = 20, 20.0  # below this quality the quantisation of flat areas alone may cost 30 dB


@dataclass(frozen=True)
class History:
    """What is written into the file about its making: `recipe` JSON, `source_type` the name of an IPTC
    DigitalSourceType (`algorithmicallyEnhanced`), `software`."""

    recipe: str = ""
    source_type: str = ""
    software: str = "GANStudio"


@dataclass(frozen=True)
class Written:
    """A file that is whole: `notes` on what was not carried over."""

    path: Path
    bytes: int
    width: int
    height: int
    notes: tuple[str, ...] = ()


def write(
    raster: Raster,
    target: Path,
    options: SaveOptions,
    progress: Progress,
    *,
    history: History | None = None,
    overwrite: bool = False,
) -> Written:
    """Write all rows of `raster` to `target`; its suffix is the caller's choice (`plan_output().extension`).

    Raises OutputError (limits of the format, folder, a file of that name unless `overwrite`), DiskFull, VerifyError,
    Cancelled, and whatever `raster.rows` raises. In each case no temporary file stays and an existing file is as it
    was. `raster` is not closed.
    """
    header, meta = raster.header, raster.meta
    plan = plan_output(header, meta, header.width, header.height, options)
    if not overwrite and os.path.lexists(target):
        raise exists(target)
    sweep_once(target.parent)
    _check_space(plan, target)
    how, notes = _encoding(raster, plan, options, history or History())
    module = writer(plan.format)
    keep = kept_bytes(plan.format, how.width, how.height, how.channels, how.depth) > 0
    seen = witness.Exact(keep) if plan.quality is None else witness.Close(_least(plan.quality))
    bands = _bands(raster, how, options, seen, progress)
    try:
        with Partial(target) as partial:
            sink = Summed(partial.file)
            notes += module.encode(bands, sink, how)
            partial.settle(meta.modified_ns)
            progress.check()
            size = os.path.getsize(partial.path)
            if sink.digest is not None and sink.digest != _summed(partial.path, progress):
                raise _not_whole(target, "The disk does not give back the bytes that were written.")
            _compare(partial.path, plan.format, how, seen, target, progress)
            progress.check()
            partial.publish(overwrite)
    except OSError as error:
        raise sentence(error, target) from error
    return Written(target, size, how.width, how.height, (*meta.notes, *plan.notes, *notes))


def verify(path: Path, width: int, height: int) -> None:
    """Decode an existing output wholly; raises VerifyError when it is absent, damaged or of another size."""
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD)
        kind = sniff(head)
        found = next((one.id for one in formats() if one.read_as == kind), None)
        if found is None:
            raise VerifyError(_("It is none of the formats that are written here."))
        decoded = writer(found).decode(path)
        if (decoded.width, decoded.height) != (width, height):
            raise VerifyError(
                _("It has {width}×{height} pixels instead of {wanted_width}×{wanted_height}.").format(
                    width=decoded.width, height=decoded.height, wanted_width=width, wanted_height=height
                )
            )
        for _rows in decoded.bands:
            pass
    except OSError as error:
        raise VerifyError(
            _("{name} cannot be read: {why}.").format(name=shown(path.name), why=error.strerror or error)
        ) from error
    except VerifyError as error:
        raise VerifyError(_("{name} is not whole. {why}").format(name=shown(path.name), why=error.message)) from error


def _encoding(raster: Raster, plan: OutputPlan, options: SaveOptions, history: History) -> tuple[Encoding, list[str]]:
    """What the encoder is told, and what could not be told."""
    header, meta = raster.header, raster.meta
    notes: list[str] = []
    gain_map = meta.gain_map if writer(plan.format).FORMAT.gain_map else None
    kept_exif, packet = _records(meta, header.width, header.height, options, history, gain_map)
    if packet is not None and history.recipe and len(packet) > getattr(writer(plan.format), "LONGEST_XMP", len(packet)):
        plain = replace(history, recipe="")  # what made the picture must still be said
        kept_exif, packet = _records(meta, header.width, header.height, options, plain, gain_map)
        notes.append(_("The recipe is too long for this format and was left out; PNG, WebP and TIFF hold it."))
    icc, said = fitting(meta.icc, plan.channels)
    notes += [said] if said else []
    if meta.xmp and options.metadata != "none" and not xmp.readable(meta.xmp):
        notes.append(_("The XMP data was damaged and was left out."))
    how = Encoding(
        header.width, header.height, plan.channels, plan.depth, plan.quality, plan.chroma,
        options.effort == "smallest", icc, kept_exif, packet, meta.dpi, gain_map,
    )  # fmt: skip
    return how, notes


def _records(
    meta: Metadata, width: int, height: int, options: SaveOptions, history: History, gain_map: bytes | None
) -> tuple[bytes | None, bytes | None]:
    """EXIF and XMP as they go into the file."""
    kept_exif, packet = (None, None) if options.metadata == "none" else (meta.exif, meta.xmp)
    if kept_exif is not None:
        kept_exif = exif.resized(kept_exif, width, height)
        if meta.dpi is not None:
            kept_exif = exif.with_resolution(kept_exif, meta.dpi)
        if options.metadata == "no-gps":
            kept_exif = exif.without_gps(kept_exif)
    source_type = history.source_type if options.ai_mark else ""
    recipe = history.recipe if options.ai_mark and options.metadata != "none" else ""
    packet = xmp.updated(
        packet, width, height, source_type=source_type, recipe=recipe, software=history.software,
        drop_gps=options.metadata == "no-gps", description=gainmap.description(gain_map) if gain_map else "",
    )  # fmt: skip
    return kept_exif, packet


def _bands(raster: Raster, how: Encoding, options: SaveOptions, seen: Witness, progress: Progress) -> Bands:
    header = raster.header
    convert = converter(header.channels, header.depth, how.channels, how.depth, options.alpha_background)

    def bands(height: int) -> Iterator[np.ndarray]:
        for y0 in range(0, header.height, height):
            progress.check()
            y1 = min(y0 + height, header.height)
            rows = raster.rows(y0, y1)
            if rows.shape != (y1 - y0, header.width, header.channels) or rows.dtype != header.dtype:
                raise OutputError(
                    _("Rows {y0} to {y1} of the result do not have the promised shape.").format(y0=y0, y1=y1)
                )
            rows = convert(rows, y0)
            seen.add(rows)
            yield rows

    return bands


def _least(quality: int) -> float:
    return _LEAST_DB if quality >= _COARSE else _LEAST_DB_COARSE


def _compare(path: Path, format_id: str, how: Encoding, seen: Witness, target: Path, progress: Progress) -> None:
    try:
        module = writer(format_id)
        if isinstance(seen, witness.Exact) and seen.keeps:
            decoded = module.decode(path, seen.rows)
        else:
            decoded = module.decode(path)
        if (decoded.width, decoded.height) != (how.width, how.height):
            raise VerifyError(_("The file does not have the size that was written."))
        finish = with_alpha if how.channels == 4 else np.asarray
        seen.compare(replace(decoded, bands=(finish(rows) for rows in _checked(decoded.bands, progress))))
    except VerifyError as error:
        raise _not_whole(target, error.message) from error


def _checked(bands: Iterator[np.ndarray], progress: Progress) -> Iterator[np.ndarray]:
    for rows in bands:
        progress.check()
        yield rows


def _not_whole(target: Path, why: str) -> VerifyError:
    return VerifyError(_("{name} was not saved. {why}").format(name=shown(target.name), why=why), _("Check the disk."))


def _check_space(plan: OutputPlan, target: Path) -> None:
    """Refuse at once what cannot fit; the estimate may be twice too high, so only half of it must be free."""
    try:
        free = shutil.disk_usage(target.parent).free
    except OSError as error:
        raise sentence(error, target) from error
    if free < plan.estimated_bytes // 2:
        said = _("{name} needs about {needed} MB, but only {free} MB are free.").format(
            name=shown(target.name), needed=f"{plan.estimated_bytes / 1e6:,.0f}", free=f"{free / 1e6:,.0f}"
        )
        raise DiskFull(said, _("Free some space, then run the same again."))


def _summed(path: Path, progress: Progress) -> bytes:
    total = xxhash.xxh3_128()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            progress.check()
            total.update(piece)
    return total.digest()
