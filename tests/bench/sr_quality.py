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
from torch import nn

from ganstudio.core.discovery import discover, load
from ganstudio.core.paths import resource
from ganstudio.measures import paired
from ganstudio.measures.fidelity import crop_to
from ganstudio.measures.resize import imresize
from ganstudio.training import plans
from ganstudio.training.data import find_pictures, held_out, middles
from ganstudio.training.degradations import jpeg
from ganstudio.training.export import add_figures
from ganstudio.training.export import load as load_model

Pixels = NDArray[np.uint8]
Upscaler = Callable[[Pixels], Pixels]
SETS = ("Set5", "Set14", "BSD100_part", "Urban100_part")
COMMAND = "python -m tests.bench.sr_quality"


def shared_data() -> Path | None:
    named = os.environ.get("GANSTUDIO_SHARED_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2].parent / "shared" / "data"
    return folder if (folder / "sr_test").is_dir() else None


def through(net: nn.Module) -> Upscaler:
    """A network of 0..1 RGB on uint8 pictures, float32; gray goes in thrice and comes back as the mean."""

    @torch.inference_mode()
    def run(picture: Pixels) -> Pixels:
        colour = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
        out = net(torch.from_numpy(np.ascontiguousarray(colour)).permute(2, 0, 1)[None].float() / 255.0)[0]
        pixels = out.permute(1, 2, 0).mul(255.0).clamp(0, 255).numpy()
        return np.rint(pixels if picture.ndim == 3 else pixels.mean(axis=2)).astype(np.uint8)

    return run


def bicubic(scale: int) -> Upscaler:
    return lambda picture: np.asarray(imresize(picture, float(scale)), dtype=np.uint8)


def pairs(data: Path, scale: int) -> Iterator[tuple[str, list[tuple[Pixels, Pixels]]]]:
    """(name of the set, [(given, truth)])."""
    for name in SETS:
        files = sorted((data / "sr_test" / name).glob("*.png"))
        truths = [crop_to(np.array(Image.open(path)), scale) for path in files]
        yield name, [(np.asarray(imresize(t, 1.0 / scale), dtype=np.uint8), t) for t in truths]
    plan = plans.load(f"photo-x{scale}")
    kept = [p for p in find_pictures(data / "photos", plan.licences) if held_out(p.name, plan.hold_out)]
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
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args(words)
    data = shared_data()
    if data is None:
        print("The shared data folder is not here: set GANSTUDIO_SHARED_DATA to what holds sr_test/.")
        return 1
    if options.threads:
        torch.set_num_threads(options.threads)
    files = sorted(options.models.glob("*.safetensors"))
    loaded = {path: load_model(path) for path in files if not options.names or path.stem in options.names}
    for scale in sorted({card.scale for _, card in loaded.values()}):
        ours = {path: through(net) for path, (net, card) in loaded.items() if card.scale == scale}
        models = {"bicubic": bicubic(scale), **{path.stem: run for path, run in ours.items()}}
        figures = table(models, data, scale)
        for path in ours if options.write_cards else ():
            both = {"bicubic": figures["bicubic"], "model": figures[path.stem]}
            add_figures(path, {"command": f"{COMMAND} {path.stem}", "protocol": "Y, A", **both})
    return 0


if __name__ == "__main__":
    sys.exit(main())
