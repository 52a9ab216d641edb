"""What layers, runs and steps are called. No Qt."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from PIL import ImageCms

from ganstudio.core.document import Layer, State
from ganstudio.core.document.blending import NORMAL
from ganstudio.core.text import N_, _
from ganstudio.tools.tool import all_sources, all_tools
from ganstudio.ui.widgets import wording

# A label of the history → the icon beside it; the first word that fits.
_ICONS = (
    (r"mask", "mask"), (r"opacity|blend", "adjust"), (r"crop", "crop"), (r"rotate|turn|straighten", "rotate"),
    (r"flip", "flip_h"), (r"resize|upscale", "upscale"), (r"show|hide", "eye"), (r"delete", "trash"),
    (r"duplicate", "copy"), (r"lock", "lock"), (r"move", "move"), (r"open|^$", "picture"),
)  # fmt: skip


# Blend modes as people know them, in the order of the list.
BLENDS = {
    "normal": N_("Normal"), "multiply": N_("Multiply"), "screen": N_("Screen"), "overlay": N_("Overlay"),
    "soft-light": N_("Soft light"), "luminosity": N_("Luminosity"), "colour": N_("Colour"),
}  # fmt: skip


def layer_line(layer: Layer, opened: tuple[int, int] | None = None) -> str:
    """The line under a layer's name: what made it, or its size, that of the `opened` picture where it was another; how
    it is blended."""
    made, now = tool_titles(layer.made_by), (layer.pixels.width, layer.pixels.height)
    size = wording.size_px(*now)
    if opened is not None and opened != now:
        size = _("{size} when opened").format(size=wording.size_px(*opened))
    blend = "" if layer.blend == NORMAL else _(BLENDS[layer.blend])
    opacity = "" if layer.opacity == 1 else wording.percent(layer.opacity)
    return ", ".join(one for one in (made or size, blend, opacity) if one)


def tool_titles(made_by: Mapping[str, Any] | None) -> str:
    """The Tools that made a layer: "Upscale"; "" for an opened picture."""
    recipe = made_by.get("recipe", made_by) if made_by is not None else {}
    steps = recipe.get("steps") if isinstance(recipe, Mapping) else None
    if not isinstance(steps, list):
        return ""
    named = [step.get("tool") for step in steps if isinstance(step, Mapping)]
    tools = {**all_tools(), **all_sources()}
    return ", ".join(_(tools[name].title) if name in tools else str(name) for name in named)


def is_generated(made_by: Mapping[str, Any] | None) -> bool:
    """Whether a layer came from Explore and can lead back there."""
    recipe = made_by.get("recipe", made_by) if made_by is not None else {}
    steps = recipe.get("steps") if isinstance(recipe, Mapping) else None
    first = steps[0] if isinstance(steps, list) and steps else None
    return isinstance(first, Mapping) and first.get("tool") in all_sources()


def step_icon(label: str) -> str:
    return next((icon for pattern, icon in _ICONS if re.search(pattern, label, re.IGNORECASE)), "adjust")


def ago(seconds: float) -> str:
    """ "now", "2 min", "3 h"."""
    if seconds < 60:
        return _("now")
    if seconds < 3600:
        return _("{n} min").format(n=int(seconds / 60))
    return _("{n} h").format(n=int(seconds / 3600))


def result_title(title: str, old: tuple[int, int], new: tuple[int, int]) -> str:
    """A result's name: "Photo 2×"; without a factor where the size stayed."""
    factor = new[0] / old[0]
    return title if new == old else f"{title} {wording.factor(factor)}"



def status_texts(state: State, x: int, y: int, colour: object) -> list[str]:
    """Position, profile and depth, colour under the pointer: for the right of the status bar."""
    said = []
    if x >= 0:
        said.append(f"{wording.count(x)} × {wording.count(y)} px")
    said.append(f"{profile_name(state.meta.icc)}  " + _("{depth} bit").format(depth=state.depth))
    if isinstance(colour, tuple) and len(colour) == 3:
        said.append("R {} G {} B {}".format(*colour))
    return said


@lru_cache(maxsize=16)
def profile_name(icc: bytes | None) -> str:
    """A profile's own description, shortened; without one a picture is taken for sRGB."""
    if icc is None:
        return "sRGB"
    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc))).strip()[:32] or _("profile")
    except ImageCms.PyCMSError:
        return _("profile")
