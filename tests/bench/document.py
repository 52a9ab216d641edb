"""The document at 24 megapixels: undo of an upscale, 50 steps in their budget, what the canvas asks for, files.

    python -m tests.bench.document [--quick]

Each figure beside a rival of the same run: undo beside one copy of the pixels (what undo costs an editor that keeps
copies), the canvas beside Pillow (`alpha_composite` of the same layers, `resize` of the same view), the project beside
Pillow's PNG. Exits with 1 when undo takes more than 50 ms or the history more than its budget.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import psutil
from PIL import Image

from ganstudio.core import document as doc
from ganstudio.core.document import Document, Pool, Rect, State, Tiles
from ganstudio.core.document.project import open_project, save
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture

UNDO_S = 0.050
STEPS = 50
BUDGET, MEMORY = 2 << 30, 512 << 20  # of the history; of the pool in memory
VIEW = (1920, 1080)


def made(width: int, height: int) -> np.ndarray:
    rng = np.random.default_rng(7)
    coarse = rng.integers(0, 256, (24, 36, 3)).astype(np.uint8)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return cv2.add(smooth, rng.integers(0, 8, (height, width, 3)).astype(np.uint8))


def timed(work: Callable[[], object], runs: int = 3) -> float:
    """Best seconds."""
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def line(what: str, ours: float, rival: str = "", theirs: float = 0.0) -> None:
    beside = f"   {rival} {theirs * 1000:8.1f} ms   ratio {ours / theirs:.3f}" if rival else ""
    print(f"{what:<46} {ours * 1000:8.1f} ms{beside}")


def history(pixels: np.ndarray) -> tuple[Document, bool]:
    """An upscale and back, then 50 steps of a day's work; whether the limits hold."""
    height, width = pixels.shape[:2]
    pool = Pool(MEMORY)
    small = cv2.resize(pixels, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    document = Document(doc.state_of(pool, Picture.of(small), "Photo"), BUDGET)
    layer = document.state.layers[0].id
    line("add a layer of the picture", timed(lambda: Tiles.of(pool, Picture.of(pixels))), "copy", timed(pixels.copy))
    document.do(doc.resize(document.state, width, height))
    document.do(doc.replace_pixels(document.state, layer, Tiles.of(pool, Picture.of(pixels))))
    undo = 0.0
    for _ in range(3):
        undo = max(undo, timed(document.undo, 1), timed(document.undo, 1))
        document.jump(2)
    line(f"undo of an upscale to {width * height / 1e6:.0f} MP (worst)", undo, "copy", timed(pixels.copy))
    work(document, layer)
    kept, mib = len(document.labels) - 1, 2**20
    print(f"{STEPS} steps: {kept} kept in {document.held_bytes / mib:,.0f} of {BUDGET / mib:,.0f} MiB")
    print(f"  in memory {pool.in_memory / mib:,.0f} of {MEMORY / mib:,.0f} MiB, on disk {pool.on_disk / mib:,.0f} MiB, "
          f"the process {psutil.Process().memory_info().rss / mib:,.0f} MiB; "
          f"{STEPS} copies would be {STEPS * pixels.nbytes / mib:,.0f} MiB")  # fmt: skip
    slowest = max([timed(document.undo, 1) for _ in range(kept)] + [timed(document.redo, 1) for _ in range(kept)])
    line("undo or redo, the slowest of all steps", slowest)
    screen = Rect(width // 4, height // 4, width // 4 + VIEW[0], height // 4 + VIEW[1])

    def undo_and_redraw() -> None:
        document.undo()
        doc.composite(document.state, screen, 0, 8)

    line("undo and composite a screen, the slowest", max(timed(undo_and_redraw, 1) for _ in range(kept)))
    document.jump(kept)
    fits = document.held_bytes <= BUDGET and pool.in_memory <= MEMORY
    return document, fits and max(undo, slowest) <= UNDO_S


def work(document: Document, layer: str) -> None:
    """Strokes, opacity, a second layer, every third time the whole picture anew; 50 steps."""
    document.do(doc.duplicate(document.state, layer, "Copy"))
    top = document.state.layers[-1].id
    height, width = document.state.height, document.state.width
    dabs = []
    for step in range(STEPS - 3):
        if step % 3 == 2:
            pixels = document.state.layer(layer).pixels.mapped(lambda samples: 255 - samples)
            document.do(doc.replace_pixels(document.state, layer, pixels))
        elif step % 2:
            document.do(doc.set_opacity(document.state, top, 0.3 + step / 100))
        else:
            stroke = doc.Stroke.begin(document.state, top, doc.Brush(80, erase=step % 4 == 0))
            for number in range(20):
                start = time.perf_counter()
                stroke = stroke.to(width * 0.1 + number * 40, height * (0.1 + step / 100))
                document.do(stroke.edit, merge=f"stroke {step}")
                dabs.append(time.perf_counter() - start)
    line("a dab of 160 px, 95th of 100", sorted(dabs)[int(len(dabs) * 0.95)])


def canvas(state: State) -> None:
    """A screen at 1:1 and the whole picture on it: two layers, the upper half shown through a mask."""
    x, y = state.width // 4, state.height // 4
    rect = Rect(x, y, x + VIEW[0], y + VIEW[1])
    images = [as_image(layer, rect) for layer in state.layers]
    line("composite 1920×1080 at 1:1, two layers, a mask", timed(lambda: doc.composite(state, rect, 0, 8)),
         "Pillow", timed(lambda: Image.alpha_composite(*images)))  # fmt: skip
    level = 0
    while max(doc.canvas_size(state, level)) > max(VIEW):
        level += 1
    fit = Rect(0, 0, *doc.canvas_size(state, level))
    cold = timed(lambda: doc.composite(state, fit, level, 8), 1)
    whole = Image.fromarray(doc.composite(state, state.rect, 0, 8))
    reduced = timed(lambda: whole.resize((fit.width, fit.height), Image.Resampling.BOX), 1)
    line(f"composite the whole at level {level}, first time", cold, "Pillow reduces", reduced)
    line(f"composite the whole at level {level}, again", timed(lambda: doc.composite(state, fit, level, 8)))
    bottom = doc.set_visible(state, state.layers[-1].id, False).state
    line("composite 1920×1080 at 1:1, one layer", timed(lambda: doc.composite(bottom, rect, 0, 8)))


def as_image(layer: doc.Layer, rect: Rect) -> Image.Image:
    colour = layer.pixels.read(rect)
    alpha = np.full((*colour.shape[:2], 1), 255, np.uint8) if layer.mask is None else layer.mask.read(rect)
    alpha = np.rint(alpha * np.float32(layer.opacity)).astype(np.uint8)
    return Image.fromarray(np.concatenate([colour, alpha], axis=2))


def files(state: State, folder: Path) -> None:
    path = folder / "bench.ganstudio"
    picture = Image.fromarray(np.ascontiguousarray(state.layers[0].pixels.rows(0, state.height)))
    line("save a project of two layers, read back", timed(lambda: save(state, path, Progress(), overwrite=True), 1),
         "Pillow, one PNG, not read back", timed(lambda: picture.save(folder / "rival.png"), 1))  # fmt: skip
    pool = Pool(MEMORY)
    line("open it", timed(lambda: open_project(path, pool, Progress()), 1),
         "Pillow, one PNG", timed(lambda: np.asarray(Image.open(folder / "rival.png")), 1))  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a picture of 3 megapixels")
    width, height = (2000, 1500) if parser.parse_args().quick else (6000, 4000)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GANSTUDIO_HOME"] = folder
        document, good = history(made(width, height))
        canvas(document.state)
        files(document.state, Path(folder))
        document.state.pool.close()
        del document
        gc.collect()
    print("Within the limits." if good else "A LIMIT IS BROKEN.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
