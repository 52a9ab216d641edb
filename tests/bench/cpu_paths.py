"""Networks on the CPU: the runtime against the plain way of the field, side by side in one run; ratios are what counts.

    python -m tests.bench.cpu_paths [--compact FILE] [--rrdb FILE] [--megapixels 12] [--rounds 3] [--only NAME…]

*Plain* is spandrel's module, eager, float32, the allocator as it is, in a fresh process, tile after tile on all cores,
over windows with the same halo as the runtime (for `exact` the full receptive field). Every way runs in a process of
its own, at the lowered priority that the runtime's workers have; the ways take turns.
OpenVINO and ncnn run where they can be imported (ncnn reads FILE when it is a .param). Weights are random where no file
is given. Adopting and tuning happen once for a machine and are told apart.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

TILE = 192
# The photo's plain way runs on every so many windows only; its time is that of all.
SAMPLED = 8


def photo(height: int, width: int) -> np.ndarray:
    """(H, W, 3) uint8 with slopes, edges and grain."""
    import cv2

    random = np.random.default_rng(3)
    coarse = random.integers(0, 255, (max(2, height // 40), max(2, width // 40), 3), dtype=np.uint8)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.int16)
    return np.clip(smooth + random.integers(-6, 7, smooth.shape, dtype=np.int16), 0, 255).astype(np.uint8)


def windows(size: tuple[int, int], halo: int, side: int) -> list[tuple[slice, slice]]:
    from ganstudio.runtime.tiles import grid

    made = grid(size[1], size[0], window=(side, side), halo=halo)
    return [(slice(r.start, r.stop), slice(c.start, c.stop)) for r in made.rows for c in made.columns]


def spandrel_module(file: Path) -> Any:
    from ganstudio.models import open_model
    from ganstudio.models.torchvision_standin import torchvision_at_hand

    weights = {name.removeprefix("net."): value for name, value in open_model(file).module.state_dict().items()}
    with torchvision_at_hand():
        import spandrel
    return spandrel.ModelLoader().load_from_state_dict(weights).model.eval()


def run_plain(task: dict[str, Any]) -> float:
    """Seconds for the picture: for each window uint8 → float32 → network → uint8, as the usual scripts do."""
    import torch

    net = spandrel_module(Path(task["file"]))
    pixels = photo(*task["size"])
    todo = windows(task["size"], task["halo"], task["tile"])
    every = SAMPLED if len(todo) > 60 else 1

    def one(place: tuple[slice, slice]) -> None:
        x = torch.from_numpy(pixels[place].transpose(2, 0, 1)[None].astype(np.float32) / 255)
        with torch.no_grad():
            y = net(x)[0].numpy()
        (y.transpose(1, 2, 0).clip(0, 1) * 255).round().astype(np.uint8)

    one(todo[0])
    began = time.perf_counter()
    for place in todo[::every]:
        one(place)
    return (time.perf_counter() - began) * len(todo) / len(todo[::every])


def run_ours(task: dict[str, Any]) -> float:
    from ganstudio.core.progress import Progress
    from ganstudio.core.raster import Picture
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime

    entry = Library().find(task["file"])
    runtime = Runtime("cpu", task["precision"], tile=task["fixed"])
    began = time.perf_counter()
    adopted = runtime.open(entry)
    opened = time.perf_counter()
    runtime.asked_of(adopted, 100.0)

    def all_rows(pixels: np.ndarray) -> float:
        raster = runtime.apply(entry, Picture.of(pixels), Progress())
        start = time.perf_counter()
        for y in range(0, raster.header.height, 256):
            raster.rows(y, min(y + 256, raster.header.height))
        raster.close()
        return time.perf_counter() - start

    all_rows(photo(TILE, TILE))
    tuned = time.perf_counter()
    seconds = all_rows(photo(*task["size"]))
    once = f"once: adopted in {opened - began:.1f} s, tuned and warm in {tuned - opened:.1f} s"
    print(f"    {task['precision']}: {runtime.path_of(entry)}; {once}", file=sys.stderr)
    return seconds


def run_openvino(task: dict[str, Any]) -> float:
    import torch

    from ganstudio.models import open_model
    from ganstudio.runtime import devices
    from ganstudio.runtime.adopt import adopt
    from ganstudio.runtime.backends import all_backends

    backend, device = all_backends()["openvino"], devices.cpu()
    adopted = adopt(open_model(Path(task["file"])))
    program = backend.prepare(adopted, backend.paths(device, adopted)[0], device, devices.cores())
    return _tile_after_tile(task, lambda block: program(torch.from_numpy(block), (), None).numpy())


def run_ncnn(task: dict[str, Any]) -> float:
    import ncnn  # pyright: ignore[reportMissingImports]

    net = ncnn.Net()
    net.opt.num_threads = os.cpu_count() or 1
    net.load_param(task["file"])
    net.load_model(str(Path(task["file"]).with_suffix(".bin")))

    def one(block: np.ndarray) -> np.ndarray:
        with net.create_extractor() as extractor:
            extractor.input("data", ncnn.Mat(np.ascontiguousarray(block[0])).clone())
            return np.array(extractor.extract("output")[1])

    return _tile_after_tile(task, one)


def _tile_after_tile(task: dict[str, Any], network: Callable[[np.ndarray], np.ndarray]) -> float:
    pixels = photo(*task["size"])
    todo = windows(task["size"], task["halo"], task["tile"])
    every = SAMPLED if len(todo) > 60 else 1
    blocks = [pixels[place].transpose(2, 0, 1)[None].astype(np.float32) / 255 for place in todo[::every]]
    network(blocks[0])
    began = time.perf_counter()
    for block in blocks:
        network(block)
    return (time.perf_counter() - began) * len(todo) / len(blocks)


WAYS = {"plain": run_plain, "ours": run_ours, "openvino": run_openvino, "ncnn": run_ncnn}


def in_own_process(way: str, task: dict[str, Any], home: str) -> float:
    command = [sys.executable, "-m", "tests.bench.cpu_paths", "--child", way, json.dumps(task)]
    env = {**os.environ, "GANSTUDIO_HOME": home}
    made = subprocess.run(command, check=True, env=env, stdout=subprocess.PIPE, text=True)
    return float(made.stdout.split()[-1])


def compare(title: str, tasks: dict[str, tuple[str, dict[str, Any]]], rounds: int, home: str) -> None:
    """Run the named (way, task)s in turns and print the median of each against "plain", `exact` against its own."""
    print(f"\n{title}")
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, (way, task) in tasks.items():
            seconds[name].append(in_own_process(way, task, home))
    for name, values in seconds.items():
        plain = seconds["plain, exact's halo" if "exact" in name and "plain, exact's halo" in seconds else "plain"]
        each = [p / v for p, v in zip(plain, values, strict=True)]
        print(
            f"  {name:20} {statistics.median(values):8.2f} s [{min(values):.2f}–{max(values):.2f}]"
            f"   {statistics.median(plain) / statistics.median(values):5.2f}× [{min(each):.2f}–{max(each):.2f}]"
        )


def random_weights(folder: Path, family: str) -> Path:
    """A file of a network that leaves a smooth picture as it is, with random details."""
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(0)
    file = folder / f"{family}.safetensors"
    if family == "compact":
        from ganstudio.nets.compact import Compact

        net = Compact(3, 3, 64, 16, 4)
        list(net.parameters())[-2].data.mul_(0.2)
        save_file(net.state_dict(), str(file))
        return file
    from ganstudio.models.torchvision_standin import torchvision_at_hand

    with torchvision_at_hand():
        from spandrel.architectures.ESRGAN import ESRGAN
    net = ESRGAN(scale=4, num_blocks=23)
    for name, value in net.state_dict().items():
        value.mul_(0.3)
        if value.dim() == 4 and "RDB" not in name:  # beside the dense blocks: hand the picture on in three channels
            value[:3].mul_(0.02)
            if name != "model.1.sub.23.weight":
                value[torch.arange(3), torch.arange(3), 1, 1] += 1.0
    save_file({name: value.contiguous() for name, value in net.state_dict().items()}, str(file))
    return file


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--compact", type=Path)
    words.add_argument("--rrdb", type=Path)
    words.add_argument("--megapixels", type=float, default=12.0)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--only", nargs="*", default=["tiles", "photo", "rrdb"])
    words.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.child:
        if given.child[0] != "ours":
            os.nice(5)
        print(WAYS[given.child[0]](json.loads(given.child[1])))
        return
    with tempfile.TemporaryDirectory() as scratch:
        run_all(given, Path(scratch))


def run_all(given: argparse.Namespace, scratch: Path) -> None:
    from ganstudio.models import open_model
    from ganstudio.runtime.adopt import adopt, with_exact

    height = int((given.megapixels * 1e6 * 3 / 4) ** 0.5)
    cases = {
        "tiles": ("Compact 64×16 ×4, windows of 192²", "compact", (768, 768), TILE, TILE),
        "photo": (f"Compact 64×16 ×4, {given.megapixels:g} MP", "compact", (height, height * 4 // 3), TILE, None),
        "rrdb": ("RRDB-23 ×4, 384²", "rrdb", (384, 384), 384, None),
    }
    for name in given.only:
        title, family, size, tile, fixed = cases[name]
        file = getattr(given, family) or random_weights(scratch, family)
        facts = with_exact(adopt(open_model(file))).facts
        task = {"file": str(file), "size": size, "halo": facts.radius, "tile": tile, "fixed": fixed}
        tasks = {"plain": ("plain", task), "ours auto": ("ours", {**task, "precision": "auto"})}
        if size[0] > tile:
            tasks["plain, exact's halo"] = ("plain", {**task, "halo": facts.exact_halo})
        tasks["ours exact"] = ("ours", {**task, "precision": "exact"})
        if importlib.util.find_spec("openvino"):
            tasks["OpenVINO"] = ("openvino", task)
        if importlib.util.find_spec("ncnn") and file.suffix == ".param":
            tasks["ncnn"] = ("ncnn", task)
        halos = f"halo {facts.radius}, exact {facts.exact_halo}"
        compare(f"{title} ({file.name}), {halos}", tasks, given.rounds, str(scratch))


if __name__ == "__main__":
    main()
