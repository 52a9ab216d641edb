"""Wheel: one file of a build, as an index names it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wheel:
    """A wheel on an index. `bytes` is its size, once asked for."""

    name: str
    version: str
    file: str
    url: str
    sha256: str
    bytes: int = 0
