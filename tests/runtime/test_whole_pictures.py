"""Pictures through the runtime: tiled is whole, every size, depth and kind of channels; bounded, stoppable."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from ganstudio.core.errors import Cancelled, UsageError
from ganstudio.core.progress import Progress
from ganstudio.core.raster import ComputedRaster, Header, Metadata, Picture, Raster
from ganstudio.models import Model
from ganstudio.runtime import Runtime, sampling
from ganstudio.runtime.adopt import adopt
from tests.runtime.small_nets import Attention, Module, compact, entry_of, model, photo, plainly


def pulled(raster: Raster, step: int = 37) -> np.ndarray:
    height = raster.header.height
    return np.concatenate([raster.rows(y, min(y + step, height)) for y in range(0, height, step)])


def through(m: Model, pixels: np.ndarray, **about) -> np.ndarray:
    runtime = Runtime("cpu", **about)
    try:
        runtime.adopt(m)
        raster = runtime.apply(entry_of(m), Picture.of(pixels), Progress())
        return pulled(raster)
    finally:
        runtime.close()


def levels(pixels: np.ndarray, wanted: np.ndarray) -> float:
    """The largest difference in 8-bit levels."""
    return float(np.abs(pixels / np.iinfo(pixels.dtype).max - wanted).max() * 255)


def decibel(pixels: np.ndarray, wanted: np.ndarray) -> float:
    error = np.square(pixels / np.iinfo(pixels.dtype).max - wanted).mean()
    return float(-10 * np.log10(max(error, 1e-15)))


@pytest.fixture(scope="module")
def shared_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Runtime, Model]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANSTUDIO_HOME", str(tmp_path_factory.mktemp("home")))
        m = model(compact(), tmp_path_factory.mktemp("models"))
        runtime = Runtime("cpu", "exact", threads=2, tile=64)
        runtime.adopt(m)
        yield runtime, m
        runtime.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 150), st.integers(1, 150), st.sampled_from([1, 2, 3, 4]), st.sampled_from([8, 16]))
def test_any_size_channels_and_depth_comes_out_right(
    shared_run: tuple[Runtime, Model], width: int, height: int, channels: int, depth: int
) -> None:
    runtime, m = shared_run
    pixels = photo(height, width, channels, depth)
    raster = runtime.apply(entry_of(m), Picture.of(pixels), Progress())
    out = pulled(raster)
    assert out.shape == (height * 2, width * 2, channels)
    assert out.dtype == pixels.dtype
    if channels == 3:
        assert levels(out, plainly(m, pixels)) <= (0.51 if depth == 8 else 0.01)
    if channels == 1:
        gray = plainly(m, np.repeat(pixels, 3, axis=2), clip=False).mean(2, keepdims=True)
        assert levels(out, gray.clip(0, 1)) <= (0.51 if depth == 8 else 0.01)


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (5, 700), (700, 5), (97, 131)])
@pytest.mark.parametrize("precision", ["auto", "exact"])
def test_tiled_is_whole(tmp_path: Path, size: tuple[int, int], precision: str) -> None:
    m, pixels = model(compact(), tmp_path), photo(*size)
    assert levels(through(m, pixels, precision=precision, tile=64), plainly(m, pixels)) <= 1.01


def test_exact_is_eager_float32_to_90_decibel_and_the_same_again(tmp_path: Path) -> None:
    m, pixels = model(compact(scale=4), tmp_path, scale=4), photo(150, 210, depth=16)
    first = through(m, pixels, precision="exact", tile=48)
    assert decibel(first, plainly(m, pixels)) >= 90
    assert np.array_equal(first, through(m, pixels, precision="exact", tile=48, threads=1))


def test_exact_keeps_the_grid_of_a_network_with_a_period(tmp_path: Path) -> None:
    torch.manual_seed(1)
    conv = nn.Conv2d(12, 12, 3, padding=1)
    conv.weight.data.mul_(0.2)

    def unshuffled(x: Tensor) -> Tensor:
        return x + 0.2 * F.pixel_shuffle(conv(F.pixel_unshuffle(x, 2)), 2)

    m = model(Module(unshuffled), tmp_path, scale=1, size_multiple=2)
    pixels = photo(121, 90, depth=16)
    padded = np.pad(pixels, ((0, 1), (0, 0), (0, 0)), mode="reflect")
    assert decibel(through(m, pixels, precision="exact", tile=40), plainly(m, padded)[:121]) >= 90


@pytest.mark.parametrize("value_range", ["0..255", "-1..1"])
def test_other_value_ranges(tmp_path: Path, value_range: str) -> None:
    factor, offset = {"0..255": (255.0, 0.0), "-1..1": (2.0, -1.0)}[value_range]
    inner = compact()
    outer = Module(lambda x: inner((x - offset) / factor) * factor + offset)
    pixels = photo(70, 90)
    m = model(outer, tmp_path, value_range=value_range)
    assert levels(through(m, pixels, tile=48), plainly(model(inner, tmp_path, name="inner"), pixels)) <= 1.01


def test_pooled_values_make_tiles_agree_with_the_whole(tmp_path: Path) -> None:
    net = Attention(lambda f: f * (1 + 3 * F.adaptive_avg_pool2d(f, 1)))
    m = model(net, tmp_path, scale=1)
    dark_and_light = photo(200, 300)
    dark_and_light[:, :150] //= 4
    whole = plainly(m, dark_and_light)
    alone = plainly(m, dark_and_light[:, :100])
    assert np.abs(alone - whole[:, :100]).max() * 255 > 2  # a tile by itself has another mean
    assert levels(through(m, dark_and_light, precision="exact", tile=64), whole) <= 0.51
    assert levels(through(m, dark_and_light, precision="auto", tile=64), whole) <= 1.01


@pytest.mark.parametrize("how", [nn.InstanceNorm2d(8), lambda f: f * (1 + F.adaptive_avg_pool2d(f, 1))])
def test_parts_of_a_large_picture_stand_for_the_whole(tmp_path: Path, how) -> None:
    found = adopt(model(Attention(lambda f: 0.3 * how(f)), tmp_path, scale=1))
    picture = Picture.of(np.tile(photo(100, 100), (6, 7, 1)))
    whole = found.measure_held(sampling.parts(found, picture, "colour", 600 * 700))[0]
    of_parts = found.measure_held(sampling.parts(found, picture, "colour", 500 * 500))[0]
    for a, b in zip(whole.values, of_parts.values, strict=True):
        assert torch.allclose(a, b, rtol=0.05, atol=0.01)


def test_a_network_that_sees_the_whole_is_not_tiled(tmp_path: Path) -> None:
    m = model(Module(lambda x: x * (0.8 + 0.4 * x.flatten(1).std(1).reshape(-1, 1, 1, 1))), tmp_path, scale=1)
    pixels = photo(130, 170)
    pixels[:60] //= 3
    assert levels(through(m, pixels, tile=48), plainly(m, pixels)) <= 0.51


@pytest.mark.parametrize("channels", [2, 4])
@pytest.mark.parametrize("depth", [8, 16])
def test_a_white_shape_on_transparent_black_has_no_dark_fringe(tmp_path: Path, channels: int, depth: int) -> None:
    peak = 255 if depth == 8 else 65535
    pixels = np.zeros((60, 60, channels), np.uint8 if depth == 8 else np.uint16)
    yy, xx = np.mgrid[0:60, 0:60]
    cover = np.clip(20.5 - np.hypot(xx - 30, yy - 30), 0, 1)
    pixels[:, :, -1] = np.round(cover * peak)
    pixels[pixels[:, :, -1] > 0, :-1] = peak
    out = through(model(compact(), tmp_path), pixels, precision="exact", tile=40)
    seen = out[:, :, -1] > peak * 0.1
    white = plainly(model(compact(), tmp_path), np.full((20, 20, 3), 255, np.uint8))[14:26, 14:26].min()
    assert seen.sum() > 4500
    assert out[seen][:, :-1].min() / peak >= white - 0.02


def test_the_opaque_stays_opaque_and_the_clear_stays_clear(tmp_path: Path) -> None:
    pixels = photo(40, 50, 4)
    for alpha in (0, 255):
        pixels[:, :, 3] = alpha
        assert (through(model(compact(), tmp_path), pixels)[:, :, 3] == alpha).all()


def test_colour_through_a_gray_upscaler_keeps_its_colour(tmp_path: Path) -> None:
    m = model(compact(channels=1), tmp_path, channels=1)
    pixels = np.full((50, 60, 3), (200, 40, 90), np.uint8)
    gray = plainly(m, (pixels @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)[:, :, None])
    out = through(m, pixels).astype(float)
    shift = out[40:60, 40:60] - (200, 40, 90)
    assert np.abs(shift - shift.mean(2, keepdims=True)).max() <= 1.5
    assert abs(shift.mean() - (gray[40:60, 40:60].mean() * 255 - 93.5)) < 2


def test_colour_through_a_gray_restorer_goes_channel_by_channel(tmp_path: Path) -> None:
    m = model(compact(scale=1, channels=1), tmp_path, scale=1, channels=1, kind="restorer")
    pixels = photo(50, 60)
    each = np.concatenate([plainly(m, pixels[:, :, c : c + 1]) for c in range(3)], axis=2)
    assert levels(through(m, pixels), each) <= 1.01


def test_rows_in_any_order_are_the_same_rows(tmp_path: Path) -> None:
    m, pixels = model(compact(), tmp_path), photo(180, 60)
    runtime = Runtime("cpu", "exact", tile=48)
    runtime.adopt(m)
    whole = pulled(runtime.apply(entry_of(m), Picture.of(pixels), Progress()))
    raster = runtime.apply(entry_of(m), Picture.of(pixels), Progress())
    for y0, y1 in [(300, 360), (0, 10), (100, 101), (101, 101), (5, 200), (0, 360)]:
        assert np.array_equal(raster.rows(y0, y1), whole[y0:y1])
    runtime.close()


def test_memory_does_not_depend_on_the_height(tmp_path: Path) -> None:
    """The source is read once, downwards, in windows; no more than a few bands are alive."""
    height, width = 6000, 40
    reads: list[tuple[int, int]] = []

    def compute(y0: int, y1: int) -> np.ndarray:
        reads.append((y0, y1))
        return np.full((y1 - y0, width, 3), 128, np.uint8)

    m = model(compact(), tmp_path)
    runtime = Runtime("cpu", "exact", tile=64)
    runtime.adopt(m)
    progress = Progress()
    raster = runtime.apply(
        entry_of(m), ComputedRaster(Header(width, height), Metadata(notes=("kept",)), compute), progress
    )
    raster.rows(0, 100)
    assert max(y1 for _, y1 in reads) < 600
    for y in range(100, 2 * height, 100):
        raster.rows(y, y + 100)
    assert sum(y1 - y0 for y0, y1 in reads) == height
    assert raster.meta.notes == ("kept",)
    assert progress.snapshot().done == pytest.approx(width * height / 1e6)
    runtime.close()


def test_stopping_ends_a_heavy_network_between_its_layers(tmp_path: Path) -> None:
    began, calls = threading.Event(), []

    class Slow(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 3, padding=1)
            self.conv.weight.data.zero_()
            self.slow = False

        def forward(self, x: Tensor) -> Tensor:
            for _ in range(1000 if self.slow else 1):
                x = x + 0 * self.conv(x)
                calls.append(1)
                if self.slow:
                    began.set()
                    threading.Event().wait(0.01)
            return x

    net = Slow()
    m = model(net, tmp_path, scale=1)
    runtime = Runtime("cpu", "exact")
    runtime.adopt(m)
    net.slow = True
    progress = Progress()
    raster = runtime.apply(entry_of(m), Picture.of(photo(40, 40)), progress)
    calls.clear()
    stopper = threading.Thread(target=lambda: (began.wait(), progress.stop()))
    stopper.start()
    with pytest.raises(Cancelled):
        raster.rows(0, 40)
    stopper.join()
    runtime.close()
    assert len(calls) < 500


def test_a_person_overtakes_a_batch(tmp_path: Path) -> None:
    m = model(compact(features=16, convs=8), tmp_path)
    runtime = Runtime("cpu", "exact", threads=1, tile=64)
    runtime.adopt(m)
    batch_progress = Progress()
    batch = runtime.apply(entry_of(m), Picture.of(photo(300, 1500)), batch_progress, priority=1)
    done = threading.Thread(target=lambda: batch.rows(0, 200))
    done.start()
    while batch_progress.snapshot().done == 0:
        threading.Event().wait(0.005)
    runtime.apply(entry_of(m), Picture.of(photo(40, 40)), Progress(), priority=0).rows(0, 80)
    assert batch_progress.snapshot().done < 300 * 1500 / 1e6
    done.join()
    batch.close()
    runtime.close()


def test_unknown_words_are_refused_at_once() -> None:
    with pytest.raises(UsageError, match="no device “gpu”"):
        Runtime("gpu")
    with pytest.raises(UsageError, match="no precision “best”"):
        Runtime(precision="best")
