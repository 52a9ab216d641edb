"""What a canvas says to a screen reader."""

from __future__ import annotations

from ganstudio.core.document import State
from ganstudio.core.text import _


def description(state: State | None, zoom: float, mode: str) -> str:
    """The picture's size, how it is shown, how large."""
    if state is None:
        return _("No picture is open.")
    modes = {"split": _("split"), "side": _("side by side"), "original": _("original"), "result": _("result")}
    size = _("{width} × {height} pixels, {zoom} %, {mode}")
    return size.format(width=state.width, height=state.height, zoom=round(100 * zoom), mode=modes[mode])
