"""What the program is made of besides its own code, and under which licences: packages, the libraries inside them,
typefaces, models, pictures.

`listing()` is what *About* and `ganstudio licences` show: the list that was written when the program was built, or, in
a clone, the same list made from what is installed. resources/licences/components.toml knows what metadata do not say.
"""

from ganstudio.core.licences.collecting import collect
from ganstudio.core.licences.parts import Component, Listing
from ganstudio.core.licences.shown import BUILT, listing
from ganstudio.core.licences.spdx import not_allowed

__all__ = ["BUILT", "Component", "Listing", "collect", "listing", "not_allowed"]
