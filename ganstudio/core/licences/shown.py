"""The list that is shown: the one written when the program was built, or one made here."""

from __future__ import annotations

from ganstudio.core.licences.collecting import collect
from ganstudio.core.licences.parts import Listing, read
from ganstudio.core.paths import resource

BUILT = "licences.json"  # a resource of a built program


def listing() -> Listing:
    """The list of this program: as it was built, or made from what is installed (some tenths of a second)."""
    path = resource(BUILT)
    return read(path) if path.is_file() else collect()
