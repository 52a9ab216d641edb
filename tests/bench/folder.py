"""A folder of twenty photos, from files to verified files, against its network alone and against the usual script.

    python -m tests.bench.folder [MODEL] [--size 1280x960] [--rounds 3]

The usual script is what people write: imread, eager float32 in one piece with torch's own threads, Pillow's PNG, one
picture after the other, in a fresh process with the default allocator. The same weights, the same pictures, to PNG.
"""

from __future__ import annotations

import argparse
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

PHOTOS = 20
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


def make_photos(folder: Path, width: int, height: int) -> list[np.ndarray]:
    """Twenty pictures with slopes, edges and grain, as JPEG."""
    made = []
    for seed in range(PHOTOS):
        random = np.random.default_rng(seed)
        coarse = random.integers(0, 255, (height // 20, width // 20, 3), dtype=np.uint8)
        smooth = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC), np.float32)
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
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("model", nargs="?", default="photo")
    words.add_argument("--size", default="1280x960")
    words.add_argument("--rounds", type=int, default=3)
    given = words.parse_args()
    width, height = map(int, given.size.split("x"))
    alone, ours, usual = [], [], []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "photos")
        folder.mkdir()
        photos = make_photos(folder, width, height)
        whole_program(given.model, folder, Path(scratch, "warm"))
        for _ in range(given.rounds):
            alone.append(network_alone(given.model, photos))
            ours.append(whole_program(given.model, folder, Path(scratch, "ours")))
            usual.append(usual_script(given.model, folder, Path(scratch, "usual")))
    print(f"{given.model}, {PHOTOS} photos of {width}×{height}, best of {given.rounds}")
    print(f"  network alone  {min(alone):6.2f} s")
    print(f"  whole program  {min(ours):6.2f} s   {min(alone) / min(ours):.2f} of its network's speed")
    print(f"  usual script   {min(usual):6.2f} s   ours is ×{min(usual) / min(ours):.1f}")


if __name__ == "__main__":
    main()
