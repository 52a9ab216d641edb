"""Stopped, killed, crowded and short of room: nothing half made, nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from ganstudio.core.errors import Cancelled
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.jobs.batch import add
from ganstudio.jobs.engine import connect
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.options import BatchOptions
from ganstudio.models.library import Library
from ganstudio.runtime import Runtime
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.tool import tool_named
from ganstudio.tools.upscale import UpscaleParams
from tests.acceptance.making import Result, files, scene

ROOT = Path(__file__).parents[2]
PICTURES = 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    for seed in range(PICTURES):
        Image.fromarray(scene(400, 260, seed=seed)).save(made / f"{seed:02d}.png")
    return made


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the model and this processor are known: that takes longer than ten pictures."""
    home = tmp_path_factory.mktemp("measured")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANSTUDIO_HOME", str(home))
        runtime, entry = Runtime("cpu", "exact"), Library().find("quick", 2.0)
        result = runtime.apply(entry, Picture.of(scene(96, 64)), Progress())
        result.rows(0, result.header.height)
        result.close()
        runtime.close()
    return home


@pytest.fixture
def home(measured: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(measured, tmp_path / "home"))


def begin(folder: Path, home: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ganstudio", "upscale", str(folder), "-o", str(folder.parent / "out"),
               "-n", "quick", "--precision", "exact", "--json", *words]  # fmt: skip
    env = {**os.environ, "GANSTUDIO_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def summary(process: subprocess.Popen[str]) -> dict[str, int]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return json.loads(out.splitlines()[-1])


def all_files(folder: Path) -> list[str]:
    return files(folder) if folder.is_dir() else []


def wait_for_results(process: subprocess.Popen[str], out: Path, count: int) -> None:
    def lacking() -> bool:
        return len([name for name in all_files(out) if name.endswith(".png")]) < count

    deadline = time.monotonic() + 120
    while lacking():
        assert process.poll() is None or not lacking(), process.communicate()
        assert time.monotonic() < deadline, "nothing is made"
        time.sleep(0.02)


def check_whole(out: Path) -> None:
    for name in all_files(out):
        with Image.open(out / name) as picture:
            picture.load()
            assert picture.size == (800, 520), name


def test_stopped_by_hand_and_gone_on_with(folder: Path, home: Path, tmp_path: Path) -> None:
    process = begin(folder, home)
    wait_for_results(process, tmp_path / "out", 1)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - began < 20
    assert process.returncode == 130, err
    assert all(name.endswith(".png") for name in all_files(tmp_path / "out"))
    check_whole(tmp_path / "out")
    before = len(all_files(tmp_path / "out"))
    assert 0 < before < PICTURES
    counts = summary(begin(folder, home))
    assert (counts["added"], counts["done"], counts["skipped"]) == (PICTURES, PICTURES - before, before)
    assert len(all_files(tmp_path / "out")) == PICTURES
    check_whole(tmp_path / "out")


@pytest.mark.parametrize("kills", [2, pytest.param(50, marks=pytest.mark.long)])
def test_killed_at_random_moments(folder: Path, home: Path, tmp_path: Path, kills: int) -> None:
    chance = random.Random(kills)
    for _ in range(kills):
        process = begin(folder, home)
        made = len(all_files(tmp_path / "out"))
        if made < PICTURES - 2:
            wait_for_results(process, tmp_path / "out", made + 1)
        time.sleep(chance.uniform(0, 0.3))
        process.kill()
        process.communicate()
        assert all(name.endswith((".png", ".part")) for name in all_files(tmp_path / "out"))
    counts = summary(begin(folder, home))
    assert counts["done"] + counts["skipped"] == counts["added"] == PICTURES
    assert len(all_files(tmp_path / "out")) == PICTURES
    assert all(name.endswith(".png") for name in all_files(tmp_path / "out"))
    check_whole(tmp_path / "out")


def test_two_programs_on_one_folder(folder: Path, home: Path, tmp_path: Path) -> None:
    one, two = begin(folder, home), begin(folder, home)
    first, second = summary(one), summary(two)
    for counts in (first, second):
        assert counts["done"] + counts["skipped"] == counts["added"] == PICTURES
    assert len(all_files(tmp_path / "out")) == PICTURES
    check_whole(tmp_path / "out")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting needs root")
def test_a_disk_that_runs_full_in_the_middle(run: Callable[..., Result], folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", out], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        result = run("upscale", folder, "-o", out, "-n", "quick", "-f", "tiff", "--json")
        assert result.code == 1
        assert "free" in result.err or "full" in result.err
        counts = json.loads(result.out.splitlines()[-1])
        assert counts["done"] + counts["failed"] + counts["skipped"] + counts["waiting"] == counts["added"]
        assert counts["done"] == len(files(out))
        check_whole(out)
    finally:
        subprocess.run(["umount", out], check=True)


def test_a_dry_run_that_is_stopped_says_nothing_wrong(folder: Path, tmp_path: Path) -> None:
    library = Library()
    engine = connect(Journal(None), library, Runtime("cpu", "exact"))
    recipe = Recipe((Step(tool_named("upscale"), UpscaleParams(model="quick")),))
    options = BatchOptions(output=str(tmp_path / "out"))
    added = add(engine.journal, library, recipe, [folder], options, make_folders=False)
    engine.stop()
    with pytest.raises(Cancelled):
        engine.dry_run(added.batch)
    engine.close()


def test_an_output_folder_that_cannot_be_made(run: Callable[..., Result], folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = run("upscale", folder, "-o", tmp_path / "file" / "out", "-n", "quick")
    assert result.code in (1, 2)
    assert "file" in result.err
    assert "Traceback" not in result.err
