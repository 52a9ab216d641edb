"""What the style network is worth: `python -m tests.bench.style [FILE] [--features lite2] [--write-card]`.

Photographs and styles that it was never trained on together are painted; style is the distance of channel means and
deviations to the style picture's, content that of the normalised deepest tap to the photograph's, both in features the
network was not trained with. Printed beside the photograph itself and, where the shared data is, MicroAST's own file.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ganstudio.core.paths import resource
from ganstudio.measures import features
from ganstudio.models import open_model
from ganstudio.models.filing import header_card
from ganstudio.nets.microast import MicroAST
from ganstudio.training.data.reading import Pixels, pixels_of
from ganstudio.training.losses import style as losses
from ganstudio.training.style.pictures import StylePairs, reduced
from ganstudio.training.upscaler.export import add_figures
from tests.bench.sr_quality import shared_data

BATCHES, BATCH, SIZE = 6, 4, 256
_PARTS = ("content_encoder", "style_encoder", "modulator", "decoder")
Painter = Callable[[Tensor, Tensor], Tensor]


def pictures(paths: Iterator[Path]) -> list[Pixels]:
    found = []
    for path in paths:
        with path.open("rb") as file:
            found.append(reduced(pixels_of(file, path.name)))
    return found


def unseen(data: Path) -> list[Path]:
    """Photographs whose licence kept them out of training."""
    with (data / "photos" / "SOURCES.tsv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    kept = [row["file"] for row in rows if "Unsplash" in row["licence"] or "Pexels" in row["licence"]]
    return [data / "photos" / name for name in kept[:24]]


def published(data: Path) -> MicroAST:
    """MicroAST with its authors' weights."""
    net = MicroAST()
    for part in _PARTS:
        path = data / "checkpoints" / "microast" / f"{part}_iter_160000.pth.tar"
        net.get_submodule(part).load_state_dict(torch.load(path, weights_only=True))
    return net.eval()


@torch.inference_mode()
def judged(paint: Painter, pairs: StylePairs, seen: features.Features) -> tuple[float, float]:
    """(style, content), smaller is better."""
    rows = []
    for number in range(BATCHES):
        photos, styles = (tensor(part) for part in pairs.batch(number, BATCH, SIZE))
        given, wanted = seen.taps(photos), seen.taps(styles)
        made = seen.taps(paint(photos, styles).clamp(0.0, 1.0))
        scales = [1.0 / float(tap.std((2, 3)).mean()) for tap in given]
        near = losses.statistics([t * s for t, s in zip(made, scales, strict=True)],
                                 [t * s for t, s in zip(wanted, scales, strict=True)])  # fmt: skip
        rows.append((float(near), float(losses.content(made[-1:], given[-1:]))))
    style, content = np.mean(rows, axis=0)
    return float(style), float(content)


def tensor(pixels: Pixels) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 255.0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", nargs="?", type=Path, help="a model file instead of the bundled one")
    parser.add_argument("--features", default="", help="the judge (usually one that did not teach the network)")
    parser.add_argument("--write-card", action="store_true", help="put the figures into the model's Card")
    asked = parser.parse_args()
    data, path = shared_data(), asked.model or resource("models", "style.safetensors")
    card = header_card(path)
    if data is None or card is None:
        print("This needs the shared data folder and the bundled model.")
        return 1
    seen = features.named(asked.features or features.judge_of(card))
    features.fair(seen.name, card)
    pairs = StylePairs(pictures(iter(unseen(data))), pictures(iter(sorted((data / "styles").glob("*.jpg")))), 99)
    nets = {"style": open_model(path).module, "MicroAST": published(data)}
    print(f"{seen.label}, {BATCHES * BATCH} paintings of {SIZE}²: style, content (smaller is better)")
    figures = {"photograph itself": judged(lambda photo, style: photo, pairs, seen)}
    for name, net in nets.items():
        assert isinstance(net, MicroAST)
        figures[name] = judged(lambda photo, style, net=net: net(photo, net.code(style)), pairs, seen)
    for name, (style, content) in figures.items():
        print(f"  {name:<18} {style:7.3f} {content:7.3f}")
    if asked.write_card:
        told = {name: [round(value, 3) for value in both] for name, both in figures.items()}
        command = "python -m tests.bench.style"
        add_figures(path, {"command": command, "features": seen.label, "style and content": told})
    return 0


if __name__ == "__main__":
    sys.exit(main())
