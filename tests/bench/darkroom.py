"""A Darkroom beside the bare network, in one run: a whole picture, a slider on the fine layers, SeFa, PCA.

`python -m tests.bench.darkroom [--side 512] [--rounds N]` makes a StyleGAN2 of official width and prints milliseconds
and the ratio to `net(z)`. Both take turns, so that other load on the machine meets them alike.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from ganstudio.core.latent import Latent, Weighted
from ganstudio.models.library import Library
from ganstudio.runtime import Runtime
from ganstudio.runtime.generating import generator_of
from ganstudio.runtime.lane import cores
from tests.bench.generators import in_turn, network
from tests.models.making import safetensors_file


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    found = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GANSTUDIO_HOME"] = folder
        net = network(found.side, 16384)
        path = safetensors_file(Path(folder) / "large.safetensors", net)
        for precision in ("auto", "exact"):
            _measure(path, precision, found.rounds)


def _measure(path: Path, precision: str, rounds: int) -> None:
    runtime = Runtime("cpu", precision)
    began = time.perf_counter()
    room = generator_of(runtime, Library().find(str(path)))
    net, seeds = room._net, iter(range(1_000_000))
    print(f"{precision}: {room.facts.resolution} px, opened in {time.perf_counter() - began:.1f} s")
    fine = replace(room.sefa(1)[0], first=room.facts.num_ws - 4)
    amounts = iter(range(1_000_000))

    def bare() -> object:
        z = torch.randn(1, net.z_dim)
        with torch.inference_mode():
            return net(z, None, 0.7)

    def in_lane() -> object:
        """On as many cores and at the same lowered priority as the picture."""

        def alone() -> object:
            with cores(1 if precision == "exact" else runtime.lane.share()):
                return bare()

        return runtime.lane.submit(alone, 0).result()

    forms: dict[str, Callable[[], object]] = {
        "bare network": in_lane,
        "picture": lambda: room.picture(Latent(seeds=(Weighted(str(next(seeds))),))),
        "early, 64 px": lambda: room.picture(Latent(seeds=(Weighted(str(next(seeds))),)), 64),
    }
    took = in_turn(forms, rounds)
    took |= in_turn(
        {
            "slider, fine layers": lambda: room.picture(
                Latent(seeds=(Weighted("5"),), pushes=(fine.push(next(amounts) % 60 / 10),))
            )
        },
        rounds,
    )  # by itself: another seed in between would take away what is kept
    for name, milliseconds in took.items():
        print(f"  {name:24} {milliseconds:8.1f} ms   {milliseconds / took['bare network']:5.2f} of the bare network")
    for name, work in (("SeFa", lambda: room.sefa(8)), ("PCA of 10,000", lambda: room.pca(8))):
        began = time.perf_counter()
        work()
        print(f"  {name:24} {time.perf_counter() - began:8.2f} s")
    runtime.close()


if __name__ == "__main__":
    main()
