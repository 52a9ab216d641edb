"""Projecting: a search for a picture's point, a step at a time in the runtime's lane: a person's pictures go first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.core.errors import BadModel, EngineError, OutOfMemory, is_want_of_memory
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.runtime.generating.search import Distance, Search, SearchSteps
from ganstudio.runtime.lane import cores
from ganstudio.runtime.tile_run import release_memory

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.models.library import Entry
    from ganstudio.runtime.door import Runtime

T = TypeVar("T")
_LOOK_EVERY = 8  # steps
_APART = 0.45  # share of the steps in which the layers may part
_CLASS_DRAWS = 12
_CLASSES_TRIED, _CLASS_STEPS = 3, 24


@dataclass(frozen=True, eq=False)
class Look:
    """How far a search is: ws num_ws×w_dim float32, its distance, those of the mean and of the nearest of `looked_at`
    random pictures, R×R×C uint8, which class (its number; None without), and noise maps as a Point carries them."""

    step: int
    steps: int
    ws: NDArray[np.float32]
    distance: float
    mean: float
    random: float
    looked_at: int
    picture: NDArray[np.uint8]
    chosen: int | None = None
    doing: str = ""
    noise: bytes = b""


@dataclass(frozen=True, eq=False)
class Ended:
    """`stopped`: it was enough before its end. `faults`: how often the network gave no numbers."""

    look: Look
    stopped: bool
    faults: int


def project(
    runtime: Runtime,
    entry: Entry,
    distance_of: Callable[[torch.device], Distance],
    *,
    shares: Sequence[float] = (),
    layers: bool = True,
    noise: bool = False,
    steps: int,
    progress: Progress,
    show: Callable[[Look], None],
    enough: Callable[[], bool],
) -> Ended:
    """Search the generator's space for the point nearest by `distance_of(device)`.

    `shares`: of the classes, where they are known; () tries them. `layers`: each may have a w of its own in the end.
    `noise`: the noise maps move too, where it has some. `show` hears of the best so far. Raises Cancelled, BadModel,
    OutOfMemory, EngineError.
    """
    from ganstudio.models import open_model

    def work() -> Projecting:
        net = open_model(entry.path).module
        if not isinstance(net, GeneratorNet):
            raise BadModel(f"The model {entry.name} makes no pictures of its own.", "Choose a generator.")
        device = torch.device(runtime.device.torch_name)
        return Projecting(net.to(device), distance_of(device), layers and net.has_w, noise, steps)

    def in_lane(piece: Callable[[], T]) -> T:
        progress.check()

        def alone() -> T:
            with cores(runtime.lane.share()):
                return piece()

        return runtime.lane.submit(alone, 1).result()

    try:
        going = in_lane(work)
        return _go(going, shares, progress, show, enough, in_lane)
    except (RuntimeError, MemoryError) as error:
        if not is_want_of_memory(error):
            raise
        release_memory()
        raise OutOfMemory(
            f"There is not enough memory to project with {entry.name}.",
            "Close other programs, or choose a smaller model.",
        ) from error


def _go(
    going: Projecting,
    shares: Sequence[float],
    progress: Progress,
    show: Callable[[Look], None],
    enough: Callable[[], bool],
    in_lane: Callable[[Callable[[], object]], object],
) -> Ended:
    progress.set_total(going.steps + (going.trials if not shares else 0))
    progress.doing("looking at random pictures")
    if going.net.classes and not shares:
        in_lane(going.rank)
        for number in list(going.ranked):
            progress.doing(f"trying class {number + 1}")
            in_lane(lambda number=number: going.enter(number))
            for _ in range(_CLASS_STEPS):
                in_lane(going.try_step)
                progress.advance()
                if enough():
                    break
            in_lane(going.judge_class)
            show(going.look(f"trying class {number + 1}"))
        in_lane(going.choose)
    else:
        in_lane(lambda: going.begin(shares))
    show(going.look())
    stopped = False
    while going.step < going.steps:
        if enough():
            stopped = True
            break
        try:
            in_lane(going.go)
        except EngineError:
            if going.step == 0:
                raise
            stopped = True
            break
        progress.advance()
        if going.step % _LOOK_EVERY == 0 or going.step == going.steps:
            in_lane(going.judge)
            progress.doing(f"step {going.step:,} of {going.steps:,}")
            show(going.look())
    in_lane(going.judge)
    return Ended(going.look(), stopped, going.search.faults)


class Projecting:
    """The search in pieces short enough for the lane."""

    def __init__(self, net: GeneratorNet, distance: Distance, layers: bool, noise: bool, steps: int) -> None:
        self.net, self._distance, self._noise = net, distance, noise
        self._device = next(net.parameters()).device
        self._alike = steps - round(steps * _APART) if layers else steps
        self.steps, self.step = steps, 0
        self.search: Search
        self._chosen: int | None = None
        self._way: SearchSteps
        self.ranked: list[int] = []
        self._tried: list[tuple[float, int, Search, SearchSteps]] = []

    @property
    def trials(self) -> int:
        """Steps that finding the class takes."""
        return min(self.net.classes, _CLASSES_TRIED) * _CLASS_STEPS

    def begin(self, shares: Sequence[float]) -> None:
        label = None
        if self.net.classes:
            label = torch.tensor([list(shares)], dtype=torch.float32, device=self._device)
            self._chosen = max(range(len(shares)), key=lambda number: shares[number])
        self.search = Search(self.net, label, self._distance)
        self._way = self.search.steps(self._alike, layers=False, noise=self._noise)

    def go(self) -> None:
        """A step."""
        if self.step == self._alike:
            self._way.judge()
            self._way = self.search.steps(self.steps - self._alike, layers=True, noise=self._noise)
        self._way.step()
        self.step += 1

    def judge(self) -> None:
        self._way.judge()

    def look(self, doing: str = "") -> Look:
        search = self.search
        return Look(
            self.step, self.steps, search.best.ws, search.best.distance, _number(search.mean), _number(search.random),
            len(search.random), search.best.picture, self._chosen, doing, search.best.noise,
        )  # fmt: skip

    # Which class?

    def rank(self) -> None:
        """The classes whose random pictures come nearest, those with the nearest first."""
        found = []
        for number in range(self.net.classes):
            z = torch.randn(_CLASS_DRAWS, self.net.z_dim, generator=torch.Generator().manual_seed(1)).to(self._device)
            label = self._label(number)
            with torch.no_grad():
                labels = label.expand(_CLASS_DRAWS, -1)
                pictures = self.net.draw(self.net.styles(z, labels), labels, "const")
                found.append((_number(self._distance(pictures).sort().values[:4].mean()), number))
        self.ranked = [number for _, number in sorted(found)[:_CLASSES_TRIED]]

    def enter(self, number: int) -> None:
        """Begin with a class."""
        self._chosen = number
        self.search = Search(self.net, self._label(number), self._distance)
        self._way = self.search.steps(_CLASS_STEPS, layers=False)

    def try_step(self) -> None:
        self._way.step()

    def judge_class(self) -> None:
        self._way.judge()
        assert self._chosen is not None
        self._tried.append((self.search.best.distance, self._chosen, self.search, self._way))

    def choose(self) -> None:
        """Go on with the class that came nearest."""
        _, self._chosen, self.search, _ = min(self._tried, key=lambda one: one[:2])
        self._tried.clear()
        self._way = self.search.steps(self._alike, layers=False, noise=self._noise)

    def _label(self, number: int) -> Tensor:
        return torch.eye(self.net.classes, device=self._device)[number : number + 1]


def _number(distances: Tensor) -> float:
    """The least that is one."""
    return float(torch.nan_to_num(distances.float(), nan=math.inf).min())
