"""Opening a model file: read its tensors, recognise the family, build the network, say what it is."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.core.errors import BadModel
from ganstudio.core.text import N_, _
from ganstudio.models import converting, families, filing
from ganstudio.models.cards import Card
from ganstudio.models.stated import licence_of
from ganstudio.models.strangers import looks_like

if TYPE_CHECKING:
    from torch import nn

    from ganstudio.models.families import Built
    from ganstudio.models.readers import Checkpoint
    from ganstudio.models.readers.state_dict import StateDict
    from ganstudio.models.readers.tensors import LazyTensor

# Layers without tensors (activations, shuffles) leave gaps in the numbers, but small ones.
_LARGEST_GAP = 8
_MOST_DIGITS = 9
_OPENS = N_(
    "GANStudio opens networks that enlarge or restore pictures (ESRGAN, Compact, SRGAN, SwinIR, HAT, DAT and many more)"
    " and generators (StyleGAN2 and 3, DCGAN, fully connected)."
)
_TENSORFLOW = "dnnlib.tflib.network.Network"


@dataclass(frozen=True)
class Model:
    """A network ready to be adopted by the runtime.

    `module` is in eval mode, float32, on the CPU, without gradients, and maps N×C×H×W to N×C×(H·scale)×(W·scale) with
    values in `card.value_range`. `ranges` are the value ranges it may have been trained for, the likeliest (the one in
    the Card) first; one of them when it is known. H and W must be multiples of `size_multiple`, at least
    `size_minimum`, equal where `square`. `tiles`: cutting the picture into tiles does not change the network's view of
    it. `half`, `bfloat16`: the precisions the family stands. `sha256` is of the file's bytes.
    """

    card: Card
    module: nn.Module
    sha256: str
    path: Path
    size_multiple: int = 1
    size_minimum: int = 1
    square: bool = False
    ranges: tuple[str, ...] = ("0..1",)
    tiles: bool = True
    half: bool = True
    bfloat16: bool = True
    tags: tuple[str, ...] = ()


def open_model(path: Path) -> Model:
    """Open any model file. Raises BadModel: missing, not a model, damaged, or of a family this version cannot run."""
    return open_with_tensors(path)[0]


def open_with_tensors(path: Path) -> tuple[Model, dict[str, LazyTensor]]:
    """Like `open_model`; also the file's own tensors the network was built from."""
    path = filing.main_file(path)
    sha256 = filing.file_sha256(path)
    found = _of_copy(sha256) or _build(path)
    built = found.built
    header = filing.header_card(path)
    known = header or filing.filed_card(sha256) or found.card
    ranges = built.ranges if header is None else (header.value_range,)
    card = _true(known, built) if known else new_card(path, found)
    module = built.module.eval().requires_grad_(False)
    if built.kind == "generator" and found.card is None and found.checkpoint.container != "safetensors":
        converting.keep(sha256, module, card)
    model = Model(
        card,
        module,
        sha256,
        path,
        built.size_multiple,
        built.size_minimum,
        built.square,
        ranges,
        built.tiles,
        built.half,
        built.bfloat16,
        built.tags,
    )
    return model, found.tensors


@dataclass(frozen=True)
class Found:
    """What a file turned out to be; `card` is that of a copy made before."""

    built: Built
    tensors: StateDict
    checkpoint: Checkpoint
    card: Card | None = None


def _of_copy(sha256: str) -> Found | None:
    """The generator from the copy made when it was opened before. A damaged copy is made again."""
    copy = converting.converted(sha256)
    if copy is None:
        return None
    try:
        return replace(_build(copy), card=filing.header_card(copy))
    except BadModel as error:
        logging.getLogger(__name__).warning("the copy of a generator is made again: %s", error)
        converting.forget(sha256)
        return None


def _build(path: Path) -> Found:
    from ganstudio.models import readers
    from ganstudio.models.readers.state_dict import candidates

    first: dict[str, tuple[int, ...]] = {}
    misfit = ""
    checkpoint = readers.read(path)
    for candidate in candidates(checkpoint):
        shapes = {name: tensor.shape for name, tensor in candidate.items()}
        first = first or shapes
        family = families.recognise(shapes) if is_plausible(shapes) else None
        if family is None:
            continue
        try:
            return Found(family.build(weights_of(candidate)), candidate, checkpoint)
        except families.Refused as error:
            raise BadModel(_("{file} is {what}.").format(file=path.name, what=error), _(_OPENS)) from error
        except (ValueError, KeyError, IndexError, RuntimeError) as error:
            misfit = misfit or families.reason(error)
    raise _refusal(checkpoint, first, misfit)


def is_plausible(shapes: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether the numbered layers follow each other: a name like `body.999999999.weight` would have a builder make
    all the layers before it."""
    numbers: dict[str, set[int]] = {}
    for name in shapes:
        parts = name.split(".")
        for place, part in enumerate(parts):
            if part.isdecimal():
                numbers.setdefault(".".join(parts[:place]), {-1}).add(int(part[:_MOST_DIGITS]))
    return all(
        after - before <= _LARGEST_GAP for found in numbers.values() for before, after in pairwise(sorted(found))
    )


def weights_of(candidate: StateDict) -> families.Weights:
    """Whole numbers stay what they are, everything else becomes float32."""
    tensors = families.Weights()
    tensors.said = candidate.said
    for name, lazy in candidate.items():
        tensor = lazy.torch()
        tensors[name] = tensor.float() if tensor.is_floating_point() else tensor
    return tensors


def _refusal(checkpoint: Checkpoint, shapes: Mapping[str, tuple[int, ...]], misfit: str) -> BadModel:
    name = checkpoint.path.name
    if _TENSORFLOW in checkpoint.inert:
        return BadModel(
            _("{name} is a StyleGAN of the TensorFlow years ({module}).").format(name=name, module=_TENSORFLOW),
            _(
                "NVIDIA's stylegan3 repository has legacy.py, which turns it into a file for PyTorch; "
                "that one opens here."
            ),
        )
    guess = looks_like(shapes)
    if guess and not misfit:
        return BadModel(
            _("{name} looks like {guess}. This version cannot run it.").format(name=name, guess=_(guess)), _(_OPENS)
        )
    if misfit:
        return BadModel(
            _("{name} is named like a network known here, but its tensors do not fit: {misfit}.").format(
                name=name, misfit=misfit
            )
        )
    code = ""
    if checkpoint.inert:
        named = ", ".join(checkpoint.inert[:3])
        code = " " + _("It names {classes}, which is code and was not run.").format(classes=named)
    if not shapes:
        return BadModel(_("{name} holds no network.").format(name=name) + code, _(_OPENS))
    some = ", ".join(
        f"{key} ({'×'.join(map(str, shape)) or _('one number')})" for key, shape in list(shapes.items())[:3]
    )
    said = _("{name} is no network known here; its first tensors are {some}.").format(name=name, some=some)
    return BadModel(said + code, _(_OPENS))


def _true(card: Card, built: Built) -> Card:
    """The Card with what the tensors themselves say where they and it disagree."""
    return replace(card, kind=built.kind, family=built.family, scale=built.scale, channels=built.channels)


def new_card(path: Path, found: Found) -> Card:
    """What is known of a file without a Card."""
    built = found.built
    size = f" ({', '.join(built.tags)})" if built.tags else ""
    said = found.tensors.said
    licence, commercial_use = licence_of(said, found.checkpoint.metadata, found.tensors.persistent)
    return Card(
        name=filing.name_of(path),
        title=path.stem.replace("_", " "),
        kind=built.kind,
        family=built.family,
        scale=built.scale,
        channels=built.channels,
        value_range=built.ranges[0],
        summary=f"{built.title}{size}, from {path.name}",
        licence=licence,
        commercial_use=commercial_use,
        origin=f"a file of your own, {path.name}",
        gan=built.gan,
    )
