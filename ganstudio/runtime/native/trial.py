"""The trial: an image's first run on a computer happens in a process of its own, against plain numpy.

A crash or a wrong number there means that this computer never uses the image; what came of it is remembered.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

from ganstudio.core.program import environment, program
from ganstudio.runtime.native import images
from ganstudio.runtime.native.graphs import Conv, Double, Graph, Last, padded
from ganstudio.runtime.native.images import Image, KernelTrouble

FLAG = "--try-kernels"  # ganstudio/__main__.py knows it
_PASSED = "passed"
_PATIENCE_S = 60.0
# Agreement in dB with numpy in float64, the largest value being the peak.
_LEAST = {"fp32": 100.0, "bf16": 35.0}
_SIZES = ((13, 22), (5, 6), (1, 3))


class NotTried(Exception):
    """The trial itself could not be held; another time it may."""


def trouble(image: Image, where: Path) -> str:
    """Hold the trial in another process; why the image must not be used, or "". Raises NotTried."""
    try:
        done = subprocess.run(
            [*program(), FLAG, image.name, str(where)],
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE_S,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotTried(f"they could not be tried ({type(error).__name__})") from error
    lines = done.stdout.split("\n")
    if done.returncode == 0 and _PASSED in lines:
        return ""
    if done.returncode == 1 and lines[0]:
        return lines[0]
    how = f"signal {-done.returncode}" if done.returncode < 0 else f"code {done.returncode:#x}"
    return f"a process that tried them crashed ({how})"


def main(words: list[str]) -> int:
    """The other process: IMAGE FOLDER."""
    name, where = words
    try:
        image = next(image for image in images.manifest(Path(where)) if image.name == name)
        wrong = _wrong(image, Path(where))
    except KernelTrouble as error:
        wrong = str(error)
    print(wrong or _PASSED, flush=True)
    return 1 if wrong else 0


def _wrong(image: Image, where: Path) -> str:
    """What the image computes wrongly, or ""."""
    from ganstudio.runtime.native.jobs import Network
    from ganstudio.runtime.native.packing import pack

    code, random = images.load(image, where), np.random.default_rng(2)
    for graph in graphs():
        network = Network(pack(graph, code))
        for height, width in _SIZES:
            picture = random.random((height, width, graph.inputs), np.float32)
            wanted = plainly(graph, picture)
            one, two = network(picture, 1), network(picture, 2)
            agreed = agreement(one, wanted)
            if not agreed >= _LEAST[image.dtype]:
                return f"they compute other numbers than they should ({agreed:.0f} dB)"
            if not np.array_equal(one, two):
                return "two threads compute other numbers than one"
    return ""


def graphs() -> list[Graph]:
    """Small networks that use every function of an image."""
    return [_chain(colours, shuffle) for colours, shuffle in ((3, 1), (3, 2), (3, 3), (3, 4), (1, 2), (1, 4))] + [
        _wide(3, 3), _wide(1, 1), _wide(3, 12),
    ]  # fmt: skip


def _weights(random: np.random.Generator, out: int, into: int) -> tuple[np.ndarray, np.ndarray]:
    weight = random.normal(0, (1 / (9 * into)) ** 0.5, (out, into, 3, 3)).astype(np.float32)
    return weight, random.normal(0, 0.2, out).astype(np.float32)


def _chain(colours: int, shuffle: int) -> Graph:
    """Layers of all widths, one after the other."""
    random, graph = np.random.default_rng(colours + 10 * shuffle), Graph(colours, colours)
    source, before = 0, colours
    for features in (24, 64, 48, 16, 80, 32):
        target = graph.map(features)
        slope = random.random(features).astype(np.float32)
        graph.steps.append(Conv(source, target, *_weights(random, features, before), slope))
        source, before = target, features
    graph.steps.append(Last(source, *_weights(random, colours * shuffle**2, before), shuffle, True))
    return graph


def _wide(colours: int, inputs: int) -> Graph:
    """Joined features, additions and a doubling."""
    random, graph = np.random.default_rng(inputs), Graph(colours, inputs)
    a, b, c, narrow = (*(graph.map(96) for _ in range(3)), graph.map(64))
    large, end = graph.map(64, 1), graph.map(48, 1)
    half = np.full(32, 0.2, np.float32)
    graph.steps += [
        Conv(0, a, *_weights(random, 64, inputs)),
        Conv(a, a, *_weights(random, 32, 64), half, at=64),
        Conv(a, b, *_weights(random, 64, 96), None, 0, (0.5, 1.0), (a,)),
        Conv(b, b, *_weights(random, 32, 64), half, at=64),
        Conv(b, c, *_weights(random, 64, 96), None, 0, (0.25, 0.5, 1.0), (b, a)),
        Conv(c, narrow, *_weights(random, 64, 64)),
        Double(narrow, large),
        Conv(large, end, *_weights(random, 48, 64), np.zeros(48, np.float32)),
        Last(end, *_weights(random, colours, 48), 1, False),
    ]
    return graph


def plainly(graph: Graph, picture: np.ndarray) -> np.ndarray:
    """What a graph makes of (H, W, inputs), in float64, written as plainly as it can be."""
    maps: dict[int, np.ndarray] = {0: picture.astype(np.float64)}
    for step in graph.steps:
        x = maps[step.source]
        if isinstance(step, Double):
            maps[step.target] = _repeated(x, 2)
            continue
        y = _convolved(x[:, :, : step.weight.shape[1]], step.weight) + step.bias
        if isinstance(step, Last):
            height, width, r = *y.shape[:2], step.shuffle
            y = y.reshape(height, width, -1, r, r).transpose(0, 3, 1, 4, 2).reshape(height * r, width * r, -1)
            return y + _repeated(maps[0], r) if step.based else y
        if step.slope is not None:
            y = np.where(y < 0, y * step.slope, y)
        y *= step.factors[0]
        for factor, number in zip(step.factors[1:], step.added, strict=True):
            y = y + factor * maps[number][:, :, step.at : step.at + y.shape[2]]
        if step.target not in maps or not step.at:
            maps[step.target] = np.zeros((*y.shape[:2], padded(graph.maps[step.target].channels)))
        maps[step.target][:, :, step.at : step.at + y.shape[2]] = y
    raise ValueError("the graph has no last step")


def _repeated(x: np.ndarray, times: int) -> np.ndarray:
    return x.repeat(times, 0).repeat(times, 1)


def _convolved(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    height, width = x.shape[:2]
    around = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    places = [(i, j) for i in range(3) for j in range(3)]
    parts = [around[i : i + height, j : j + width] @ weight[:, :, i, j].T.astype(np.float64) for i, j in places]
    return np.sum(parts, axis=0)


def agreement(got: np.ndarray, wanted: np.ndarray) -> float:
    """Peak signal against error in dB; −inf for what is not finite."""
    if got.shape != wanted.shape or not np.isfinite(got).all():
        return -np.inf
    error = float(np.square(got - wanted).mean())
    return float(10 * np.log10(float(np.square(wanted).max()) / max(error, 1e-30)))
