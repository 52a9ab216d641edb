"""PNG of 12 megapixels against Pillow's default, same pictures, same run: seconds, bytes, ratios.

    python -m tests.bench.png [PHOTO…]

Without photographs: made ones (smooth colours with sensor noise, and without). Exits with 1 when a noisy picture is
not written ten times faster at 1.15 times the size or less, or when any file does not decode to the same pixels.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from ganstudio.core.codecs import SaveOptions, write
from ganstudio.core.codecs.planning import writer
from ganstudio.core.codecs.writers import Encoding
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Metadata, Picture

SIZE = (4000, 3000)


def made(noise: float) -> np.ndarray:
    rng = np.random.default_rng(7)
    coarse = rng.integers(0, 256, (24, 32, 3)).astype(np.uint8)
    smooth = cv2.resize(coarse, SIZE, interpolation=cv2.INTER_CUBIC)
    return np.clip(smooth + rng.normal(0, noise, smooth.shape), 0, 255).round().astype(np.uint8) if noise else smooth


def photograph(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS))


def timed(work: Callable[[], int], runs: int) -> tuple[float, int]:
    """(best seconds, bytes)"""
    best, size = float("inf"), 0
    for _ in range(runs):
        start = time.perf_counter()
        size = work()
        best = min(best, time.perf_counter() - start)
    return best, size


def by_pillow(pixels: np.ndarray) -> int:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return len(out.getvalue())


def by_us(pixels: np.ndarray, smallest: bool) -> bytes:
    """The encoder alone, into memory, as for Pillow."""
    out = io.BytesIO()
    how = Encoding(pixels.shape[1], pixels.shape[0], 3, 8, smallest=smallest)
    writer("png").encode(lambda n: (pixels[y : y + n] for y in range(0, len(pixels), n)), out, how)
    return out.getvalue()


def saved(pixels: np.ndarray, folder: Path) -> int:
    """The whole door: file, sync, verification, rename."""
    meta = Metadata(dpi=(300, 300))
    done = write(Picture.of(pixels, meta), folder / "a.png", SaveOptions(format="png"), Progress(), overwrite=True)
    return done.bytes


def main(photos: list[str]) -> int:
    pictures = {"noisy": made(1.5), "smooth": made(0)} | {Path(p).name: photograph(Path(p)) for p in photos}
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, pixels in pictures.items():
            rival, rival_size = timed(lambda pixels=pixels: by_pillow(pixels), 1)
            print(f"{name}: Pillow default {rival:.2f} s, {rival_size / 1e6:.2f} MB")
            ways: dict[str, tuple[Callable[[], int], int]] = {
                "fast": (lambda pixels=pixels: len(by_us(pixels, False)), 3),
                "fast, written and verified": (lambda pixels=pixels: saved(pixels, Path(folder)), 3),
                "smallest": (lambda pixels=pixels: len(by_us(pixels, True)), 1),
            }
            for way, (work, runs) in ways.items():
                seconds, size = timed(work, runs)
                print(f"  {way}: {seconds:.3f} s, {rival / seconds:.1f}x as fast, {size / rival_size:.3f} of the size")
                if way == "fast" and name == "noisy":
                    failed |= rival / seconds < 10 or size > 1.15 * rival_size
            for smallest in (False, True):
                again = np.asarray(Image.open(io.BytesIO(by_us(pixels, smallest))))
                failed |= not np.array_equal(again, pixels)
    print("FAILED" if failed else "passed")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
