"""How well generators of digits write: a LeNet trained on real digits reads what they were asked for.

    python -m tests.bench.digits mnist-dcgan mnist-mlp --digits FILE.npz

FILE.npz holds x_train, y_train, x_test, y_test (MNIST's, uint8 N×28×28 and labels). LeNet is trained anew each time.
Printed beside the models: the test digits themselves (the most that can be reached), and the share of pictures nearest
to a training digit. `--write` puts the figures into the models' Cards.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ganstudio.cli.show import table
from ganstudio.models import open_model
from ganstudio.models.library import Library
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.training.generator.shown import generated
from ganstudio.training.upscaler.export import add_figures

SIDE = 28
EPOCHS = 4
BATCH = 64


def lenet() -> nn.Sequential:
    """After LeCun et al. 1998, with ReLU and max pooling."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(32 * 25, 120), nn.ReLU(), nn.Linear(120, 10),
    )  # fmt: skip


def as_input(digits: NDArray[np.uint8]) -> Tensor:
    """N×28×28 → N×1×28×28 in 0..1."""
    return torch.from_numpy(digits).float().div(255.0).reshape(-1, 1, SIDE, SIDE)


def trained(digits: NDArray[np.uint8], labels: NDArray[np.integer]) -> nn.Module:
    """Adam, one-cycle learning rate, shifts of up to two pixels."""
    torch.manual_seed(0)
    net, x, y = lenet(), as_input(digits), torch.from_numpy(labels.astype(np.int64))
    steps = EPOCHS * (len(x) // BATCH)
    optimiser = torch.optim.Adam(net.parameters(), 1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, steps)
    for _ in range(EPOCHS):
        for some in torch.randperm(len(x))[: len(x) // BATCH * BATCH].split(BATCH):
            move = torch.randint(-2, 3, (2,)).tolist()
            loss = functional.cross_entropy(net(x[some].roll(move, (2, 3))), y[some])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return net.eval()


@torch.no_grad()
def read(net: nn.Module, digits: NDArray[np.uint8], labels: NDArray[np.integer]) -> dict[str, float]:
    """Share read as what was asked for, mean certainty, entropy of what was read (at most ln 10), Inception Score."""
    shares = torch.cat([net(part).softmax(dim=1) for part in as_input(digits).split(500)]).double()
    mean = shares.mean(dim=0)
    read_as = np.bincount(shares.argmax(dim=1).numpy(), minlength=10) / len(digits)
    divergence = (shares * (shares.clamp(min=1e-12).log() - mean.clamp(min=1e-12).log())).sum(dim=1).mean()
    return {
        "agreement": float((shares.argmax(dim=1).numpy() == labels).mean()),
        "certainty": float(shares.max(dim=1).values.mean()),
        "entropy": float(-(read_as * np.log(np.maximum(read_as, 1e-12))).sum()),
        "score": math.exp(float(divergence)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", metavar="MODEL")
    parser.add_argument("--digits", type=Path, required=True)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with np.load(asked.digits) as file:
        data = {name: file[name] for name in ("x_train", "y_train", "x_test", "y_test")}
    judge = trained(data["x_train"], data["y_train"])
    rows = [("real digits", read(judge, data["x_test"], data["y_test"]))]
    library = Library()
    command = f"python -m tests.bench.digits {{}} --digits FILE.npz --count {asked.count}"
    for name in asked.models:
        entry = library.find(name)
        net = open_model(entry.path).module
        assert isinstance(net, GeneratorNet)
        labels = np.arange(asked.count) % 10
        made = generated(net, range(asked.count), labels.tolist(), batch=500)
        found = read(judge, made[..., 0], labels)
        rows.append((entry.name, found))
        if asked.write:
            told = [
                ["read as asked", f"{found['agreement']:.1%} (real digits {rows[0][1]['agreement']:.1%})"],
                ["certainty", f"{found['certainty']:.3f} (real {rows[0][1]['certainty']:.3f})"],
                ["Inception Score", f"{found['score']:.2f} (real {rows[0][1]['score']:.2f})"],
            ]
            add_figures(entry.path, {"rows": told, "command": command.format(entry.name)})
    head = ("digits by", "read as asked", "certainty", "entropy (ln 10 = 2.303)", "Inception Score")
    lines = [
        (name, f"{f['agreement']:.2%}", f"{f['certainty']:.3f}", f"{f['entropy']:.3f}", f"{f['score']:.2f}")
        for name, f in rows
    ]
    print(table(head, lines))


if __name__ == "__main__":
    main()
