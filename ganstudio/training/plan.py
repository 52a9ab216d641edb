"""Plan: how a training goes. A Params class of each goal, so that flags, panel, help and JSON are one truth."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import ClassVar

from ganstudio.core.params import Choice, Number, Params, Text, param

OPEN_LICENCES = "CC BY-SA, CC BY, CC0, public domain"
ADVANCED = "advanced"

# What may change between a snapshot and its resume: words, and how long one is willing to wait.
_FREE = {"name", "title", "group", "summary", "purpose", "patience", "device", "micro_batches"}


@dataclass(frozen=True)
class Plan(Params):
    """What every goal's Plan has. Subclasses add their own fields and redeclare those whose default differs."""

    GOAL: ClassVar[str] = ""

    name: str = param(Text("NAME"), "", label="Name", help="what the model is called (lower case)", flags=("-n",))
    steps: int = param(
        Number(1, 100_000_000, whole=True), 12_000, label="Steps", help="steps in all, where no time is given"
    )
    batch: int = param(Number(1, 4096, whole=True), 16, label="Batch", help="pictures (or crops) a step")
    lr: float = param(
        Number(1e-8, 1.0), 1e-3, label="Learning rate", help="how far each step goes, at its height", group=ADVANCED
    )
    lr_end: float = param(
        Number(0.0, 1.0), 1e-5, label="Last learning rate", help="how far each step goes at the end", group=ADVANCED
    )
    warmup: int = param(
        Number(0, 1_000_000, whole=True), 100, label="Warm-up", help="steps until the rate is full", group=ADVANCED
    )
    decay: float = param(
        Number(0.0, 1.0), 0.5, label="Decay", help="the last share of a training, in which the rate falls",
        group=ADVANCED,
    )  # fmt: skip
    ema: float = param(
        Number(0.0, 0.999999), 0.999, label="Averaging", help="how slowly the average of the weights follows",
        group=ADVANCED,
    )  # fmt: skip
    patience: int = param(
        Number(0, 10_000, whole=True), 0, label="Patience",
        help="stop after so many checks without a better one; 0: never", group=ADVANCED,
    )  # fmt: skip
    hold_out: int = param(
        Number(0, 1000, whole=True), 11, label="Held out",
        help="one picture in so many is kept for checking, never trained on; 0: none", group=ADVANCED,
    )  # fmt: skip
    micro_batches: int = param(
        Number(1, 4096, whole=True), 1, label="Micro-batches",
        help="cut each batch into so many parts to need less memory", group=ADVANCED,
    )  # fmt: skip
    precision: str = param(
        Choice(("auto", "fp32", "bf16")), "auto", label="Precision",
        help="how to compute; auto measures both at the start", group=ADVANCED,
    )  # fmt: skip
    device: str = param(
        Choice(("auto", "cpu", "cuda", "mps")), "auto", label="Device", help="where to compute", group=ADVANCED
    )
    seed: int = param(Number(0, 2**31 - 1, whole=True), 1, label="Seed", help="of all that is random", group=ADVANCED)
    licences: str = param(
        Text("TEXT"), OPEN_LICENCES, label="Licences",
        help="what may be used of a folder with a SOURCES.tsv, by how the licence begins", group=ADVANCED,
    )  # fmt: skip
    title: str = param(Text("TEXT"), "", label="Title", help="the model's name as a person writes it", group=ADVANCED)
    group: str = param(
        Text("NAME"), "", label="Group", help="joins the scales of one model (photo: photo-x2, photo-x4)",
        group=ADVANCED,
    )  # fmt: skip
    summary: str = param(Text("TEXT"), "", label="Summary", help="what the model does, in a sentence", group=ADVANCED)
    purpose: str = param(
        Text("TEXT"), "", label="Purpose", help="what the model is for, in at most 42 characters", group=ADVANCED
    )
    start_from: str = param(
        Text("NAME"), "", label="Begins from", help="the model this training is meant to begin from", group=ADVANCED
    )

    def allowed_licences(self) -> tuple[str, ...]:
        return tuple(word for word in (part.strip() for part in self.licences.split(",")) if word)

    def fingerprint(self) -> str:
        """Of all that must not change between a snapshot and its resume."""
        fixed = {name: value for name, value in self.to_json().items() if name not in _FREE}
        return hashlib.sha256(json.dumps([self.GOAL, fixed], sort_keys=True).encode()).hexdigest()[:16]

    def differences(self, other: Plan) -> list[str]:
        """“Batch was 16 and is 8”, for every fixed field in which `other` (the older one) differs."""
        if other.GOAL != self.GOAL:
            return [f"the goal was {other.GOAL} and is {self.GOAL}"]
        return [
            f"{one.label} was {one.kind.text(getattr(other, one.name))} and is {one.kind.text(getattr(self, one.name))}"
            for one in self.parameters()
            if one.name not in _FREE and getattr(self, one.name) != getattr(other, one.name)
        ]
