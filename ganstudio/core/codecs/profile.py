"""The colour profile that belongs to the channels written."""

from __future__ import annotations

from ganstudio.core import colour
from ganstudio.core.text import _


def fitting(icc: bytes | None, channels: int) -> tuple[bytes | None, str]:
    """(profile for a picture of so many channels or None, a sentence when it had to be left out)."""
    if icc is None or colour.usable(icc, channels) is not None:
        return icc, ""
    if channels in (3, 4):
        made = colour.rgb_of_gray(icc)
        if made is not None:
            return made, ""
    return None, _("The colour profile is for another kind of picture and was left out.")
