"""Where a Tool's result goes: on top of the document as a layer, canvas and layers brought to its size. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ganstudio.core.document.geometry import resize
from ganstudio.core.document.layers import add
from ganstudio.core.document.state import Change, Edit, State
from ganstudio.core.document.tiles import Tiles
from ganstudio.core.progress import Progress


def land(
    state: State,
    pixels: Tiles,
    name: str,
    label: str,
    *,
    made_by: Mapping[str, Any] | None = None,
    source_type: str = "",
    progress: Progress | None = None,
    layer_id: str = "",
) -> Edit:
    """The result of a Tool that was given the whole canvas, as the top layer; one step of the history, `label`.

    Where the result is of another size, the canvas becomes as large and what lies under it is resized along (Lanczos),
    so that both can be compared place by place. Under a result with alpha nothing else shows: it would show twice.
    """
    resized = (pixels.width, pixels.height) != (state.width, state.height)
    if resized:
        state = resize(state, pixels.width, pixels.height, progress).state
    if pixels.channels in (2, 4):
        state = replace(state, layers=tuple(replace(layer, visible=False) for layer in state.layers))
    landed = add(state, pixels, name, made_by=made_by, source_type=source_type, layer_id=layer_id).state
    return Edit(landed, Change(landed.rect, canvas=resized, layers=True), label)
