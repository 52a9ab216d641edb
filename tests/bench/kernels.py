"""Our own kernels against plain eager float32, in processor seconds of one thread: holds on a busy machine too.

    python -m tests.bench.kernels [MODEL_FILE|compact|rrdb] [--side 192] [--rounds 4]

All ways take turns in one process, on the same tile; *plain* is spandrel's module, eager, float32, the allocator left
alone. `tests.bench.cpu_paths` measures whole pictures by the clock, for which the machine must be quiet.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from ganstudio.models import open_model
from ganstudio.runtime import devices, probes
from ganstudio.runtime.adopt import Adopted, Facts
from ganstudio.runtime.backends import all_backends
from ganstudio.runtime.backends.torch_eager import PLAIN
from ganstudio.runtime.choice import agreement
from tests.bench.cpu_paths import random_weights, spandrel_module


def ways_of(file: Path, x: Tensor) -> tuple[Adopted, dict[str, Callable[[], Tensor]]]:
    """What to time: plain first."""
    m = open_model(file)
    facts = Facts(m.card.value_range, None, 1, 1, 1, 1, False, 0.0, 0, 1)
    adopted = Adopted(m.sha256, m.card, m.module, facts, True, True, False, m.path)
    plain = spandrel_module(file)
    ways: dict[str, Callable[[], Tensor]] = {"plain": lambda: plain(x)}
    for backend in all_backends().values():
        for path in backend.paths(devices.cpu(), adopted):
            if not backend.own_threads and path != PLAIN:
                program = backend.prepare(adopted, path, devices.cpu(), 1)
                ways[path.name] = lambda program=program: program(x, (), None)
    return adopted, ways


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("model", nargs="?", default="compact")
    words.add_argument("--side", type=int, default=192)
    words.add_argument("--rounds", type=int, default=4)
    given = words.parse_args()
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    with tempfile.TemporaryDirectory() as scratch:
        random = given.model in ("compact", "rrdb")
        file = random_weights(Path(scratch), given.model) if random else Path(given.model)
        adopted, ways = ways_of(file, probes.busy(3, given.side, given.side))
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        outputs: dict[str, Tensor] = {}
        for _ in range(given.rounds):
            for name, way in ways.items():
                began = time.thread_time()
                outputs[name] = way()
                seconds[name].append(time.thread_time() - began)
    print(f"{file.stem}, {given.side}², processor seconds of one thread")
    plain = statistics.median(seconds["plain"])
    for name, values in seconds.items():
        spread = f"[{min(values):.3f}–{max(values):.3f}]"
        ratio, decibel = plain / statistics.median(values), agreement(adopted, outputs[name], outputs["plain"])
        print(f"  {name:28} {statistics.median(values):7.3f} {spread:16} {ratio:6.2f}×  {decibel:5.1f} dB")


if __name__ == "__main__":
    main()
