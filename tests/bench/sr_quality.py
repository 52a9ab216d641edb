"""What our upscalers are worth, beside bicubic: `python -m tests.bench.sr_quality [NAMES…] [--write-cards]`.

Prints PSNR, SSIM (luma, protocol A), GMSD and spectrum distance for the standard test pictures and for
held-out photographs, clean and as JPEG quality 75. Needs the shared data folder: GANSTUDIO_SHARED_DATA, or
`shared/data` beside the clone. BSD100_part and Urban100_part are parts: see bicubic, not papers.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from ganstudio.core.discovery import discover, load
from ganstudio.core.errors import BadModel
from ganstudio.core.paths import resource
from ganstudio.measures import paired
from ganstudio.measures.fidelity import crop_to
from ganstudio.measures.resize import imresize
from ganstudio.models import Model, open_model
from ganstudio.training import plans
from ganstudio.training.data.folder import open_pictures
from ganstudio.training.data.photographs import middles
from ganstudio.training.degradations import jpeg
from ganstudio.training.upscaler.export import add_figures

Pixels = NDArray[np.uint8]
Upscaler = Callable[[Pixels], Pixels]
SETS = ("Set5", "Set14", "BSD100_part", "Urban100_part")
COMMAND = "python -m tests.bench.sr_quality"


def shared_data() -> Path | None:
    named = os.environ.get("GANSTUDIO_SHARED_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2].parent / "shared" / "data"
    return folder if (folder / "sr_test").is_dir() else None


def through(model: Model) -> Upscaler:
    """A network on uint8 pictures, float32; gray goes in thrice and comes back as the mean."""
    peak = {"0..1": 1.0, "0..255": 255.0}[model.card.value_range]

    @torch.inference_mode()
    def run(picture: Pixels) -> Pixels:
        colour = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
        given = torch.from_numpy(np.ascontiguousarray(colour)).permute(2, 0, 1)[None].float()
        out = model.module(given * (peak / 255.0))[0]
        pixels = out.permute(1, 2, 0).mul(255.0 / peak).clamp(0, 255).numpy()
        return np.rint(pixels if picture.ndim == 3 else pixels.mean(axis=2)).astype(np.uint8)

    return run


def strangers(data: Path) -> dict[Path, Model]:
    """The enlarging checkpoints at hand that can be opened: published networks to stand beside."""
    found = {}
    for path in sorted((data / "checkpoints").glob("*/*.pth")):
        try:
            model = open_model(path)
        except BadModel as error:
            print(f"left out: {path.name}: {error}")
            continue
        if model.card.kind == "upscaler" and model.card.scale > 1 and model.card.value_range != "-1..1":
            found[path] = model
    return found


def bicubic(scale: int) -> Upscaler:
    return lambda picture: np.asarray(imresize(picture, float(scale)), dtype=np.uint8)


def pairs(data: Path, scale: int) -> Iterator[tuple[str, list[tuple[Pixels, Pixels]]]]:
    """(name of the set, [(given, truth)])."""
    for name in SETS:
        files = sorted((data / "sr_test" / name).glob("*.png"))
        truths = [crop_to(np.array(Image.open(path)), scale) for path in files]
        yield name, [(np.asarray(imresize(t, 1.0 / scale), dtype=np.uint8), t) for t in truths]
    plan = plans.load(f"photo-x{scale}")
    kept = open_pictures(data / "photos", plan.allowed_licences()).split(plan.hold_out)[1]
    photos = [(np.asarray(imresize(t, 1.0 / scale), dtype=np.uint8), t) for t in middles(kept, scale)]
    yield "held-out photos", photos
    yield "held-out photos, JPEG q75", [(jpeg(low, 75), truth) for low, truth in photos]


def judge(
    run: Upscaler, given: list[tuple[Pixels, Pixels]], names: list[str], border: int
) -> dict[str, float]:
    rows = []
    for low, truth in given:
        result = run(low)
        rows.append([load(paired, name).measure(result, truth, border) for name in names])
    return {name: round(float(v), 4) for name, v in zip(names, np.mean(rows, axis=0), strict=True)}


def table(models: dict[str, Upscaler], data: Path, scale: int) -> dict[str, dict[str, dict[str, float]]]:
    """figures[model][set][measure], printed as they come."""
    names = list(discover(paired))
    figures: dict[str, dict[str, dict[str, float]]] = {model: {} for model in models}
    for title, given in pairs(data, scale):
        print(f"\n×{scale}  {title} ({len(given)} pictures)", flush=True)
        for model, run in models.items():
            began = time.perf_counter()
            found = judge(run, given, names, scale)
            figures[model][title] = found
            text = "  ".join(f"{load(paired, n).TITLE} {found[n]:8.4f}" for n in names)
            print(f"  {model:28s} {text}   {time.perf_counter() - began:6.1f} s", flush=True)
    return figures


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="models of the folder; all when none is named")
    parser.add_argument("--models", type=Path, default=resource("models"))
    parser.add_argument("--write-cards", action="store_true", help="write the figures into the models' Cards")
    parser.add_argument("--others", action="store_true", help="also the published networks at hand")
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args(words)
    data = shared_data()
    if data is None:
        print("The shared data folder is not here: set GANSTUDIO_SHARED_DATA to what holds sr_test/.")
        return 1
    if options.threads:
        torch.set_num_threads(options.threads)
    files = sorted(options.models.glob("*.safetensors"))
    ours = {path: open_model(path) for path in files if not options.names or path.stem in options.names}
    others = strangers(data) if options.others else {}
    for scale in sorted({model.card.scale for model in ours.values()}):
        here = {path: model for path, model in (ours | others).items() if model.card.scale == scale}
        models = {"bicubic": bicubic(scale), **{path.stem: through(model) for path, model in here.items()}}
        figures = table(models, data, scale)
        for path in set(ours) & set(here) if options.write_cards else ():
            both = {"bicubic": figures["bicubic"], "model": figures[path.stem]}
            add_figures(path, {"command": f"{COMMAND} {path.stem}", "protocol": "Y, A", **both})
    return 0


if __name__ == "__main__":
    sys.exit(main())
