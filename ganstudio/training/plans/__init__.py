"""Plans: how a training goes, as JSON. One file per Plan in this folder; nothing here needs torch."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganstudio.core.errors import UsageError

FOLDER = Path(__file__).parent
VERSION = 1  # of a Plan's JSON; one that says nothing is of version 1
OPEN_LICENCES = ("CC BY-SA", "CC BY", "CC0", "public domain")


@dataclass(frozen=True)
class Plan:
    """One upscaler training. Lengths are in low-resolution pixels, shares are 0..1."""

    name: str
    title: str
    group: str
    summary: str
    scale: int = 2
    features: int = 48
    convs: int = 12
    seed: int = 1
    steps: int = 12000
    batch: int = 16
    patch: int = 32
    final_patch: int = 48
    lr: float = 1e-3
    lr_end: float = 1e-5
    warmup: int = 100
    decay: float = 0.5
    head_only: int = 0
    start_from: str = ""
    ema: float = 0.999
    losses: dict[str, float] = field(default_factory=lambda: {"l1": 1.0})
    degradation: str = "clean"
    clean_share: float = 0.25
    refresh: int = 4
    hold_out: int = 11
    licences: tuple[str, ...] = OPEN_LICENCES
    purpose: str = ""

    def to_json(self) -> str:
        return json.dumps({"version": VERSION, **dataclasses.asdict(self)}, indent=1, ensure_ascii=False) + "\n"

    def fingerprint(self) -> str:
        """What must not change between a snapshot and its resume; what the model is said to be for may."""
        data = dataclasses.asdict(self)
        del data["purpose"]
        text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def from_json(text: str, where: str = "the Plan") -> Plan:
    """A Plan from its JSON text; unknown or missing fields raise UsageError naming them."""
    try:
        data: Any = json.loads(text)
    except ValueError as error:
        raise UsageError(f"{where} is not valid JSON: {error}.") from error
    if not isinstance(data, dict):
        raise UsageError(f"{where} is not a JSON object.")
    version = data.pop("version", VERSION)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise UsageError(f"The version of {where} is no whole number.")
    if version > VERSION:
        raise UsageError(f"{where} comes from a newer version of the program.", "Update this one.")
    unknown = sorted(set(data) - {f.name for f in dataclasses.fields(Plan)})
    if unknown:
        raise UsageError(f"{where} has fields this version does not know: {', '.join(unknown)}.")
    if "licences" in data:
        data["licences"] = tuple(data["licences"])
    try:
        return Plan(**data)
    except TypeError as error:
        raise UsageError(f"{where} lacks a field: {error}.") from error


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> Plan:
    """The Plan of that name from this folder, or from a path that ends in .json."""
    path = Path(name) if name.endswith(".json") else FOLDER / f"{name}.json"
    if not path.is_file():
        raise UsageError(f"There is no Plan called {name}.", f"Known Plans: {', '.join(names())}.")
    return from_json(path.read_text(encoding="utf-8"), str(path.name))
