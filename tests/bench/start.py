"""How long the terminal takes to say something: `--version`, `--help`, one command's help, against a bare Python.

python -m tests.bench.start
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 9


def seconds(words: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    lines = {
        "python -c pass": ["-c", "pass"],
        "ganstudio --version": ["-m", "ganstudio", "--version"],
        "ganstudio --help": ["-m", "ganstudio", "--help"],
        "ganstudio upscale --help": ["-m", "ganstudio", "upscale", "--help"],
        "python -c 'import torch'": ["-c", "import torch"],
    }
    times: dict[str, list[float]] = {name: [] for name in lines}
    for _ in range(ROUNDS):
        for name, words in lines.items():
            times[name].append(seconds(words))
    bare = statistics.median(times["python -c pass"])
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(f"{name:28} {middle:6.3f} s  [{min(taken):.3f}–{max(taken):.3f}]  ×{middle / bare:5.1f} a bare start")


if __name__ == "__main__":
    main()
