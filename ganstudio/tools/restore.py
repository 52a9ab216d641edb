"""Restore: the traces of JPEG, noise and slight blur taken out of a picture; its size stays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ganstudio.core.params import ModelOf, Number, Params, param
from ganstudio.tools.tool import Context, Tool
from ganstudio.tools.using import model_word, only, same_size

if TYPE_CHECKING:
    from ganstudio.core.raster import Raster
    from ganstudio.models.library import Entry, Library


@dataclass(frozen=True)
class RestoreParams(Params):
    model: str = param(
        ModelOf(kind="restorer"),
        "restore",
        label="Model",
        flags=("-n",),
        help="which model: a name from `ganstudio models list`, or a model file",
    )
    strength: float = param(
        Number(0.0, 100.0, unit="%"),
        100.0,
        label="Strength",
        help="how much of what the model finds is taken out, in percent",
    )


def run(params: RestoreParams, raster: Raster, context: Context) -> Raster:
    entry = model(params, context.library)
    if params.strength == 0:
        return raster
    bound = None
    if params.strength < 100:
        from ganstudio.nets.bound import at_strength
        from ganstudio.runtime.binding import Bound

        bound = Bound(f"strength {params.strength}", partial(at_strength, strength=params.strength / 100))
    return context.runtime.apply(
        entry, raster, context.progress, priority=context.priority, on_tile=context.on_tile, bound=bound
    )


def model(params: RestoreParams, library: Library) -> Entry:
    return only(library.find(params.model), "restorer")


def models(params: RestoreParams, library: Library) -> list[Entry]:
    return [model(params, library)]


def source_type(params: RestoreParams, library: Library) -> str:
    return "algorithmicallyEnhanced"


def words(params: RestoreParams) -> dict[str, str]:
    return {"model": model_word(params.model)}


TOOL = Tool(
    id="restore",
    version=1,
    title="Restore",
    summary="take JPEG traces, noise and slight blur out of pictures",
    params=RestoreParams,
    run=run,
    out_size=same_size,
    models=models,
    source_type=source_type,
    words=words,
    example="ganstudio restore scans/ -o clean/ --strength 70",
)
