"""Faults in tiles: memory, numbers that are none, black, errors. Redone, or an error; never a wrong tile."""

from __future__ import annotations

import errno
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ganstudio.core.errors import BadModel, EngineError, OutOfMemory, is_want_of_memory
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.models import Model
from ganstudio.runtime import Runtime
from ganstudio.runtime.adopt import Adopted, adopt
from ganstudio.runtime.channels import Adapter
from ganstudio.runtime.devices import cpu
from ganstudio.runtime.tile_run import Rung, TileRun
from ganstudio.runtime.tiles import Grid, Tile, grid
from ganstudio.runtime.transfer import Plain
from tests.runtime.small_nets import compact, entry_of, model, photo, plainly


class Moody(nn.Module):
    """A sound network until `trouble` is set; then that happens to what it gives."""

    def __init__(self) -> None:
        super().__init__()
        self.net = compact()
        self.trouble = None

    def forward(self, x: Tensor) -> Tensor:
        y = self.net(x)
        return y if self.trouble is None else self.trouble(x, y)


def troubled(folder: Path, trouble, **about) -> tuple[Runtime, Model, Moody]:
    net = Moody()
    m = model(net, folder)
    runtime = Runtime("cpu", **{"precision": "exact", "tile": 64, **about})
    runtime.adopt(m)
    net.trouble = trouble
    return runtime, m, net


def out_of_memory_above(pixels: int, error: type[RuntimeError]):
    def trouble(x: Tensor, y: Tensor) -> Tensor:
        if x.shape[2] * x.shape[3] > pixels:
            raise error("CUDA out of memory. Tried to allocate 2.00 GiB")
        return y

    return trouble


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, RuntimeError])
def test_too_little_memory_halves_the_tile_and_goes_on(tmp_path: Path, error: type[RuntimeError]) -> None:
    runtime, m, net = troubled(tmp_path, out_of_memory_above(40 * 40, error))
    pixels = photo(120, 150)
    out = runtime.apply(entry_of(m), Picture.of(pixels), Progress()).rows(0, 240)
    net.trouble = None
    assert np.abs(out / 255 - plainly(m, pixels)).max() * 255 <= 0.51
    runtime.close()


def test_what_did_not_fit_is_not_tried_again(tmp_path: Path) -> None:
    sizes: list[tuple[int, ...]] = []
    fails = out_of_memory_above(40 * 40, torch.OutOfMemoryError)

    def trouble(x: Tensor, y: Tensor) -> Tensor:
        sizes.append(tuple(x.shape[2:]))
        return fails(x, y)

    runtime, m, _ = troubled(tmp_path, trouble, threads=1)
    runtime.apply(entry_of(m), Picture.of(photo(64, 64)), Progress()).rows(0, 128)
    failed = [h * w for h, w in sizes if h * w > 40 * 40]
    assert failed
    sizes.clear()
    runtime.apply(entry_of(m), Picture.of(photo(64, 64)), Progress()).rows(0, 128)
    assert sizes
    assert max(h * w for h, w in sizes) < min(failed)
    runtime.close()


def test_when_not_even_the_smallest_tile_fits_one_sentence_says_so(tmp_path: Path) -> None:
    runtime, m, _ = troubled(tmp_path, out_of_memory_above(0, torch.OutOfMemoryError))
    raster = runtime.apply(entry_of(m), Picture.of(photo(120, 150)), Progress())
    with pytest.raises(OutOfMemory, match=r"not enough memory for Small: a tile of \d+×\d+ did not fit"):
        raster.rows(0, 10)
    runtime.close()


def test_a_fault_in_one_tile_fails_the_band_and_nothing_else_takes_its_place(tmp_path: Path) -> None:
    pixels = photo(100, 200)
    pixels[70:90, 150:170] = 255

    def trouble(x: Tensor, y: Tensor) -> Tensor:
        if float(x.amax()) == 1.0 and float(x.flatten().kthvalue(x.numel() - 400).values) == 1.0:
            raise RuntimeError("the driver has crashed")
        return y

    runtime, m, _ = troubled(tmp_path, trouble, tile=48)
    raster = runtime.apply(entry_of(m), Picture.of(pixels), Progress())
    with pytest.raises(EngineError, match="Small failed: the driver has crashed"):
        raster.rows(100, 200)
    with pytest.raises(EngineError):
        raster.rows(100, 200)
    runtime.close()


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 0.0], ids=["nan", "inf", "black"])
def test_what_stays_unusable_is_an_error(tmp_path: Path, bad: float) -> None:
    runtime, m, _ = troubled(tmp_path, lambda x, y: torch.full_like(y, bad))
    raster = runtime.apply(entry_of(m), Picture.of(photo(50, 50)), Progress())
    with pytest.raises(EngineError, match="no usable pixels"):
        raster.rows(0, 100)
    runtime.close()


def test_black_from_black_is_right(tmp_path: Path) -> None:
    runtime, m, _ = troubled(tmp_path, lambda x, y: torch.zeros_like(y))
    black = np.zeros((50, 50, 3), np.uint8)
    assert not runtime.apply(entry_of(m), Picture.of(black), Progress()).rows(0, 100).any()
    runtime.close()


class Ladder:
    """A first rung whose answers are spoilt, and a sound second one."""

    def __init__(self, adopted: Adopted, spoil) -> None:
        self.made: list[str] = []
        self.troubles: list[str] = []
        self._adopted = adopted
        self._spoil = spoil

    def run(self, made: Grid) -> TileRun:
        def rung(name: str, spoil) -> Rung:
            self.made.append(name)
            return Rung(name, lambda x, held, progress: spoil(self._adopted.module(x)), Plain(cpu()), {"colour": ()})

        ladder = [lambda: rung("half", self._spoil), lambda: rung("plain", lambda y: y)]
        return TileRun(self._adopted, made, Adapter(3, 3, 2, True), ladder, Progress(), self.troubles.append)


def spoilt_pixel(y: Tensor) -> Tensor:
    y = y.clone()
    y[0, 1, 40, 40] = float("nan")
    return y


SPOILT = {"one": spoilt_pixel, "all": lambda y: y * float("inf"), "black": torch.zeros_like}


@pytest.mark.parametrize("spoil", list(SPOILT.values()), ids=list(SPOILT))
def test_an_unusable_tile_is_redone_a_safer_way(tmp_path: Path, spoil) -> None:
    m = model(compact(), tmp_path)
    ladder = Ladder(adopt(m), spoil)
    pixels = photo(60, 60)
    made = grid(60, 60, window=(60, 60), halo=5)
    out = ladder.run(made)(pixels, Tile(made.rows[0], made.columns[0]))
    assert np.abs(out / 255 - plainly(m, pixels)).max() * 255 <= 0.51
    assert (ladder.made, ladder.troubles) == (["half", "plain"], ["half"])


def test_the_safer_way_is_not_even_prepared_while_all_is_well(tmp_path: Path) -> None:
    ladder = Ladder(adopt(model(compact(), tmp_path)), lambda y: y)
    made = grid(60, 60, window=(60, 60), halo=5)
    ladder.run(made)(photo(60, 60), Tile(made.rows[0], made.columns[0]))
    assert (ladder.made, ladder.troubles) == (["half"], [])


def test_memory_errors_are_told_from_others() -> None:
    assert is_want_of_memory(MemoryError())
    assert is_want_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    assert is_want_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"))
    assert is_want_of_memory(RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)"))
    assert is_want_of_memory(
        cv2.error("OpenCV: alloc.cpp:73: error: (-4:Insufficient memory) Failed to allocate 9 bytes")
    )
    assert is_want_of_memory(ImportError("libx.so: failed to map segment from shared object"))
    assert is_want_of_memory(OSError(errno.ENOMEM, "Cannot allocate memory"))
    assert not is_want_of_memory(RuntimeError("shape mismatch"))
    assert not is_want_of_memory(BadModel("model.pth is not out of memory"))
    fault = ValueError("no picture")
    fault.__cause__ = MemoryError()
    assert is_want_of_memory(fault)
