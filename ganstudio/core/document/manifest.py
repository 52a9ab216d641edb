"""The manifest of a project file: what is in it, as JSON. Read strictly: nothing is allocated for what it says before
that has been found possible."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ganstudio import __version__
from ganstudio.core.document.blending import MODES, NORMAL
from ganstudio.core.document.state import Layer, State
from ganstudio.core.document.tiles import LARGEST_PIXELS, LARGEST_SIDE

FORMAT, VERSION = "ganstudio-project", 2
_BLENDS_FROM = 2  # a program that knows only version 1 would show every layer as "normal"
LARGEST = 16 << 20  # bytes of a manifest
_MOST_LAYERS = 10_000
_MOST_PIXELS = 8 * LARGEST_PIXELS  # of all layers
_FAR = 1 << 40  # where a layer may lie
_LONGEST_NAME = 1000
_ENTRY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)?")


class Unfit(Exception):
    """A manifest that says something impossible; the text continues “the project …”."""


@dataclass(frozen=True)
class LayerEntry:
    """A layer as the manifest tells of it: `layer` facts by their names, and the entries that hold its planes."""

    facts: dict[str, Any]
    width: int
    height: int
    channels: int
    depth: int
    pixels: str
    mask: str | None


@dataclass(frozen=True)
class Manifest:
    width: int
    height: int
    dpi: tuple[float, float] | None
    records: dict[str, str]  # icc, exif, xmp → entry
    layers: tuple[LayerEntry, ...]


def written(state: State, records: Mapping[str, str], folder: Path) -> bytes:
    """The manifest of a state whose layers lie in `layers/N.png` and `masks/N.png`, N from 0 up."""
    data = {
        "format": FORMAT,
        "version": 1 if all(layer.blend == NORMAL for layer in state.layers) else _BLENDS_FROM,
        "program": f"GANStudio {__version__}",
        "width": state.width,
        "height": state.height,
        "dpi": list(state.meta.dpi) if state.meta.dpi else None,
        "records": dict(records),
        "layers": [_layer(layer, number, folder) for number, layer in enumerate(state.layers)],
    }
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", "replace")


def _layer(layer: Layer, number: int, folder: Path) -> dict[str, Any]:
    pixels = layer.pixels
    return {
        "id": layer.id,
        "name": layer.name,
        "x": layer.x,
        "y": layer.y,
        "width": pixels.width,
        "height": pixels.height,
        "channels": pixels.channels,
        "depth": pixels.depth,
        "opacity": layer.opacity,
        **({} if layer.blend == NORMAL else {"blend": layer.blend}),
        "visible": layer.visible,
        "locked": layer.locked,
        "pixels": f"layers/{number}.png",
        "mask": None if layer.mask is None else f"masks/{number}.png",
        "made_by": None if layer.made_by is None else dict(layer.made_by),
        "source_type": layer.source_type,
        "original": relative_link(layer.link, folder),
    }


def relative_link(link: str, folder: Path) -> str:
    """An original's path as seen from the project's folder; "" when it does not lie in it or below: a path that
    leads up would tell of other folders, and be wrong elsewhere."""
    try:
        return Path(link).relative_to(folder.absolute()).as_posix() if link else ""
    except ValueError:
        return ""


def parsed(text: bytes, folder: Path) -> Manifest:
    """A manifest read again; raises Unfit."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unfit("is damaged: its list of layers cannot be read") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise Unfit("is no project of GANStudio")
    version = _whole(data, "version", 1, 2**31)
    if version > VERSION:
        raise Unfit("was made by a newer version of GANStudio; update the program to open it")
    width, height = _size(data)
    layers = _kind(data, "layers", list)
    if len(layers) > _MOST_LAYERS:
        raise Unfit(f"states {len(layers):,} layers, which cannot be")
    found = tuple(_entry(one, folder) for one in layers)
    if len({entry.facts["id"] for entry in found}) != len(found):
        raise Unfit("is damaged: two layers have the same id")
    if sum(entry.width * entry.height for entry in found) > _MOST_PIXELS:
        raise Unfit("states more pixels than can be")
    records = {
        name: _name(path) for name, path in _kind(data, "records", dict).items() if name in ("icc", "exif", "xmp")
    }
    return Manifest(width, height, _dpi(data.get("dpi")), records, found)


def _entry(data: Any, folder: Path) -> LayerEntry:
    if not isinstance(data, dict):
        raise Unfit("is damaged: a layer is not described")
    width, height = _size(data)
    opacity = data.get("opacity")
    if isinstance(opacity, bool) or not isinstance(opacity, (int, float)) or not 0 <= opacity <= 1:
        raise Unfit(f"is damaged: a layer has the opacity {str(opacity)[:20]}")
    made_by = data.get("made_by")
    if made_by is not None and not isinstance(made_by, dict):
        raise Unfit("is damaged: what made a layer cannot be read")
    depth = _whole(data, "depth", 8, 16)
    if depth not in (8, 16):
        raise Unfit(f"has a layer of {depth} bits a sample")
    facts = {
        "id": _text(data, "id") or _missing("id"),
        "name": _text(data, "name"),
        "x": _whole(data, "x", -_FAR, _FAR),
        "y": _whole(data, "y", -_FAR, _FAR),
        "opacity": float(opacity),
        "blend": _blend(data.get("blend", NORMAL)),
        "visible": _kind(data, "visible", bool),
        "locked": _kind(data, "locked", bool),
        "made_by": made_by,
        "source_type": _text(data, "source_type"),
        "link": _absolute(_text(data, "original"), folder),
    }
    mask = data.get("mask")
    return LayerEntry(
        facts, width, height, _whole(data, "channels", 1, 4), depth,
        _name(data.get("pixels")), None if mask is None else _name(mask),
    )  # fmt: skip


def _blend(value: Any) -> str:
    if value not in MODES:
        raise Unfit(f"has a layer of the unknown blend mode “{str(value)[:20]}”; update the program to open it")
    return value


def _absolute(link: str, folder: Path) -> str:
    """Where an original is from here; "" for a link that leads out of the project's folder."""
    parts = PurePosixPath(link).parts
    if not parts or ".." in parts or link.startswith("/") or "\\" in link or ":" in link:
        return ""
    return str(folder.absolute().joinpath(*parts))


def _size(data: dict[str, Any]) -> tuple[int, int]:
    width, height = _whole(data, "width", 1, LARGEST_SIDE), _whole(data, "height", 1, LARGEST_SIDE)
    if width * height > LARGEST_PIXELS:
        raise Unfit(f"states a size of {width:,}×{height:,} pixels, which is too large")
    return width, height


def _whole(data: dict[str, Any], name: str, low: int, high: int) -> int:
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Unfit(f"is damaged: its “{name}” is no possible number")
    return value


def _kind(data: dict[str, Any], name: str, kind: type[Any]) -> Any:
    value = data.get(name)
    if not isinstance(value, kind):
        raise Unfit(f"is damaged: its “{name}” cannot be read")
    return value


def _text(data: dict[str, Any], name: str) -> str:
    return _kind(data, name, str)[:_LONGEST_NAME]


def _missing(name: str) -> str:
    raise Unfit(f"is damaged: a layer has no {name}")


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _ENTRY.fullmatch(value):
        raise Unfit("is damaged: it names a part that cannot be")
    return value


def _dpi(value: Any) -> tuple[float, float] | None:
    if value is None:
        return None
    fits = isinstance(value, list) and len(value) == 2 and all(type(one) in (int, float) for one in value)
    if not fits or not all(math.isfinite(one) and 0 < one < 1e6 for one in value):
        raise Unfit("is damaged: its resolution is no possible number")
    return float(value[0]), float(value[1])
