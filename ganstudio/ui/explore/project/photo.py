"""The photograph that is projected: looked at in small, and cut in the size that the network sees. Off the GUI thread;
no pixel of it is kept in full."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from ganstudio.core.codecs import open_raster
from ganstudio.core.codecs.small import small
from ganstudio.core.latent.paste import cut
from ganstudio.core.latent.projection import Square
from ganstudio.core.raster import read_whole
from ganstudio.ui.batch.thumbs import image_of
from ganstudio.ui.documents.profiles import to_srgb

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress

_SHOWN = 1024  # px of the longer side


@dataclass(frozen=True, eq=False)
class Photo:
    """`image` is small; width and height are the file's, upright."""

    path: Path
    width: int
    height: int
    image: QImage = field(repr=False)


def looked_at(path: Path, progress: Progress) -> Photo:
    """Raises BadInput."""
    header, picture = small(path, 0, _SHOWN, _SHOWN)
    return Photo(path, header.width, header.height, image_of(picture))


def square_of(path: Path, square: Square, side: int, progress: Progress) -> NDArray[np.uint8]:
    """side×side×3 uint8, sRGB: what the network sees. Raises BadInput, UsageError."""
    raster = open_raster(path)
    try:
        pixels = read_whole(to_srgb(raster)).pixels
    finally:
        raster.close()
    progress.check()
    return cut(pixels, square, side)
