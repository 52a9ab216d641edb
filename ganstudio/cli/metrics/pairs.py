"""`ganstudio metrics pictures A B`: results beside truths, file by file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ganstudio.cli.metrics import telling
from ganstudio.cli.metrics.reading import LeftOut, none_left, pictures_of, pixels_or_none
from ganstudio.core.errors import BadInput
from ganstudio.core.names import shown
from ganstudio.measures import features, paired
from ganstudio.training.data.folder import Picture, Pictures

_SMALLEST = 32  # pixels a side that every measure stands


def run(found: argparse.Namespace, words: Sequence[str]) -> int:
    results, truths = pictures_of(found.results), pictures_of(found.truths)
    left = LeftOut()
    measures = paired.usable()
    rows: dict[str, dict[str, float]] = {}
    for result, truth in _matched(results, truths, left):
        a, b = pixels_or_none(result, left), pixels_or_none(truth, left)
        if a is None or b is None:
            continue
        if a.shape != b.shape:
            sizes = f"{a.shape[1]}×{a.shape[0]} beside {b.shape[1]}×{b.shape[0]}"
            left.say(f"“{result.name}” is not of its truth's size: {sizes}.")
        elif min(a.shape[:2]) - 2 * found.border < _SMALLEST:
            left.say(f"“{result.name}” has fewer than {_SMALLEST} pixels a side inside the border.")
        else:
            rows[result.name] = {key: one.measure(a, b, found.border) for key, one in measures.items()}
    if not rows:
        raise none_left(found.results, left)
    mean = {key: float(np.mean([row[key] for row in rows.values()])) for key in measures}
    seen = [features.named(one.FEATURES).label for one in measures.values() if hasattr(one, "FEATURES")]
    if found.json:
        facts = {"border": found.border, "features": seen, "pictures": rows, "mean": mean, "left_out": left.said}
        telling.as_json(words, facts)
        return 0
    headings = {key: telling.heading(one) for key, one in measures.items()}
    shown_rows = rows if len(rows) == 1 or found.each else {}
    many = {f"mean of {len(rows)}": mean} if len(rows) > 1 else {}
    title = f"{shown(found.results)} beside {shown(found.truths)}, {found.border} pixels cut off every side"
    telling.measured(title, {**shown_rows, **many}, headings)
    telling.end(words, left.said, [f"Seen by {', '.join(seen)}; PSNR and SSIM on luma (BT.601)."])
    return 0


def _matched(results: Pictures, truths: Pictures, left: LeftOut) -> list[tuple[Picture, Picture]]:
    """Pairs of one name, or of one name but for the suffix; two single files are a pair whatever their names."""
    if len(results.pictures) == len(truths.pictures) == 1:
        return [(results.pictures[0], truths.pictures[0])]
    by_name = {one.name: one for one in truths.pictures}
    by_stem: dict[str, list[Picture]] = {}
    for one in truths.pictures:
        by_stem.setdefault(_stem(one.name), []).append(one)
    pairs = []
    for result in results.pictures:
        same = by_stem.get(_stem(result.name), [])
        truth = by_name.get(result.name) or (same[0] if len(same) == 1 else None)
        if truth is not None:
            pairs.append((result, truth))
        else:
            left.say(f"“{result.name}” has no picture of its name in {shown(truths.path)}.")
    if not pairs:
        raise BadInput(
            f"No picture in {shown(results.path)} has the name of one in {shown(truths.path)}.",
            "A result is named as its truth; the suffix may differ.",
        )
    return pairs


def _stem(name: str) -> str:
    return Path(name).with_suffix("").as_posix()
