"""Exploring: the engine's side of Explore. One thread draws what is looked at, newest first; long work has its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from ganstudio.core.errors import BadModel, Cancelled, UserError
from ganstudio.core.progress import Progress
from ganstudio.jobs.remote import generators as words
from ganstudio.jobs.remote.generators import AskPoints, Explored, FindDirections, ModelFacts, Render, Thumbs
from ganstudio.jobs.remote.making import Makers
from ganstudio.jobs.remote.messages import Failure
from ganstudio.jobs.remote.wanted import BATCH, Piece, Shown, Wanted

if TYPE_CHECKING:
    from ganstudio.jobs.remote.works import Works
    from ganstudio.models.library import Entry
    from ganstudio.runtime import Runtime
    from ganstudio.runtime.generating.darkroom import Darkroom

Pixels = NDArray[np.uint8]
EARLY_LEAST = 64  # px: a smaller early picture tells too little
QUICK_S = 0.04  # a whole picture that is drawn in this time needs no early one
_EARLY_S = 0.06  # an early picture may take so long
SLOW_S = 0.25  # small pictures that take so long each are drawn one at a time, and given up for what is looked at
_STEP = 3.5  # what twice the side costs, until it was measured
_ENLARGED = 4.0  # times, where the model comes in several
_log = logging.getLogger("ganstudio.engine")


class Pace:
    """How long pictures of a model take by their side, as measured while drawing."""

    def __init__(self) -> None:
        self._seconds: dict[tuple[str, int], float] = {}

    def note(self, weights: str, side: int, seconds: float) -> None:
        before = self._seconds.get((weights, side))
        self._seconds[weights, side] = seconds if before is None else min(before * 1.2, (before + seconds) / 2)

    def early(self, weights: str, sizes: tuple[int, ...]) -> int | None:
        """The side of the early picture: the largest that is quick; None where the whole one is, or there is none."""
        whole = self._seconds.get((weights, sizes[-1]))
        smaller = [side for side in sizes[:-1] if side >= EARLY_LEAST]
        if not smaller or (whole is not None and whole <= QUICK_S):
            return None
        chosen, last = smaller[0], self._seconds.get((weights, smaller[0]))
        for side in smaller[1:]:
            known = self._seconds.get((weights, side), None if last is None else last * _STEP)
            if known is None or known > _EARLY_S:
                break
            chosen, last = side, known
        return chosen


class Explorer:
    """`take` is called by the thread that listens and returns at once; `tell` hears the answers, in any thread."""

    def __init__(self, works: Callable[[], Works], tell: Callable[[Explored], None]) -> None:
        self._works, self._tell = works, tell
        self._wanted = Wanted(self._at_once)
        self._quick: set[str] = set()  # models whose small pictures come quickly
        self._pace = Pace()
        self._makers = Makers(works, tell)
        self._running: tuple[Piece, Progress] | None = None
        self._measured: dict[str, int] = {}  # the newest wish of a channel to measure changes
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def take(self, wish: words.Wish) -> None:
        if isinstance(wish, Render | Thumbs | AskPoints):
            self._stop_older(wish.channel)
            if not isinstance(wish, Thumbs):
                self._stop_slow()
            self._wanted.put(wish)
            self._hire()
        elif isinstance(wish, words.Forget):
            self._wanted.forget(wish.channel)
            self._measured.pop(wish.channel, None)
            self._stop_older(wish.channel)
        elif isinstance(wish, words.AskModel):
            self._apart(self._open, wish)
        elif isinstance(wish, FindDirections):
            self._apart(self._find, wish)
        elif isinstance(wish, words.AskChanges):
            self._measured[wish.channel] = wish.number
            self._apart(self._measure, wish)
        else:
            self._makers.take(wish)

    def close(self) -> None:
        self._wanted.close()
        self._makers.close()

    def _apart(self, work: Callable[..., None], wish: words.Wish) -> None:
        threading.Thread(target=work, args=(wish,), name="explore-apart", daemon=True).start()

    def _hire(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="explore", daemon=True)
                self._thread.start()

    def _stop_older(self, channel: str) -> None:
        """A whole picture after an early one need not be finished when a newer one is wanted, nor small ones."""
        with self._lock:
            running = self._running
        if running is not None and running[0].wish.channel == channel and running[0].stage not in ("early", "points"):
            running[1].stop()

    def _stop_slow(self) -> None:
        """Small pictures that take long are put back for what is looked at."""
        with self._lock:
            running = self._running
        if running is not None and running[0].stage == "thumbs" and self._at_once(running[0].wish) == 1:
            running[1].stop()

    def _at_once(self, wish: Shown) -> int:
        """How many small pictures; one where each takes long, or nobody knows how long yet."""
        quick = isinstance(wish, Thumbs) and all(one.model in self._quick for one in wish.latents)
        return BATCH if quick else 1

    # What is looked at

    def _serve(self) -> None:
        while (piece := self._wanted.next()) is not None:
            progress = Progress()
            with self._lock:
                self._running = piece, progress
            try:
                self._draw(piece, progress)
            except Cancelled:
                continue
            except Exception as error:  # noqa: BLE001 - whatever it is, it is this wish's end and not the engine's
                if not isinstance(error, UserError):
                    _log.exception("a picture of %s could not be drawn", piece.wish.channel)
                self._wanted.drop(piece.wish)
                failure = Failure.of(error)
                wish = piece.wish
                self._tell(words.ChannelFailed(wish.channel, wish.number, failure, isinstance(error, Gone)))
            finally:
                with self._lock:
                    self._running = None

    def _draw(self, piece: Piece, progress: Progress) -> None:
        works, wish = self._works(), piece.wish
        with works.using() as runtime:
            if isinstance(wish, AskPoints):
                self._answer_points(works, runtime, wish)
            elif isinstance(wish, Thumbs):
                self._draw_thumbs(works, runtime, wish, piece.indices, progress)
            elif piece.stage == "upscaled":
                self._draw_upscaled(works, runtime, wish, progress)
            else:
                self._draw_stage(works, runtime, wish, piece.stage == "early", progress)

    def _draw_stage(self, works: Works, runtime: Runtime, wish: Render, early: bool, progress: Progress) -> None:
        room = darkroom(works, runtime, wish.latent.model)
        facts = room.facts
        side = self._pace.early(facts.weights, facts.sizes) if early else None
        began = time.perf_counter()
        # The whole picture in place of the early one is not broken off: nothing would ever be shown.
        drawn = room.drawn(wish.latent, side, None if early else progress)
        seconds = time.perf_counter() - began
        self._pace.note(facts.weights, side or facts.sizes[-1], seconds)
        stage: words.Stage = "full" if side is None else "early"
        if early and side is None:
            self._wanted.skip(wish, "full")
        told = words.Pictured(
            wish.channel, wish.number, wish.latent, stage, drawn.pixels, seconds, drawn.said, facts.weights
        )
        self._tell(told)

    def _draw_upscaled(self, works: Works, runtime: Runtime, wish: Render, progress: Progress) -> None:
        """As the recipe does it that the window writes: with the Tool, at the model's own factor."""
        from ganstudio.core.raster import Picture
        from ganstudio.tools.tool import Context
        from ganstudio.tools.upscale import UpscaleParams
        from ganstudio.tools.upscale import run as upscaled

        room = darkroom(works, runtime, wish.latent.model)
        picture = room.picture(wish.latent, None, progress)
        began = time.perf_counter()
        scale = works.library.find(wish.upscaled, _ENLARGED).card.scale
        context = Context(works.library, runtime, progress, priority=0)
        result = upscaled(UpscaleParams(model=wish.upscaled, scale=float(scale)), Picture.of(picture), context)
        try:
            large = np.ascontiguousarray(result.rows(0, result.header.height), np.uint8)
        finally:
            result.close()
        seconds = time.perf_counter() - began
        weights = room.facts.weights
        told = words.Pictured(wish.channel, wish.number, wish.latent, "upscaled", large, seconds, weights=weights)
        self._tell(told)

    def _draw_thumbs(
        self, works: Works, runtime: Runtime, wish: Thumbs, indices: tuple[int, ...], progress: Progress
    ) -> None:
        left = list(indices)
        try:
            for model in dict.fromkeys(wish.latents[index].model for index in indices):
                room = darkroom(works, runtime, model)
                chosen = [index for index in indices if wish.latents[index].model == model]
                began = time.perf_counter()
                pictures = room.pictures([wish.latents[index] for index in chosen], wish.side, progress)
                self._note(model, (time.perf_counter() - began) / len(chosen))
                for index, picture in zip(chosen, pictures, strict=True):
                    left.remove(index)
                    self._tell(words.ThumbDone(wish.channel, wish.number, index, reduced(picture, wish.side)))
        except Cancelled:
            self._wanted.put_back(wish, tuple(left))
            raise

    def _note(self, model: str, seconds: float) -> None:
        """Of a small picture."""
        if seconds < SLOW_S:
            self._quick.add(model)
        else:
            self._quick.discard(model)

    def _answer_points(self, works: Works, runtime: Runtime, wish: AskPoints) -> None:
        found = []
        for latent in wish.latents:
            room = darkroom(works, runtime, latent.model)
            ask = {"base": room.base_ws, "moved": room.moved_ws, "final": room.ws}[wish.which]
            found.append(np.asarray(ask(latent), np.float32))
        self._tell(words.Points(wish.channel, wish.number, tuple(found)))

    # What takes longer

    def _open(self, wish: words.AskModel) -> None:
        try:
            works = self._works()
            with works.using() as runtime:
                self._tell(words.ModelKnown(facts_of(works, runtime, wish.model)))
        except Exception as error:  # noqa: BLE001 - told to the window
            self._tell(words.ModelRefused(wish.model, Failure.of(error), isinstance(error, Gone)))

    def _find(self, wish: FindDirections) -> None:
        try:
            works = self._works()
            with works.using() as runtime:
                room = darkroom(works, runtime, wish.model)
                found = room.sefa(wish.count) if wish.how == "sefa" else room.pca(wish.count)
            self._tell(words.DirectionsFound(wish.model, wish.how, tuple(found)))
        except Exception as error:  # noqa: BLE001 - told to the window
            self._tell(words.DirectionsFailed(wish.model, wish.how, Failure.of(error)))

    def _measure(self, wish: words.AskChanges) -> None:
        """Way by way: a newer wish ends it."""
        from ganstudio.tools.walk_frames import changes_along

        found: list[tuple[float, ...]] = []
        try:
            works = self._works()
            with works.using() as runtime:
                for way in wish.ways:
                    if self._measured.get(wish.channel) != wish.number:
                        return
                    room = darkroom(works, runtime, way[0].model)
                    found += map(tuple, changes_along([way], room))
            self._tell(words.Changes(wish.channel, wish.number, tuple(found)))
        except Exception as error:  # noqa: BLE001 - told to the window
            self._tell(words.ChannelFailed(wish.channel, wish.number, Failure.of(error), isinstance(error, Gone)))


class Gone(BadModel):
    """The model's file is not there any more."""


def entry_of(works: Works, model: str) -> Entry:
    """Raises Gone for a model that is not there, BadModel for one that cannot be used."""
    try:
        entry = works.library.find(model)
    except BadModel as error:
        if any(one.path.stem == model for one in works.library.refused()):
            raise
        raise Gone(error.message, error.hint) from error
    if not entry.path.is_file():
        raise Gone(f"The file of {entry.card.title} is gone: {entry.path.name}.")
    if entry.card.kind != "generator":
        raise BadModel(f"{entry.card.title} makes no pictures of its own.", "Choose a generator.")
    return entry


def darkroom(works: Works, runtime: Runtime, model: str) -> Darkroom:
    from ganstudio.runtime.generating import generator_of

    return generator_of(runtime, entry_of(works, model))


def facts_of(works: Works, runtime: Runtime, model: str) -> ModelFacts:
    entry = entry_of(works, model)
    facts = darkroom(works, runtime, model).facts
    return ModelFacts(
        model=model, title=entry.card.title, classes=facts.classes, resolution=facts.resolution, sizes=facts.sizes,
        channels=facts.channels, num_ws=facts.num_ws, w_dim=facts.w_dim, z_dim=facts.z_dim, has_w=facts.has_w,
        groups=facts.layer_groups, licence=facts.licence, weights=facts.weights,
    )  # fmt: skip


def reduced(picture: Pixels, side: int) -> Pixels:
    """No larger than the window asked for."""
    high, wide = picture.shape[:2]
    if max(high, wide) <= side:
        return picture
    factor = side / max(high, wide)
    size = max(1, round(wide * factor)), max(1, round(high * factor))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], picture.shape[2])
    return small.astype(np.uint8, copy=False)
