"""The file of a Session (`.ganstudio-session`): JSON, written beside its place and renamed, read strictly.

One JSON value a line: the head, the long texts (vectors, points, thumbnails, each once, however often the steps name
it), the things, the end. No line is long, so that a window stays alive while a thread reads or writes them.
"""

from __future__ import annotations

import base64
import binascii
import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from ganstudio import __version__
from ganstudio.core.errors import BadInput, DiskFull, OutputError, UsageError
from ganstudio.core.latent.directions import Direction
from ganstudio.core.latent.latent import Latent
from ganstudio.core.latent.session import Family, Favourite, Litter, Pad, Session, Step
from ganstudio.core.latent.thumbs import MOST_BYTES
from ganstudio.core.latent.walk import Walk
from ganstudio.core.names import shown
from ganstudio.core.paths import home

FORMAT, VERSION = "ganstudio-session", 1
SUFFIX = ".ganstudio-session"
LARGEST = 256 << 20  # bytes of a file
_LONG = 96  # a text this long goes into the table
_MARK = "\x00"  # begins the name of a text in the table
_MOST = 100_000  # things of one kind
T = TypeVar("T")


class Newer(BadInput):
    """The file is of a later version of the program."""


def usual_place() -> Path:
    """Where the window keeps the Session that is open."""
    return home() / f"explore{SUFFIX}"


def to_lines(session: Session) -> Iterator[str]:
    """The file's lines, without their ends."""
    known: set[str] = set()
    yield _line({"format": FORMAT, "version": VERSION, "program": f"GANStudio {__version__}"})
    yield from _told("step", (_step_json(one) for one in session.steps), known)
    yield from _told("favourite", (_favourite_json(one) for one in session.favourites), known)
    yield from _told("litter", (_litter_json(one) for one in session.family.litters), known)
    yield from _told("direction", (one.to_json() for one in session.directions), known)
    rest = {
        "at": session.at,
        "litter": session.family.at,
        "weights": session.weights,
        "walk": session.walk.to_json(),
        "pad": _pad_json(session.pad),
    }
    yield from _told("rest", [rest], known)
    yield _line({"end": len(session.steps) + len(session.favourites) + len(session.family.litters)})


def from_lines(lines: Iterable[str], where: str = "The session") -> Session:
    """Raises Newer for a file of a later version, BadInput for what is no Session or damaged."""
    found: dict[str, list[Any]] = {name: [] for name in ("step", "favourite", "litter", "direction", "rest")}
    texts: dict[str, str] = {}
    end: Any = None
    try:
        values = (json.loads(line) for line in lines)
        _check_head(next(values, None), where)
        for value in values:
            ((name, content),) = _dict(value).items()
            if name == "text":
                key, text = content
                texts[_str(key)] = _str(text)
            elif name == "end":
                end = content
            else:
                found[name].append(_whole(content, texts))
        session = _session(found)
    except (UsageError, KeyError, ValueError, TypeError, RecursionError) as error:
        why = f" ({error.message.rstrip('.')})" if isinstance(error, UsageError) else ""
        raise BadInput(f"{where} is damaged{why}.") from error
    if end != len(session.steps) + len(session.favourites) + len(session.family.litters):
        raise BadInput(f"{where} is damaged: its end is missing.")
    return session


def _check_head(head: Any, where: str) -> None:
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise BadInput(f"{where} is no session of GANStudio.")
    version = head.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise BadInput(f"{where} is damaged: it says no version.")
    if version > VERSION:
        raise Newer(f"{where} comes from a newer version of the program.", "Update this one.")


def write(session: Session, path: Path) -> None:
    """Whole or not at all. Raises DiskFull or OutputError."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(partial, "w", encoding="utf-8", errors="surrogateescape") as file:
            for line in to_lines(session):
                file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        _say(error, path)


def read(path: Path) -> Session:
    """Raises BadInput (Newer among them) in a sentence."""
    where = f"“{shown(path.name)}”"
    try:
        if path.stat().st_size > LARGEST:
            raise BadInput(f"{where} is too large for a session.")
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return from_lines(file, where)
    except FileNotFoundError as error:
        raise BadInput(f"{where} is not there.") from error
    except OSError as error:
        raise BadInput(f"{where} cannot be read: {error.strerror}.") from error


def restore(path: Path) -> tuple[Session, str]:
    """The Session of the last time, and a sentence where there was trouble. A file that cannot be used is put aside, so
    that the next save does not take its place."""
    if not path.exists():
        return Session(), ""
    try:
        return read(path), ""
    except BadInput as error:
        aside = path.with_name(f"explore.{'newer' if isinstance(error, Newer) else 'damaged'}{SUFFIX}")
        try:
            os.replace(path, aside)
        except OSError:
            return Session(), str(error)
        return Session(), f"{error} Explore begins anew; the old file is kept as {aside.name}."


# To JSON


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _told(name: str, things: Iterable[dict[str, Any]], known: set[str]) -> Iterator[str]:
    """A line a thing, and before it one for each long text that was not told yet."""
    for thing in things:
        texts: dict[str, str] = {}
        short = _shortened(thing, texts)
        for key, text in texts.items():
            if key not in known:
                known.add(key)
                yield _line({"text": [key, text]})
        yield _line({name: short})


def _step_json(one: Step) -> dict[str, Any]:
    return {"latent": one.latent.to_json(), "words": one.words, "thumb": _base64(one.thumb)}


def _favourite_json(one: Favourite) -> dict[str, Any]:
    return {"latent": one.latent.to_json(), "name": one.name, "thumb": _base64(one.thumb), "id": one.id}


def _pad_json(pad: Pad | None) -> Any:
    return None if pad is None else {"corners": [one.to_json() for one in pad.corners], "x": pad.x, "y": pad.y}


def _litter_json(one: Litter) -> dict[str, Any]:
    return {
        "parents": [latent.to_json() for latent in one.parents],
        "children": [latent.to_json() for latent in one.children],
        "parent": one.parent,
        "chosen": list(one.chosen),
        "mutation": one.mutation,
        "held": sorted(one.held),
        "seed": one.seed,
        "thumbs": [_base64(thumb) for thumb in one.thumbs],
    }


def _shortened(value: Any, texts: dict[str, str]) -> Any:
    """The same JSON with its long texts in the table."""
    if isinstance(value, str) and (len(value) >= _LONG or value.startswith(_MARK)):
        key = hashlib.sha256(value.encode("utf-8", "surrogateescape")).hexdigest()[:24]
        texts[key] = value
        return _MARK + key
    if isinstance(value, dict):
        return {name: _shortened(part, texts) for name, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part, texts) for part in value]
    return value


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


# From JSON


def _session(found: dict[str, list[Any]]) -> Session:
    steps, litters = _each(found["step"], _step), _each(found["litter"], _litter_of)
    if any(one.parent is not None and one.parent >= place for place, one in enumerate(litters)):
        raise UsageError("a litter is its own ancestor")
    (rest,) = _each(found["rest"], _dict)
    litter = rest.get("litter")
    return Session(
        steps,
        _int(rest.get("at", -1), -1, len(steps) - 1) if steps else -1,
        _each(found["favourite"], _favourite),
        Family(litters, None if litter is None else _int(litter, 0, len(litters) - 1)),
        _pad(rest.get("pad")),
        Walk.from_json(rest["walk"]) if "walk" in rest else Walk(),
        _each(found["direction"], Direction.from_json),
        _str(rest.get("weights", "")),
    )


def _pad(data: Any) -> Pad | None:
    if data is None:
        return None
    corners = _each(_dict(data)["corners"], Latent.from_json)
    if len(corners) != 4:
        raise UsageError("the latent pad has not four corners")
    return Pad(corners, _number(data.get("x", 0.5), 0.0, 1.0), _number(data.get("y", 0.5), 0.0, 1.0))


def _step(data: Any) -> Step:
    data = _dict(data)
    return Step(Latent.from_json(data["latent"]), _str(data.get("words", "")), _thumb(data.get("thumb", "")))


def _favourite(data: Any) -> Favourite:
    data = _dict(data)
    latent, name = Latent.from_json(data["latent"]), _str(data.get("name", ""))
    return Favourite(latent, name, _thumb(data.get("thumb", "")), _str(data["id"]))


def _litter_of(data: Any) -> Litter:
    data = _dict(data)
    children = _each(data["children"], Latent.from_json)
    parent = data.get("parent")
    return Litter(
        _each(data["parents"], Latent.from_json),
        children,
        None if parent is None else _int(parent, 0, _MOST),
        _each(data.get("chosen", []), lambda one: _int(one, 0, len(children) - 1)),
        _number(data.get("mutation", 0.0), 0.0, 1.0),
        frozenset(_each(data.get("held", []), _str)),
        _int(data.get("seed", 0), 0, 2**63),
        _each(data.get("thumbs", [])[: len(children)], _thumb),
    )


def _whole(value: Any, texts: dict[str, Any]) -> Any:
    """The JSON with its long texts again."""
    if isinstance(value, str) and value.startswith(_MARK):
        return _str(texts[value[1:]])
    if isinstance(value, dict):
        return {name: _whole(part, texts) for name, part in value.items()}
    if isinstance(value, list):
        return [_whole(part, texts) for part in value]
    return value


def _each(value: Any, make: Callable[[Any], T]) -> tuple[T, ...]:
    if not isinstance(value, list) or len(value) > _MOST:
        raise UsageError("a list is missing")
    return tuple(make(one) for one in value)


def _dict(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError("a part is missing")
    return value


def _str(value: Any) -> str:
    if not isinstance(value, str):
        raise UsageError("a text is missing")
    return value


def _int(value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise UsageError("a number is out of its range")
    return value


def _number(value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise UsageError("a number is out of its range")
    return float(value)


def _thumb(value: Any) -> bytes:
    text = _str(value)
    if len(text) > 2 * MOST_BYTES:
        raise UsageError("a thumbnail is too large")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise UsageError("a thumbnail cannot be read") from error


def _say(error: OSError, path: Path) -> NoReturn:
    folder = shown(path.parent)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        raise DiskFull(f"The session cannot be saved: the disk of {folder} is full.", "Make room.") from error
    why = error.strerror or str(error)
    raise OutputError(f"The session cannot be saved in {folder}: {why}.", "Choose another folder.") from error
