"""Upscale: a picture larger and better, by a network; any factor or size is reached."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ganstudio.core.errors import UsageError
from ganstudio.core.params import Maybe, ModelOf, Number, Params, param
from ganstudio.core.sizes import Size, TargetSize
from ganstudio.core.text import N_
from ganstudio.tools.tool import Context, Tool
from ganstudio.tools.using import model_word, only

if TYPE_CHECKING:
    from ganstudio.core.raster import Header, Raster
    from ganstudio.models.library import Entry, Library
    from ganstudio.runtime.binding import Bound

USUAL_SCALE = 2.0
LARGEST_SCALE = 16.0
# Factors this close to the network's own are its own: 1.9999 is not worth a resampling.
_SAME = 1e-3


@dataclass(frozen=True)
class UpscaleParams(Params):
    model: str = param(
        ModelOf(kind="upscaler"),
        "photo",
        label="Model",
        flags=("-n",),
        help="which model: a name from `ganstudio models list`, or a model file",
    )
    scale: float | None = param(
        Maybe(Number(0.05, LARGEST_SCALE, unit="×", soft=(1.0, 8.0))),
        None,
        label="Scale",
        flags=("-s",),
        help="how many times larger: 2, 4, 1.5, … (the model's own factor when left out)",
    )
    size: TargetSize | None = param(
        Maybe(Size()),
        None,
        label="Size",
        help="the size to reach instead: 3840x2160 (fits inside), 4000x, x3000, long:4000",
    )

    blend: float = param(
        Number(0.0, 1.0),
        0.0,
        label="Crisp",
        help="from as faithful as the model is (0) to as crisp as its GAN (1), which invents fine detail",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.scale is not None and self.size is not None:
            raise UsageError("Scale and Size both say how large the picture becomes.", "Give one of them.")


def wanted_factor(params: UpscaleParams, header: Header, library: Library) -> float:
    """How many times larger the result is, before rounding to whole pixels."""
    if params.size is not None:
        return params.size.factor(header.width, header.height)
    return params.scale or own_scale(params.model, library)


def own_scale(model: str, library: Library) -> float:
    """The factor used when none is asked for: ×2 where a model comes in several, else the network's own."""
    return float(_enlarging(library.find(model, USUAL_SCALE)).card.scale)


def _enlarging(entry: Entry) -> Entry:
    """Restorers of pictures at their size may be used here too, and keep it."""
    return only(entry, "upscaler", "restorer")


def out_size(params: UpscaleParams, header: Header, library: Library) -> tuple[int, int]:
    if params.size is not None:
        return params.size.of(header.width, header.height)
    factor = wanted_factor(params, header, library)
    return max(1, round(header.width * factor)), max(1, round(header.height * factor))


def passes(params: UpscaleParams, factor: float, library: Library) -> list[Entry]:
    """The networks to run one after the other so that their factors together reach `factor`."""
    chosen = _enlarging(library.find(params.model, factor))
    if chosen.card.scale == 1:
        _check_reach(chosen, factor)
        return [chosen]
    run: list[Entry] = []
    while factor > 1 + _SAME:
        run.append(library.find(params.model, factor))
        factor /= run[-1].card.scale
    return run


def crisp(entry: Entry, library: Library) -> Entry | None:
    """The GAN that was trained on from this model, to which `blend` goes; None where there is none."""
    theirs = (one for one in library.entries() if one.card.gan and one.card.scale == entry.card.scale)
    return next((one for one in theirs if one.card.settings.get("begun_from") == entry.name), None)


def _blended(params: UpscaleParams, entry: Entry, context: Context) -> Bound | None:
    if params.blend == 0.0:
        return None
    from ganstudio.nets.bound import between
    from ganstudio.runtime.binding import Bound

    other = _crisp(entry, context.library)
    net = context.runtime.open(other).module
    return Bound(f"{params.blend} of {other.sha256}", partial(between, other=net, share=params.blend))


def _crisp(entry: Entry, library: Library) -> Entry:
    found = crisp(entry, library)
    if found is None:
        pairs = [one.name for one in library.entries() if crisp(one, library) is not None]
        hint = f"Leave out the blend, or take {', '.join(pairs)}." if pairs else "Leave out the blend."
        raise UsageError(f"There is no GAN trained on from {entry.name} to blend with.", hint)
    return found


def idle(params: UpscaleParams, library: Library) -> dict[str, str]:
    if any(crisp(entry, library) for entry in _named(params, library)):
        return {}
    return {"blend": N_("This model has no crisp counterpart.")}


def _check_reach(entry: Entry, factor: float) -> None:
    if entry.card.scale == 1 and factor > 1 + _SAME:
        raise UsageError(
            f"The model {entry.name} keeps a picture's size: it cannot make it {factor:g} times larger.",
            "Leave out the scale, or choose another model.",
        )


def run(params: UpscaleParams, raster: Raster, context: Context) -> Raster:
    """The enlarged Raster: the networks' result, resampled where their factor is not the one wanted."""
    from ganstudio.core.resample import resized

    width, height = out_size(params, raster.header, context.library)
    factor = wanted_factor(params, raster.header, context.library)
    entries = passes(params, factor, context.library)
    for entry in entries:
        reached = raster.header.width * entry.card.scale, raster.header.height * entry.card.scale
        on_tile = context.on_tile if entry is entries[-1] and reached == (width, height) else None
        raster = context.runtime.apply(
            entry, raster, context.progress, priority=context.priority, on_tile=on_tile,
            bound=_blended(params, entry, context),
        )  # fmt: skip
    if (raster.header.width, raster.header.height) != (width, height):
        raster = resized(raster, width, height)
    return raster


def models(params: UpscaleParams, library: Library) -> list[Entry]:
    """Every file the model's name may mean: which of a group's scales is used depends on the picture; with what they
    are blended with.

    Raises UsageError when none of them can make pictures as large as `scale` says.
    """
    found = _named(params, library)
    if params.scale is not None:
        _check_reach(max(found, key=lambda one: one.card.scale), params.scale)
    if params.blend == 0.0:
        return found
    pairs = [one for entry in found if (one := crisp(entry, library)) is not None]
    return [*found, *(pairs or [_crisp(found[0], library)])]


def _named(params: UpscaleParams, library: Library) -> list[Entry]:
    word = params.model.strip().lower()
    entries = library.entries()
    found = [one for one in entries if one.name == word] or [one for one in entries if one.card.group == word != ""]
    return [_enlarging(one) for one in found or [library.find(params.model)]]


def source_type(params: UpscaleParams, library: Library) -> str:
    invents = any(entry.card.gan for entry in models(params, library))
    return "compositeWithTrainedAlgorithmicMedia" if invents else "algorithmicallyEnhanced"


def words(params: UpscaleParams) -> dict[str, str]:
    return {"model": model_word(params.model)}


TOOL = Tool(
    id="upscale",
    version=1,
    title="Upscale",
    summary="make pictures larger and better: one, or folders of thousands",
    params=UpscaleParams,
    run=run,
    out_size=out_size,
    models=models,
    source_type=source_type,
    words=words,
    idle=idle,
    example="ganstudio upscale photos/ -o bigger/",
)
