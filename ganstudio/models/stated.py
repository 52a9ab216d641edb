"""What a model file says of its own licence, and what must be asked where it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNKNOWN = "unknown"
OF_NVIDIA = "not stated; written by NVIDIA's StyleGAN code (NVIDIA Source Code License)"
ASK_NVIDIA = (
    "Not settled: NVIDIA's own weights and works derived from them are for research and evaluation only; whoever else "
    "trained this file may allow more. Ask before you use its pictures commercially."
)
_KEYS = ("modelspec.license", "license", "licence")
_LONGEST = 200


def licence_of(said: Mapping[str, Any], metadata: Mapping[str, str], by_nvidias_code: bool) -> tuple[str, str]:
    """(licence, commercial use) for the Card: what the file names, the question behind NVIDIA's files, or unknown."""
    for source in (metadata, said):
        for key in _KEYS:
            value = source.get(key)
            if isinstance(value, str) and value.strip() and value.isprintable():
                return value.strip()[:_LONGEST], UNKNOWN
    return (OF_NVIDIA, ASK_NVIDIA) if by_nvidias_code else (UNKNOWN, UNKNOWN)
