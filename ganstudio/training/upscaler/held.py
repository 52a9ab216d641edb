"""Held-out photographs: what an upscaler or restorer is judged by, and the grid that shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from ganstudio.measures import features
from ganstudio.measures.fidelity import luma, psnr, shave
from ganstudio.measures.paired import gmsd
from ganstudio.measures.resize import imresize
from ganstudio.training.data.reading import Pixels
from ganstudio.training.degradations import jpeg
from ganstudio.training.losses.srgan import perceptual
from ganstudio.training.trainee import Check
from ganstudio.training.upscaler.plan import PairPlan

_ROWS = 4


def to_tensor(pixels: Pixels, device: str = "cpu") -> torch.Tensor:
    """N×H×W×3 uint8 → N×3×H×W float32 in 0..1, channels last in memory."""
    return torch.from_numpy(np.ascontiguousarray(pixels)).to(device).permute(0, 3, 1, 2).float().div_(255.0)


@torch.inference_mode()
def enlarge(net: nn.Module, picture: Pixels, device: str = "cpu") -> Pixels:
    """H×W×3 uint8 → enlarged uint8, in float32."""
    out = net(to_tensor(picture[None], device))
    return out[0].permute(1, 2, 0).mul(255.0).round().clamp(0, 255).to(torch.uint8).cpu().numpy()


@dataclass(frozen=True)
class Held:
    """A held-out photograph: the truth, and what the network is given, by name (the first is shown)."""

    truth: Pixels
    given: dict[str, Pixels]


def hold(truth: Pixels, plan: PairPlan) -> Held:
    small = np.asarray(imresize(truth, 1.0 / plan.enlarges), dtype=np.uint8) if plan.enlarges > 1 else truth
    if plan.degradation == "damaged":
        return Held(truth, {"jpeg10": jpeg(small, 10), "jpeg30": jpeg(small, 30)})
    if plan.degradation == "mild":
        return Held(truth, {"jpeg75": jpeg(small, 75), "clean": small})
    return Held(truth, {"clean": small})


Measure = Callable[[Pixels, Pixels], float]


def _measured(net: nn.Module, held: list[Held], device: str, measures: dict[str, Measure]) -> dict[str, float]:
    """The mean of every measure for every way of giving, named “jpeg75 psnr”."""
    rows: dict[str, list[float]] = {}
    for one in held:
        for name, low in one.given.items():
            result = enlarge(net, low, device)
            for title, measure in measures.items():
                rows.setdefault(f"{name} {title}", []).append(measure(result, one.truth))
    return {name: round(float(np.mean(values)), 4) for name, values in rows.items()}


def unseen(plan: PairPlan) -> tuple[str, Measure]:
    """A perceptual distance by a feature network that did not teach; GMSD, which is no network, where there is none."""
    taught = {plan.perceptual_features} if plan.perceptual > 0.0 else set()
    judges = [name for name in (features.DEFAULT, *features.available()) if name in features.available()]
    judge = next((name for name in judges if name not in taught), "")
    if not judge:
        return "GMSD", lambda result, truth: gmsd.measure(result, truth, plan.enlarges)
    eyes = features.named(judge)

    @torch.inference_mode()
    def distance(result: Pixels, truth: Pixels) -> float:
        a, b = (eyes.taps(to_tensor(one[None])) for one in (result, truth))
        return float(perceptual(a, b))

    return f"{judge} distance", distance


def judged(net: nn.Module, held: list[Held], plan: PairPlan, device: str) -> Check:
    """By PSNR on luma; where looks are learnt (perceptual loss, discriminator) by a perceptual distance."""
    if not held:
        return Check(None, {}, "nothing is held out")
    border = plan.enlarges

    def decibels(result: Pixels, truth: Pixels) -> float:
        return psnr(shave(luma(result), border), shave(luma(truth), border))

    numbers = _measured(net, held, device, {"psnr": decibels})
    words = ", ".join(f"{value:.2f} dB on {name.removesuffix(' psnr')}" for name, value in numbers.items())
    if plan.discriminator == "none" and plan.perceptual == 0.0:
        return Check(float(np.mean(list(numbers.values()))), numbers, words)
    title, measure = unseen(plan)
    seen = _measured(net, held, device, {title: measure})
    words += ", " + ", ".join(f"{value:.4f} {name}" for name, value in seen.items())
    return Check(-float(np.mean(list(seen.values()))), {**numbers, **seen}, words)


def grid(net: nn.Module, held: list[Held], plan: PairPlan, device: str) -> Pixels:
    """Up to four rows: given (pixels enlarged), bicubic, ours, truth."""
    scale, rows = plan.enlarges, []
    for one in held[:_ROWS]:
        low = next(iter(one.given.values()))
        nearest = np.repeat(np.repeat(low, scale, 0), scale, 1)
        parts = [nearest, enlarge(net, low, device), one.truth]
        if scale > 1:
            parts.insert(1, np.asarray(imresize(low, float(scale)), dtype=np.uint8))
        rows.append(np.concatenate(parts, axis=1))
    if not rows:
        return np.zeros((1, 1, 3), np.uint8)
    width = min(row.shape[1] for row in rows)
    return np.concatenate([row[:, :width] for row in rows])
