"""Running one tile, and making sure of it: what comes out is right, or redone a safer way, or an error. Never less."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from ganstudio.core.errors import EngineError, OutOfMemory, is_want_of_memory
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.runtime.adopt import Adopted
from ganstudio.runtime.backends import Program
from ganstudio.runtime.channels import Adapter
from ganstudio.runtime.holding import Held
from ganstudio.runtime.tiles import Grid, Tile, halves
from ganstudio.runtime.transfer import Transfer
from ganstudio.runtime.values import PEAKS, to_network, to_samples, to_unit

# An answer that is nowhere lighter than this, to a tile that is on average lighter than that, is a black tile.
_BLACK, _NOT_BLACK = 0.5 / 255, 8 / 255


@dataclass(frozen=True)
class Rung:
    """One way to run the network, with the way to and from its device; `held` ("colour", "alpha") lies on it."""

    name: str
    program: Program
    transfer: Transfer
    held: Mapping[str, Held]


class TileRun:
    """Runs the tiles of one picture. `ladder` are the ways to run it, the chosen one first, then ever safer ones;
    each is made when first needed. `on_trouble` hears once of a rung whose answer was unusable."""

    def __init__(
        self,
        adopted: Adopted,
        grid: Grid,
        adapter: Adapter,
        ladder: Sequence[Callable[[], Rung]],
        progress: Progress,
        on_trouble: Callable[[str], None] = lambda name: None,
    ) -> None:
        self.grid = grid
        self.failed_pixels: int | None = None
        self._adopted = adopted
        self._adapter = adapter
        self._ladder = ladder
        self._rungs: list[Rung] = []
        self._making = threading.Lock()
        self._progress = progress
        self._on_trouble = on_trouble

    def __call__(self, band: np.ndarray, tile: Tile) -> np.ndarray:
        """The kept part of a tile, enlarged; `band` holds the rows of the tile's window over the picture's width."""
        block = band[:, tile.columns.start : tile.columns.stop]
        return self._fitted(block, tile)

    def _fitted(self, block: np.ndarray, tile: Tile) -> np.ndarray:
        """Run a tile; where memory does not suffice, run it in halves."""
        if self._too_large(block):
            return self._in_halves(block, tile, None)
        try:
            return self._whole(block, tile)
        except (RuntimeError, MemoryError) as error:
            if not is_want_of_memory(error):
                raise EngineError(f"{self._adopted.card.title} failed: {error}") from error
            trouble = error
        release_memory()
        self.too_large_from(block.shape[0] * block.shape[1])
        return self._in_halves(block, tile, trouble)

    def too_large_from(self, pixels: int) -> None:
        """Tiles of so many input pixels do not fit into memory; larger ones are not tried again."""
        self.failed_pixels = min(pixels, self.failed_pixels or pixels)

    def _too_large(self, block: np.ndarray) -> bool:
        return self.failed_pixels is not None and block.shape[0] * block.shape[1] >= self.failed_pixels

    def _in_halves(self, block: np.ndarray, tile: Tile, error: BaseException | None) -> np.ndarray:
        uncut = self.grid.halo == 0
        parts = None if uncut else halves(tile, self.grid)
        if parts is None:
            height, width = block.shape[:2]
            said = _("There is not enough memory for {model}: a tile of {width}×{height} did not fit.")
            if uncut:
                said = _(
                    "There is not enough memory for {model}: the whole picture at once, as this network needs it, of "
                    "{width}×{height} did not fit."
                )
            raise OutOfMemory(
                said.format(model=self._adopted.card.title, width=width, height=height),
                _("Close other programs, choose a smaller model, or use --device cpu."),
            ) from error
        outputs = [self._fitted(_window(block, tile, part), part) for part in parts]
        return np.concatenate(outputs, axis=0 if parts[0].rows != parts[1].rows else 1)

    def _whole(self, block: np.ndarray, tile: Tile) -> np.ndarray:
        keep = (tile.rows.inside(), tile.columns.inside())
        return self._adapter(block, lambda part, what, unit: self._pass(part, what, unit, keep), keep)

    def _pass(self, block: np.ndarray, what: str, unit: bool, keep: tuple[slice, slice]) -> np.ndarray:
        """One block through the network on the first rung that gives something usable."""
        dtype = np.dtype(np.float32) if unit else block.dtype
        for place in range(len(self._ladder)):
            rung = self._rung(place)
            output, usable = self._answer(rung, block, what, dtype, keep)
            if usable:
                return output
            self._on_trouble(rung.name)
        raise EngineError(
            _(
                "{model} gave no usable pixels (not numbers, or black where the picture is not), not even in its "
                "plainest form."
            ).format(model=self._adopted.card.title),
            _("The model file may be damaged; try another model."),
        )

    def _answer(
        self, rung: Rung, block: np.ndarray, what: str, dtype: np.dtype, keep: tuple[slice, slice]
    ) -> tuple[np.ndarray, bool]:
        scale, value_range = self._adopted.scale, self._adopted.card.value_range
        rows, columns = (slice(k.start * scale, k.stop * scale) for k in keep)
        there = rung.transfer.to_device(block)
        with rung.transfer.turn:  # looking at the answer waits for it: the turn ends when the device is done
            x = to_network(there, PEAKS[block.dtype], value_range)
            y = rung.program(x, rung.held.get(what, ()), self._progress)[:, :, rows, columns]
            unit = to_unit(y, value_range)
            usable = self._usable(unit, block)
            samples = to_samples(unit, dtype)
        output = rung.transfer.from_device(samples)
        return output.astype(dtype, copy=False), usable

    def _usable(self, unit: Tensor, block: np.ndarray) -> bool:
        low, high = (float(v) for v in unit.aminmax())
        finite = low - low == 0 and high - high == 0
        if not finite or self._adopted.card.kind not in ("upscaler", "restorer"):
            return finite
        return high > _BLACK or float(block.mean()) <= _NOT_BLACK * PEAKS[block.dtype]

    def _rung(self, place: int) -> Rung:
        with self._making:
            while len(self._rungs) <= place:
                self._rungs.append(self._ladder[len(self._rungs)]())
            return self._rungs[place]


def _window(block: np.ndarray, tile: Tile, part: Tile) -> np.ndarray:
    top, left = part.rows.start - tile.rows.start, part.columns.start - tile.columns.start
    return block[top : top + part.rows.size, left : left + part.columns.size]


def release_memory() -> None:
    """Let a GPU's cache go before a smaller try."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
