"""Speeds: how long models take on this device, as measured by what has been run; for "about 23 s" before a run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ganstudio.jobs.remote.messages import Measured
from ganstudio.jobs.remote.task import Speed, entries_of

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime
    from ganstudio.tools.recipe import Recipe

# Halos and all that is not network: what a picture takes beyond its pixels' time in the network.
_OVERHEAD = 1.4
_KEPT = 0.5  # of the old figure, when there is a new one
_SIDE = 192  # of the picture that is run to find out
_MUCH_S = 3600.0  # of work to come: more than makes measuring worth it
_LAST = 3  # after all that anybody waits for


class Speeds:
    """Seconds for a megapixel of input, kept over starts. One a Runtime (its device, precision and workers)."""

    def __init__(self, runtime: Runtime, library: Library) -> None:
        from ganstudio.core import paths
        from ganstudio.runtime.store import Store

        self._runtime, self._library = runtime, library
        self._store = Store(paths.cache() / "speeds.json")

    def note(self, speed: Speed) -> None:
        """A picture was run. The first after a start, with the model's opening in it, counts like any other."""
        now = speed.seconds / speed.megapixels
        known = self._store.get(self._key(speed.model))
        before = known.get("seconds") if isinstance(known, dict) else None
        mean = _KEPT * before + (1 - _KEPT) * now if isinstance(before, float) else now
        self._store.put(self._key(speed.model), {"seconds": round(mean, 4)})

    def gauge(self, recipe: Recipe, runtime: Runtime, progress: Progress) -> None:
        """Find out how long the models of a recipe take, by running it on a small picture. Nothing is done where all of
        them are known. Raises BadModel, EngineError, Cancelled."""
        from ganstudio.core.raster import Picture
        from ganstudio.runtime.probes import as_samples, busy
        from ganstudio.tools.tool import Context

        picture = Picture.of(as_samples(busy(3, _SIDE, _SIDE)))
        used = [one for one in entries_of(recipe, picture.header, self._library) if self._pace(one.name) is None]
        for entry in used:
            runtime.asked_of(runtime.open(entry, progress), _MUCH_S)  # so that its fastest path is looked for now

        def run() -> float:
            began = time.monotonic()
            result = recipe.apply(picture, Context(self._library, runtime, progress, _LAST))
            try:
                result.rows(0, result.header.height)
            finally:
                result.close()
            return time.monotonic() - began

        if used:
            run()
        if len(used) == 1 and self._pace(used[0].name) is None:  # a path that is not chosen by its speed
            self.note(Speed(used[0].name, picture.header.megapixels, run()))

    def known(self) -> Measured:
        """By the models' names; a group's name stands for its usual scale."""
        found: dict[str, float] = {}
        for entry in self._library.entries():
            pace = self._pace(entry.name)
            if pace is not None:
                found[entry.name] = pace
        for group in {entry.card.group for entry in self._library.entries()} - {""}:
            usual = self._library.find(group)
            if usual.name in found:
                found.setdefault(group, found[usual.name])
        return Measured(found)

    def _pace(self, model: str) -> float | None:
        known = self._store.get(self._key(model))
        if isinstance(known, dict) and isinstance(known.get("seconds"), float):
            return known["seconds"]
        return self._of_choice(model)

    def _of_choice(self, model: str) -> float | None:
        """What measuring the model's path said, for as many workers as there are."""
        runtime = self._runtime
        ending = f"|{runtime.precision}|8 bit|{runtime.lane.workers}|"
        for key, choice in runtime.choices.all().items():
            if f"|{model}|{runtime.device.key}|" in key and ending in key and isinstance(choice, dict):
                pixel = choice.get("seconds_a_pixel")
                if isinstance(pixel, float) and pixel > 0:
                    workers = runtime.lane.workers if runtime.device.is_cpu else 1
                    return pixel * 1e6 * _OVERHEAD / workers
        return None

    def _key(self, model: str) -> str:
        runtime = self._runtime
        return f"{model}|{runtime.device.key}|{runtime.precision}|{runtime.lane.workers}"
