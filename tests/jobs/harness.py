"""What the tests of jobs share: small pictures, a cheap real recipe, an engine, and a program of its own to kill.

`python -m tests.jobs.harness INPUT OUTPUT` doubles the pictures of a folder and ends with 0 when nothing is left.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.core.stopping import stopped_by_signals
from ganstudio.jobs import work
from ganstudio.jobs.batch import Added, add
from ganstudio.jobs.crew import RunJob
from ganstudio.jobs.engine import Engine, Result, connect
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.options import BatchOptions
from ganstudio.jobs.records import Job, Totals
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.tool import tool_named

ROOT = Path(__file__).resolve().parents[2]


def scene(seed: int = 0, width: int = 48, height: int = 36) -> np.ndarray:
    """A picture with slopes and grain, (H, W, 3) uint8, its mean colour different for every seed."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    base = rng.uniform(0.2, 0.8, 3)
    picture = base + 0.15 * np.sin(6 * x + seed)[:, :, None] * np.cos(4 * y)[:, :, None]
    return np.clip(picture * 255 + rng.normal(0, 2, picture.shape), 0, 255).astype(np.uint8)


def save(path: Path, seed: int = 0, width: int = 48, height: int = 36) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(scene(seed, width, height)).save(path)
    return path


def noise(path: Path, seed: int, side: int) -> Path:
    """A picture that no codec makes small."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    Image.fromarray(pixels).save(path, compress_level=1)
    return path


def folder_of(root: Path, count: int, width: int = 48, height: int = 36) -> Path:
    for seed in range(count):
        save(root / f"{seed:04d}.png", seed, width, height)
    return root


def doubling(scale: float = 2.0, **saved: object) -> Recipe:
    """A recipe that needs no network."""
    tool = tool_named("resize")
    recipe = Recipe((Step(tool, tool.params(scale=scale)),))  # type: ignore[call-arg]
    return recipe.with_save(**saved) if saved else recipe


def engine(
    run_job: RunJob = work.run, *, journal: Journal | None = None, size: int = 2, stall: float = 300.0
) -> Engine:
    return connect(journal, run_job=run_job, size=size, stall_seconds=stall)


def put(to: Engine, inputs: list[Path] | Path, output: Path | str = "", recipe: Recipe | None = None,
        **options: object) -> Added:  # fmt: skip
    inputs = inputs if isinstance(inputs, list) else [inputs]
    named = BatchOptions(output=str(output), **options)  # type: ignore[arg-type]
    return add(to.journal, to.library, recipe or doubling(), inputs, named)


def go(inputs: list[Path] | Path, output: Path | str = "", recipe: Recipe | None = None, **options: object) -> Result:
    """Add and run; in every result the counts add up."""
    running = engine()
    try:
        result = running.run([put(running, inputs, output, recipe, **options).batch])
    finally:
        running.close()
    assert_adds_up(result.totals)
    return result


def assert_adds_up(totals: Totals) -> None:
    parts = totals.done + totals.failed + totals.skipped + totals.cancelled + totals.waiting
    assert parts + totals.running + totals.paused == totals.added


def jobs(journal: Journal | None = None) -> list[Job]:
    """All Jobs of the person's journal."""
    opened = journal or Journal.usual()
    try:
        return list(opened.jobs())
    finally:
        if journal is None:
            opened.close()


def files(folder: Path) -> list[str]:
    """Every file below a folder, hidden ones too, relative and sorted."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def assert_made_of(result: Path, source: Path) -> None:
    """The result is whole, twice as large, and made of this input."""
    with Image.open(source) as before, Image.open(result) as after:
        assert after.size == (2 * before.width, 2 * before.height)
        small = np.asarray(after.convert("RGB").resize(before.size, Image.Resampling.BOX), np.float32)
        assert np.abs(small - np.asarray(before.convert("RGB"), np.float32)).mean() < 4


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, for whom no folder is unreadable."""
    if sys.platform == "win32":
        pytest.skip("permissions are another matter on Windows")
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def main(source: str, output: str) -> int:
    running = engine()
    with stopped_by_signals(running.stop):
        added = put(running, Path(source), output, recursive=True)
        print("ready", flush=True)
        result = running.run([added.batch])
    running.close()
    if result.ending == "stopped":
        return 130
    return 0 if result.totals.unfinished == result.totals.failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
