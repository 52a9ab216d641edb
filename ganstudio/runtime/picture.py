"""One picture's way through a network: path, grid, tiles and bands, settled when its first rows are asked for."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING

import numpy as np
import torch

from ganstudio.core.progress import Progress
from ganstudio.core.raster import Raster
from ganstudio.runtime import choice, cutting, memory, sampling, tiles, tuning
from ganstudio.runtime.adopt import Adopted
from ganstudio.runtime.bands import Bands, OnTile
from ganstudio.runtime.channels import Adapter
from ganstudio.runtime.choice import Choice
from ganstudio.runtime.devices import Device, cpu
from ganstudio.runtime.holding import Held
from ganstudio.runtime.lane import cores
from ganstudio.runtime.pieces import Pieces
from ganstudio.runtime.tile_run import Rung, TileRun
from ganstudio.runtime.tuning import Asked

if TYPE_CHECKING:
    from ganstudio.models.library import Entry
    from ganstudio.runtime.backends import Path
    from ganstudio.runtime.door import Runtime

# Pooled values are taken from so many pixels of a picture, within so much memory.
_HELD_PIXELS = 1 << 20
_HELD_BYTES = 2 << 30
# `exact` cuts every picture the same way on every run: no measured times, no free memory.
_EXACT_SIDE = 256
_EXACT_BYTES = 1 << 30


@dataclasses.dataclass(frozen=True)
class _Settled:
    """How a picture is run."""

    run: TileRun
    cut: cutting.Cut
    chosen: Choice


class PictureRun:
    """`rows` computes; the first call settles how (and may measure, once for a model on a machine). `piece` computes a
    part alone, the same as there in the rows."""

    def __init__(
        self, runtime: Runtime, entry: Entry, adopted: Adopted, source: Raster, progress: Progress, priority: int,
        on_tile: OnTile | None = None,
    ) -> None:  # fmt: skip
        self._runtime = runtime
        self._entry = entry
        self._adopted = adopted
        self._source = source
        self._progress = progress
        self._priority = priority
        self._on_tile = on_tile
        self._settling = threading.Lock()
        self._bands: Bands | None = None
        self._pieces: Pieces | None = None

    def rows(self, y0: int, y1: int) -> np.ndarray:
        with self._settling:
            if self._bands is None:
                self._bands = self._banded(self._settle())
        return self._bands.rows(y0, y1)

    def piece(self, x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
        """Of the result, (y1 − y0, x1 − x0, channels)."""
        with self._settling:
            if self._bands is None and self._pieces is None:
                settled = self._settle(measure=False)
                if settled.cut.grid.halo == 0:  # it must go through whole
                    self._bands = self._banded(settled)
                else:
                    self._pieces = self._pieced(settled)
        if self._pieces is None:
            return self.rows(y0, y1)[:, x0:x1]
        return self._pieces.piece(x0, y0, x1, y1)

    def close(self) -> None:
        if self._pieces is not None:
            self._pieces.close()
        if self._bands is not None:
            self._bands.close()
        self._source.close()

    def _settle(self, measure: bool = True) -> _Settled:
        self._progress.check()
        device = self._runtime.device
        header = self._source.header
        luma = self._adopted.scale > 1
        adapter = Adapter(header.channels, self._adopted.channels, self._adopted.scale, luma)
        held = self._held(adapter)
        asked = Asked(self._runtime, self._adopted, self._source, held["colour"], self._progress, self._priority)
        asked = dataclasses.replace(asked, measure=measure)
        chosen, self._adopted = tuning.path_for(asked)
        cut = cutting.cut(self._runtime, self._adopted, header, chosen)
        grid = cut.grid
        ladder = self._ladder(chosen.path, device, held)
        run = TileRun(self._adopted, grid, adapter, ladder, self._progress, lambda name: self._trouble(chosen, name))
        height, width = grid.shape
        self._runtime.ran(self._entry, f"{chosen.path.name}, tile {width}×{height}")
        return _Settled(run, cut, chosen)

    def _banded(self, settled: _Settled) -> Bands:
        return Bands(
            self._source, settled.cut.grid, self._adopted.scale, self._watched(settled),
            self._runtime.lane, self._progress, priority=self._priority, ahead=settled.cut.ahead, on_tile=self._on_tile,
        )  # fmt: skip

    def _pieced(self, settled: _Settled) -> Pieces:
        side = cutting.quick_side(settled.chosen)
        return Pieces(
            self._source, settled.cut.grid, self._adopted, self._watched(settled), self._runtime.lane,
            self._progress, priority=self._priority, side=side, on_tile=self._on_tile,
        )  # fmt: skip

    def _watched(self, settled: _Settled) -> Callable[[np.ndarray, tiles.Tile], np.ndarray]:
        """The run on as many cores as are free; its want of memory is remembered for the next picture."""
        runtime, run, cut = self._runtime, settled.run, settled.cut
        known = runtime.limit(self._adopted)
        if known is not None:
            run.too_large_from(known)
        one_by_one = threading.Lock() if cut.alone else nullcontext()

        def run_tile(block: np.ndarray, tile: tiles.Tile) -> np.ndarray:
            with one_by_one, cores(self._cores_for(cut, settled.chosen.path)):
                output = run(block, tile)
            if run.failed_pixels is not None:
                runtime.limit(self._adopted, run.failed_pixels)
            return output

        return run_tile

    def _cores_for(self, cut: cutting.Cut, path: Path) -> int:
        """All for what runs alone; else idle workers' too, in `exact` only where sums do not depend on their number."""
        runtime = self._runtime
        if not runtime.device.is_cpu:
            return torch.get_num_threads()
        if cut.alone:
            return runtime.lane.workers
        return 1 if runtime.precision == "exact" and not path.steady else runtime.lane.share()

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
            )  # fmt: skip
            tried = (*chosen.tried, f"{name}: unusable pixels in a picture")
            self._runtime.choices.put(key, dataclasses.replace(choice.cautious(), tried=tried).to_json())
