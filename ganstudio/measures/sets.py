"""Two sets of pictures beside each other, made and real, with what a figure needs to mean something.

Everything is measured against one half of the real pictures. The other half is measured too: that is the *floor*,
real against real. So are two trivial ways of making pictures: blurring that other half, and drawing every pixel from
its own normal distribution. All four have the same number of pictures, of the same size, through the same file.
"""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganstudio.core.errors import BadInput
from ganstudio.measures.distribution import classes, memorising
from ganstudio.measures.distribution.diversity import diversity
from ganstudio.measures.distribution.frechet import enough, frechet
from ganstudio.measures.distribution.inception_score import Score, inception_score
from ganstudio.measures.distribution.kid import Kid, kid
from ganstudio.measures.distribution.neighbours import Neighbourhood, neighbourhood
from ganstudio.measures.distribution.wasserstein import sliced_wasserstein
from ganstudio.measures.frozen import Features

Pixels = NDArray[np.uint8]
Labels = NDArray[np.integer]
FEWEST = 16  # of each kind; fewer have no fifth neighbour worth the name
_WIDE = 250  # fewer pictures than these and KID's spread hides all but coarse differences
_SPLITS = 10


@dataclass(frozen=True)
class Row:
    """What was measured of one set against the reference half of the real pictures. `sliced` is the sliced
    Wasserstein distance, mean over the levels of the pyramid."""

    name: str
    kid: Kid
    frechet: float
    around: Neighbourhood
    diversity: float
    sliced: float


@dataclass(frozen=True)
class Told:
    """How often a classifier of the real classes is right: on real pictures it has not seen, on made ones. And its
    Inception Scores of both."""

    real: float
    made: float
    score_real: Score
    score_made: Score


@dataclass(frozen=True)
class Comparison:
    """`n` pictures in every row, seen by `features` at `side` pixels, drawn with `seed`. The rows are made, floor
    (real), blurred and Gaussian."""

    n: int
    size: int
    features: str
    side: int
    seed: int
    rows: tuple[Row, ...]
    memory: memorising.Memory
    told: Told | None = None
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values; of the nearest training pictures the sixteen closest pairs."""
        memory = self.memory
        told = self.told
        return {
            "n": self.n,
            "size": self.size,
            "features": self.features,
            "seen_at": self.side,
            "seed": self.seed,
            "rows": [_row_json(row) for row in self.rows],
            "memorised": {
                "share": memory.share,
                "threshold": memory.threshold,
                "against": memory.against,
                "closest": memory.closest(),
            },
            "classifier": None
            if told is None
            else {
                "real": told.real,
                "made": told.made,
                "inception_score_real": told.score_real._asdict(),
                "inception_score_made": told.score_made._asdict(),
            },
            "notes": list(self.notes),
        }


def _row_json(row: Row) -> dict[str, Any]:
    return {**asdict(row), "kid": row.kid._asdict(), "around": row.around._asdict()}


def compare(
    real: Pixels,
    made: Pixels,
    features: Features,
    seed: int = 0,
    side: int = 0,
    jpeg: int = 0,
    held_out: Pixels | None = None,
    real_labels: Labels | None = None,
    made_labels: Labels | None = None,
) -> Comparison:
    """N×R×R×3 real and M×R×R×3 made pictures; `held_out` are real pictures the model was not trained on, and `real`
    those it was. Labels (0 … K − 1 of one set of classes) add the classifier. `jpeg`: everything goes through a JPEG
    of this quality first (0: through none). Raises BadInput where there are too few, or sizes differ."""
    if real.shape[1:] != made.shape[1:] or (held_out is not None and held_out.shape[1:] != real.shape[1:]):
        raise BadInput(f"Pictures of {_size(real)} and {_size(made)} pixels cannot be compared.")
    n = min(len(real) // 2, len(made))
    if n < FEWEST:
        raise BadInput(
            f"{len(real)} real and {len(made)} made pictures are too few to compare.",
            f"It takes {2 * FEWEST} real and {FEWEST} made ones, and some hundreds to say anything.",
        )
    rng = np.random.default_rng(seed)
    side = side or features.side_for(max(real.shape[1:3]))
    real, made = through_file(real, jpeg), through_file(made, jpeg)
    order, some = rng.permutation(len(real)), rng.permutation(len(made))
    reference, other = order[:n], order[n : 2 * n]
    all_real = features.vectors(real, side)
    all_made = features.vectors(made, side)
    sets = [
        ("made", made[some[:n]], all_made[some[:n]]),
        ("real", real[other], all_real[other]),
        *(
            (name, pictures, features.vectors(pictures, side))
            for name, pictures in (
                ("blurred", through_file(blurred(real[other]), jpeg)),
                ("gaussian", through_file(gaussian(real[other], n, rng), jpeg)),
            )
        ),
    ]
    rows = tuple(_row(name, p, v, real[reference], all_real[reference], seed) for name, p, v in sets)
    flipped = features.vectors(real[:, :, ::-1], side)
    held = None if held_out is None else features.vectors(through_file(held_out, jpeg), side)
    memory = memorising.memorised(all_made, all_real, flipped, held)
    told = None
    if real_labels is not None and made_labels is not None:
        told = _told(all_real, real_labels, order, all_made[some], made_labels[some])
    return Comparison(n, real.shape[1], features.label, side, seed, rows, memory, told, _notes(n, features, held))


def _size(pictures: Pixels) -> str:
    return f"{pictures.shape[2]}×{pictures.shape[1]}"


def _row(
    name: str,
    pictures: Pixels,
    vectors: NDArray[np.float32],
    reference: Pixels,
    reference_vectors: NDArray[np.float32],
    seed: int,
) -> Row:
    return Row(
        name,
        kid(reference_vectors, vectors, seed=seed),
        frechet(reference_vectors, vectors),
        neighbourhood(reference_vectors, vectors),
        diversity(reference_vectors, vectors, seed=seed),
        float(np.mean(list(sliced_wasserstein(reference, pictures, seed).values()))),
    )


def _told(
    real: NDArray[np.float32],
    labels: Labels,
    order: NDArray[np.intp],
    made: NDArray[np.float32],
    made_labels: Labels,
) -> Told:
    """Learn on every other real picture (in `order`), try on the rest and on the made."""
    learning, trying = order[::2], order[1::2]
    count = int(labels.max()) + 1
    if (np.bincount(labels[learning], minlength=count) == 0).any():
        raise BadInput("A class has too few real pictures to learn what it looks like.")
    linear = classes.learn(real[learning], labels[learning], count)
    splits = min(_SPLITS, len(trying) // 2, len(made) // 2)
    return Told(
        linear.accuracy(real[trying], labels[trying]),
        linear.accuracy(made, made_labels),
        inception_score(linear.probabilities(real[trying]), splits),
        inception_score(linear.probabilities(made), splits),
    )


def _notes(n: int, features: Features, held: object) -> tuple[str, ...]:
    notes = []
    if n < _WIDE:
        notes.append(f"{n} pictures a set are few: only coarse differences show. Some hundreds are better.")
    if not enough(n, features.dimension):
        notes.append(
            f"The Fréchet distance is biased upwards at {n} pictures of {features.dimension} dimensions "
            "(five times as many would be enough): read it beside the floor only."
        )
    if held is None:
        notes.append(
            "No held-out pictures were named: how near real pictures come to each other sets the memorising threshold."
        )
    return tuple(notes)


def through_file(pictures: Pixels, quality: int) -> Pixels:
    """Each picture saved as a JPEG of this quality, 4:4:4, and read again; untouched where `quality` is 0."""
    if not quality:
        return pictures
    found = np.empty_like(pictures)
    for number, picture in enumerate(pictures):
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "JPEG", quality=quality, subsampling=0)
        with Image.open(buffer) as opened:
            found[number] = np.asarray(opened)
    return found


def blurred(pictures: Pixels) -> Pixels:
    """The first trivial baseline: a Gaussian blur of σ = size / 32."""
    sigma = pictures.shape[1] / 32
    return np.stack([np.asarray(cv2.GaussianBlur(one, (0, 0), sigma)) for one in pictures])


def gaussian(pictures: Pixels, count: int, rng: np.random.Generator) -> Pixels:
    """The second: every pixel and channel drawn from the normal distribution it has over the pictures."""
    values = pictures.astype(np.float32)
    drawn = rng.standard_normal((count, *pictures.shape[1:]), dtype=np.float32)
    return np.clip(np.rint(values.mean(axis=0) + drawn * values.std(axis=0)), 0, 255).astype(np.uint8)
