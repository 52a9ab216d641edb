"""Resize: a picture to another size without a network, as exactly as resampling can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganstudio.core.errors import UsageError
from ganstudio.core.params import Maybe, Number, Params, param
from ganstudio.core.sizes import Size, TargetSize
from ganstudio.tools.tool import Context, Tool

if TYPE_CHECKING:
    from ganstudio.core.raster import Header, Raster
    from ganstudio.models.library import Entry, Library


@dataclass(frozen=True)
class ResizeParams(Params):
    scale: float | None = param(
        Maybe(Number(0.01, 16.0, unit="×", soft=(0.1, 4.0))),
        None,
        label="Scale",
        flags=("-s",),
        help="how many times larger: 0.5, 2, … (the same size when left out)",
    )
    size: TargetSize | None = param(
        Maybe(Size()),
        None,
        label="Size",
        help="the size to reach instead: 3840x2160 (fits inside), 4000x, x3000, long:4000",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.scale is not None and self.size is not None:
            raise UsageError("Scale and Size both say how large the picture becomes.", "Give one of them.")


def out_size(params: ResizeParams, header: Header, library: Library) -> tuple[int, int]:
    if params.size is not None:
        return params.size.of(header.width, header.height)
    factor = params.scale or 1.0
    return max(1, round(header.width * factor)), max(1, round(header.height * factor))


def run(params: ResizeParams, raster: Raster, context: Context) -> Raster:
    from ganstudio.core.resample import resized

    return resized(raster, *out_size(params, raster.header, context.library))


def models(params: ResizeParams, library: Library) -> list[Entry]:
    return []


def source_type(params: ResizeParams, library: Library) -> str:
    return ""


def words(params: ResizeParams) -> dict[str, str]:
    return {"model": "resize"}


TOOL = Tool(
    id="resize",
    version=1,
    title="Resize",
    summary="make pictures larger or smaller without a network",
    params=ResizeParams,
    run=run,
    out_size=out_size,
    models=models,
    source_type=source_type,
    words=words,
    example="ganstudio resize photos/ --size long:2000 -o small/",
)
