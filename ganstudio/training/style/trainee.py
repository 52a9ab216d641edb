"""The Trainee of style networks: its batches, state, checks and the file that comes out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganstudio.core.errors import BadInput
from ganstudio.measures import features
from ganstudio.models import open_model
from ganstudio.nets.microast import MicroAST
from ganstudio.training.data.folder import Picture, Pictures, read_many
from ganstudio.training.data.reading import Pixels
from ganstudio.training.ema import Ema
from ganstudio.training.parallel import sum_gradients, sum_values
from ganstudio.training.precision import casting
from ganstudio.training.style.export import export
from ganstudio.training.style.pictures import StylePairs, crop, reduced
from ganstudio.training.style.plan import STYLES, StylePlan
from ganstudio.training.style.step import Judge, keeping, painting
from ganstudio.training.trainee import Check, Facts

# The last third of a training sees larger crops: the rate is below this share of its height then.
_LATE = 0.6
_LARGEST_NORM = 5.0
_HELD, _SHOWN_PHOTOS, _SHOWN_STYLES = 16, 3, 6
_SCALES_FROM = 32
_SCALES_AT, _HELD_AT = 1 << 40, (1 << 40) + 1  # places among the batches that no training reaches
_STYLE_TAPS, _CONTENT_TAPS = (0, 1, 2, 4), (2,)


class StyleTrainee:
    """Learns to paint any photograph like any style."""

    def __init__(self, plan: StylePlan, pictures: Pictures, facts: Facts) -> None:
        """Reads the pictures; `notes` says which of them were left out."""
        self.plan, self.facts, self.device = plan, facts, facts.device
        self.precision = "fp32" if plan.precision == "auto" else plan.precision
        self.images, self.calmness = 0, 1.0
        self.notes: list[str] = []
        train, kept = pictures.split(plan.hold_out)
        self.pairs = StylePairs(*self._both(train), plan.seed)
        self.count = len(self.pairs.photographs), len(self.pairs.styles)
        self.held = StylePairs(*self._both(kept, self.pairs), plan.seed)
        torch.manual_seed(plan.seed)
        net = MicroAST()
        if facts.start is not None:
            begun = open_model(facts.start).module
            if not isinstance(begun, MicroAST):
                raise BadInput(f"{facts.start.name} is no style network: a stylizer cannot begin from it.")
            net.load_state_dict(begun.state_dict())
        self.net = net.to(self.device, memory_format=torch.channels_last).train()  # type: ignore[call-overload]
        self.ema = Ema(self.net, plan.ema)
        self.optimiser = torch.optim.Adam(self.net.parameters(), lr=plan.lr, betas=(0.9, 0.99))
        self.judge = self._judge(features.named(plan.features).to(self.device))

    def _both(
        self, pictures: Sequence[Picture], otherwise: StylePairs | None = None
    ) -> tuple[list[Pixels], list[Pixels]]:
        """(photographs, styles) of these pictures; those of `otherwise` where one of them is missing."""
        found, notes = read_many(pictures)
        self.notes += notes
        styles = [reduced(pixels) for one, pixels in found if one.label == STYLES]
        photographs = [reduced(pixels) for one, pixels in found if one.label != STYLES]
        if otherwise is not None:
            return photographs or list(otherwise.photographs), styles or list(otherwise.styles)
        if not styles or not photographs:
            missing = "pictures to paint like: put some into its folder “styles”" if not styles else "photographs"
            raise BadInput(f"The folder has no {missing}.")
        return photographs, styles

    def _judge(self, seen: features.Features) -> Judge:
        photos, styles = self.pairs.batch(_SCALES_AT, _SCALES_FROM // 2, self.plan.size)
        pictures = torch.cat([self._tensor(photos), self._tensor(styles)])
        style_taps = tuple(i for i in _STYLE_TAPS if i < seen.compared)
        return Judge.measured(seen.taps, pictures, style_taps, _CONTENT_TAPS)

    def _tensor(self, pixels: Pixels) -> Tensor:
        """N×H×W×3 uint8 → N×3×H×W float32 in 0..1."""
        return torch.from_numpy(np.ascontiguousarray(pixels)).to(self.device).permute(0, 3, 1, 2).float().div(255.0)

    # one step

    def step(self, number: int, rate: float, micro_batches: int) -> dict[str, float]:
        plan = self.plan
        late = rate < _LATE and number >= plan.warmup
        size = plan.final_size if late else plan.size
        whole = max(2, round(plan.batch * (plan.size / size) ** 2))
        photos, styles = self.pairs.batch(number, whole, size)
        self.optimiser.zero_grad(set_to_none=True)
        told: dict[str, float] = {}
        for indices, share in self._parts(whole, micro_batches):
            terms = self._losses(number, self._tensor(photos[indices]), self._tensor(styles[indices]))
            (torch.stack([value.float() for value in terms.values()]).sum() * share).backward()
            for name, value in terms.items():
                told[name] = told.get(name, 0.0) + float(value.detach()) * share
        told = sum_values(told, self.facts.shares, self.device)
        if not all(math.isfinite(value) for value in told.values()):
            return {**told, "skipped": 1.0}
        sum_gradients(list(self.net.parameters()), self.facts.shares)
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), _LARGEST_NORM)
        for group in self.optimiser.param_groups:
            group["lr"] = plan.lr * rate * self.calmness
        self.optimiser.step()
        self.ema.update(self.net, number)
        self.images += whole
        return told

    def _parts(self, whole: int, micro_batches: int) -> list[tuple[np.ndarray, float]]:
        """This process's share of a batch in micro-batches: which pictures, and their part of the whole."""
        mine = np.array_split(np.arange(whole), self.facts.shares)[self.facts.share]
        return [(one, len(one) / whole) for one in np.array_split(mine, min(micro_batches, len(mine))) if len(one)]

    def _losses(self, number: int, photos: Tensor, styles: Tensor) -> dict[str, Tensor]:
        plan = self.plan
        with casting(self.device, self.precision == "bf16")():
            if plan.identity > 0 and number % plan.identity_every == plan.identity_every - 1:
                return keeping(self.net, photos, plan.identity)
            return painting(self.net, self.judge, photos, styles, self._weights())

    def _weights(self) -> dict[str, float]:
        return {"style": self.plan.style, "content": self.plan.content, "smooth": self.plan.smooth}

    # state

    def state(self) -> dict[str, Any]:
        return {
            "net": self.net.state_dict(),
            "ema": self.ema.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "images": self.images,
            "calmness": self.calmness,
        }

    def take_up(self, state: dict[str, Any]) -> None:
        self.take_up_soft(state)
        self.optimiser.load_state_dict(state["optimiser"])

    def soft_state(self) -> dict[str, Any]:
        half = {
            name: {key: value.half() for key, value in net.state_dict().items()}
            for name, net in (("net", self.net), ("ema", self.ema.net))
        }
        return {**half, "images": self.images, "calmness": self.calmness}

    def take_up_soft(self, state: dict[str, Any]) -> None:
        self.net.load_state_dict(state["net"])
        self.ema.net.load_state_dict(state["ema"])
        self.images, self.calmness = int(state["images"]), float(state["calmness"])

    def calm(self) -> None:
        self.calmness *= 0.5

    # what is shown

    @torch.inference_mode()
    def check(self) -> Check:
        """How well held-out photographs are painted like held-out styles, by the losses themselves."""
        photos, styles = (self._tensor(part) for part in self.held.batch(_HELD_AT, _HELD, self.plan.size))
        found = painting(self.ema.net, self.judge, photos, styles, self._weights())
        numbers = {name: float(value) for name, value in found.items()}
        total = sum(numbers.values())
        return Check(-total, numbers, f"loss on held-out pictures {total:.3f}")

    @torch.inference_mode()
    def samples(self) -> Pixels:
        """Styles across the top, photographs down the side."""
        rng = np.random.default_rng([self.plan.seed, 4])
        side = self.plan.final_size
        photos = [crop(one, min(one.shape[:2]), side, rng) for one in self.held.photographs[:_SHOWN_PHOTOS]]
        styles = [crop(one, min(one.shape[:2]), side, rng) for one in self.held.styles[:_SHOWN_STYLES]]
        rows = [np.concatenate([np.full((side, side, 3), 40, np.uint8), *styles], axis=1)]
        codes = [self.ema.net.code(self._tensor(style[None])) for style in styles]
        for photo in photos:
            given = self._tensor(photo[None])
            painted = [self.ema.net(given, code)[0].permute(1, 2, 0).clamp(0, 1) for code in codes]
            row = [photo, *((one * 255.0).round().to(torch.uint8).cpu().numpy() for one in painted)]
            rows.append(np.concatenate(row, axis=1))
        return np.concatenate(rows)

    def export(self, folder: Path, facts: dict[str, Any]) -> list[Path]:
        note = self.facts.data_note.replace("{count}", str(self.count[0])).replace("{styles}", str(self.count[1]))
        path = folder / f"{self.plan.name}.safetensors"
        export(path, self.ema.net, self.plan, note, {**facts, "features": self.plan.features})
        return [path]
