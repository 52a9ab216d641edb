"""The time left, told against the truth: folders of pictures of very different sizes, in several orders.

    python -m tests.bench.eta [MODEL] [FILES]

The time left is noted as a watcher hears it; when the run has ended it is compared with what really was left at 10 %
and at 50 % of the run's time, and so is the estimate that is told after three files. 1.00 is the truth; the aim is
0.75 to 1.25. The computer should have nothing else to do.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from ganstudio.jobs.batch import add
from ganstudio.jobs.engine import Engine, connect
from ganstudio.jobs.estimate import Estimate
from ganstudio.jobs.options import BatchOptions
from ganstudio.jobs.watch import Status
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.tool import tool_named

SMALLEST, LARGEST = 0.03, 3.0  # megapixels


def make_folder(folder: Path, order: str, files: int) -> None:
    """Pictures of sizes spread evenly over the orders of magnitude."""
    folder.mkdir()
    random = np.random.default_rng(5)
    sizes = np.geomspace(SMALLEST, LARGEST, files)
    rising = np.arange(files)
    places = {"small first": rising, "large first": rising[::-1], "mixed": random.permutation(files)}[order]
    for place, megapixels in zip(places, sizes, strict=True):
        width, height = round((megapixels * 1.5e6) ** 0.5), round((megapixels * 1e6 / 1.5) ** 0.5)
        coarse = random.integers(0, 255, (height // 20 + 2, width // 20 + 2, 3), dtype=np.uint8)
        smooth = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
        smooth.save(folder / f"{place:03d}.jpg", quality=92)


def run(engine: Engine, model: str, folder: Path, out: Path) -> tuple[list[tuple[float, float | None]], float, float]:
    """(time, time left as told) again and again; the whole time; the estimate's end against the true one."""
    tool = tool_named("upscale")
    recipe = Recipe((Step(tool, tool.params(model=model)),)).with_save(format="png")  # type: ignore[call-arg]
    added = add(engine.journal, engine.library, recipe, [folder], BatchOptions(output=str(out)))
    told: list[tuple[float, float | None]] = []
    first: list[tuple[float, float]] = []
    began = time.monotonic()

    def hear(status: Status) -> None:
        told.append((time.monotonic() - began, status.left))

    def hear_estimate(estimate: Estimate) -> None:
        first.append((time.monotonic() - began, estimate.seconds))

    engine.run([added.batch], on_status=hear, on_estimate=hear_estimate)
    whole = time.monotonic() - began
    at, seconds = first[0]
    return told, whole, seconds / (whole - at)


def against_truth(told: list[tuple[float, float | None]], whole: float, share: float) -> str:
    at, left = min(told, key=lambda one: abs(one[0] - share * whole))
    return f"{left / (whole - at):5.2f}" if left is not None else "  not told yet"


def main() -> None:
    model = sys.argv[1] if len(sys.argv) > 1 else "quick"
    files = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    print(f"{model}, {files} pictures of {SMALLEST} to {LARGEST} megapixels: time left as told / as it was")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["GANSTUDIO_HOME"] = str(Path(scratch, "home"))
        for run_number, order in enumerate(("mixed", "mixed", "small first", "large first")):
            folder = Path(scratch, f"in{run_number}")
            make_folder(folder, order, files)
            engine = connect()
            told, whole, estimate = run(engine, model, folder, Path(scratch, f"out{run_number}"))
            engine.close()
            used = "first use: adopts and measures the model" if not run_number else "again"
            tenth, half = against_truth(told, whole, 0.1), against_truth(told, whole, 0.5)
            print(
                f"  {order:12} at 10 % {tenth}, at 50 % {half}, the estimate {estimate:5.2f}   ({whole:.0f} s, {used})",
                flush=True,
            )


if __name__ == "__main__":
    main()
