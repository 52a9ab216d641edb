"""BMP, by Pillow: 1 to 32 bits, run-length packed, with an alpha mask."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ganstudio.core.codecs.readers import _pillow
from ganstudio.core.codecs.source import Source
from ganstudio.core.codecs.stored import Stored, check_size
from ganstudio.core.raster import Header, Metadata


def read(source: Source, page: int) -> Stored:
    head = source.read(0, 34)
    if len(head) < 26:
        raise source.cut_off()
    data = source.whole()
    image = _pillow.opened(source, data, "BMP")
    check_size(source, image.width, image.height)
    packed = int.from_bytes(head[30:34], "little") in (1, 2) and int.from_bytes(head[14:18], "little") > 12
    bits = int.from_bytes(head[24:26] if head[14] == 12 else head[28:30], "little")
    if not packed and image.width * image.height * bits // 8 > len(data):
        raise source.cut_off()
    channels = _pillow.table_of(image).shape[1] if image.mode == "P" else len(image.getbands())
    header = Header(image.width, image.height, channels, 8, "bmp")
    return Stored(header, 1, lambda: _decode(source, image))


def _decode(source: Source, image: Image.Image) -> tuple[np.ndarray, Metadata]:
    with _pillow.decoding(source):
        pixels = _pillow.array(image)
    if image.mode == "P":
        pixels = np.take(_pillow.table_of(image), pixels[:, :, 0], axis=0)
    return pixels, Metadata(dpi=_pillow.dpi(image))
