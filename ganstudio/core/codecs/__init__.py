"""Codecs: the one door for picture files. Adding a format is one file in `readers`, one in `writers`.

Reading is here; writing, in `saving`, is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.core.codecs.kinds import (
    HEAD,
    PICTURE_SUFFIXES,
    OtherKind,
    kind_of_suffix,
    other_kind,
    sentence,
    sniff,
)
from ganstudio.core.codecs.readers import Reader, reader
from ganstudio.core.codecs.source import Source
from ganstudio.core.codecs.stored import Stored, header_of, open_stored
from ganstudio.core.raster import Header, Raster
from ganstudio.core.text import _

if TYPE_CHECKING:
    from ganstudio.core.codecs.options import SaveOptions
    from ganstudio.core.codecs.partial import sweep_partials
    from ganstudio.core.codecs.planning import OutputPlan, plan_output
    from ganstudio.core.codecs.saving import History, Written, verify, write

__all__ = [
    "History",
    "OtherKind",
    "OutputPlan",
    "SaveOptions",
    "Written",
    "kind_of_suffix",
    "open_raster",
    "peek",
    "plan_output",
    "sniff",
    "sweep_partials",
    "verify",
    "write",
]
_WRITING = {
    "History": "saving",
    "OutputPlan": "planning",
    "SaveOptions": "options",
    "Written": "saving",
    "plan_output": "planning",
    "sweep_partials": "partial",
    "verify": "saving",
    "write": "saving",
}  # name → module


def __getattr__(name: str) -> Any:
    if name in _WRITING:
        return getattr(import_module(f"{__name__}.{_WRITING[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def peek(path: Path, page: int = 0) -> Header:
    """The header of the upright picture, without decoding it. Errors as `open_raster`."""
    with Source(path) as source:
        return header_of(_stored(source, page))


def open_raster(path: Path, page: int = 0) -> Raster:
    """The picture in a file, upright, in its own colour profile; its format is found by content, never by name.

    Raises BadInput, with a sentence naming the file, for a broken picture: unreadable content under a picture's
    suffix, a missing end (never padded), a wrong checksum, a size beyond 500 megapixels, samples that are not
    supported. Bit errors that a JPEG decoder can step over are read and said in `meta.notes`. Raises OtherKind (a
    NotAPicture) when neither content nor suffix says *picture*, and always for camera RAW.

    A large striped or tiled TIFF is decoded by rows as they are asked for, and raises BadInput then.
    """
    source = Source(path)
    try:
        return open_stored(source, _stored(source, page))
    except BaseException:
        source.close()
        raise


def _stored(source: Source, page: int) -> Stored:
    stored = _reader_for(source)(source, page)
    if not 0 <= page < stored.header.pages:
        raise source.broken(
            _("has no picture number {number}; it holds {pages}").format(number=page + 1, pages=stored.header.pages)
        )
    return stored


def _reader_for(source: Source) -> Reader:
    """The reader for a file's content; the sentence for what is not read."""
    kind = sniff(source.read(0, HEAD))
    if kind in PICTURE_SUFFIXES:
        return reader(kind)
    named = kind_of_suffix(source.path.suffix)
    if kind == "raw" or named not in PICTURE_SUFFIXES:
        raise other_kind(source.name, _best_word(kind, named))
    if source.size == 0:
        raise source.broken(_("is empty"))
    if kind is None:
        raise source.broken(_("is named like a picture, but its content is none"))
    raise source.broken(_("is named like a picture, but {why}").format(why=sentence(kind)))


def _best_word(kind: str | None, named: str | None) -> str:
    """The content's word, unless it only says *text* or nothing where the suffix knows better."""
    return (kind if kind not in (None, "text") else named or kind) or "unknown"
