"""Graphs: what a network of 3×3 convolutions computes, as maps and steps between them. No torch here.

Map 0 is the picture. All others have channels padded to GRAIN and a side of 2**level times the picture's. Every
convolution is 3×3, stride 1, with zeros around. A dense block's joined features are one wide map, of which each
convolution reads the first channels and writes the next ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ganstudio.runtime.native.abi import COLOURS, GRAIN


def padded(channels: int) -> int:
    return -(-channels // GRAIN) * GRAIN


@dataclass(frozen=True)
class Map:
    channels: int
    level: int = 0


@dataclass(frozen=True)
class Conv:
    """`weight` (out, in, 3, 3), `bias` (out), `slope` (out) of the rectifier or None for none: the result goes to
    channels `at`… of the target. With `added`: factors[0]·y + Σ factors[i]·added[i−1], maps of the target's layout and
    not the target itself."""

    source: int
    target: int
    weight: np.ndarray
    bias: np.ndarray
    slope: np.ndarray | None = None
    at: int = 0
    factors: tuple[float, ...] = (1.0,)
    added: tuple[int, ...] = ()


@dataclass(frozen=True)
class Double:
    """Nearest neighbour, twice as large each way; both maps have the same channels."""

    source: int
    target: int


@dataclass(frozen=True)
class Last:
    """Convolution, pixel shuffle and, where `based`, the picture repeated (then the source has level 0)."""

    source: int
    weight: np.ndarray
    bias: np.ndarray
    shuffle: int
    based: bool


Step = Conv | Double | Last


@dataclass
class Graph:
    """`colours` in the result, `inputs` channels of the picture (as many, or more where it is folded into channels)."""

    colours: int
    inputs: int
    maps: list[Map] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.maps.insert(0, Map(self.inputs))

    @property
    def direct(self) -> bool:
        """Whether the first layer reads float pixels as they are."""
        return self.inputs in COLOURS

    @property
    def scale(self) -> int:
        """Result pixels for one of the picture (map 0), each way."""
        last = self.steps[-1]
        assert isinstance(last, Last)
        return last.shuffle << self.maps[last.source].level

    def map(self, channels: int, level: int = 0) -> int:
        self.maps.append(Map(channels, level))
        return len(self.maps) - 1


def touched(step: Step) -> tuple[list[int], int | None]:
    """The maps a step reads, and the one it writes (None: the result)."""
    if isinstance(step, Last):
        return [step.source, 0] if step.based else [step.source], None
    return [step.source, *(step.added if isinstance(step, Conv) else ())], step.target
