"""Adopting a model: what the runtime must know of a network before it may run on pictures, found by running it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganstudio.core.errors import BadModel, EngineError
from ganstudio.core.progress import Progress
from ganstudio.runtime import probes, reach
from ganstudio.runtime.holding import Held, Measuring, Running
from ganstudio.runtime.store import Store
from ganstudio.runtime.tiles import up
from ganstudio.runtime.values import to_unit

if TYPE_CHECKING:
    from ganstudio.models import Model
    from ganstudio.models.cards import Card

# Raised when what is measured here changes: older measurements are then made again.
FACTS_VERSION = 2
# A network that turns a smooth picture into something this far away has the wrong weights or the wrong architecture.
LEAST_LIKENESS = 20.0
_BEARABLE = 0.1
_MINIMA = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)


@dataclass(frozen=True)
class Facts:
    """What was measured. Sizes must be multiples of `multiple`, at least `minimum`; `period` is the grid of the tiles,
    `radius` where influence is under 1/512. `whole`: should not be tiled; `drift` is how far off tiles would be at
    worst, in parts of full scale. `holds` counts pooled values. `bytes_a_pixel` of an input pixel's activations in
    float32. `exact_halo` is what `exact` needs around a tile (None: the whole picture), once `exact_known`."""

    value_range: str
    likeness: float | None
    minimum: int
    multiple: int
    period: int
    radius: int
    whole: bool
    drift: float
    holds: int
    bytes_a_pixel: int
    exact_known: bool = False
    exact_halo: int | None = None
    version: int = FACTS_VERSION

    @property
    def tiles_if_must(self) -> bool:
        """Whether tiles are better than nothing when the whole picture does not fit into memory."""
        return self.drift <= _BEARABLE


@dataclass(frozen=True)
class Adopted:
    """A network ready to run: `module` (eval, float32, CPU) maps (1, C, H, W) to (1, C, H·scale, W·scale).

    `variant` names what `module` was bound to (a style, a strength), "" for the network as it is; what was measured
    of the network holds for its variants too.
    """

    key: str
    card: Card
    module: nn.Module
    facts: Facts
    half: bool
    bfloat16: bool
    square: bool
    path: Path
    variant: str = ""

    @property
    def scale(self) -> int:
        return self.card.scale

    @property
    def channels(self) -> int:
        return self.card.channels

    @property
    def rule(self) -> str:
        """How this network is tiled, in words, for `doctor`."""
        facts = self.facts
        if facts.whole:
            if not facts.tiles_if_must:
                return "not tiled: every pixel depends on the whole picture"
            return (
                "not tiled while the picture fits into memory: every pixel depends on the whole picture "
                f"(tiles would be off by up to {facts.drift:.0%})"
            )
        words = [f"tiles with {facts.radius} pixels of surroundings"]
        if facts.period > 1:
            words.append(f"on a grid of {facts.period}")
        if facts.holds:
            words.append(f"{facts.holds} pooled values taken from the whole picture")
        if facts.exact_known:
            words.append(f"exact: {facts.exact_halo} pixels" if facts.exact_halo is not None else "exact: not tiled")
        return "; ".join(words)

    def measure_held(self, sample: Tensor) -> Held:
        """The pooled values of a picture: `sample` (N, C, H, W) in the network's range, as many parts of it."""
        if not self.facts.holds:
            return ()
        measuring = Measuring(sample.shape[2] * sample.shape[3], len(sample))
        with torch.no_grad(), measuring:
            self.module(sample)
        return tuple(measuring.held)


def adopt(model: Model, store: Store | None = None, progress: Progress | None = None) -> Adopted:
    """Measure a model, or remember what was measured. Raises EngineError when it does not work as its Card says."""
    known = store.get(model.sha256) if store else None
    facts = _read(known)
    if facts is None:
        facts = _measure(model, progress)
        if store:
            store.put(model.sha256, dataclasses.asdict(facts))
    card = dataclasses.replace(model.card, value_range=facts.value_range)
    return Adopted(model.sha256, card, model.module, facts, model.half, model.bfloat16, model.square, model.path)


def with_exact(adopted: Adopted, store: Store | None = None, progress: Progress | None = None) -> Adopted:
    """The same with the halo known that only `exact` needs."""
    facts = adopted.facts
    if facts.exact_known:
        return adopted
    halo = None if facts.whole else _exact_halo(adopted, progress)
    facts = dataclasses.replace(facts, exact_known=True, exact_halo=halo)
    if store:
        store.put(adopted.key, dataclasses.asdict(facts))
    return dataclasses.replace(adopted, facts=facts)


def with_crop(adopted: Adopted, crop: Tensor, held: Held, store: Store | None = None) -> Adopted:
    """The same, its radius no less than what a crop (1, C, H, W, network's range) of a person's picture shows."""
    facts = adopted.facts
    if facts.whole:
        return adopted
    net = _Net(adopted.module, None, facts.value_range)
    net.held = held
    radius = reach.radius_on(net, to_unit(crop, facts.value_range), adopted.scale, facts.period)
    if radius <= facts.radius:
        return adopted
    facts = dataclasses.replace(facts, radius=radius)
    if store:
        store.put(adopted.key, dataclasses.asdict(facts))
    return dataclasses.replace(adopted, facts=facts)


def _read(data: dict[str, Any] | None) -> Facts | None:
    if data is None or data.get("version") != FACTS_VERSION:
        return None
    try:
        return Facts(**data)
    except TypeError:
        return None


def _measure(model: Model, progress: Progress | None) -> Facts:
    card = model.card
    if card.channels not in (1, 3):
        raise EngineError(f"{card.title} works on {card.channels} channels; only gray and RGB networks run here.")
    multiple = max(1, model.size_multiple)
    net = _Net(model.module, progress)
    with torch.no_grad():
        value_range, likeness = _value_range(model, net, multiple)
        net.value_range = value_range
        minimum = _minimum(model, net, multiple)
        survey = _survey(model, net, max(minimum, up(64, multiple)))
        found = reach.Reach(multiple, 0, math.inf) if model.square else _reach(model, net, multiple, minimum)
    return Facts(
        value_range, likeness, minimum, multiple, found.period, found.radius, found.drift > 0, found.drift,
        holds=len(survey.held), bytes_a_pixel=math.ceil(survey.most_bytes / survey.area),
    )  # fmt: skip


class _Net:
    """A module on pictures 0..1, its pooled values measured by `uncut` and replayed by the call."""

    def __init__(self, module: nn.Module, progress: Progress | None, value_range: str = "0..1") -> None:
        self.module = module
        self.progress = progress
        self.value_range = value_range
        self.held: Held = ()

    def __call__(self, x: Tensor) -> Tensor:
        running = Running(self.held, x.shape[2] * x.shape[3], self.progress)
        with torch.no_grad(), running:
            return to_unit(self.module(scaled(x, self.value_range)), self.value_range)

    def survey(self, x: Tensor) -> Measuring:
        measuring = Measuring(x.shape[2] * x.shape[3])
        with torch.no_grad(), measuring:
            self.module(scaled(x, self.value_range))
        return measuring


def scaled(x: Tensor, value_range: str) -> Tensor:
    """A picture 0..1 in the network's range."""
    from ganstudio.runtime.values import RANGES

    factor, offset = RANGES[value_range]
    return x * factor + offset


def _value_range(model: Model, net: _Net, multiple: int) -> tuple[str, float | None]:
    """The range in which the network gives back a smooth picture best, and how well (dB)."""
    card = model.card
    height, width = up(max(40, model.size_minimum), multiple), up(max(48, model.size_minimum), multiple)
    if model.square:
        height = width = max(height, width)
    probe = probes.smooth(card.channels, height, width)
    if card.kind not in ("upscaler", "restorer"):
        return card.value_range, None
    found = {}
    for value_range in dict.fromkeys((card.value_range, *model.ranges)):
        net.value_range = value_range
        y = net(probe)
        _check_shape(model, probe, y)
        found[value_range] = _likeness(y, probe, card.scale)
    best = max(found, key=lambda name: found[name])
    if not found[best] >= LEAST_LIKENESS:
        raise EngineError(
            f"{card.title} ({model.path.name}) does not even give back a simple smooth picture: "
            "its architecture or weights are wrong.",
            "Get the file again, or use another model.",
        )
    return best, round(found[best], 2)


def _check_shape(model: Model, x: Tensor, y: Tensor) -> None:
    card = model.card
    wanted = (1, card.channels, x.shape[2] * card.scale, x.shape[3] * card.scale)
    if tuple(y.shape) != wanted:
        raise EngineError(
            f"{card.title} ({model.path.name}) should make {wanted[3]}×{wanted[2]} pixels in {wanted[1]} channels "
            f"from {x.shape[3]}×{x.shape[2]}, but gave {tuple(y.shape)}: its scale or architecture is wrong."
        )


def _likeness(y: Tensor, probe: Tensor, scale: int) -> float:
    shrunk = F.avg_pool2d(y, scale) if scale > 1 else y
    error = (shrunk - probe).square().mean().item()
    return -10 * math.log10(max(error, 1e-12)) if math.isfinite(error) else -math.inf


def _minimum(model: Model, net: _Net, multiple: int) -> int:
    """The least side the network takes (reflection padding and pooling need some room)."""
    least = up(max(1, model.size_minimum), multiple)
    for side in sorted({up(max(least, n), multiple) for n in _MINIMA}):
        try:
            y = net(torch.full((1, model.card.channels, side, side), 0.5))
        except (RuntimeError, ValueError, IndexError, AssertionError):
            continue  # too small for it: torch says so in many ways
        _check_shape(model, torch.empty(1, model.card.channels, side, side), y)
        if torch.isfinite(y).all():
            return side
    raise BadModel(f"{model.card.title} ({model.path.name}) runs on no size up to {_MINIMA[-1]}×{_MINIMA[-1]}.")


@dataclass(frozen=True)
class _Survey:
    held: Held
    most_bytes: int
    area: int


def _survey(model: Model, net: _Net, side: int) -> _Survey:
    measured = net.survey(probes.busy(model.card.channels, side, side))
    return _Survey(tuple(measured.held), measured.most_bytes, side * side)


def _reach(model: Model, net: _Net, multiple: int, minimum: int) -> reach.Reach:
    """Period and radius; no more radius than the whole receptive field."""
    probe, scale = _probe(net, model.card.channels), model.card.scale
    try:
        found = reach.reach(net, probe, scale, multiple)
        whole = reach.field(net, probe, scale, found.period, minimum)
    finally:
        net.held = ()
    if whole is None or found.drift > 0:
        return found
    return dataclasses.replace(found, radius=min(found.radius, max(whole, 1)))


def _exact_halo(adopted: Adopted, progress: Progress | None) -> int | None:
    facts = adopted.facts
    net = _Net(adopted.module, progress, facts.value_range)
    return reach.exact_halo(net, _probe(net, adopted.channels), adopted.scale, facts.period, facts.minimum)


def _probe(net: _Net, channels: int) -> Callable[[int, int], Tensor]:
    """Makes busy pictures, and has the network hold the pooled values of the latest."""

    def probe(height: int, width: int) -> Tensor:
        picture = probes.busy(channels, height, width)
        net.held = ()
        net.held = tuple(net.survey(picture).held)
        return picture

    return probe
