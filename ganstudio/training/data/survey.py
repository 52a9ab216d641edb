"""Survey: what a folder of pictures is like, from headers and a few looks; the safe defaults follow from it."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xxhash

from ganstudio.core.errors import BadInput
from ganstudio.core.names import shown
from ganstudio.training.data.folder import Picture, Pictures, open_pictures

_LOOKED_AT = 24  # pictures decoded to see whether they are gray
_NAMED = 4


@dataclass(frozen=True)
class Survey:
    """`count` usable pictures; `short`: their shorter sides, sorted; `classes`: name → count; shares are 0..1.
    `notes`: sentences for the person (left out, duplicates, gray, alpha, CMYK, mixed sizes)."""

    count: int
    short: tuple[int, ...]
    megapixels: float
    classes: dict[str, int]
    gray: float = 0.0
    square: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def smallest(self) -> int:
        return self.short[0]

    @property
    def middle(self) -> int:
        """The median of the shorter sides."""
        return self.short[len(self.short) // 2]

    def at_least(self, side: int) -> int:
        """How many pictures are at least `side` pixels on both sides."""
        return sum(one >= side for one in self.short)


def survey_of(path: Path, licences: Iterable[str]) -> tuple[Pictures, Survey]:
    """The pictures of a folder that may be used, sorted out, and what they are like."""
    return survey(open_pictures(path, licences))


def survey(pictures: Pictures) -> tuple[Pictures, Survey]:
    """The pictures without broken headers and byte-for-byte duplicates, and what they are like. BadInput when none is
    left."""
    notes = list(pictures.left_out)
    headers, broken = _headers(pictures.pictures)
    if broken:
        notes.append(f"Left out because broken: {_some(broken)}.")
        pictures = pictures.without(broken, notes[-1])
    if not headers:
        raise BadInput(f"No picture in {shown(pictures.path)} can be read.")
    twins = _twins(pictures.pictures)
    if twins:
        notes.append(f"Left out because another file is the same: {_some(twins)}.")
        pictures = pictures.without(twins, notes[-1])
    kept = [headers[one.name] for one in pictures.pictures]
    short = tuple(sorted(min(width, height) for width, height, _ in kept))
    gray = _gray(pictures.pictures, headers)
    notes += _remarks([mode for *_, mode in kept], short, gray)
    return pictures, Survey(
        len(kept),
        short,
        sum(width * height for width, height, _ in kept) / 1e6,
        dict(sorted(Counter(one.label for one in pictures.pictures).items())),
        gray,
        statistics.fmean(width == height for width, height, _ in kept),
        tuple(notes),
    )


def _some(names: Sequence[str]) -> str:
    told = ", ".join(shown(name) for name in names[:_NAMED])
    return told if len(names) <= _NAMED else f"{told} and {len(names) - _NAMED:,} more"


def _headers(pictures: Sequence[Picture]) -> tuple[dict[str, tuple[int, int, str]], list[str]]:
    found, broken = {}, []
    for one in pictures:
        try:
            found[one.name] = one.header()
        except BadInput:
            broken.append(one.name)
    return found, broken


def _twins(pictures: Sequence[Picture]) -> list[str]:
    """The names of all but the first of files with the same bytes."""
    sizes = Counter(one.size for one in pictures)
    seen: set[tuple[int, str]] = set()
    twins = []
    for one in pictures:
        if sizes[one.size] == 1:
            continue
        content = one.content()
        if content is None:  # arrays are all of one size, and what is in them is meant
            continue
        key = (one.size, xxhash.xxh3_128_hexdigest(content))
        if key in seen:
            twins.append(one.name)
        seen.add(key)
    return twins


def _gray(pictures: Sequence[Picture], headers: dict[str, tuple[int, int, str]]) -> float:
    """The share of gray pictures, judged by some of them."""
    some = pictures[:: max(1, len(pictures) // _LOOKED_AT)]
    found = []
    for one in some:
        if headers[one.name][2] in ("1", "L", "LA"):
            found.append(True)
            continue
        try:
            look = one.read()[::8, ::8].astype(np.int16)
        except BadInput:  # cut off: said when the pictures are read
            continue
        found.append(bool(np.ptp(look, axis=2).mean() < 1.0))
    return statistics.fmean(found) if found else 0.0


def _remarks(modes: Sequence[str], short: Sequence[int], gray: float) -> list[str]:
    notes = []
    if alpha := sum(mode in ("RGBA", "LA", "PA") for mode in modes):
        notes.append(f"{alpha:,} of the pictures are partly transparent: they are laid on white.")
    if cmyk := sum(mode == "CMYK" for mode in modes):
        notes.append(f"{cmyk:,} of the pictures are CMYK: they are turned into RGB, their colours may shift.")
    if gray >= 0.9:
        notes.append("The pictures are gray: the model will not learn colours.")
    elif gray >= 0.1:
        notes.append(f"About {gray:.0%} of the pictures are gray, the others coloured.")
    if short[-1] >= 8 * short[0]:
        notes.append(f"The sizes differ wildly: the shorter side is {short[0]} to {short[-1]} pixels.")
    return notes
