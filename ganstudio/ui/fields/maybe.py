"""Something or nothing: written, with an empty line for nothing."""

from __future__ import annotations

from ganstudio.core.params import Maybe
from ganstudio.ui.fields.text import TextLine


class MaybeField(TextLine):
    KIND = Maybe


FIELD = MaybeField
