"""What fields know of the moment: the picture that the parameters are for. A value, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.raster import Header

USUAL_DPI = 300.0


@dataclass(frozen=True)
class FieldContext:
    """`header` of the picture in front, None where there is none (a recipe for many pictures); `dpi` for
    centimetres."""

    header: Header | None = None
    dpi: float = USUAL_DPI
