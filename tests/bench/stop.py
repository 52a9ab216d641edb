"""Ctrl-C at random moments of one large photo: how long until the program has ended, in each format.

    python -m tests.bench.stop [ROUNDS] [MEGAPIXELS]

Each case runs once to its end (which also adopts and measures the model), then ROUNDS times with a SIGINT somewhere
in that time. Printed are the median and the longest time from the signal to the end of the process, and the moment of
the longest. Whatever the moment, no temporary file may be left.
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

CASES = {
    "quick ×2, JPEG": ("upscale", "-n", "quick"),
    "quick ×2, PNG": ("upscale", "-n", "quick", "-f", "png"),
    "quick ×2, smallest PNG": ("upscale", "-n", "quick", "-f", "png", "--effort", "smallest"),
    "quick ×1.5 (resampled), TIFF": ("upscale", "-n", "quick", "-s", "1.5", "-f", "tiff"),
    "photo ×2, JPEG": ("upscale", "-n", "photo"),
    "resize ×1.2, WebP": ("resize", "-s", "1.2", "-f", "webp"),
    "resize ×2, AVIF": ("resize", "-s", "2", "-f", "avif"),
}


def make_photo(path: Path, megapixels: float) -> None:
    """Three to two, with slopes, edges and grain."""
    random_state = np.random.default_rng(3)
    width, height = round((megapixels * 1.5e6) ** 0.5), round((megapixels * 1e6 / 1.5) ** 0.5)
    coarse = random_state.integers(0, 255, (height // 40, width // 40, 3), dtype=np.uint8)
    smooth = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC), np.int16)
    grain = random_state.integers(-6, 7, smooth.shape, dtype=np.int16)
    Image.fromarray(np.clip(smooth + grain, 0, 255).astype(np.uint8)).save(path, quality=93)


def run(words: tuple[str, ...], photo: Path, out: Path, home: Path, stop_after: float | None) -> tuple[float, int]:
    """(seconds of the whole run, or from the signal to the end; exit code)."""
    command = [sys.executable, "-m", "ganstudio", words[0], str(photo), "-o", str(out), *words[1:]]
    env = {**os.environ, "GANSTUDIO_HOME": str(home)}
    began = time.perf_counter()
    child = subprocess.Popen([*command, "--exists", "overwrite"], env=env, stdout=-3, stderr=-3)
    if stop_after is not None:
        try:
            child.wait(stop_after)
        except subprocess.TimeoutExpired:
            began = time.perf_counter()
            child.send_signal(signal.SIGINT)
    code = child.wait()
    seconds = time.perf_counter() - began
    left = [path for path in out.rglob("*") if path.name.endswith(".part")] if out.is_dir() else []
    assert not left, left
    return seconds, code


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    megapixels = float(sys.argv[2]) if len(sys.argv) > 2 else 24.0
    chance = random.Random(7)
    worst = 0.0
    with tempfile.TemporaryDirectory() as scratch:
        photo, out, home = Path(scratch, "photo.jpg"), Path(scratch, "out"), Path(scratch, "home")
        make_photo(photo, megapixels)
        for name, words in CASES.items():
            run(words, photo, out, home, None)
            whole, _ = run(words, photo, out, home, None)
            moments = [chance.uniform(0.3, whole) for _ in range(rounds)]
            found = []
            for moment in moments:
                seconds, code = run(words, photo, out, home, moment)
                if code:
                    assert code == 130, code
                    found.append((seconds, moment))
            longest, at = max(found, default=(0.0, 0.0))
            worst = max(worst, longest)
            middle = statistics.median(seconds for seconds, _ in found) if found else 0.0
            print(
                f"{name:30} takes {whole:5.1f} s; stopped {len(found)} times: ends within {longest:4.2f} s "
                f"(median {middle:4.2f}), longest at {at:4.1f} s",
                flush=True,
            )
    print(f"longest time to the end: {worst:.2f} s")


if __name__ == "__main__":
    main()
