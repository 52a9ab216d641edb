"""A 12-megapixel JPEG made twice as large, as JPEG: the whole command in a fresh process, and its parts.

python -m tests.bench.photo_12mp [MODEL] [PHOTO]
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image


def make_photo(path: Path) -> None:
    """4000×3000 with slopes, edges and grain."""
    random = np.random.default_rng(3)
    coarse = random.integers(0, 255, (75, 100, 3), dtype=np.uint8)
    smooth = np.asarray(Image.fromarray(coarse).resize((4000, 3000), Image.Resampling.BICUBIC), np.int16)
    grain = random.integers(-6, 7, smooth.shape, dtype=np.int16)
    Image.fromarray(np.clip(smooth + grain, 0, 255).astype(np.uint8)).save(path, quality=93)


def main() -> None:
    model = sys.argv[1] if len(sys.argv) > 1 else "quick"
    with tempfile.TemporaryDirectory() as scratch:
        photo = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch, "photo.jpg")
        if len(sys.argv) <= 2:
            make_photo(photo)
        env = {**os.environ, "GANSTUDIO_HOME": str(Path(scratch, "home"))}
        for words in ("first use: adopts and measures the model", "again", "again"):
            command = [sys.executable, "-m", "ganstudio", "upscale", str(photo), "-n", model, "-s", "2", "-o", scratch]
            began = time.perf_counter()
            subprocess.run([*command, "--exists", "overwrite"], check=True, env=env, stdout=subprocess.DEVNULL)
            seconds = time.perf_counter() - began
            print(f"{model} ×2: {seconds:6.2f} s from command to verified file ({words})")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"largest resident size of a process: {peak / 1024:,.0f} MiB")


if __name__ == "__main__":
    main()
