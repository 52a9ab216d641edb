"""What a Latent is made of: weighted words, pushes along directions, layers taken from another seed, a point of w."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.errors import UsageError

_MOST_FLOATS = 1 << 20  # of one vector or point: 64 layers of 16,384
_DAMAGED = "The numbers of a direction or a point are damaged."


@dataclass(frozen=True)
class Weighted:
    """A seed or a class, and how much of it; weights are taken by their share of the sum."""

    word: str
    weight: float = 1.0


@dataclass(frozen=True)
class Push:
    """So many σ along a direction, in the layers `first` to `last` (None: to the end).

    `vector` is one σ of it: w_dim float32, little-endian; empty where only the name is known yet.
    """

    name: str
    amount: float
    first: int = 0
    last: int | None = None
    vector: bytes = field(default=b"", repr=False)

    @property
    def array(self) -> NDArray[np.float32]:
        """w_dim float32."""
        return np.frombuffer(self.vector, "<f4").astype(np.float32)

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "amount": self.amount,
            "first": self.first,
            "last": self.last,
            "vector": packed(self.vector),
        }


@dataclass(frozen=True)
class Mix:
    """The layers `first` to `last` (None: to the end) are those of another seed."""

    seed: int
    first: int
    last: int | None = None


@dataclass(frozen=True)
class Point:
    """A point of its own, which no seed gives: `layers`×w_dim float32, little-endian, one row a layer.

    `noise`: noise maps that were found with it, which take the place of the model's own (`noise` of the Latent
    "fixed"); one byte a number, b"" for none.
    """

    values: bytes = field(repr=False)
    layers: int
    noise: bytes = field(default=b"", repr=False)

    @classmethod
    def of(cls, ws: NDArray[np.float32], noise: bytes = b"") -> Self:
        """num_ws×w_dim."""
        return cls(np.ascontiguousarray(ws, "<f4").tobytes(), ws.shape[0], noise)

    @property
    def array(self) -> NDArray[np.float32]:
        """num_ws×w_dim float32."""
        return np.frombuffer(self.values, "<f4").astype(np.float32).reshape(self.layers, -1)


def packed(values: bytes) -> str:
    return base64.b64encode(values).decode("ascii")


def unpacked(text: Any) -> bytes:
    """Raises UsageError for anything but finite float32 numbers in base64."""
    values = unpacked_bytes(text)
    if len(values) % 4 or not np.isfinite(np.frombuffer(values, "<f4")).all():
        raise UsageError(_DAMAGED)
    return values


def unpacked_bytes(text: Any) -> bytes:
    """Raises UsageError for anything but base64, or too much of it."""
    try:
        if not isinstance(text, str) or len(text) > 6 * _MOST_FLOATS:
            raise ValueError
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise UsageError(_DAMAGED) from error
