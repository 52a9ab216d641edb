"""GIF, by Pillow: the first frame, on its canvas; that there are more is said."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ganstudio.core.codecs.readers import _pillow
from ganstudio.core.codecs.source import Source
from ganstudio.core.codecs.stored import Stored, check_size
from ganstudio.core.raster import Header, Metadata
from ganstudio.core.text import _


def read(source: Source, page: int) -> Stored:
    head = source.read(0, 10)
    if len(head) < 10:
        raise source.cut_off()
    check_size(source, int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little"))
    image = _pillow.opened(source, source.whole(), "GIF")
    channels = _pillow.table_of(image).shape[1] if image.mode == "P" else 1 + ("transparency" in image.info)
    if image.mode not in ("P", "L"):
        raise source.damaged()
    header = Header(image.width, image.height, channels, 8, "gif")
    return Stored(header, 1, lambda: _decode(source, image))


def _decode(source: Source, image: Image.Image) -> tuple[np.ndarray, Metadata]:
    clear = image.info.get("transparency")
    with _pillow.decoding(source):
        indices = _pillow.array(image)
        if image.mode == "P":
            pixels = np.take(_pillow.table_of(image), indices[:, :, 0], axis=0)
        else:
            pixels = indices if clear is None else np.dstack([indices, np.where(indices == clear, 0, 255)])
        frames = getattr(image, "n_frames", 1)
    said = _("The file is an animation of {frames} frames; the first is used.").format(frames=frames)
    notes = (said,) if frames > 1 else ()
    return pixels.astype(np.uint8, copy=False), Metadata(notes=notes)
