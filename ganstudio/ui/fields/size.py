"""A picture size as people write it: 3840x2160, 4000x, long:4000."""

from __future__ import annotations

from ganstudio.core.sizes import Size
from ganstudio.ui.fields.text import TextLine


class SizeField(TextLine):
    KIND = Size


FIELD = SizeField
