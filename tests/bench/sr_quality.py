"""What our models for photographs are worth, beside bicubic: `python -m tests.bench.sr_quality [NAMES…]`.

Prints every paired measure at hand (PSNR and SSIM on luma, protocol A) for the standard test pictures and for held-out
photographs: clean, as JPEG 75, as phones leave them; restorers at JPEG 10, 20, 30 and 40. Needs the shared data folder:
GANSTUDIO_SHARED_DATA, or `shared/data` beside the clone. BSD100_part and Urban100_part are parts: see bicubic, not
papers. The lite distances need the packages of the extra `features`. Real-ESRGAN stands beside the upscalers where it
is in the Library (`ganstudio models get realesrgan`) or where GANSTUDIO_REALESRGAN names the folder of its ncnn files.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from PIL import Image

from ganstudio.core.errors import BadModel
from ganstudio.core.paths import resource
from ganstudio.measures import features, paired
from ganstudio.measures.fidelity import crop_to, protocol_b_bicubic
from ganstudio.measures.resize import imresize
from ganstudio.models import Model, open_model
from ganstudio.models.library import Library
from ganstudio.training import plans, trials
from ganstudio.training.data.folder import held_out, open_pictures
from ganstudio.training.data.photographs import middle
from ganstudio.training.trials import Network, Pair
from ganstudio.training.upscaler.export import add_figures

SETS = ("Set5", "Set14", "BSD100_part", "Urban100_part")
PHOTOS = "held-out photos"
LIKE_LIVE1 = "BSD100_part"  # LIVE1, on which restorers are published, is not among the shared data
SPOILT = {"JPEG q75": "jpeg75", "phone": "phone"}
COMMAND = "python -m tests.bench.sr_quality"
# The classic tables' bicubic rows (protocol B): parts of sets have none.
PUBLISHED = {("Set5", 2): 33.66, ("Set5", 4): 28.42, ("Set14", 2): 30.24, ("Set14", 4): 26.00}
REALESRGAN = ("realesrgan-x4plus", "realesr-animevideov3")


def shared_data() -> Path | None:
    named = os.environ.get("GANSTUDIO_SHARED_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2].parent / "shared" / "data"
    return folder if (folder / "sr_test").is_dir() else None


def strangers(data: Path) -> dict[str, Model]:
    """The enlarging checkpoints of the shared data that can be opened: published networks to stand beside."""
    found = {}
    for path in sorted((data / "checkpoints").glob("*/*.pth")):
        try:
            model = open_model(path)
        except BadModel as error:
            print(f"left out: {path.name}: {error}")
            continue
        if model.card.kind == "upscaler" and model.card.scale > 1:
            found[path.stem] = model
    return found


def realesrgan() -> dict[str, Model]:
    """Real-ESRGAN's ×4 networks, where they are at hand."""
    named = os.environ.get("GANSTUDIO_REALESRGAN")
    found = {}
    for name in REALESRGAN:
        entries = [e.path for e in Library().entries() if e.card.scale == 4 and e.name.startswith(name)]
        files = sorted(Path(named).glob(f"{name}*.param")) if named else []
        files = [path for path in files if path.stem in (name, f"{name}-x4")]
        for path in (files or entries)[:1]:
            found[name] = open_model(path)
    if not found:
        print("Real-ESRGAN is not at hand: `ganstudio models get realesrgan` fetches it.")
    return found


def halved(network: Network) -> Network:
    """A ×4 network as one for ×2."""
    return lambda given: np.asarray(imresize(network(given), 0.5), dtype=np.uint8)


def tests_of(data: Path, scale: int, count: int, kind: str) -> Iterator[tuple[str, list[Pair]]]:
    """(title, pairs): for upscalers the standard sets and photographs, for restorers spoilt photographs."""
    if kind == "upscaler":
        for name in SETS:
            truths = [(path.name, crop_to(np.array(Image.open(path)), scale)) for path in _files(data, name)]
            yield name, trials.pairs(truths, scale, "clean")
    photos = list(held_out_photos(data, scale, count))
    if kind == "upscaler":
        yield PHOTOS, trials.pairs(photos, scale, "clean")
        for title, test in SPOILT.items():
            yield f"{PHOTOS}, {title}", trials.pairs(photos, scale, test)
        return
    for quality in (10, 20, 30, 40):
        yield f"{PHOTOS}, JPEG q{quality}", trials.pairs(photos, scale, f"jpeg{quality}")
        pictures = [(path.name, np.array(Image.open(path))) for path in _files(data, LIKE_LIVE1)]
        yield f"{LIKE_LIVE1}, JPEG q{quality}", trials.pairs(pictures, scale, f"jpeg{quality}")
    yield f"{PHOTOS}, phone", trials.pairs(photos, scale, "phone")
    yield PHOTOS, trials.pairs(photos, scale, "clean")


def _files(data: Path, name: str) -> list[Path]:
    return sorted((data / "sr_test" / name).glob("*.png"))


def held_out_photos(data: Path, scale: int, count: int) -> Iterator[tuple[str, trials.Pixels]]:
    """The middles of the photographs that no Plan of ours learns from."""
    plan = plans.load("photo-x4")
    pictures = open_pictures(data / "photos", plan.allowed_licences()).pictures
    kept = [one for one in pictures if held_out(one.name, plan.hold_out)]
    for one in kept[: count or None]:
        yield one.name, middle(one.read(), scale)


def table(
    networks: dict[str, Network], given: Iterator[tuple[str, list[Pair]]], scale: int, border: int,
    measures: dict[str, ModuleType], only: str,
) -> dict[str, dict[str, dict[str, float]]]:  # fmt: skip
    """figures[network][title][measure], printed as they come."""
    figures: dict[str, dict[str, dict[str, float]]] = {name: {} for name in networks}
    for title, pairs in given:
        if only and only.lower() not in title.lower():
            continue
        print(f"\n×{scale}  {title} ({len(pairs)} pictures){_published(title, pairs, scale)}", flush=True)
        for name, network in networks.items():
            began = time.perf_counter()
            found = {key: round(value, 4) for key, value in trials.judged(network, pairs, measures, border).items()}
            figures[name][title] = found
            text = "  ".join(f"{trials.title_of(key, measures)} {value:.4f}" for key, value in found.items())
            print(f"  {name:24s} {text}   {time.perf_counter() - began:6.1f} s", flush=True)
    return figures


def _published(title: str, pairs: list[Pair], scale: int) -> str:
    wanted = PUBLISHED.get((title, scale))
    if wanted is None:
        return "; a part of the set" if title.endswith("_part") else ""
    found = np.mean([protocol_b_bicubic(pair.truth, scale)[0] for pair in pairs])
    return f"; bicubic by protocol B {found:.2f} dB, published {wanted:.2f}"


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="models of the folder, or files; all of the folder when none is named")
    parser.add_argument("--models", type=Path, default=resource("models"))
    parser.add_argument("--write-cards", action="store_true", help="write the figures into the models' Cards")
    parser.add_argument("--others", action="store_true", help="also the published networks of the shared data")
    parser.add_argument("--realesrgan", action="store_true", help="also Real-ESRGAN, which takes its time")
    parser.add_argument("--only", default="", help="only what has this in its title: phone, Set5, …")
    parser.add_argument("--pictures", type=int, default=0, help="so many photographs instead of all")
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args(words)
    data = shared_data()
    if data is None:
        print("The shared data folder is not here: set GANSTUDIO_SHARED_DATA to what holds sr_test/.")
        return 1
    if options.threads:
        torch.set_num_threads(options.threads)
    for name in features.names():
        if features.missing(name):
            print(features.missing(name))
    ours = opened(options.models, options.names)
    beside = (strangers(data) if options.others else {}) | (realesrgan() if options.realesrgan else {})
    for kind, scale in sorted({(model.card.kind, model.card.scale) for model in ours.values()}, reverse=True):
        here = {p: m for p, m in ours.items() if (m.card.kind, m.card.scale) == (kind, scale)}
        networks = {"bicubic" if scale > 1 else "as given": trials.bicubic(scale)}
        networks |= {path.stem: trials.through(model) for path, model in here.items()}
        for name, model in beside.items() if kind == "upscaler" else ():
            if model.card.scale == scale:
                networks[name] = trials.through(model)
            elif (scale, model.card.scale) == (2, 4) and name in REALESRGAN:
                networks[f"{name} ÷2"] = halved(trials.through(model))
        taught = set().union(*(features.trained_with(model.card) for model in here.values()))
        measures = paired.usable(taught)
        given = tests_of(data, scale, options.pictures, kind)
        figures = table(networks, given, scale, scale if scale > 1 else 0, measures, options.only)
        for path in here if options.write_cards else ():
            first = next(iter(networks))
            both = {first.replace(" ", "_"): figures[first], "model": figures[path.stem]}
            add_figures(path, {"command": f"{COMMAND} {path.stem}", "protocol": "Y, A", **both})
    return 0


def opened(folder: Path, names: list[str]) -> dict[Path, Model]:
    """The upscalers and restorers of the folder, or those named."""
    files = sorted(folder.glob("*.safetensors"))
    named = [Path(name) if Path(name).is_file() else folder / f"{name}.safetensors" for name in names]
    models = {path: open_model(path) for path in named or files}
    return {path: model for path, model in models.items() if model.card.kind in ("upscaler", "restorer")}


if __name__ == "__main__":
    sys.exit(main())
