"""Generators beside the usual form, in one run: StyleGAN2 forward (256 and 1024 px), early pictures, kept maps, files.

`python -m tests.bench.generators [--threads N] [--rounds N] [--part …]` prints the median milliseconds and the ratio to
the form that is usual: weights of its own for every picture (grouped convolutions), float32, gain and bias applied one
after the other. Forms take turns, so that other load on the machine meets all of them alike. The file is a pickle of
official size, made on the spot: generator and average, about 120 MB each.
"""

from __future__ import annotations

import argparse
import copy
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganstudio.nets.kept import Kept
from ganstudio.nets.stylegan2 import Generator, SynthesisLayer, ToRGB, channels_for
from tests.bench.plain_stylegan2 import grouped_layer


def _rgb(self: ToRGB, x: Tensor, w: Tensor, clamp: float | None = None) -> Tensor:
    style = self.affine(w) / self.weight.shape[1] ** 0.5
    weight = (self.weight[None] * style[:, None, :, None, None]).flatten(0, 1)
    y = F.conv2d(x.contiguous().reshape(1, -1, *x.shape[2:]), weight, groups=x.shape[0])
    return y.reshape(x.shape[0], -1, *x.shape[2:]) + self.bias[:, None, None]


def usual(net: Generator) -> Generator:
    """A copy in the usual form."""
    plain = copy.deepcopy(net)
    for module in plain.modules():
        if isinstance(module, SynthesisLayer):
            module.forward = partial(grouped_layer, module)  # type: ignore[method-assign]
        elif isinstance(module, ToRGB):
            module.forward = partial(_rgb, module)  # type: ignore[method-assign]
    return plain


def in_turn(forms: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median milliseconds of each, one after the other in every round; the first round is not counted.

    With one thread the processor's time is taken, which other load on the machine does not prolong.
    """
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    taken: dict[str, list[float]] = {name: [] for name in forms}
    for number in range(rounds + 1):
        for name, form in forms.items():
            began = clock()
            form()
            if number:
                taken[name].append((clock() - began) * 1e3)
    return {name: statistics.median(one) for name, one in taken.items()}


def decibels(found: Tensor, wanted: Tensor) -> float:
    """PSNR, the range being that of `wanted`."""
    error = float((found - wanted).square().mean())
    return 10 * torch.log10((wanted.max() - wanted.min()) ** 2 / max(error, 1e-20)).item()


def network(side: int, base: int, most: int = 512) -> Generator:
    torch.manual_seed(0)
    net = Generator(channels_for(side, base, most), 512, 512, mapping_layers=8).eval().requires_grad_(False)
    for module in net.modules():
        if isinstance(module, SynthesisLayer):
            nn.init.constant_(module.noise_strength, 0.1)
    net.settle(256)
    return net


@torch.inference_mode()
def forwards(name: str, net: Generator, rounds: int, batch: int) -> None:
    plain, half = usual(net), copy.deepcopy(net)
    half.synthesis.compute = torch.bfloat16
    ws = net.truncated(net.styles(torch.randn(batch, net.z_dim)), None, 0.7).contiguous()
    forms: dict[str, Callable[[], Tensor]] = {
        "usual": lambda: plain.draw(ws), "exact": lambda: net.draw(ws), "bfloat16": lambda: half.draw(ws),
    }  # fmt: skip
    early = next(side for side in net.sizes if side >= 64)
    if batch == 1:
        forms[f"early, {early} px"] = lambda: net.draw(ws, side=early)
        forms["kept, a fine row moved"] = _moving(net, ws, net.num_ws - 4)
        forms["kept, all rows moved"] = _moving(net, ws, 0)
    wanted = plain.draw(ws)
    took = in_turn(forms, rounds)
    parameters = sum(one.numel() for one in net.parameters()) / 1e6
    print(f"{name}, {parameters:.1f} M parameters, batch {batch}")
    for form, milliseconds in took.items():
        made = forms[form]()
        quality = f"   {decibels(made, wanted):4.0f} dB" if form in ("exact", "bfloat16") else ""
        print(
            f"  {form:24} {milliseconds:8.1f} ms   {took['usual'] / milliseconds:5.2f}x usual"
            f"   {milliseconds / took['exact']:5.2f} of exact{quality}"
        )


def _moving(net: Generator, ws: Tensor, row: int) -> Callable[[], Tensor]:
    """What a slider on the rows from `row` on costs."""
    kept, own = Kept(), ws.clone()

    def moved() -> Tensor:
        own[:, row:] += 0.01
        return net.draw(own, kept=kept)

    return moved


def files(net: Generator) -> None:
    from ganstudio.models import open_model, readers
    from tests.models.writing_generators import official, settings_of

    with tempfile.TemporaryDirectory() as folder:
        os.environ["GANSTUDIO_HOME"] = folder
        path = official(Path(folder) / "network.pkl", net, settings_of(net, conv_clamp=256), G=_copy_of(net))
        size = path.stat().st_size / 1e6
        for what, work in (("header read", lambda: readers.read(path)), ("opened", lambda: open_model(path)),
                           ("opened again", lambda: open_model(path))):  # fmt: skip
            began = time.perf_counter()
            work()
            print(f"  {what:24} {(time.perf_counter() - began) * 1e3:8.1f} ms   a pickle of {size:.0f} MB")


def _copy_of(net: Generator) -> object:
    from tests.models.writing_generators import Persistent

    return Persistent(copy.deepcopy(net), {}, "")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--part", choices=("all", "256", "batch", "1024", "files"), default="all")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    few, part = max(2, given.rounds // 2), given.part
    if part in ("all", "256"):
        forwards("256 px", network(256, 16384), given.rounds, 1)
    if part in ("all", "batch"):
        forwards("256 px", network(256, 16384), few, 4)
    if part in ("all", "1024"):
        forwards("1024 px", network(1024, 32768), few, 1)
    if part in ("all", "files"):
        files(network(1024, 32768))


if __name__ == "__main__":
    main()
