"""How fast a training step is beside the plain transcription of the published loop: `python -m tests.bench.train_step`.

The same network, batch and data in one run; rounds by turns, the medians compared. *Plain* is the loop as published:
float32, contiguous memory, every slope learning, an ordinary Adam, the average one tensor at a time.
Rows: name → (ours, plain), each a function that makes one step; another goal adds its row to `ROWS`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from ganstudio.measures.resize import imresize
from ganstudio.nets.compact import Compact
from ganstudio.training import plans
from ganstudio.training.data.folder import open_pictures
from ganstudio.training.data.squares import squares_of
from ganstudio.training.generator.pictures import Material
from ganstudio.training.generator.plan import GeneratorPlan
from ganstudio.training.generator.trainee import GeneratorTrainee
from ganstudio.training.trainee import Facts
from ganstudio.training.upscaler.plan import UpscalerPlan
from ganstudio.training.upscaler.trainee import PairTrainee
from tests.bench.plain_stylegan2 import plain_step

Step = Callable[[], object]
Row = Callable[[], tuple[Step, Step, int]]


def _folder(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    for i in range(4):
        coarse = rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)
        Image.fromarray(np.asarray(imresize(coarse, 8.0), np.uint8)).save(folder / f"{i}.png")
    return folder


def _upscaler(name: str) -> tuple[Step, Step, int]:
    """(our step, the plain step, pictures a step) for a preset."""
    plan = plans.load(name)
    assert isinstance(plan, UpscalerPlan)
    plan = replace(plan, start_from="", degradation="clean")
    with TemporaryDirectory() as folder:
        trainee = PairTrainee(plan, open_pictures(_folder(Path(folder))), Facts())
    numbers = iter(range(1, 1_000_000))
    net = Compact(features=plan.features, convs=plan.depth, scale=plan.scale)
    average = Compact(features=plan.features, convs=plan.depth, scale=plan.scale)
    optimiser = torch.optim.Adam(net.parameters(), lr=plan.lr, betas=(0.9, 0.99), foreach=False)
    draw = trainee.batches._photographs

    def plain() -> None:
        low, high = draw.batch(0, plan.batch, plan.patch)
        given, truth = (torch.from_numpy(one).permute(0, 3, 1, 2).contiguous().float() / 255.0 for one in (low, high))
        loss = F.l1_loss(net(given), truth)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            for own, other in zip(average.parameters(), net.parameters(), strict=True):
                own.mul_(plan.ema).add_(other, alpha=1.0 - plan.ema)

    return lambda: trainee.step(next(numbers), 1.0, 1), plain, plan.batch


def _generator(name: str) -> tuple[Step, Step, int]:
    """The same for a generator's preset, with four classes of made pictures."""
    plan = plans.load(name)
    assert isinstance(plan, GeneratorPlan)
    rng = np.random.default_rng(0)
    made = [(str(n % 4), rng.integers(0, 256, (plan.size, plan.size, 3), dtype=np.uint8)) for n in range(16)]
    classes = ("0", "1", "2", "3")
    material = Material(squares_of(made, classes, plan.size), None, [])
    trainee = GeneratorTrainee(plan, material, Facts(), classes)
    numbers = iter(range(1, 1_000_000))
    return lambda: trainee.step(next(numbers), 1.0, 1), plain_step(trainee), plan.batch


ROWS: dict[str, Row] = {
    "upscaler quick-x2": lambda: _upscaler("quick-x2"),
    "upscaler photo-x2": lambda: _upscaler("photo-x2"),
    "upscaler photo-x4": lambda: _upscaler("photo-x4"),
    "generator paintings": lambda: _generator("paintings"),
}


def _seconds(step: Step, times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        step()
    return (time.perf_counter() - began) / times


def measure(row: Row, rounds: int, times: int) -> tuple[float, float, float]:
    """(our pictures a second, plain pictures a second, how many times ours)."""
    ours, plain, batch = row()
    for step in (ours, plain):
        for _ in range(3):
            step()
    pairs = [(_seconds(ours, times), _seconds(plain, times)) for _ in range(rounds)]
    fast, slow = (statistics.median(one) for one in zip(*pairs, strict=True))
    return batch / fast, batch / slow, statistics.median(b / a for a, b in pairs)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="rows; all when none is named")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=4, help="steps a round")
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args(words)
    if options.threads:
        torch.set_num_threads(options.threads)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    for name, row in ROWS.items():
        if not options.names or name in options.names or name.split()[-1] in options.names:
            ours, plain, times = measure(row, options.rounds, options.times)
            print(f"{name:22s} {ours:8.1f} pictures/s, plain {plain:8.1f}: {times:.2f} times", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
