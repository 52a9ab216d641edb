"""Balancing: a folder of classes filled up until each has as many pictures as the largest.

What is added says in its metadata that it was generated; what comes too near to a real picture is memorised, not
made, and is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.codecs import History, SaveOptions, write
from ganstudio.core.errors import BadInput
from ganstudio.core.latent import MOST_SEED, Latent, Weighted
from ganstudio.core.names import legal, shown
from ganstudio.core.raster import Picture
from ganstudio.core.text import ngettext_
from ganstudio.tools.maker import Made

if TYPE_CHECKING:
    from ganstudio.runtime.generating import Facts
    from ganstudio.tools.recipe import Recipe
    from ganstudio.tools.tool import Context
    from ganstudio.training.data.folder import Picture as Example

Pixels = NDArray[np.uint8]
GENERATED, AUGMENTED = "generated", "augmented"
_MARK = b"trainedAlgorithmicMedia"
_AT_ONCE = 32
_FEWEST = 16  # real pictures, to tell what is memorised
_PATIENCE = 64  # pictures left out before it is asked whether anything else comes
_HOPELESS = 0.8  # of what was made of a class
_MOST_REAL = 5000


@dataclass(frozen=True)
class Class:
    """A class of the folder: `name` of the model's, `real` pictures of it, `added` ones that were generated or
    augmented before, and how many to make."""

    folder: str
    name: str
    real: int
    added: int
    generate: int
    augment: int

    @property
    def missing(self) -> int:
        return self.generate + self.augment


@dataclass(frozen=True)
class Survey:
    """What is in the folder and what is to be made of it. `examples` are the real pictures."""

    path: Path
    target: Path
    classes: tuple[Class, ...]
    examples: tuple[Example, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filled:
    """What became of a class: pictures generated, augmented, and left out because they are memorised."""

    folder: str
    generated: int = 0
    augmented: int = 0
    memorised: int = 0
    note: str = ""


def do(data: dict[str, Any], inputs: Mapping[str, Any], context: Context) -> Made:
    """Fill up a folder: what `jobs.making` runs. What is missing is counted anew, so that it goes on where it stopped.

    Beside what every maker hears: `surveyed` of the Survey, `filled` of each class, `made` of each file, and `judged`
    of the Judge. Raises as `fill`.
    """
    from ganstudio.measures import features
    from ganstudio.runtime.generating import generator_of
    from ganstudio.tools.generate import model

    def silent(*heard: object) -> None:
        """Nobody listens."""

    latent = Latent.from_json(data["latent"])
    entry = model(latent, context.library)
    facts, progress = generator_of(context.runtime, entry).facts, context.progress
    found = survey(
        Path(data["of"]), facts, target=inputs["output"], classical=data["classical"], named=data["named"]
    )  # fmt: skip
    inputs.get("surveyed", silent)(found)
    progress.doing("looking at the pictures")
    judge = Judge(found.examples, facts.resolution, features.judge_of(entry.card))
    inputs.get("judged", silent)(judge)
    progress.set_total(sum(one.missing for one in found.classes))
    told, size = inputs.get("made", silent), 0

    def on_made(path: Path) -> None:
        nonlocal size
        size += path.stat().st_size
        progress.doing(f"{path.parent.name}/{path.name}")
        progress.advance()
        told(path)

    made, notes = 0, [*found.notes, *judge.notes]
    for one in fill(
        found, latent, judge, context, SaveOptions.from_json(data["save"]), first_seed=data["seed"],
        mirror=data["mirror"], on_made=on_made,
    ):  # fmt: skip
        made += one.generated + one.augmented
        notes += [f"{shown(one.folder)}: {one.note}."] if one.note else []
        inputs.get("filled", silent)(one)
    words = ngettext_("{count} picture", "{count} pictures", made).format(count=f"{made:,}")
    return Made((), words, {"made": made, "bytes": size, "notes": notes})


def survey(
    path: Path, facts: Facts, *, target: Path | None = None, classical: float = 0.0,
    named: Mapping[str, str] | None = None,
) -> Survey:  # fmt: skip
    """Count the classes (sub-folders) and what each lacks; nothing is made. `target` is where pictures will be added
    (the folder itself when None), `classical` the share that is augmented instead of generated, `named` which class of
    the model a folder is, where the names differ. Raises UsageError or BadInput."""
    from ganstudio.training.data.folder import open_pictures

    if not path.is_dir():
        raise BadInput(f"{shown(path)} is no folder.", "Name a folder whose sub-folders are classes.")
    folders = sorted(one.name for one in path.iterdir() if one.is_dir() and not one.name.startswith("."))
    if not folders:
        raise BadInput(f"{shown(path)} has no sub-folders.", "Each class is a sub-folder with its pictures.")
    pictures = open_pictures(path, licences=None)
    loose = [one for one in pictures.pictures if not one.label]
    real: dict[str, list[Example]] = {name: [] for name in folders}
    added = dict.fromkeys(folders, 0)
    for one in (one for one in pictures.pictures if one.label):
        if _was_added(one):
            added[one.label] = added.get(one.label, 0) + 1
        else:
            real.setdefault(one.label, []).append(one)
    if target is not None and target != path:
        for name in real:
            added[name] += _files(target / legal(name))
    most = max((len(real[name]) + added[name] for name in real), default=0)
    if most == 0:
        raise BadInput(f"There is no picture in {shown(path)}.")
    classes = []
    for name in sorted(real):
        missing = most - len(real[name]) - added[name]
        augment = round(classical * missing) if real[name] else 0
        word = (named or {}).get(name, name)
        known = facts.classes[facts.class_number(word)] if missing > augment else word
        classes.append(Class(name, known, len(real[name]), added[name], missing - augment, augment))
    notes = list(pictures.left_out)
    notes += [f"{len(loose):,} pictures lie beside the classes and are not counted."] if loose else []
    examples = tuple(one for some in real.values() for one in some)
    return Survey(path, target or path, tuple(classes), examples, tuple(notes))


def _was_added(one: Example) -> bool:
    """Whether a picture says that it was generated, or is named as an augmented one."""
    if one.name.rpartition("/")[2].startswith(f"{AUGMENTED}_"):
        return True
    content = one.content()
    return content is not None and _MARK in content


def _files(folder: Path) -> int:
    names = (f"{GENERATED}_", f"{AUGMENTED}_")
    return sum(one.name.startswith(names) for one in folder.iterdir()) if folder.is_dir() else 0


class Judge:
    """Tells what is memorised: what comes nearer to a real picture than real pictures come to each other."""

    def __init__(self, examples: Sequence[Example], side: int, features: str) -> None:
        from ganstudio.measures import features as known
        from ganstudio.measures.distribution.memorising import threshold
        from ganstudio.training.data.folder import read_many
        from ganstudio.training.data.squares import squares_of

        self._features = known.named(features)
        self.label = self._features.label
        self._side = self._features.side_for(side)
        share = max(1.0, len(examples) / _MOST_REAL)
        read, notes = read_many([examples[int(n * share)] for n in range(int(len(examples) / share))])
        self.notes = tuple(notes)
        self.usable = len(read) >= _FEWEST
        if not self.usable:
            return
        labels = sorted({one.label for one, _ in read})
        real = squares_of([(one.label, pixels) for one, pixels in read], labels, side).middles()
        self._real = self.vectors(real)
        self._flipped = self.vectors(real[:, :, ::-1])
        self.threshold = threshold(self._real, self._flipped)

    def vectors(self, pictures: Pixels) -> NDArray[np.float32]:
        """N×R×R×C → N×dimension."""
        coloured = pictures.repeat(3, axis=3) if pictures.shape[3] == 1 else pictures[..., :3]
        return self._features.vectors(np.ascontiguousarray(coloured), self._side)

    def memorised(self, pictures: Pixels) -> NDArray[np.bool_]:
        """Which of N×R×R×C are memorised."""
        from ganstudio.measures.distribution.memorising import nearest_training

        if not self.usable:
            return np.zeros(len(pictures), bool)
        return nearest_training(self.vectors(pictures), self._real, self._flipped)[0] < self.threshold


def fill(
    found: Survey, latent: Latent, judge: Judge, context: Context, save: SaveOptions,
    *, first_seed: int = 0, mirror: bool = False, on_made: Callable[[Path], None] = lambda path: None,
) -> Iterator[Filled]:  # fmt: skip
    """Make what is missing, class by class; `latent` says model, ψ and noise. Raises as `generating.make`; what was
    made then stays, and another survey goes on from it."""
    for one in found.classes:
        folder = found.target / legal(one.folder)
        if one.missing:
            folder.mkdir(parents=True, exist_ok=True)
        done = Filled(one.folder)
        if one.generate:
            done = _generated(one, folder, latent, judge, context, save, first_seed, on_made)
        if one.augment:
            examples = [example for example in found.examples if example.label == one.folder]
            made = _augmented(one, folder, examples, context, save, first_seed, mirror, on_made)
            done = replace(done, augmented=made)
        yield done


def _generated(
    one: Class, folder: Path, latent: Latent, judge: Judge, context: Context, save: SaveOptions, first_seed: int,
    on_made: Callable[[Path], None],
) -> Filled:  # fmt: skip
    from ganstudio.tools import generate

    made = left_out = 0
    weights = _recipe(latent, save).weights(context.library)
    classes = (Weighted(one.name),) if one.name else ()
    seeds = _free_seeds(folder, latent, save, first_seed)
    while made < one.generate:
        context.progress.check()
        batch = list(islice(seeds, min(_AT_ONCE, one.generate - made)))
        if not batch:
            return Filled(one.folder, made, 0, left_out, "there are no more seeds")
        latents = [replace(latent, seeds=(Weighted(str(seed)),), classes=classes) for seed, _ in batch]
        pictures: list[Picture] = []
        generate.pictures(latents, context, lambda _, picture, pictures=pictures: pictures.append(picture))
        gone = judge.memorised(np.stack([picture.pixels for picture in pictures]))
        for what, (_, path), picture, memorised in zip(latents, batch, pictures, gone, strict=True):
            if memorised:
                left_out += 1
                continue
            _save(what, picture, path, context, save, weights)
            made += 1
            on_made(path)
        if left_out > _PATIENCE and left_out > _HOPELESS * (made + left_out):
            why = f"most of what the model makes of “{one.name}” is memorised"
            return Filled(one.folder, made, 0, left_out, why)
    return Filled(one.folder, made, 0, left_out)


def _free_seeds(folder: Path, latent: Latent, save: SaveOptions, first: int) -> Iterator[tuple[int, Path]]:
    """Seeds whose picture is not there yet, with its file."""
    from ganstudio.core.codecs.planning import formats
    from ganstudio.tools.using import model_word

    extension = next((one.extension for one in formats() if one.id == save.format), ".png")
    model = legal(model_word(latent.model))
    for seed in range(first, MOST_SEED + 1):
        path = folder / f"{GENERATED}_{model}_{seed:06d}{extension}"
        if not path.exists():
            yield seed, path


def _recipe(latent: Latent, save: SaveOptions) -> Recipe:
    from ganstudio.tools.generate import TOOL
    from ganstudio.tools.recipe import Recipe, Step

    return Recipe((Step(TOOL, latent),), save)


def _save(
    latent: Latent, picture: Picture, path: Path, context: Context, save: SaveOptions, weights: list[list[str]]
) -> None:
    recipe = _recipe(latent, save)
    text = json.dumps(recipe.to_json() | {"identity": recipe.identity(context.library, weights)}, sort_keys=True)
    history = History(recipe=text, source_type=recipe.source_type(context.library))
    write(picture, path, save, context.progress, history=history)


def _augmented(
    one: Class, folder: Path, examples: Iterable[Example], context: Context, save: SaveOptions, seed: int,
    mirror: bool, on_made: Callable[[Path], None],
) -> int:  # fmt: skip
    """Real pictures of the class, slightly turned, shifted, scaled, brightened; all in turn."""
    from ganstudio.core.codecs.planning import formats

    extension = next((form.extension for form in formats() if form.id == save.format), ".png")
    known, made, usable = list(examples), 0, True
    for turn in count():
        if made == one.augment or not usable:
            return made
        usable = False
        for example in known:
            stem = legal(Path(example.name).stem)
            path = folder / f"{AUGMENTED}_{stem}_{turn:02d}{extension}"
            if made == one.augment:
                break
            if path.exists():
                usable = True
                continue
            context.progress.check()
            try:
                gray = example.header()[2] in ("1", "L", "LA", "I;16")
                pixels = example.read()[..., : 1 if gray else 3]
            except BadInput:
                continue  # the survey's reader has named it
            usable = True
            rng = np.random.default_rng([seed, turn, *example.name.encode()])
            with closing(Picture.of(augmented(pixels, rng, mirror))) as picture:
                write(picture, path, save, context.progress, history=History(source_type="algorithmicallyEnhanced"))
            made += 1
            on_made(path)
    raise AssertionError("turns do not end")


def augmented(pixels: Pixels, rng: np.random.Generator, mirror: bool = False) -> Pixels:
    """H×W×C uint8 turned by up to 10°, scaled by up to 8 %, shifted by up to 5 %, lightened or darkened by up to
    15 %; with `mirror` half of them left for right (not for writing)."""
    import cv2

    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-10, 10), rng.uniform(0.92, 1.08))
    matrix[:, 2] += rng.uniform(-0.05, 0.05, 2) * (width, height)
    moved = cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    moved = np.asarray(moved).reshape(pixels.shape)
    if mirror and rng.random() < 0.5:
        moved = moved[:, ::-1]
    light, contrast = rng.uniform(-0.15, 0.15) * 64, rng.uniform(0.85, 1.15)
    return np.clip(np.rint((moved.astype(np.float32) - 128) * contrast + 128 + light), 0, 255).astype(np.uint8)
