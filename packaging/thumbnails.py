"""The pictures on the model cards: `python packaging/thumbnails.py PHOTO` writes resources/thumbs/GROUP.jpg.

The same crop for all models of a kind, so that cards can be compared: 52×52 pixels of PHOTO (gb82_dog.jpg of the gb82
image set, public domain) through each bundled model ×2.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
CROP = (244, 146, 348, 250)  # of the photo, in its pixels
QUALITY = 92


def main(photo: Path) -> int:
    sys.path.insert(0, str(ROOT))
    import numpy as np

    from ganstudio.core.progress import Progress
    from ganstudio.core.raster import Picture
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime
    from ganstudio.tools.tool import Context
    from ganstudio.tools.upscale import UpscaleParams, run

    crop = Image.open(photo).convert("RGB").crop(CROP)
    side = crop.width // 2
    given = Picture.of(np.asarray(crop.resize((side, side), Image.Resampling.BICUBIC)))
    library, runtime = Library(), Runtime(precision="exact")
    folder = ROOT / "resources" / "thumbs"
    folder.mkdir(exist_ok=True)
    for group in sorted({entry.card.group for entry in library.entries() if entry.bundled}):
        raster = run(UpscaleParams(model=group, scale=2.0), given, Context(library, runtime, Progress()))
        pixels = raster.rows(0, raster.header.height)
        Image.fromarray(np.ascontiguousarray(pixels)).save(folder / f"{group}.jpg", quality=QUALITY, subsampling=0)
        raster.close()
    runtime.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
