"""The pictures of docs/shown.md, made by the bundled models: `python packaging/gallery.py --pictures DIR`.

DIR holds gb82_girl.jpg, gb82_sumac.jpg and gb82_waves.jpg (public domain; kept out of every training). Real-ESRGAN
stands beside where it is in the Library or where GANSTUDIO_REALESRGAN names the folder of its ncnn files.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ganstudio.core.paths import resource
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture, read_whole
from ganstudio.models import open_model
from ganstudio.models.library import Library
from ganstudio.models.styles import styles_of
from ganstudio.runtime import Runtime
from ganstudio.tools.stylize import TOOL, StylizeParams
from ganstudio.tools.tool import Context
from ganstudio.training import trials
from ganstudio.training.data.reading import read
from ganstudio.training.trials import Network, Pixels
from tests.bench.sr_quality import realesrgan

OUT = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SIDE, GAP, LABEL = 192, 6, 22
PLACES = {"gb82_girl.jpg": (0.62, 0.36), "gb82_sumac.jpg": (0.5, 0.5), "gb82_waves.jpg": (0.4, 0.6)}
TESTS = {
    "shown-clean-x4": ("clean", 4, ("fidelity-x4", "gan-x4")),
    "shown-phone-x4": ("phone", 4, ("photo-x4",)),
    "shown-phone-x2": ("phone", 2, ("quick-x2", "photo-x2")),
    "shown-jpeg10": ("jpeg10", 1, ("restore-x1",)),
}
STYLES = 6
TITLES = {"realesrgan-x4plus": "Real-ESRGAN x4plus", "realesr-animevideov3": "… animevideov3"}


def lanczos(scale: int) -> Network:
    def enlarge(given: Pixels) -> Pixels:
        size = given.shape[1] * scale, given.shape[0] * scale
        return np.asarray(Image.fromarray(given).resize(size, Image.Resampling.LANCZOS))

    return enlarge


def nearest(scale: int) -> Network:
    return lambda given: given.repeat(scale, 0).repeat(scale, 1)


def networks(scale: int, names: tuple[str, ...]) -> dict[str, Network]:
    """Columns by title, in their order."""
    found: dict[str, Network] = {"given": nearest(scale)}
    if scale > 1:
        found |= {"bicubic": trials.bicubic(scale), "Lanczos": lanczos(scale)}
    for name in names:
        path = resource("models") / f"{name}.safetensors"
        if path.is_file():
            found[name] = trials.through(open_model(path))
    if scale == 4:
        found |= {TITLES.get(name, name): trials.through(model) for name, model in realesrgan().items()}
    return found


def crop(picture: Pixels, place: tuple[float, float], side: int) -> Pixels:
    height, width = picture.shape[:2]
    x, y = (min(max(int(share * n - side / 2), 0), n - side) for share, n in zip(place, (width, height), strict=True))
    return picture[y : y + side, x : x + side]


def grid(titles: list[str], rows: list[list[Pixels]]) -> Pixels:
    """Pictures of one size in rows under their titles, on white."""
    side = rows[0][0].shape[0]
    width, height = len(titles) * (side + GAP) - GAP, LABEL + len(rows) * (side + GAP) - GAP
    sheet = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(str(resource("fonts") / "Inter-Regular.otf"), 13)
    for column, title in enumerate(titles):
        draw.text((column * (side + GAP), 2), title, fill="#1c1c1c", font=font)
        for number, row in enumerate(rows):
            sheet.paste(Image.fromarray(row[column]), (column * (side + GAP), LABEL + number * (side + GAP)))
    return np.asarray(sheet)


def compared(folder: Path, test: str, scale: int, names: tuple[str, ...]) -> Pixels:
    columns, rows = networks(scale, names), []
    for name, place in PLACES.items():
        truth = read(folder / name)
        truth = truth[: truth.shape[0] // scale * scale, : truth.shape[1] // scale * scale]
        (pair,) = trials.pairs([(name, truth)], scale, test)
        made = [crop(network(pair.given), place, SIDE) for network in columns.values()]
        rows.append([*made, crop(truth, place, SIDE)])
    return grid([*columns, "original"], rows)


def styled(folder: Path) -> Pixels:
    """Two photographs in some of the named styles."""
    library, runtime = Library(), Runtime("cpu", "exact")
    known = styles_of(library.find("style").card)
    chosen = known[:: max(1, len(known) // STYLES)][:STYLES]
    rows = []
    for name in ("gb82_girl.jpg", "gb82_waves.jpg"):
        photo = read(folder / name)
        side = min(photo.shape[:2])
        square = np.ascontiguousarray(crop(photo, PLACES[name], side))
        row = [square]
        for style in chosen:
            result = TOOL.run(StylizeParams(style=style.id), Picture.of(square), Context(library, runtime, Progress()))
            row.append(read_whole(result).pixels)
        rows.append([cv2.resize(one, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for one in row])
    runtime.close()
    return grid(["photograph", *(one.title for one in chosen)], rows)


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--pictures", type=Path, required=True)
    words.add_argument("--only", default="")
    given = words.parse_args()
    made: dict[str, Callable[[], Pixels]] = {
        name: lambda about=about: compared(given.pictures, *about) for name, about in TESTS.items()
    }
    made["shown-styles"] = lambda: styled(given.pictures)
    for name, make in made.items():
        if given.only in name:
            Image.fromarray(make()).save(OUT / f"{name}.webp", quality=88, method=6)
            print(OUT / f"{name}.webp")
    return 0


if __name__ == "__main__":
    sys.exit(main())
