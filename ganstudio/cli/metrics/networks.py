"""`ganstudio metrics upscaler|restorer MODEL`: what a network gives back of pictures that are spoilt first."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganstudio.cli.flags import take
from ganstudio.cli.metrics import telling
from ganstudio.cli.metrics.reading import LeftOut, none_left, pictures_of, pixels_or_none, some_of
from ganstudio.core.errors import BadModel
from ganstudio.core.params import Choice, Number, Params, param

if TYPE_CHECKING:
    from ganstudio.models import Model
    from ganstudio.training.data.reading import Pixels

UPSCALER_TESTS = ("clean", "jpeg75", "phone")
RESTORER_TESTS = ("jpeg10", "jpeg20", "jpeg30", "jpeg40", "phone", "clean")
_ALL = "all"
_SMALLEST = 32  # pixels a side, borders cut off, that every measure stands


@dataclass(frozen=True)
class NetworkTest(Params):
    """How the pictures reach the network."""

    count: int = param(
        Number(0, 1_000_000, whole=True), 20, label="Pictures",
        help="so many of the pictures, evenly over the folder; 0: all",
    )  # fmt: skip
    side: int = param(
        Number(64, 4096, whole=True), 384, label="Middle",
        help="only the middle of each picture, at most so many pixels a side",
    )  # fmt: skip
    seed: int = param(
        Number(0, 2**31, whole=True), 0, label="Seed", help="another one spoils the pictures in another way"
    )


@dataclass(frozen=True)
class UpscalerTest(NetworkTest):
    test: str = param(
        Choice((_ALL, *UPSCALER_TESTS)), _ALL, label="Test",
        help="how the reduced picture is spoilt: not at all, as JPEG 75, as phones leave it",
    )  # fmt: skip


@dataclass(frozen=True)
class RestorerTest(NetworkTest):
    test: str = param(
        Choice((_ALL, *RESTORER_TESTS)), _ALL, label="Test",
        help="how the picture is spoilt: as a JPEG of that quality, as phones leave it, not at all",
    )  # fmt: skip


def run(found: argparse.Namespace, words: Sequence[str]) -> int:
    from ganstudio.measures import features, paired
    from ganstudio.training import trials

    upscales = found.action == "upscaler"
    options = take(UpscalerTest if upscales else RestorerTest, found)
    model = _model(found.model, upscales)
    scale = model.card.scale
    pictures = pictures_of(found.pictures)
    left = LeftOut()
    truths = _truths(some_of(pictures.pictures, options.count), scale, options.side, left)
    if not truths:
        raise none_left(pictures.path, left)
    network, plain = trials.through(model), trials.bicubic(scale)
    measures = paired.usable(features.trained_with(model.card))
    every = UPSCALER_TESTS if upscales else RESTORER_TESTS
    beside = "bicubic" if upscales else "as given"
    headings = {key: telling.heading(one) for key, one in measures.items()} | {trials.KEPT: f"{trials.KEPT_TITLE} ↓"}
    seen = [features.named(one.FEATURES).label for one in measures.values() if hasattr(one, "FEATURES")]
    tests = {}
    if not found.json:
        telling.say(f"{model.card.title} (×{scale}) on {len(truths)} of {len(pictures.pictures)} pictures, seed "
                    f"{options.seed}, middles of at most {options.side} pixels.")  # fmt: skip
    for test in every if options.test == _ALL else (options.test,):
        pairs = trials.pairs(truths, scale, test, options.seed)
        rows = {name: trials.judged(one, pairs, measures, _border(scale)) for name, one in
                ((beside, plain), (model.card.name, network))}  # fmt: skip
        tests[test] = {"beside": rows[beside], "model": rows[model.card.name]}
        if not found.json:
            telling.measured(f"{test}: {trials.ABOUT[test]}", rows, headings)
    if found.json:
        facts = {"model": model.card.name, "sha256": model.sha256, "scale": scale, "pictures": len(truths),
                 "beside": beside, "seed": options.seed, "features": seen, "tests": tests,
                 "left_out": left.said}  # fmt: skip
        telling.as_json(words, facts)
        return 0
    telling.end(words, left.said, [_explained(seen, features.trained_with(model.card))])
    return 0


def _model(name: str, upscales: bool) -> Model:
    from ganstudio.models import open_model
    from ganstudio.models.library import Library

    model = open_model(Library().find(name).path)
    if upscales and model.card.scale == 1:
        raise BadModel(f"{model.card.name} does not enlarge.", "`ganstudio metrics restorer` measures it.")
    if not upscales and model.card.scale != 1:
        raise BadModel(f"{model.card.name} enlarges.", "`ganstudio metrics upscaler` measures it.")
    return model


def _border(scale: int) -> int:
    """What the field cuts off every side before comparing: `scale` pixels of what was enlarged."""
    return scale if scale > 1 else 0


def _truths(pictures: Sequence, scale: int, side: int, left: LeftOut) -> list[tuple[str, Pixels]]:
    from ganstudio.training.data.photographs import middle

    found = []
    for one in pictures:
        pixels = pixels_or_none(one, left)
        if pixels is None:
            continue
        truth = middle(pixels, scale, side)
        if min(truth.shape[:2]) - 2 * _border(scale) < _SMALLEST:
            left.say(f"“{one.name}” is too small: {pixels.shape[1]}×{pixels.shape[0]} pixels.")
            continue
        found.append((one.name, truth))
    return found


def _explained(seen: Sequence[str], taught: set[str]) -> str:
    said = f"PSNR and SSIM on luma (BT.601, protocol A); perceptual distances as seen by {', '.join(seen)}."
    left_out = f" {', '.join(sorted(taught))} taught the model and does not judge it." if taught else ""
    return f"{said} ΔE to given: how far colours moved from the picture it was given.{left_out}"
