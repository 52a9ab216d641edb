"""The Run: a folder in which a Plan becomes a model, with a log, snapshots and the best model so far."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from ganstudio.core.errors import BadInput, EngineError
from ganstudio.measures.fidelity import luma, psnr, shave
from ganstudio.measures.resize import imresize
from ganstudio.models import open_model
from ganstudio.nets.compact import Compact
from ganstudio.training import snapshots
from ganstudio.training.data import Photographs, find_pictures, held_out, listing, middles, read
from ganstudio.training.degradations import jpeg
from ganstudio.training.export import card_for, export
from ganstudio.training.initialise import borrow, identity
from ganstudio.training.plans import Plan
from ganstudio.training.step import Learner, half_precision_helps, learning_rate, to_tensor

Pixels = NDArray[np.uint8]
SNAPSHOT_SECONDS = 240.0
CHECK_SECONDS = 150.0
LOG_SECONDS = 20.0


@torch.inference_mode()
def enlarge(net: nn.Module, picture: Pixels) -> Pixels:
    """H×W×3 uint8 → enlarged uint8, in float32."""
    out = net(to_tensor(picture[None]))
    return out[0].permute(1, 2, 0).mul(255.0).round().clamp(0, 255).to(torch.uint8).numpy()


@dataclass
class Held:
    """A held-out photograph: the truth, and what the network is given (clean and as JPEG)."""

    truth: Pixels
    clean: Pixels
    coded: Pixels


@dataclass
class Run:
    """One training in one folder; `start` continues what the folder holds."""

    folder: Path
    plan: Plan
    pictures: Path
    start_file: Path | None = None
    training_data: str = ""
    report: Callable[[dict[str, Any]], None] = lambda line: print(json.dumps(line), flush=True)
    step: int = 0
    seconds: float = 0.0
    decay_from: int | None = None
    end: int = 0
    best: float = float("-inf")
    skipped: list[int] = field(default_factory=list)
    stopping: bool = False

    def open(self, snapshot: Path | None = None) -> None:
        """Read the pictures and take up the newest snapshot (or the named one), or begin anew."""
        self.folder.mkdir(parents=True, exist_ok=True)
        paths = find_pictures(self.pictures, self.plan.licences)
        self.data_hash = listing(paths)
        train = [path for path in paths if not held_out(path.name, self.plan.hold_out)]
        kept = [path for path in paths if held_out(path.name, self.plan.hold_out)]
        self.count = len(train)
        self.photographs = Photographs(self.plan, [read(path) for path in train])
        self.held = [self._hold(truth) for truth in middles(kept, self.plan.scale, side=256)]
        net = Compact(features=self.plan.features, convs=self.plan.convs, scale=self.plan.scale)
        identity(net, self.plan.seed)
        if self.start_file is not None:
            borrow(net, open_model(self.start_file).module.state_dict())
        self.learner = Learner(net, self.plan, half_precision_helps())
        self.end = self.plan.steps
        (self.folder / "plan.json").write_text(self.plan.to_json(), encoding="utf-8")
        found = snapshot or snapshots.latest(self.folder)
        if found is not None:
            self._take_up(snapshots.read(found))
        self.photographs.prepare(self.step)
        self._log(event="start", step=self.step, pictures=len(train), held_out=len(kept))

    def _hold(self, truth: Pixels) -> Held:
        clean = np.asarray(imresize(truth, 1.0 / self.plan.scale), dtype=np.uint8)
        return Held(truth, clean, jpeg(clean, 75))

    def state(self) -> dict[str, Any]:
        """All that a true resume needs; what is drawn at random is a function of (seed, step)."""
        return {
            "step": self.step,
            "seconds": self.seconds,
            "decay_from": self.decay_from,
            "end": self.end,
            "best": self.best,
            "skipped": self.skipped,
            "plan": self.plan.fingerprint(),
            "data": self.data_hash,
            "threads": torch.get_num_threads(),
            "torch": str(torch.__version__),
            "rng": torch.get_rng_state(),
            "net": self.learner.net.state_dict(),
            "ema": self.learner.ema.net.state_dict(),
            "optimiser": self.learner.optimiser.state_dict(),
        }

    def _take_up(self, state: dict[str, Any]) -> None:
        if state["plan"] != self.plan.fingerprint():
            raise BadInput(f"The Run in {self.folder.name} was made with another Plan: it cannot go on.")
        if state["data"] != self.data_hash:
            raise BadInput(f"The pictures have changed since the Run in {self.folder.name} was stopped.")
        if state["threads"] != torch.get_num_threads() or state["torch"] != str(torch.__version__):
            self._log(event="warning", text="other threads or torch than before: equal, but not bit for bit")
        self.step, self.seconds, self.best = state["step"], state["seconds"], state["best"]
        self.decay_from, self.end, self.skipped = state["decay_from"], state["end"], list(state["skipped"])
        torch.set_rng_state(state["rng"])
        self.learner.net.load_state_dict(state["net"])
        self.learner.ema.net.load_state_dict(state["ema"])
        self.learner.optimiser.load_state_dict(state["optimiser"])

    def snapshot(self, name: str | None = None) -> None:
        snapshots.write(self.folder / (name or f"step-{self.step:08d}.pt"), self.state())
        snapshots.prune(self.folder)

    def _log(self, **line: Any) -> None:
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as handle:
            handle.write(json.dumps(line) + "\n")
        self.report(line)

    def one(self) -> float:
        """One step: draw, learn, count."""
        decaying = self.decay_from is not None and self.step >= self.decay_from
        patch = self.plan.final_patch if decaying else self.plan.patch
        size = max(1, round(self.plan.batch * self.plan.patch**2 / patch**2))
        low, high = self.photographs.batch(self.step, size, patch)
        rate = learning_rate(self.step, self.plan, self.decay_from, self.end)
        loss = self.learner.step(self.step, rate, to_tensor(low), to_tensor(high))
        if not np.isfinite(loss):
            self.skipped = [*(s for s in self.skipped if s > self.step - 100), self.step]
            if len(self.skipped) >= 3:
                raise EngineError("The training diverged: three losses in a hundred steps were not numbers.")
        self.step += 1
        return loss

    def go(self, minutes: float | None = None, stop_after: int | None = None) -> None:
        """Train to the Plan's end, for `minutes` in all (the rate falls in time) or `stop_after` steps."""
        last = None if stop_after is None else self.step + stop_after
        before, began = self.seconds, time.monotonic()
        if minutes is None and self.decay_from is None:
            self.decay_from = round(self.plan.steps * (1.0 - self.plan.decay))
        saved = checked = logged = began
        losses: list[float] = []
        while (minutes is not None and self.decay_from is None) or self.step < self.end:
            losses.append(self.one())
            now = time.monotonic()
            self.seconds = before + now - began
            if minutes is not None and self.decay_from is None:
                self._plan_the_end(minutes * 60.0)
            if now - logged > LOG_SECONDS:
                rate = len(losses) / (now - logged)
                lr = learning_rate(self.step, self.plan, self.decay_from, self.end)
                loss, seconds = float(np.mean(losses)), round(self.seconds, 1)
                self._log(
                    step=self.step, end=self.end, loss=loss, rate=round(rate, 2), lr=lr, seconds=seconds
                )
                logged, losses = now, []
            if now - checked > CHECK_SECONDS:
                self.check()
                checked = time.monotonic()
            if now - saved > SNAPSHOT_SECONDS:
                self.snapshot()
                saved = time.monotonic()
            if self.stopping or self.step == last:
                break
        self.snapshot()
        if self.step >= self.end and self.decay_from is not None:
            self.check()
            self._log(event="end", step=self.step, seconds=round(self.seconds, 1), best=self.best)

    def _plan_the_end(self, budget: float) -> None:
        """When the flat part's share of the time is over, decide how many steps the rest will hold."""
        if self.seconds < budget * (1.0 - self.plan.decay) or self.step < self.plan.warmup:
            return
        self.snapshot("trunk.pt")
        self.decay_from = self.step
        self.end = self.step + max(1, round(self.step / self.seconds * max(1.0, budget - self.seconds)))
        self._log(event="decay", step=self.step, end=self.end)

    def check(self) -> None:
        """Judge the average on held-out photographs; keep it if it is the best so far."""
        net, border = self.learner.ema.net, self.plan.scale
        rows = []
        for held in self.held:
            truth = shave(luma(held.truth), border)
            given = (held.clean, held.coded)
            rows.append([psnr(shave(luma(enlarge(net, low)), border), truth) for low in given])
        clean, coded = (float(v) for v in np.mean(rows, axis=0)) if rows else (float("nan"),) * 2
        score = clean if self.plan.degradation == "clean" else (clean + coded) / 2.0
        self._log(event="check", step=self.step, clean=round(clean, 3), jpeg75=round(coded, 3))
        if self.held:
            self._preview(net)
        if score > self.best or not self.held:
            self.best = score
            self.export(net)

    def export(self, net: Compact) -> None:
        settings: dict[str, Any] = {
            "plan": self.plan.name,
            "steps": self.step,
            "minutes": round(self.seconds / 60.0, 1),
        }
        if self.start_file is not None:
            settings["begun_from"] = self.start_file.stem
        data = self.training_data.format(count=self.count)
        export(self.folder / f"{self.plan.name}.safetensors", net, card_for(self.plan, data, settings))

    def _preview(self, net: Compact) -> None:
        """Four held-out pictures side by side: given (pixels enlarged), bicubic, ours, truth."""
        rows = []
        for held in self.held[:4]:
            low = held.clean if self.plan.degradation == "clean" else held.coded
            bicubic = np.asarray(imresize(low, float(self.plan.scale)), dtype=np.uint8)
            nearest = np.repeat(np.repeat(low, self.plan.scale, 0), self.plan.scale, 1)
            parts = [nearest, bicubic, enlarge(net, low), held.truth]
            rows.append(np.concatenate(parts, axis=1))
        width = min(row.shape[1] for row in rows)
        Image.fromarray(np.concatenate([row[:, :width] for row in rows])).save(self.folder / "preview.png")
