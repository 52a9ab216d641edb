"""The frames of a walk: which way it goes through the space, and each frame drawn, enlarged, told how it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ganstudio.core.latent import Latent, Weighted
from ganstudio.tools.tool import Context

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ganstudio.core.codecs.saving import History
    from ganstudio.core.film import Frames
    from ganstudio.core.latent.course import Course
    from ganstudio.core.latent.walk import Walk
    from ganstudio.core.progress import Progress
    from ganstudio.models.library import Entry
    from ganstudio.runtime.generating.darkroom import Darkroom
    from ganstudio.tools.walk import WalkParams

VERSION = 1
_LOOKED_AT = 64  # px: the size at which the eye's pace is measured
_CHUNK = 8


@dataclass(frozen=True)
class Painter:
    """Draws a walk's frames: the Latents of all of them, and how large they become."""

    walk: Walk
    entry: Entry
    darkroom: Darkroom
    course: Course
    latents: tuple[Latent, ...]
    params: WalkParams
    side: int
    context: Context

    def frames(self) -> Frames:
        from ganstudio.core.film import Frames

        return Frames(len(self.latents), self.side, self.side, self.identity(), self.draw, _CHUNK, history=self.history)

    def identity(self) -> str:
        """Changes when a frame would: by the walk, the weights, the size, and what made them."""
        upscaler = upscalers(self.params, self.context)
        told = [
            {**self.walk.to_json(), "name": ""},
            self.entry.sha256,
            [one.sha256 for one in upscaler],
            [self.side, self.params.fps, self.context.runtime.precision, VERSION],
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def draw(self, numbers: Sequence[int]) -> list[NDArray[np.uint8]]:
        """side×side×3 uint8 of each."""
        pictures = self.darkroom.pictures([self.latents[number] for number in numbers], progress=self._quiet())
        return [self._finished(one) for one in pictures]

    def _finished(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        from ganstudio.core.raster import Picture, Raster, read_whole
        from ganstudio.core.resample import resized
        from ganstudio.tools.tool import tool_named
        from ganstudio.tools.upscale import UpscaleParams

        raster: Raster = Picture.of(_rgb(picture))
        if self.params.upscaler is not None:
            context = replace(self.context, progress=self._quiet(), on_tile=None)
            raster = tool_named("upscale").run(UpscaleParams(model=self.params.upscaler), raster, context)
        if raster.header.width != self.side:
            raster = resized(raster, self.side, self.side)
        try:
            return read_whole(raster).pixels
        finally:
            raster.close()

    def history(self, number: int) -> History:
        """What a frame that is kept as a PNG tells of its making."""
        from ganstudio.core.codecs.saving import History
        from ganstudio.tools.recipe import Recipe, Step
        from ganstudio.tools.tool import step_named
        from ganstudio.tools.upscale import UpscaleParams

        steps = [Step(step_named("generate"), replace(self.latents[number], weights=self.entry.sha256))]
        if self.params.upscaler is not None:
            steps.append(Step(step_named("upscale"), UpscaleParams(model=self.params.upscaler)))
        recipe = Recipe(tuple(steps))
        return History(recipe=recipe.text(), source_type=recipe.source_type(self.context.library))

    def _quiet(self) -> Progress:
        """Stops with the work; frames are what counts."""
        return self.context.progress.part(counted=False)


def painter(walk: Walk, params: WalkParams, context: Context, format: str) -> Painter:
    """Opens the model and finds the way. Raises BadModel, UsageError, OutOfMemory."""
    from ganstudio.core.latent.course import Course
    from ganstudio.runtime.generating import generator_of
    from ganstudio.tools.generate import model

    entry = model(walk.keys[0].latent, context.library)
    darkroom = generator_of(context.runtime, entry)
    walk = whole(walk, entry, darkroom)
    course = Course(walk, darkroom.ws, keep_length=not darkroom.facts.has_w)
    if walk.pace == "eye":
        course.even(changes_along(course.stations(), darkroom))
    side = _side(params, darkroom.facts.resolution, context)
    if format in ("webm", "mp4"):  # their sides are even
        side -= side % 2
    latents = tuple(map(course.at, walk.times(params.fps)))
    return Painter(walk, entry, darkroom, course, latents, params, side, context)


def whole(walk: Walk, entry: Entry, darkroom: Darkroom) -> Walk:
    """With the numbers of directions that are only named, and the class that is meant where none is said."""
    from ganstudio.tools.generate import directed

    meant = tuple(map(Weighted, darkroom.facts.classes[:1]))
    keys = tuple(
        replace(key, latent=directed(replace(key.latent, classes=key.latent.classes or meant), entry, darkroom))
        for key in walk.keys
    )
    named = directed(Latent(pushes=tuple(track.push for track in walk.tracks)), entry, darkroom).pushes
    tracks = tuple(replace(track, push=push) for track, push in zip(walk.tracks, named, strict=True))
    return replace(walk, keys=keys, tracks=tracks)


def changes_along(stations: Sequence[Sequence[Latent]], darkroom: Darkroom) -> list[list[float]]:
    """How much the pictures of each way change from one to the next, as a network sees it: what `Course.even` takes, of
    `Course.stations`. The film and its preview go by the same."""
    import cv2
    import numpy as np

    from ganstudio.measures import features, perceptual
    from ganstudio.runtime.lane import cores

    judge = features.named(features.DEFAULT)

    def seen(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        small = cv2.resize(_rgb(picture), (_LOOKED_AT, _LOOKED_AT), interpolation=cv2.INTER_AREA)
        return small.astype(np.uint8, copy=False)

    changes = []
    for way in stations:
        pictures = [seen(one) for one in darkroom.pictures(way, _LOOKED_AT)]
        with cores(1):  # so small, several would wait for each other
            changes.append([max(perceptual.distance(judge, b, a), 0.0) ** 0.5 for a, b in pairwise(pictures)])
    return changes


def upscalers(params: WalkParams, context: Context) -> list[Entry]:
    from ganstudio.tools.upscale import UpscaleParams, models

    if params.upscaler is None:
        return []
    return models(UpscaleParams(model=params.upscaler), context.library)


def _side(params: WalkParams, resolution: int, context: Context) -> int:
    if params.size is not None or params.upscaler is None:
        return params.size or resolution
    from ganstudio.core.raster import Header
    from ganstudio.tools.upscale import UpscaleParams, out_size

    return out_size(UpscaleParams(model=params.upscaler), Header(resolution, resolution), context.library)[0]


def _rgb(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import numpy as np

    return np.repeat(picture[..., :1], 3, axis=2) if picture.shape[2] == 1 else picture
