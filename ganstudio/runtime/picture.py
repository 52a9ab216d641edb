"""One picture's way through a network: path, grid, tiles and bands, settled when its first rows are asked for."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch

from ganstudio.core.errors import OutOfMemory
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Raster
from ganstudio.runtime import choice, memory, sampling, tiles, tuning
from ganstudio.runtime.adopt import Adopted
from ganstudio.runtime.bands import Bands
from ganstudio.runtime.channels import Adapter
from ganstudio.runtime.choice import Choice
from ganstudio.runtime.devices import Device, cpu
from ganstudio.runtime.holding import Held
from ganstudio.runtime.tile_run import Rung, TileRun
from ganstudio.runtime.tuning import Asked

if TYPE_CHECKING:
    from ganstudio.models.library import Entry
    from ganstudio.runtime.backends import Path
    from ganstudio.runtime.door import Runtime

# A tile takes about this long, so that a person's work, a stop or a pause need not wait.
_TILE_SECONDS = 0.25
# Pooled values are taken from so many pixels of a picture, within so much memory.
_HELD_PIXELS = 1 << 20
_HELD_BYTES = 2 << 30
# `exact` cuts every picture the same way on every run: no measured times, no free memory.
_EXACT_SIDE = 256
_EXACT_BYTES = 1 << 30
_BAND_BYTES = 96 << 20
_AHEAD_BYTES = 256 << 20


class PictureRun:
    """`rows` computes; the first call settles how (and may measure, once for a model on a machine)."""

    def __init__(
        self, runtime: Runtime, entry: Entry, adopted: Adopted, source: Raster, progress: Progress, priority: int
    ) -> None:
        self._runtime = runtime
        self._entry = entry
        self._adopted = adopted
        self._source = source
        self._progress = progress
        self._priority = priority
        self._settling = threading.Lock()
        self._bands: Bands | None = None

    def rows(self, y0: int, y1: int) -> np.ndarray:
        with self._settling:
            if self._bands is None:
                self._bands = self._settle()
        return self._bands.rows(y0, y1)

    def close(self) -> None:
        if self._bands is not None:
            self._bands.close()
        self._source.close()

    def _settle(self) -> Bands:
        self._progress.check()
        device = self._runtime.device
        header = self._source.header
        luma = self._adopted.scale > 1
        adapter = Adapter(header.channels, self._adopted.channels, self._adopted.scale, luma)
        held = self._held(adapter)
        asked = Asked(self._runtime, self._adopted, self._source, held["colour"], self._progress, self._priority)
        chosen, self._adopted = tuning.path_for(asked)
        grid = self._grid(device, chosen)
        ladder = self._ladder(chosen.path, device, held)
        run = TileRun(self._adopted, grid, adapter, ladder, self._progress, lambda name: self._trouble(chosen, name))
        height, width = grid.shape
        self._runtime.ran(self._entry, f"{chosen.path.name}, tile {width}×{height}")
        return Bands(
            self._source, grid, self._adopted.scale, self._watched(run), self._runtime.lane, self._progress,
            priority=self._priority, ahead=self._ahead(grid),
        )

    def _watched(self, run: TileRun) -> Callable[[np.ndarray, tiles.Tile], np.ndarray]:
        """The run, whose want of memory the runtime remembers for the next picture. A picture that is one tile gets all
        cores when a person waits for it, or when it can only be one tile."""
        known = self._runtime.limit(self._adopted)
        alone = len(run.grid.rows) == len(run.grid.columns) == 1 and (self._priority == 0 or run.grid.halo == 0)
        threads = self._runtime.lane.workers if alone and self._runtime.device.is_cpu else 0
        if known is not None:
            run.too_large_from(known)

        def run_tile(block: np.ndarray, tile: tiles.Tile) -> np.ndarray:
            with _cores(threads):
                output = run(block, tile)
            if run.failed_pixels is not None:
                self._runtime.limit(self._adopted, run.failed_pixels)
            return output

        return run_tile

    def _held(self, adapter: Adapter) -> dict[str, Held]:
        """The picture's pooled values, measured once in plain float32 on the CPU: on parts of it, in `exact` on all of
        it where it fits into memory."""
        adopted, facts = self._adopted, self._adopted.facts
        kinds = ("colour", "alpha") if adapter.has_alpha else ("colour",)
        if not facts.holds:
            return {kind: () for kind in kinds}
        room = memory.pixels_whole(cpu(), facts.bytes_a_pixel)
        cheap = min(room, _HELD_PIXELS, _HELD_BYTES // max(facts.bytes_a_pixel, 1))
        pixels = room if self._runtime.precision == "exact" else cheap
        held = {}
        for kind in kinds:
            sample = sampling.parts(adopted, self._source, kind, pixels)
            held[kind] = self._runtime.lane.submit(lambda s=sample: adopted.measure_held(s), self._priority).result()
        return held

    def _grid(self, device: Device, chosen: Choice) -> tiles.Grid:
        facts, exact = self._adopted.facts, self._runtime.precision == "exact"
        if facts.whole or (exact and facts.field is None):
            if self._fits_whole(device):
                return self._whole_grid()
            if exact or not facts.tiles_if_must:
                raise self._too_large()
            self._runtime.note(
                f"{self._adopted.card.title} should see a picture whole; one of {self._source.header.width}×"
                f"{self._source.header.height} did not fit into memory and was cut into tiles: it differs slightly."
            )
        return self._tiled_grid(device, chosen)

    def _tiled_grid(self, device: Device, chosen: Choice) -> tiles.Grid:
        facts, header, exact = self._adopted.facts, self._source.header, self._runtime.precision == "exact"
        halo = facts.field if exact and facts.field is not None else facts.radius
        row_bytes = header.width * header.channels * (header.depth // 8) * self._adopted.scale**2
        bytes_a_pixel = facts.bytes_a_pixel // 2 if chosen.path.is_half else facts.bytes_a_pixel
        workers = self._runtime.lane.workers
        if exact:
            pixels = min(int(_EXACT_BYTES / max(bytes_a_pixel, 1)), _EXACT_SIDE**2)
            pace, workers = 0.0, 1
        else:
            pixels = memory.pixels_a_tile(device, workers, bytes_a_pixel)
            pace = chosen.seconds_a_pixel or _TILE_SECONDS / 192**2
        window = tiles.window_for(
            header.width, header.height, halo, seconds_a_pixel=pace, seconds=_TILE_SECONDS, pixels=pixels,
            workers=workers, row_bytes=row_bytes, row_budget=_BAND_BYTES,
        )
        if self._runtime.tile is not None:
            window = (self._runtime.tile, self._runtime.tile)
        return tiles.grid(
            header.width, header.height, window=window, halo=halo, multiple=facts.period, minimum=facts.minimum
        )

    def _fits_whole(self, device: Device) -> bool:
        header = self._source.header
        return header.width * header.height <= memory.pixels_whole(device, self._adopted.facts.bytes_a_pixel)

    def _too_large(self) -> OutOfMemory:
        header, facts = self._source.header, self._adopted.facts
        needed = facts.bytes_a_pixel * header.width * header.height / 2**30
        return OutOfMemory(
            f"{self._adopted.card.title} looks at the whole picture at once: {header.width}×{header.height} needs "
            f"about {needed:.0f} GiB of memory, more than is free.",
            "Make the picture smaller first, choose another model, or leave out --precision exact.",
        )

    def _whole_grid(self) -> tiles.Grid:
        facts, header = self._adopted.facts, self._source.header
        least = max(facts.minimum, header.width, header.height) if self._adopted.square else facts.minimum
        window = (max(header.height, least) + facts.multiple, max(header.width, least) + facts.multiple)
        return tiles.grid(header.width, header.height, window=window, halo=0, multiple=facts.multiple, minimum=least)

    def _ahead(self, grid: tiles.Grid) -> int:
        """Bands begun before they are needed: enough tiles for every worker, not more than fits."""
        header = self._source.header
        band = grid.shape[0] * header.width * header.channels * (header.depth // 8) * self._adopted.scale**2
        wanted = -(-2 * self._runtime.lane.workers // len(grid.columns))
        return max(1, min(wanted, _AHEAD_BYTES // max(band, 1)))

    def _ladder(self, path: Path, device: Device, held: Mapping[str, Held]) -> list[Callable[[], Rung]]:
        """The chosen path, then plain float32 on the device, then on the CPU."""
        ways = [(path, device)]
        for safer in ((choice.FAITHFUL, device), (choice.PLAIN, cpu())):
            if safer not in ways:
                ways.append(safer)
        return [lambda path=path, where=where: self._rung(path, where, held) for path, where in ways]

    def _rung(self, path: Path, device: Device, held: Mapping[str, Held]) -> Rung:
        there = {kind: tuple(v.to(device.torch_name) for v in values) for kind, values in held.items()}
        program = self._runtime.program(self._adopted, path, device)
        return Rung(path.name, program, self._runtime.transfer(device), there)

    def _trouble(self, chosen: Choice, name: str) -> None:
        """A path gave something unusable: it is not chosen again for this model on this machine."""
        title = self._adopted.card.title
        self._runtime.note(f"{title} gave unusable pixels as {name}; those tiles were computed a safer way.")
        if name == chosen.path.name and chosen.measured:
            key = choice.key(
                self._adopted, self._runtime.device, self._runtime.precision, self._source.header.depth,
                self._runtime.lane.workers,
            )
            tried = (*chosen.tried, f"{name}: unusable pixels in a picture")
            self._runtime.choices.put(key, dataclasses.replace(choice.cautious(), tried=tried).to_json())


@contextmanager
def _cores(threads: int) -> Iterator[None]:
    """Let this worker thread compute on several cores for a while (0: as it is)."""
    before = torch.get_num_threads()
    if threads:
        torch.set_num_threads(threads)
    try:
        yield
    finally:
        if threads:
            torch.set_num_threads(before)
