"""Export: frames are drawn into a folder beside the film, then encoded, decoded again and compared, then named.

What is drawn once is not drawn again when the same film is asked for after a stop or a fault.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from ganstudio.core.codecs.partial import Partial, exists, sentence, sweep_once
from ganstudio.core.codecs.saving import History
from ganstudio.core.errors import Cancelled, DiskFull, OutputError, UsageError, VerifyError
from ganstudio.core.film.frames import Store
from ganstudio.core.film.options import FilmOptions
from ganstudio.core.film.writers import Encoding, Frame, by_suffix, writer
from ganstudio.core.names import shown
from ganstudio.core.progress import Progress

PNG = "png"
_PNG_BYTES = 1.5  # of a pixel, before one has been seen
_REDUCED, _MOST_OFF = 16, 20.0  # a decoded frame's 16×16 means may be off by so many levels on average
_ENCODING = 0.2  # of the work of drawing a frame, as progress counts


@dataclass(frozen=True)
class Frames:
    """What draws. `draw(numbers)` gives successive frames, at most `chunk` of them, always cut the same way; `identity`
    changes when the frames would; `history(number)` is what a frame that is kept as a picture tells of its making."""

    count: int
    width: int
    height: int
    identity: str
    draw: Callable[[Sequence[int]], Sequence[Frame]]
    chunk: int = 8
    history: Callable[[int], History] | None = None


@dataclass(frozen=True)
class Film:
    """A film that is whole: a file, or a folder of frames. `reused`: frames that were there already."""

    path: Path
    format: str
    bytes: int
    count: int
    seconds: float
    reused: int
    notes: tuple[str, ...] = ()


def target_of(output: Path | None, options: FilmOptions, usual: Path) -> tuple[Path, str]:
    """Where the film goes and its format; `usual` is its path without suffix where none is named.

    Raises UsageError where name and format contradict, or the format cannot be written here (with what can be done).
    """
    path, known = output or usual, by_suffix()
    named = known.get(path.suffix.lower())
    wanted = options.format
    if output is not None and output.suffix and named is None and wanted != PNG and not output.is_dir():
        raise UsageError(f"{output.name}: films are written as {', '.join(known)}, or as a folder of PNG frames.")
    if output is not None and output.is_dir() and wanted != PNG:
        path, named = output / usual.name, None
    if wanted == "auto":
        wanted = named or ("webm" if not writer("webm").missing(options.codec) else "webp")
    if named is not None and named != wanted:
        raise UsageError(f"{path.name} is named like a {named} film, and {wanted} is asked for.")
    if wanted == PNG:
        return path, PNG
    module = writer(wanted)
    if said := module.missing(options.codec):
        raise UsageError(said)
    if options.fps > module.MOST_FPS:
        raise UsageError(f"A {module.TITLE} shows at most {module.MOST_FPS:g} frames a second, not {options.fps:g}.")
    return (path if named else path.with_name(path.name + module.SUFFIX)), wanted


def bytes_needed(frames: Frames, format: str, quality: int, drawn: int = 0, each: float = 0.0) -> int:
    """About how much space the frames still to be drawn and the film take; `each`: bytes of a frame, where seen."""
    pixels = frames.width * frames.height
    waiting = (frames.count - drawn) * (each or pixels * _PNG_BYTES)
    return round(waiting + (0 if format == PNG else frames.count * pixels * writer(format).bytes_per_pixel(quality)))


def film(
    frames: Frames, target: Path, format: str, options: FilmOptions, progress: Progress, *, loop: bool = True,
    overwrite: bool = False, show: Callable[[Frame], None] | None = None,
) -> Film:  # fmt: skip
    """Make a film of a format that `target_of` gave. `show` sees each new frame.

    Raises OutputError, DiskFull, VerifyError, Cancelled and what `draw` raises. The frames drawn until then stay in
    the folder TARGET.frames, and the next call with the same identity goes on from there.
    """
    if not overwrite and os.path.lexists(target) and not (format == PNG and _is_empty(target)):
        raise exists(target)
    sweep_once(target.parent)
    even = format in ("webm", "mp4")
    if even and (frames.width % 2 or frames.height % 2):
        raise OutputError("The sides of a video are even numbers of pixels.", "Choose another size.")
    identity = f"{frames.identity} {PNG}" if format == PNG else frames.identity
    store = Store(target.with_name(f"{target.name}.frames"), identity, frames.count, frames.width, frames.height)
    reused = store.open()
    try:
        _check_space(bytes_needed(frames, format, options.quality, reused) // 2, target)
        progress.set_total(frames.count - reused + frames.count * _ENCODING)
        _draw(frames, store, format, options, target, progress, show)
        if format == PNG:
            size = sum(store.path(number).stat().st_size for number in range(frames.count))
            progress.check()
            store.become(target)
            return Film(target, format, size, frames.count, frames.count / options.fps, reused)
        how = Encoding(
            frames.width, frames.height, frames.count, options.fps, options.quality, options.codec, loop
        )  # fmt: skip
        notes, size = _encode(store, target, format, how, progress, overwrite)
    except Cancelled as error:
        raise Cancelled(_stopped(store, frames)) from error
    store.remove()
    return Film(target, format, size, frames.count, frames.count / options.fps, reused, notes)


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _stopped(store: Store, frames: Frames) -> str:
    kept = sum(map(store.has, range(frames.count)))
    if not kept:
        store.remove()
        return "Stopped."
    have = f"{kept:,} of {frames.count:,} frames are kept in {shown(store.folder)}"
    return f"Stopped: {have}; the same again goes on from there."


def _draw(
    frames: Frames, store: Store, format: str, options: FilmOptions, target: Path, progress: Progress,
    show: Callable[[Frame], None] | None,
) -> None:  # fmt: skip
    """Draw what is not there. A chunk is drawn whole, as networks may round a picture otherwise in other company."""
    seen = sizes = 0
    for start in range(0, frames.count, frames.chunk):
        numbers = range(start, min(start + frames.chunk, frames.count))
        lacking = [number for number in numbers if not store.has(number)]
        if not lacking:
            continue
        progress.check()
        progress.doing(f"frame {start + 1} of {frames.count}")
        for number, frame in zip(numbers, frames.draw(numbers), strict=True):
            if number not in lacking:
                continue
            history = frames.history(number) if frames.history is not None and format == PNG else None
            sizes += store.put(number, frame, history)
            seen += 1
            progress.advance()
            if show is not None:
                show(frame)
        if seen <= frames.chunk:  # now it is known how large a frame is
            rest = bytes_needed(frames, format, options.quality, numbers.stop, sizes / seen)
            _check_space(rest, target)


def _encode(
    store: Store, target: Path, format: str, how: Encoding, progress: Progress, overwrite: bool
) -> tuple[tuple[str, ...], int]:
    """The film's notes and its bytes."""
    module, seen = writer(format), list[Frame]()

    def frames() -> Iterator[Frame]:
        for frame in store.all():
            progress.check()
            progress.advance(_ENCODING * 0.8)
            seen.append(_reduced(frame))
            yield frame

    progress.doing("writing the film")
    try:
        with Partial(target) as partial:
            notes = module.encode(frames(), partial.file, how)
            partial.settle(None)
            progress.check()
            progress.doing("looking at the film")
            _compare(partial.path, format, how, seen, target, progress)
            size = os.path.getsize(partial.path)
            partial.publish(overwrite)
    except OSError as error:
        raise sentence(error, target) from error
    return notes, size


def _compare(path: Path, format: str, how: Encoding, wanted: Sequence[Frame], target: Path, progress: Progress) -> None:
    """Decode the film and compare each picture with the frame that belongs there."""
    count = 0
    try:
        for seconds, frame in writer(format).decode(path):
            progress.check()
            count += 1
            if frame.shape != (how.height, how.width, 3):
                raise VerifyError(f"Its frames have {frame.shape[1]}×{frame.shape[0]} pixels.")
            there = wanted[min(round(seconds * how.fps), len(wanted) - 1)].astype(np.int16)
            if np.abs(_reduced(frame).astype(np.int16) - there).mean() > _MOST_OFF:
                raise VerifyError(f"Its picture at {seconds:.2f} s is not the one that was drawn.")
        if count > how.count or not count or (format in ("webm", "mp4") and count != how.count):
            raise VerifyError(f"It has {count:,} frames instead of {how.count:,}.")
    except VerifyError as error:
        raise VerifyError(f"{shown(target.name)} was not saved. {error.message}", "Check the disk.") from error
    progress.advance(_ENCODING * 0.2 * how.count)


def _reduced(frame: Frame) -> Frame:
    return cv2.resize(frame, (_REDUCED, _REDUCED), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _check_space(needed: int, target: Path) -> None:
    try:
        free = shutil.disk_usage(target.parent).free
    except OSError as error:
        raise sentence(error, target) from error
    if free < needed:
        raise DiskFull(
            f"{shown(target.name)} and its frames need about {needed / 1e6:,.1f} MB, but only "
            f"{free / 1e6:,.1f} MB are free.",
            "Free some space, then run the same again; or make it smaller (--size, --seconds, --fps).",
        )


def renamed(target: Path) -> Path:
    """A name that is free: film-2.webm, film-3.webm …"""
    number, found = 2, target
    while os.path.lexists(found):
        found = target.with_name(f"{target.stem}-{number}{target.suffix}")
        number += 1
    return found


def with_even_sides(options: FilmOptions, format: str, side: int) -> FilmOptions:
    """Videos have even sides: the next smaller one where `side` is odd."""
    return replace(options, size=side - side % 2) if format in ("webm", "mp4") else replace(options, size=side)
