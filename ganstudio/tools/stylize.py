"""Stylize: a photograph of any size painted in a style, by name or like any picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganstudio.core.params import Maybe, ModelOf, Number, Params, Switch, param
from ganstudio.core.styles import Style, is_picture
from ganstudio.tools.tool import Context, Tool
from ganstudio.tools.using import only, same_size

if TYPE_CHECKING:
    from ganstudio.core.raster import Raster
    from ganstudio.models.library import Entry, Library

# The longest side at which strokes are as the network learnt them; larger photographs are painted reduced to it.
USUAL_SIDE = 1600
LARGEST_BRUSH = 8.0
# The network wants some room: a brush never reduces a picture below this.
_LEAST_SIDE = 64


@dataclass(frozen=True)
class StylizeParams(Params):
    style: str = param(
        Style(),
        "great-wave",
        label="Style",
        flags=("-y",),
        help="what to paint like: a style from `ganstudio models info style`, or any picture",
    )
    strength: float = param(
        Number(0.0, 100.0, unit="%"), 100.0, label="Strength", help="from the photograph itself (0) to the style (100)"
    )
    keep_colours: bool = param(
        Switch(), False, label="Keep colours", help="the painting keeps the photograph's own colours"
    )
    brush: float | None = param(
        Maybe(Number(1.0, LARGEST_BRUSH, unit="×"), also=("auto",)),
        None,
        label="Brush size",
        help="how coarse the strokes are: 1 finest, 8 coarsest (by the photograph's size when left out)",
    )
    model: str = param(
        ModelOf(kind="stylizer"),
        "style",
        label="Model",
        flags=("-n",),
        group="advanced",
        help="which model: a name from `ganstudio models list`, or a model file",
    )


def run(params: StylizeParams, raster: Raster, context: Context) -> Raster:
    from ganstudio.core.resample import resized
    from ganstudio.runtime.styles import painting

    if params.strength == 0:
        return raster
    width, height = raster.header.width, raster.header.height
    brush = brush_for(params, width, height)
    if brush > 1:
        raster = resized(raster, round(width / brush), round(height / brush))
    entry = model(params, context.library)
    bound = painting(context.runtime, entry, params.style, raster, params.strength / 100, params.keep_colours)
    on_tile = context.on_tile if brush == 1 else None
    painted = context.runtime.apply(
        entry, raster, context.progress, priority=context.priority, on_tile=on_tile, bound=bound
    )
    return resized(painted, width, height)


def brush_for(params: StylizeParams, width: int, height: int) -> float:
    """How many times smaller the photograph is painted."""
    wanted = params.brush if params.brush is not None else max(width, height) / USUAL_SIDE
    return max(1.0, min(wanted, LARGEST_BRUSH, min(width, height) / _LEAST_SIDE))


def model(params: StylizeParams, library: Library) -> Entry:
    return only(library.find(params.model), "stylizer")


def models(params: StylizeParams, library: Library) -> list[Entry]:
    return [model(params, library)]


def source_type(params: StylizeParams, library: Library) -> str:
    return "compositeWithTrainedAlgorithmicMedia"


def words(params: StylizeParams) -> dict[str, str]:
    return {"model": "picture" if is_picture(params.style) else params.style}


TOOL = Tool(
    id="stylize",
    version=1,
    title="Stylize",
    summary="paint pictures of any size in a style",
    params=StylizeParams,
    run=run,
    out_size=same_size,
    models=models,
    source_type=source_type,
    words=words,
    example="ganstudio stylize photos/ -o painted/ --style starry-night",
)
