"""A folder of twenty photos, from files to verified files, against its network alone and against the usual script.

    python -m tests.bench.folder [MODEL]

The usual script is what people write: imread, eager float32 in one piece with torch's own threads, Pillow's PNG, one
picture after the other, in a fresh process with the default allocator. The same weights, the same pictures, to PNG.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from ganstudio.cli.main import main as terminal
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.models.library import Library
from ganstudio.runtime import Runtime

PHOTOS, WIDTH, HEIGHT, ROUNDS = 20, 320, 240, 3
USUAL = """
import sys, time
from pathlib import Path
import cv2, numpy as np, torch
from PIL import Image
from ganstudio.models import open_model
module = open_model(Path(sys.argv[1])).module
run = torch.no_grad()(module)
run(torch.zeros(1, 3, 64, 64))
began = time.perf_counter()
for path in sorted(Path(sys.argv[2]).iterdir()):
    x = torch.from_numpy(cv2.imread(str(path))[:, :, ::-1].astype(np.float32) / 255).permute(2, 0, 1)[None]
    y = (run(x)[0].permute(1, 2, 0).clamp(0, 1).numpy() * 255).round().astype(np.uint8)
    Image.fromarray(y).save(Path(sys.argv[3]) / (path.stem + ".png"))
print(time.perf_counter() - began)
"""


def make_photos(folder: Path) -> list[np.ndarray]:
    """Twenty pictures with slopes, edges and grain, as JPEG."""
    made = []
    for seed in range(PHOTOS):
        random = np.random.default_rng(seed)
        coarse = random.integers(0, 255, (HEIGHT // 20, WIDTH // 20, 3), dtype=np.uint8)
        smooth = np.asarray(Image.fromarray(coarse).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), np.float32)
        pixels = np.clip(smooth + random.normal(0, 4, smooth.shape), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{seed:02d}.jpg", quality=92)
        made.append(pixels)
    return made


def network_alone(model: str, photos: list[np.ndarray]) -> float:
    """Seconds for all photos, in memory, by the same runtime with its workers kept busy."""
    from concurrent.futures import ThreadPoolExecutor

    runtime, entry = Runtime(), Library().find(model)

    def one(pixels: np.ndarray) -> None:
        result = runtime.apply(entry, Picture.of(pixels), Progress())
        result.rows(0, result.header.height)
        result.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(one, photos))
        began = time.perf_counter()
        list(pool.map(one, photos))
        seconds = time.perf_counter() - began
    runtime.close()
    return seconds


def whole_program(model: str, folder: Path, out: Path) -> float:
    """Seconds of the terminal's command, its start and torch's import left out (they are the same for all)."""
    began = time.perf_counter()
    code = terminal(["upscale", str(folder), "-o", str(out), "-n", model, "--format", "png", "--exists", "overwrite"])
    assert code == 0
    return time.perf_counter() - began


def usual_script(model: str, folder: Path, out: Path) -> float:
    out.mkdir(exist_ok=True)
    path = Library().find(model).path
    done = subprocess.run(
        [sys.executable, "-c", USUAL, str(path), str(folder), str(out)], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def main() -> None:
    model = sys.argv[1] if len(sys.argv) > 1 else "photo"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "photos")
        folder.mkdir()
        photos = make_photos(folder)
        whole_program(model, folder, Path(scratch, "warm"))
        rounds = [
            (network_alone(model, photos), whole_program(model, folder, Path(scratch, "ours")),
             usual_script(model, folder, Path(scratch, "usual")))
            for _ in range(ROUNDS)
        ]  # fmt: skip
    alone, ours, usual = (min(column) for column in zip(*rounds, strict=True))
    print(f"{model}, {PHOTOS} photos of {WIDTH}×{HEIGHT}, best of {ROUNDS}")
    print(f"  network alone  {alone:6.2f} s")
    print(f"  whole program  {ours:6.2f} s   {alone / ours:.2f} of its network's speed")
    print(f"  usual script   {usual:6.2f} s   ours is ×{usual / ours:.1f}")


if __name__ == "__main__":
    main()
