"""Projection: a photograph's place in a generator's space, as values: the square it is seen in, how far it got."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.errors import UsageError
from ganstudio.core.latent.latent import Latent
from ganstudio.core.params import Kind

Pixels = NDArray[np.uint8]
_FAR = 1_000_000.0
# From this share of the way on, in words.
_WORDS = (
    (88.0, "hardly to be told apart"),
    (72.0, "very near"),
    (55.0, "near: colours and large forms are there"),
    (35.0, "only the gist of it"),
    (0.0, "far: the model has probably learnt no such pictures"),
)
# Where a face's eyes lie in the pictures that face generators are trained with (FFHQ): by their distance.
_FACE_SIDE, _BELOW_EYES = 4.0, 0.11


@dataclass(frozen=True)
class Square:
    """A square of a photograph: its middle, side (pixels) and turn (degrees, clockwise); may reach over the edge."""

    x: float
    y: float
    side: float
    angle: float = 0.0

    def __post_init__(self) -> None:
        numbers = (self.x, self.y, self.side, self.angle)
        if not all(isinstance(one, (int, float)) and math.isfinite(one) and abs(one) < _FAR for one in numbers):
            raise UsageError("A square of the photograph is four numbers.", "Write X,Y,SIDE or X,Y,SIDE,ANGLE.")
        if self.side < 2:
            raise UsageError("The square of the photograph has no side of two pixels.")

    @classmethod
    def centre(cls, width: int, height: int) -> Square:
        """The largest one inside."""
        return cls(width / 2, height / 2, max(min(width, height), 2))

    @classmethod
    def whole(cls, width: int, height: int) -> Square:
        """The smallest one around all of it."""
        return cls(width / 2, height / 2, max(width, height, 2))

    @classmethod
    def of_eyes(cls, left: tuple[float, float], right: tuple[float, float]) -> Square:
        """A face straight and as large as in the pictures of faces that generators learn from (FFHQ, Karras et al.
        2019). `left` and `right` as one sees them."""
        across = right[0] - left[0], right[1] - left[1]
        apart = math.hypot(*across)
        if apart < 2:
            raise UsageError("The eyes lie in one place.", "Say where each of them is: X,Y,X,Y.")
        middle = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
        down = -across[1] * _BELOW_EYES, across[0] * _BELOW_EYES
        angle = math.degrees(math.atan2(across[1], across[0]))
        return cls(middle[0] + down[0], middle[1] + down[1], _FACE_SIDE * apart, angle)

    def to_pixels(self, side: int) -> NDArray[np.float64]:
        """2×3: from places in the photograph to those in a picture of the square, `side` pixels wide (pixel centres
        at halves)."""
        scale, turn = side / self.side, math.radians(self.angle)
        cos, sin = scale * math.cos(turn), scale * math.sin(turn)
        half = side / 2
        return np.array(
            [[cos, sin, half - cos * self.x - sin * self.y], [-sin, cos, half + sin * self.x - cos * self.y]]
        )

    def corners(self) -> NDArray[np.float64]:
        """4×2, in the photograph."""
        turn, half = math.radians(self.angle), self.side / 2
        along = np.array([math.cos(turn), math.sin(turn)]) * half
        across = np.array([-math.sin(turn), math.cos(turn)]) * half
        middle = np.array([self.x, self.y])
        return np.stack([middle + a * along + b * across for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))])


@dataclass(frozen=True)
class Crop(Kind):
    """`centre`, `whole`, or the square itself: X,Y,SIDE or X,Y,SIDE,ANGLE (the middle, in pixels). The value is a word
    or a Square."""

    def parse(self, text: str) -> str | Square:
        word = text.strip().lower().replace("center", "centre")
        if word in ("centre", "whole"):
            return word
        try:
            numbers = [float(part) for part in word.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) not in (3, 4):
            raise UsageError(f"“{text}” is no crop.", "Write centre, whole, X,Y,SIDE or X,Y,SIDE,ANGLE.")
        return Square(*numbers)

    def check(self, value: Any) -> str | Square:
        if isinstance(value, Square) or value in ("centre", "whole"):
            return value
        raise UsageError(f"“{value}” is no crop.", "Write centre, whole, X,Y,SIDE or X,Y,SIDE,ANGLE.")

    def text(self, value: str | Square) -> str:
        if isinstance(value, str):
            return value
        return ",".join(repr(float(one)) for one in (value.x, value.y, value.side, value.angle))

    def to_json(self, value: str | Square) -> Any:
        return self.text(value)

    def from_json(self, data: Any) -> str | Square:
        return self.parse(str(data))

    @property
    def metavar(self) -> str:
        return "centre|whole|X,Y,SIDE[,ANGLE]"


@dataclass(frozen=True)
class Eyes(Kind):
    """Where a face's eyes are, the left one as one sees it first: X,Y,X,Y."""

    def parse(self, text: str) -> tuple[float, float, float, float]:
        try:
            return self.check(tuple(float(part) for part in text.split(",")))
        except ValueError as error:
            raise UsageError(f"“{text}” are no eyes.", "Write X,Y,X,Y: the left one, as you see it, first.") from error

    def check(self, value: Any) -> tuple[float, float, float, float]:
        if not isinstance(value, tuple) or len(value) != 4 or not all(math.isfinite(float(one)) for one in value):
            raise UsageError("The eyes are four numbers.", "Write X,Y,X,Y: the left one, as you see it, first.")
        Square.of_eyes(value[:2], value[2:])
        return value

    def text(self, value: tuple[float, float, float, float]) -> str:
        return ",".join(repr(float(one)) for one in value)

    def to_json(self, value: tuple[float, float, float, float]) -> Any:
        return list(value)

    def from_json(self, data: Any) -> tuple[float, float, float, float]:
        return self.check(tuple(data) if isinstance(data, list) else data)

    @property
    def metavar(self) -> str:
        return "X,Y,X,Y"


@dataclass(frozen=True)
class Score:
    """How far a projection got: 0 % is the model's mean picture, 100 % the photograph itself. `random` is where the
    nearest of `looked_at` random pictures lies."""

    percent: float
    random: float
    looked_at: int

    @classmethod
    def of(cls, distance: float, mean: float, random: float, looked_at: int) -> Score:
        """From distances (squares of what the eye takes for distance)."""
        return cls(_share(distance, mean), _share(random, mean), looked_at)

    @property
    def words(self) -> str:
        return next(words for least, words in _WORDS if self.percent >= least)

    @property
    def sentence(self) -> str:
        return (
            f"{self.percent:.0f} % of the way from the model's mean picture to the photograph ({self.words}); "
            f"the nearest of {self.looked_at} random pictures is at {self.random:.0f} %."
        )


def _share(distance: float, mean: float) -> float:
    if not (math.isfinite(distance) and mean > 0):
        return 0.0
    return 100.0 * min(max(1.0 - math.sqrt(max(distance, 0.0) / mean), 0.0), 1.0)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a projection has at a step: H×H×C uint8, and the Latent that is the same picture."""

    step: int
    steps: int
    score: Score
    picture: Pixels = field(repr=False)
    latent: Latent = field(repr=False)
    doing: str = ""


@dataclass(frozen=True, eq=False)
class Projected:
    """What a projection came to. `target` is the photograph's square as the network sees it (H×H×3 uint8), `stopped`
    says that it was enough before its end, `notes` what else the person should know."""

    latent: Latent
    picture: Pixels = field(repr=False)
    target: Pixels = field(repr=False)
    square: Square
    score: Score
    steps: int
    seconds: float
    stopped: bool = False
    notes: tuple[str, ...] = ()
