"""Graphs through machine code: against plain numpy, on any size and number of threads; what stops a run."""

from __future__ import annotations

import ctypes
import mmap
import threading
import time

import numpy as np
import pytest
import torch

from ganstudio.runtime.native import images, trial
from ganstudio.runtime.native.graphs import Conv, Graph, Last
from ganstudio.runtime.native.images import Code, Image
from ganstudio.runtime.native.jobs import Network, Stopped
from ganstudio.runtime.native.memory import ARENAS
from ganstudio.runtime.native.packing import groups, pack

FLAGS = torch.cpu.get_capabilities()
HERE = [
    image
    for image in images.manifest()
    if image.machine == images.machine() and all(FLAGS.get(flag) for flag in image.needs)
]
SIZES = [(37, 53), (5, 6), (1, 131), (130, 7), (1, 1), (24, 40)]


@pytest.fixture(params=HERE, ids=lambda image: image.name)
def code(request: pytest.FixtureRequest) -> Code:
    return images.load(request.param)


def picture(height: int, width: int, channels: int) -> np.ndarray:
    return np.random.default_rng(height * width).random((height, width, channels), np.float32)


def deep(features: int = 64, convs: int = 8) -> Graph:
    """Enough work to be stopped in."""
    random, graph = np.random.default_rng(1), Graph(3, 3)
    maps, source, before = (graph.map(features), graph.map(features)), 0, 3
    for n in range(convs):
        weight = random.normal(0, (2 / (9 * before)) ** 0.5, (features, before, 3, 3)).astype(np.float32)
        graph.steps.append(Conv(source, maps[n % 2], weight, np.zeros(features), np.full(features, 0.1)))
        source, before = maps[n % 2], features
    graph.steps.append(Last(source, np.full((3, features, 3, 3), 0.01, np.float32), np.zeros(3), 1, True))
    return graph


@pytest.mark.parametrize("size", SIZES)
def test_every_kind_of_layer_agrees_with_numpy_on_any_threads(code: Code, size: tuple[int, int]) -> None:
    least = 125 if code.image.dtype == "fp32" else 40
    for graph in (trial.graphs()[1], trial.graphs()[6], trial.graphs()[8]):
        network = Network(pack(graph, code))
        x = picture(*size, graph.inputs)
        alone = network(x, 1)
        assert trial.agreement(alone, trial.plainly(graph, x)) >= least
        for threads in (2, 3):
            assert np.array_equal(network(x, threads), alone)


def test_all_float32_images_give_the_same_bits() -> None:
    """So does `exact` on all processors that have one of them."""
    codes = [images.load(image) for image in HERE if image.dtype == "fp32"]
    for graph in (trial.graphs()[3], trial.graphs()[6]):
        x = picture(29, 41, graph.inputs)
        first, *others = (Network(pack(graph, one))(x) for one in codes)
        for other in others:
            assert np.array_equal(first, other)


def test_memory_that_was_used_before_leaves_no_trace(code: Code) -> None:
    """Maps lie where others' numbers were, not-numbers among them."""
    graph = trial.graphs()[6]
    network = Network(pack(graph, code))
    x = picture(21, 30, 3)
    first = network(x)
    with ARENAS.take(8 << 20) as memory:
        memory[:] = 0xFF
    assert np.array_equal(network(x), first)


def test_several_callers_at_once_do_not_meet(code: Code) -> None:
    graph = trial.graphs()[6]
    network = Network(pack(graph, code))
    xs = [picture(20 + n, 30, 3) for n in range(4)]
    wanted = [network(x) for x in xs]
    got: dict[int, np.ndarray] = {}
    callers = [threading.Thread(target=lambda n=n: got.update({n: network(xs[n], 2)})) for n in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert all(np.array_equal(got[n], wanted[n]) for n in range(4))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_stop_is_heard_in_the_middle(code: Code, threads: int) -> None:
    network = Network(pack(deep(), code))
    asked = 0

    def stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked > 1

    with pytest.raises(Stopped):
        network(picture(512, 512, 3), threads, stopped)
    small = picture(16, 16, 3)
    assert np.array_equal(network(small, threads), network(small))  # and the next run is whole


def test_asking_for_a_stop_costs_many_slices_only_in_long_runs(code: Code) -> None:
    asked: list[float] = []
    Network(pack(deep(convs=2), code))(picture(9, 9, 3), 1, lambda: bool(asked.append(time.monotonic())))
    assert not asked


@pytest.mark.parametrize("lanes", [4, 8, 16])
def test_all_widths_can_be_split(lanes: int) -> None:
    known = {16: {1, 2, 3, 4}, 8: {2}, 4: {4}}[lanes]
    for channels in range(16, 513, 16):
        split = groups(channels // lanes, lanes)
        assert sum(wide * repeats for wide, repeats in split) == channels // lanes
        assert {wide for wide, _ in split} <= known


@pytest.mark.skipif(images.entry_name() != "run_sysv", reason="calls Windows' convention from System V's")
@pytest.mark.parametrize("image", HERE, ids=lambda image: image.name)
def test_the_entry_for_windows_computes_the_same(image: Image) -> None:
    """Through a few bytes that hand on the arguments as Windows does, and look whether xmm6 comes back as it was."""
    code = images.load(image)
    graph = trial.graphs()[1]
    network = Network(pack(graph, code))
    x = picture(19, 23, 3)
    wanted = network(x)
    bridge = _Bridge(code.address("run_win64"))
    code.run = bridge.call  # type: ignore[assignment]
    assert np.array_equal(network(x), wanted)
    assert bridge.kept()


class _Bridge:
    """Calls a function of Windows' convention (rcx, rdx, 32 bytes of shadow; xmm6 to xmm15 belong to the caller)."""

    def __init__(self, target: int) -> None:
        self._seen = ctypes.c_uint64(0)
        seen = ctypes.addressof(self._seen)
        parts = [
            b"\x48\x89\xf9\x48\x89\xf2",  # mov rcx, rdi; mov rdx, rsi
            b"\x48\x83\xec\x28",  # sub rsp, 40
            b"\x48\xb8" + (0x1122334455667788).to_bytes(8, "little"),  # mov rax, pattern
            b"\x66\x48\x0f\x6e\xf0",  # movq xmm6, rax
            b"\x48\xb8" + target.to_bytes(8, "little") + b"\xff\xd0",  # mov rax, target; call rax
            b"\x48\x83\xc4\x28",  # add rsp, 40
            b"\x48\xb9" + seen.to_bytes(8, "little"),  # mov rcx, seen
            b"\x66\x48\x0f\x7e\xf2\x48\x89\x11",  # movq rdx, xmm6; mov [rcx], rdx
            b"\xc3",
        ]
        self._memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        self._memory.write(b"".join(parts))
        view = ctypes.c_char.from_buffer(self._memory)
        self.call = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64)(ctypes.addressof(view))

    def kept(self) -> bool:
        return self._seen.value == 0x1122334455667788
