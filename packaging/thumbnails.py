"""The pictures on the model cards: `python packaging/thumbnails.py PHOTO` writes resources/thumbs/GROUP.jpg.

The same crop for all models of a kind, so that cards can be compared: 52×52 pixels of PHOTO (gb82_dog.jpg of the gb82
image set, public domain) through each bundled model ×2. A generator's is four of its own pictures.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from ganstudio.tools.tool import Context

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
    bundled = [entry for entry in library.entries() if entry.bundled]
    for entry in (one for one in bundled if one.card.kind == "generator" and not one.name.endswith(".train")):
        four = pictures_of(Context(library, runtime, Progress()), entry.name)
        four.save(folder / f"{entry.name}.jpg", quality=QUALITY, subsampling=0)
    for group in sorted({entry.card.group for entry in bundled if entry.card.kind == "upscaler"}):
        raster = run(UpscaleParams(model=group, scale=2.0), given, Context(library, runtime, Progress()))
        pixels = raster.rows(0, raster.header.height)
        Image.fromarray(np.ascontiguousarray(pixels)).save(folder / f"{group}.jpg", quality=QUALITY, subsampling=0)
        raster.close()
    runtime.close()
    return 0


def pictures_of(context: Context, model: str) -> Image.Image:
    """The first four seeds, of different classes where there are some."""
    import numpy as np

    from ganstudio.core.latent import Latent, Weighted
    from ganstudio.runtime.generating import generator_of
    from ganstudio.tools.generate import run

    classes = generator_of(context.runtime, context.library.find(model)).facts.classes
    side = (CROP[2] - CROP[0]) // 2
    whole = Image.new("RGB", (2 * side, 2 * side))
    for number in range(4):
        of = (Weighted(classes[number % len(classes)]),) if classes else ()
        raster = run(Latent(model=model, seeds=(Weighted(str(number)),), classes=of), context)
        pixels = np.ascontiguousarray(raster.rows(0, raster.header.height))
        drawn = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).convert("RGB")
        whole.paste(drawn.resize((side, side), Image.Resampling.LANCZOS), (number % 2 * side, number // 2 * side))
    return whole


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
