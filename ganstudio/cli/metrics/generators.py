"""`ganstudio metrics generator MODEL|FOLDER`: made pictures beside real ones, with all that a figure needs to mean
something."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.cli.flags import take
from ganstudio.cli.metrics import telling
from ganstudio.cli.metrics.reading import LeftOut, none_left, pictures_of, some_of
from ganstudio.cli.show import table
from ganstudio.cli.streams import say
from ganstudio.core.errors import BadModel
from ganstudio.core.names import shown
from ganstudio.core.params import Choice, Maybe, Number, Params, Text, param

if TYPE_CHECKING:
    from ganstudio.measures.frozen import Features
    from ganstudio.measures.sets import Comparison
    from ganstudio.models.cards import Card
    from ganstudio.training.data.folder import Picture
    from ganstudio.training.data.squares import Squares

_JPEG = 95
_LARGEST = 256
_ROWS = {
    "made": "made",
    "real": "floor: real beside real",
    "blurred": "real, blurred",
    "gaussian": "a Gaussian for every pixel",
}
_FEATURES = ("squeezenet11", "lite0", "lite2")


@dataclass(frozen=True)
class GeneratorTest(Params):
    """How made and real pictures are compared."""

    count: int = param(Number(16, 100_000, whole=True), 500, label="Pictures", help="so many made pictures")
    real: int = param(
        Number(0, 1_000_000, whole=True), 5000, label="Real pictures",
        help="at most so many of the real ones, evenly over the folder; 0: all",
    )  # fmt: skip
    size: int | None = param(
        Maybe(Number(16, 1024, whole=True)), None, label="Size",
        help="pixels a side at which both are compared; the model's own, or that of the smallest made picture",
    )  # fmt: skip
    features: str | None = param(
        Maybe(Choice(_FEATURES)), None, label="Features",
        help="the network that looks; without a word one that did not teach the model",
    )  # fmt: skip
    held_out: int | None = param(
        Maybe(Number(0, 1000, whole=True)), None, label="Held out",
        help="one picture in so many was kept from the training; what the model's preset says, else 0: none",
    )  # fmt: skip
    truncation: float = param(
        Number(0.0, 2.0), 1.0, label="Truncation", help="nearer to the mean picture below 1: better to look at, alike"
    )  # fmt: skip
    seed: int = param(Number(0, 2**31, whole=True), 0, label="Seed", help="of the draw of pictures")
    inception: str = param(
        Text("FILE"), "", label="Inception",
        help="the weights of Inception v3, for a true FID beside the other figures",
    )  # fmt: skip


@dataclass(frozen=True)
class _Made:
    """Pictures that were made, and what is known of who made them."""

    name: str
    pictures: NDArray[np.uint8]
    classes: tuple[str, ...]
    labels: NDArray[np.int64] | None
    jpeg: bool
    card: Card | None = None


def run(found: argparse.Namespace, words: Sequence[str]) -> int:
    from ganstudio.measures.sets import compare

    options = take(GeneratorTest, found)
    folder = pictures_of(found.pictures)
    left = LeftOut()
    made = _made(found.made, options, folder.classes, left)
    seen = _judge(options, made.card)
    learnt, held = folder.split(_held_out(options, made.card))
    size = made.pictures.shape[1]
    names, real = _squares(some_of(learnt, options.real), folder.classes, size, left)
    if real is None:
        raise none_left(folder.path, left)
    unseen = _squares(some_of(held, options.real), folder.classes, size, left)[1]
    by_class = made.labels is not None and len(folder.classes) > 1 and made.classes == folder.classes
    jpeg = made.jpeg or any(one.name.lower().endswith((".jpg", ".jpeg")) for one in folder.pictures)
    comparison = compare(
        _coloured(real.middles()), made.pictures, seen, options.seed, jpeg=_JPEG if jpeg else 0,
        held_out=None if unseen is None else _coloured(unseen.middles()),
        real_labels=real.labels if by_class else None, made_labels=made.labels if by_class else None,
    )  # fmt: skip
    fid = _fid(options.inception, _coloured(real.middles()), made.pictures, _JPEG if jpeg else 0)
    facts = {
        "made": made.name, "real": str(folder.path), "jpeg": _JPEG if jpeg else 0, "truncation": options.truncation,
        "pictures_made": len(made.pictures), "pictures_real": len(real), **comparison.to_json(), "fid": fid,
        "left_out": left.said,
    }  # fmt: skip
    if found.json:
        telling.as_json(words, facts)
        return 0
    _tell(made, f"{len(real)} of {len(folder.pictures)}", comparison, fid, bool(jpeg), names)
    telling.end(words, left.said, _remarks(comparison, by_class, bool(options.inception)))
    return 0


def _made(name: str, options: GeneratorTest, classes: tuple[str, ...], left: LeftOut) -> _Made:
    path = Path(name).expanduser()
    if path.is_dir() or path.suffix.lower() in (".zip", ".npz"):
        return _of_folder(path, options, left)
    return _of_model(name, options)


def _of_folder(path: Path, options: GeneratorTest, left: LeftOut) -> _Made:
    from ganstudio.training.data.folder import read_many
    from ganstudio.training.data.squares import squares_of

    folder = pictures_of(path)
    read, notes = read_many(some_of(folder.pictures, options.count))
    left.said += [note.removeprefix("Left out: ") for note in notes]
    if not read:
        raise none_left(path, left)
    side = options.size or min(_LARGEST, *(min(pixels.shape[:2]) for _, pixels in read))
    squares = squares_of([(one.label, pixels) for one, pixels in read], folder.classes, side)
    jpeg = any(one.name.lower().endswith((".jpg", ".jpeg")) for one, _ in read)
    return _Made(shown(path), squares.middles(), folder.classes, squares.labels, jpeg)


def _of_model(name: str, options: GeneratorTest) -> _Made:
    from ganstudio.models import open_model
    from ganstudio.models.library import Library
    from ganstudio.nets.generator_net import GeneratorNet
    from ganstudio.training.data.squares import fitted
    from ganstudio.training.generator.shown import generated

    model = open_model(Library().find(name).path)
    net, card = model.module, model.card
    if card.kind != "generator" or not isinstance(net, GeneratorNet):
        raise BadModel(f"{card.name} is no generator ({card.kind}).", "A folder of made pictures can be measured.")
    first = options.seed * options.count
    labels = np.arange(options.count) % max(1, net.classes)
    pictures = generated(net, range(first, first + options.count), labels.tolist(), options.truncation)
    if options.size and options.size != net.resolution:
        pictures = np.stack([fitted(one, options.size, one.shape[2]) for one in _coloured(pictures)])
    names = tuple(str(one) for one in card.settings.get("classes", ()))
    return _Made(card.title, _coloured(pictures), names, labels if net.classes else None, False, card)


def _coloured(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return pictures if pictures.shape[3] == 3 else pictures.repeat(3, axis=3)


def _squares(
    pictures: Sequence[Picture], classes: Sequence[str], side: int, left: LeftOut
) -> tuple[list[str], Squares | None]:
    """Names and squares of those that can be read."""
    from ganstudio.training.data.folder import read_many
    from ganstudio.training.data.squares import squares_of

    read, notes = read_many(pictures)
    left.said += [note.removeprefix("Left out: ") for note in notes]
    squares = squares_of([(one.label, pixels) for one, pixels in read], classes, side) if read else None
    return [one.name for one, _ in read], squares


def _held_out(options: GeneratorTest, card: Card | None) -> int:
    """What the person says, or the Plan by which the model was trained."""
    from ganstudio.training import plans

    if options.held_out is not None:
        return options.held_out
    plan = str(card.settings.get("plan", "")) if card is not None else ""
    return plans.load(plan).hold_out if plan in plans.names() else 0


def _judge(options: GeneratorTest, card: Card | None) -> Features:
    from ganstudio.measures import features

    if card is None:
        return features.named(options.features or features.DEFAULT)
    name = options.features or features.judge_of(card)
    features.fair(name, card)
    return features.named(name)


def _fid(file: str, real: NDArray[np.uint8], made: NDArray[np.uint8], jpeg: int) -> dict[str, object] | None:
    """The Fréchet distance in the person's Inception features, of all pictures."""
    from ganstudio.measures.distribution.frechet import frechet
    from ganstudio.measures.inception import from_file
    from ganstudio.measures.sets import through_file

    if not file:
        return None
    seen = from_file(Path(file).expanduser())
    vectors = [seen.vectors(through_file(pictures, jpeg)) for pictures in (real, made)]
    return {"value": frechet(*vectors), "features": seen.label, "real": len(real), "made": len(made)}


def _tell(
    made: _Made, count: str, found: Comparison, fid: dict[str, object] | None, jpeg: bool, names: Sequence[str]
) -> None:
    through = f", all through one JPEG of quality {_JPEG}" if jpeg else ""
    say(f"{made.name}: {len(made.pictures)} made beside {count} real pictures of {found.size} pixels{through}.")
    say(f"Seen by {found.features} at {found.side} pixels; {found.n} pictures in every row, seed {found.seed}.\n")
    head = ("", "KID ↓", "±", "over floor", "Fréchet ↓", "precision ↑", "recall ↑", "density", "coverage ↑",
            "diversity", "patches ↓")  # fmt: skip
    floor = next(row for row in found.rows if row.name == "real")
    lines = []
    for row in found.rows:
        over = (row.kid.mean - floor.kid.mean) / max(floor.kid.std, 1e-12)
        figures = [row.kid.mean, row.kid.std, over, row.frechet, *row.around, row.diversity, row.sliced]
        lines.append([_ROWS[row.name], *map(telling.figure, figures)])
    say(table(head, lines))
    if found.told is not None:
        told = found.told
        share = told.made / max(told.real, 1e-9)
        say(f"\nA classifier of the real classes is right for {told.real:.1%} of real pictures it has not seen and for "
            f"{told.made:.1%} of the made ones: {share:.0%} of the real accuracy.")  # fmt: skip
        say(f"Its Inception Score: made {told.score_made.mean:.2f} ± {told.score_made.std:.2f}, real "
            f"{told.score_real.mean:.2f} ± {told.score_real.std:.2f}.")  # fmt: skip
    memory = found.memory
    say(f"\nMemorised: {memory.share:.1%} of the made come nearer to a training picture than {memory.threshold:.3g} "
        f"(1 % is healthy, more than 10 % alarming; the threshold is from {_against(memory.against)}).")  # fmt: skip
    near = ", ".join(f"{names[number]} ({distance:.3g})" for _, number, distance in memory.closest(3))
    say(f"Nearest: {shown(near)}.")
    if fid is not None:
        say(f"\nFID {fid['value']:.2f} ({fid['features']}, {fid['made']} made, {fid['real']} real pictures).")


def _against(what: str) -> str:
    return "held-out pictures" if what == "held out" else "the training pictures beside each other"


def _remarks(found: Comparison, by_class: bool, fid: bool) -> list[str]:
    from ganstudio.measures.inception import ABSENT

    remarks = [*found.notes]
    remarks.append("“Over floor” is how many of its standard deviations a KID lies above real beside real; "
                   "“patches” is the sliced Wasserstein distance, which no network judges.")  # fmt: skip
    if not by_class:
        remarks.append("No Inception Score: it takes made pictures of the same classes (sub-folders) as the real ones.")
    if not fid:
        remarks.append(ABSENT)
    return ["\n".join(remarks)]
