"""Generate: a picture out of a generator's latent space; its Params are a Latent."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ganstudio.core.errors import BadModel, UserError
from ganstudio.core.latent import Latent
from ganstudio.core.text import _
from ganstudio.tools.tool import Context, Source
from ganstudio.tools.using import model_word, only

if TYPE_CHECKING:
    from ganstudio.core.latent.directions import DirectionSet
    from ganstudio.core.raster import Header, Picture
    from ganstudio.models.library import Entry, Library
    from ganstudio.runtime.generating.darkroom import Darkroom, Drawn

SEFA = 8  # directions that every model has without anybody looking for them
_SHOWN_DIGITS = 12


def run(params: Latent, context: Context) -> Picture:
    """The whole picture; a sentence in its notes where its sliders were pushed too far."""
    from ganstudio.core.raster import Metadata, Picture
    from ganstudio.runtime.generating import generator_of

    entry = model(params, context.library)
    darkroom = generator_of(context.runtime, entry)
    found = darkroom.drawn(filled(params, entry), progress=context.progress)
    return Picture.of(found.pixels, Metadata(notes=(found.said,) if found.said else ()))


def pictures(latents: Sequence[Latent], context: Context, on_picture: Callable[[int, Picture], None]) -> None:
    """Many pictures of one model, in small batches; `on_picture(number, picture)` hears of each in its turn."""
    from ganstudio.core.raster import Metadata, Picture
    from ganstudio.runtime.generating import generator_of

    def on_drawn(number: int, drawn: Drawn) -> None:
        on_picture(number, Picture.of(drawn.pixels, Metadata(notes=(drawn.said,) if drawn.said else ())))

    entry = model(latents[0], context.library)
    darkroom = generator_of(context.runtime, entry)
    darkroom.pictures([filled(one, entry) for one in latents], progress=context.progress, on_drawn=on_drawn)


def model(params: Latent, library: Library) -> Entry:
    """The model, by its name, or by its hash where it has another name here.

    Raises BadModel when there is none, and when the one of that name is another file than made the Latent.
    """
    if not params.weights:
        return only(library.find(params.model), "generator")
    named, missing = None, None
    try:
        named = only(library.find(params.model), "generator")
    except UserError as error:
        missing = error
    if named is not None and _is_of(named, params.weights):
        return named
    generators = [one for one in library.entries() if one.card.kind == "generator"]
    found = next((one for one in generators if _is_of(one, params.weights)), None)
    if found is not None:
        return found
    word = model_word(params.model)
    if named is None:
        raise BadModel(
            _("The generator “{name}” that made this is not here (SHA-256 {digits}…).").format(
                name=word, digits=params.weights[:_SHOWN_DIGITS]
            ),
            _("Add its file with `ganstudio models import FILE`."),
        ) from missing
    raise BadModel(
        _(
            "The generator “{name}” here is another file than the one that made this (SHA-256 {here}… instead of "
            "{digits}…)."
        ).format(name=word, here=named.sha256[:_SHOWN_DIGITS], digits=params.weights[:_SHOWN_DIGITS]),
        _("Add the right file with `ganstudio models import FILE`, or empty “weights” to use this one."),
    )


def _is_of(entry: Entry, weights: str) -> bool:
    """Whether it is the file of that hash, or what was imported from it."""
    from ganstudio.models.importing import SOURCE_KEY

    return weights in (entry.sha256, entry.card.settings.get(SOURCE_KEY))


def filled(params: Latent, entry: Entry) -> Latent:
    """The Latent with the numbers of directions that it only names. UsageError naming the nearest for an unknown."""
    if all(one.vector for one in params.pushes):
        return params
    from ganstudio.core.latent.direction_files import load

    return load(entry.sha256, entry.name).filled(params)


def known_directions(entry: Entry, darkroom: Darkroom) -> DirectionSet:
    """Those that are kept for the model, and the ones that its weights give at once."""
    from ganstudio.core.latent.direction_files import load

    return load(entry.sha256, entry.name).joined(darkroom.sefa(SEFA))


def directed(params: Latent, entry: Entry, darkroom: Darkroom) -> Latent:
    """As `filled`, from all the directions that are known once the model is open."""
    if all(one.vector for one in params.pushes):
        return params
    return known_directions(entry, darkroom).filled(params)


def located(params: Latent, library: Library) -> Latent:
    """With the model's hash and the numbers of its directions: the same picture wherever it goes."""
    entry = model(params, library)
    return of_entry(filled(params, entry), entry, library)


def of_entry(params: Latent, entry: Entry, library: Library) -> Latent:
    """The Latent with its model's hash, by the Library's name for it or else by the file's whole path."""
    inside = any(one.path == entry.path for one in library.entries())
    return replace(params, model=entry.name if inside else os.path.abspath(entry.path), weights=entry.sha256)


def header(params: Latent, library: Library) -> Header:
    """Size and channels, from the Card where it says them; else the model is opened, once."""
    from ganstudio.core.raster import Header

    entry = model(params, library)
    side = entry.card.settings.get("size")
    if not isinstance(side, int) or isinstance(side, bool):
        from ganstudio.models import open_model
        from ganstudio.nets.generator_net import GeneratorNet

        net = open_model(entry.path).module
        assert isinstance(net, GeneratorNet)
        side = net.resolution
    return Header(side, side, entry.card.channels)


def models(params: Latent, library: Library) -> list[Entry]:
    return [model(params, library)]


def source_type(params: Latent, library: Library) -> str:
    return "trainedAlgorithmicMedia"


def words(params: Latent) -> dict[str, str]:
    kind = Latent.parameters()
    said = {one.name: one.kind.text(getattr(params, one.name)) for one in kind if one.name in ("seeds", "classes")}
    seed = "point" if params.point is not None else said["seeds"]
    return {"model": model_word(params.model), "seed": seed, "class": said["classes"]}


TOOL = Source(
    id="generate",
    version=1,
    title="Generate",
    summary="make pictures out of a generator: from seeds, classes and directions",
    params=Latent,
    run=run,
    header=header,
    located=located,
    models=models,
    source_type=source_type,
    words=words,
    example="ganstudio generate -o paintings/ --model paintings --seeds 0-9 --trunc 0.7",
)
