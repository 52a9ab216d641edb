"""A part of a picture, computed with its surroundings alone, is what the whole has there; tiles are told of."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from ganstudio.core.errors import Cancelled
from ganstudio.core.progress import Progress
from ganstudio.core.raster import ComputedRaster, Header, Metadata, Picture, part
from ganstudio.core.resample import resized
from ganstudio.models import Model
from ganstudio.runtime import Runtime
from tests.runtime.small_nets import Attention, Module, compact, entry_of, model, photo


def levels(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(float) - b.astype(float)).max() / np.iinfo(a.dtype).max * 255)


@pytest.fixture(scope="module")
def shared_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Runtime, Model]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANSTUDIO_HOME", str(tmp_path_factory.mktemp("home")))
        m = model(compact(), tmp_path_factory.mktemp("models"))
        runtime = Runtime("cpu", "auto", threads=2)
        runtime.adopt(m)
        yield runtime, m
        runtime.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_part_is_what_the_whole_has_there(shared_run: tuple[Runtime, Model], data: st.DataObject) -> None:
    runtime, m = shared_run
    width, height = data.draw(st.integers(1, 260)), data.draw(st.integers(1, 260))
    pixels = photo(height, width, data.draw(st.sampled_from([1, 2, 3, 4])), data.draw(st.sampled_from([8, 16])))
    whole = runtime.apply(entry_of(m), Picture.of(pixels), Progress()).rows(0, height * 2)
    x0, y0 = data.draw(st.integers(0, 2 * width - 1)), data.draw(st.integers(0, 2 * height - 1))
    x1, y1 = data.draw(st.integers(x0 + 1, 2 * width)), data.draw(st.integers(y0 + 1, 2 * height))
    raster = runtime.apply(entry_of(m), Picture.of(pixels), Progress())
    piece = part(raster, x0, y0, x1, y1)
    raster.close()
    assert piece.shape == (y1 - y0, x1 - x0, pixels.shape[2])
    # a tile of one alpha alone does not go through the network, which a network of random weights shows
    colours = pixels.shape[2] - (pixels.shape[2] in (2, 4))
    assert levels(piece[..., :colours], whole[y0:y1, x0:x1, :colours]) <= 2


def test_a_network_with_a_period_keeps_its_grid(tmp_path: Path) -> None:
    torch.manual_seed(1)
    weight = torch.randn(12, 12, 3, 3) * 0.05

    def blocks(x: torch.Tensor) -> torch.Tensor:  # sees pixels in pairs: shifted by one it gives something else
        small = F.pixel_unshuffle(x, 2)
        return x + 0.3 * F.pixel_shuffle(F.conv2d(small, weight, padding=1), 2)

    m = model(Module(blocks), tmp_path, scale=1, size_multiple=2, kind="restorer")
    runtime = Runtime("cpu", threads=2)
    try:
        runtime.adopt(m)
        pixels = photo(301, 323)
        whole = runtime.apply(entry_of(m), Picture.of(pixels), Progress()).rows(0, 301)
        for rect in ((0, 0, 90, 80), (101, 33, 222, 159), (200, 180, 323, 301)):
            piece = part(runtime.apply(entry_of(m), Picture.of(pixels), Progress()), *rect)
            assert levels(piece, whole[rect[1] : rect[3], rect[0] : rect[2]]) <= 1
    finally:
        runtime.close()


def test_what_is_pooled_comes_from_the_whole_picture(tmp_path: Path) -> None:
    m = model(Attention(lambda x: x * torch.sigmoid(8 * x.mean((2, 3), keepdim=True))), tmp_path, scale=1)
    runtime = Runtime("cpu", threads=2)
    try:
        runtime.adopt(m)
        pixels = photo(240, 320)
        pixels[:, 160:] //= 4
        whole = runtime.apply(entry_of(m), Picture.of(pixels), Progress()).rows(0, 240)
        piece = part(runtime.apply(entry_of(m), Picture.of(pixels), Progress()), 220, 80, 300, 160)
        assert levels(piece, whole[80:160, 220:300]) <= 2
    finally:
        runtime.close()


def test_a_part_through_two_networks_and_a_resize_reads_only_around_it(shared_run: tuple[Runtime, Model]) -> None:
    runtime, m = shared_run
    pixels = photo(400, 600)
    read: list[tuple[int, int]] = []

    def piece(x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
        read.append((x1 - x0, y1 - y0))
        return pixels[y0:y1, x0:x1]

    def run(source: ComputedRaster | Picture):
        twice = runtime.apply(entry_of(m), runtime.apply(entry_of(m), source, Progress()), Progress())
        return resized(twice, 1800, 1200)

    whole = run(Picture.of(pixels)).rows(0, 1200)
    source = ComputedRaster(Header(600, 400), Metadata(), lambda y0, y1: pixels[y0:y1], piece=piece)
    got = part(run(source), 900, 600, 1050, 720)
    assert levels(got, whole[600:720, 900:1050]) <= 2
    assert max(width for width, _ in read) < 200
    assert max(height for _, height in read) < 200


def test_tiles_are_told_of_as_they_come_and_are_the_result(shared_run: tuple[Runtime, Model]) -> None:
    runtime, m = shared_run
    pixels = photo(300, 420, 4)
    told = np.zeros((600, 840, 4), np.uint8)
    count = np.zeros((600, 840), int)
    lock, heard = threading.Lock(), 0

    def on_tile(x: int, y: int, samples: np.ndarray) -> None:
        nonlocal heard
        with lock:
            heard += 1
            told[y : y + samples.shape[0], x : x + samples.shape[1]] = samples
            count[y : y + samples.shape[0], x : x + samples.shape[1]] += 1

    progress = Progress()
    raster = runtime.apply(entry_of(m), Picture.of(pixels), progress, on_tile=on_tile)
    rows = raster.rows(0, 600)
    assert (count == 1).all()
    assert progress.snapshot().tiles_done == progress.snapshot().tiles == heard > 1
    assert np.array_equal(told, rows)
    told[:], count[:] = 0, 0
    raster = runtime.apply(entry_of(m), Picture.of(pixels), Progress(), on_tile=on_tile)
    piece = part(raster, 101, 55, 700, 501)
    assert (count[55:501, 101:700] == 1).all()
    assert count.sum() == 446 * 599
    assert np.array_equal(told[55:501, 101:700], piece)


def test_a_part_can_be_stopped(shared_run: tuple[Runtime, Model]) -> None:
    runtime, m = shared_run
    progress = Progress()
    raster = runtime.apply(
        entry_of(m), Picture.of(photo(900, 900)), progress, on_tile=lambda x, y, samples: progress.stop()
    )
    with pytest.raises(Cancelled):
        part(raster, 0, 0, 1800, 1800)
