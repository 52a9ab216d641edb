"""A 24-megapixel photo enlarged 4 times to 384 megapixels and written: the peak memory of the whole process.

    python -m tests.bench.memory_384mp [png jpg tiff]      one fresh process a format; exits with 1 above 1.5 GB

The rows are computed from a 24-megapixel picture in memory as they are asked for, by enlarging bands with Lanczos:
what a network adds is the Runtime's. Verification is part of the writing and of the peak.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import psutil

from ganstudio.core.codecs import SaveOptions, write
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Metadata, Picture
from ganstudio.core.resample import resized

WIDTH, HEIGHT, FACTOR = 6000, 4000, 4
LIMIT = 1.5e9


def photo() -> Picture:
    rng = np.random.default_rng(3)
    pixels = cv2.resize(
        rng.integers(0, 256, (60, 90, 3)).astype(np.uint8), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC
    )
    for y in range(0, HEIGHT, 100):
        noise = rng.integers(-4, 5, (100, WIDTH, 3))
        pixels[y : y + 100] = np.clip(pixels[y : y + 100] + noise, 0, 255)
    return Picture.of(pixels, Metadata(dpi=(300, 300)), format="jpeg", lossless=False, quality=95)


def peak() -> float:
    """The most memory this process ever held, in bytes."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def one(format_id: str) -> int:
    source = photo()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=".") as folder:
        large = resized(source, WIDTH * FACTOR, HEIGHT * FACTOR)
        done = write(large, Path(folder) / f"large.{format_id}", SaveOptions(format=format_id), Progress())
    seconds, most = time.perf_counter() - start, peak()
    raw = source.pixels.nbytes * FACTOR**2
    facts = f"{done.width}×{done.height}, {done.bytes / 1e6:,.0f} MB in {seconds:.0f} s"
    print(f"{format_id}: {facts}, peak {most / 1e9:.2f} GB, {most / raw:.2f} of the result's raw size", flush=True)
    return int(most > LIMIT)


def main(names: list[str]) -> int:
    if names[:1] == ["--one"]:
        return one(names[1])
    command = [sys.executable, "-m", "tests.bench.memory_384mp", "--one"]
    return max(subprocess.run([*command, name], check=False).returncode for name in names or ["png", "jpg", "tiff"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
