"""Raw files between window and engine: written whole or not at all, gone when nobody needs them."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from ganstudio.core.document.rect import Rect
from ganstudio.core.errors import Cancelled, DiskFull
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Header, Metadata, Picture
from ganstudio.jobs.owner import Owner
from ganstudio.jobs.remote import pixels
from ganstudio.jobs.remote.pixels import MappedRaster, TaskResult
from tests.jobs.harness import scene


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home on a disk of three megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root on Linux can make a small disk")
    words = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    monkeypatch.setenv("GANSTUDIO_HOME", str(folder))
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_what_is_written_is_read(tmp_path: Path, channels: int, dtype: type) -> None:
    samples = np.random.default_rng(1).integers(0, np.iinfo(dtype).max, (301, 97, channels)).astype(dtype)
    picture = Picture.of(samples, Metadata(dpi=(300.0, 300.0)))
    pixels.write(tmp_path / "a.raw", picture, Progress())
    raster = MappedRaster(tmp_path / "a.raw", picture.header, picture.meta)
    assert np.array_equal(raster.rows(0, 301), samples)
    assert np.array_equal(raster.rows(77, 80), samples[77:80])
    assert raster.meta.dpi == (300.0, 300.0)
    raster.close()
    with pytest.raises(ValueError, match="closed"):
        raster.rows(0, 1)


def test_a_full_disk_is_a_sentence_before_anything_is_written(small_disk: Path) -> None:
    folder = pixels.own_folder()
    with pytest.raises(DiskFull, match="needs 12 MB"):
        pixels.reserve(folder / "result.raw", Header(2000, 2000))
    with pytest.raises(DiskFull, match="The disk is full"):
        pixels.write(folder / "source.raw", Picture.of(scene(0, 2000, 2000)), Progress())
    assert [one.name for one in folder.iterdir()] == ["owner.json"]
    pixels.reserve(folder / "small.raw", Header(500, 500))[:] = 7
    assert (folder / "small.raw").stat().st_size == 750_000


def test_a_stopped_hand_over_leaves_nothing(tmp_path: Path) -> None:
    progress = Progress()
    progress.stop()
    with pytest.raises(Cancelled):
        pixels.write(tmp_path / "a.raw", Picture.of(scene(0, 64, 64)), progress)
    assert not list(tmp_path.iterdir())


def result(folder: Path) -> TaskResult:
    header = Header(64, 48)
    path = folder / "result.raw"
    pixels.reserve(path, header)[:] = 9
    return TaskResult(path, header, Metadata(), Rect(0, 0, 64, 48))


def test_a_result_is_gone_when_released_or_forgotten(tmp_path: Path) -> None:
    one = result(tmp_path)
    one.release()
    one.release()
    assert not list(tmp_path.iterdir())
    one = result(tmp_path)
    raster = one.raster()
    del one
    gc.collect()
    assert raster.rows(3, 4)[0, 0, 0] == 9  # who reads it holds it
    assert list(tmp_path.iterdir())
    raster.close()
    del raster
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_files_of_programs_that_are_gone_are_swept() -> None:
    mine = pixels.own_folder()
    dead = pixels.exchange() / "77-dead"
    dead.mkdir()
    (dead / "result-1.raw").write_bytes(b"x" * 100)
    me = Owner.me()
    (dead / "owner.json").write_text(json.dumps(asdict(Owner(me.pid, "another birth", me.host))))
    elsewhere = pixels.exchange() / "77-elsewhere"
    elsewhere.mkdir()
    (elsewhere / "owner.json").write_text(json.dumps(asdict(Owner(1, "1", "another machine"))))
    new = pixels.exchange() / "78-new"
    new.mkdir()
    assert pixels.sweep() == [dead]
    assert sorted(pixels.exchange().iterdir()) == sorted([mine, elsewhere, new])
