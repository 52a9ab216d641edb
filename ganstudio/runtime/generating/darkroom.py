"""Darkroom: one generator, open, from whose Latents pictures are made; for any thread, a person's first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganstudio.core.errors import BadModel, EngineError, OutOfMemory, is_want_of_memory
from ganstudio.core.latent import NOISE_FIXED, NOISE_OFF, Latent, moving
from ganstudio.core.text import _
from ganstudio.nets.generator_net import GeneratorNet, NoiseMode
from ganstudio.nets.kept import Kept, Lent
from ganstudio.runtime import devices
from ganstudio.runtime.generating import finding, noise_maps
from ganstudio.runtime.generating.facts import Facts
from ganstudio.runtime.generating.hastening import hasten
from ganstudio.runtime.generating.space import Space
from ganstudio.runtime.generating.turns import Turns
from ganstudio.runtime.lane import cores
from ganstudio.runtime.memory import free_bytes
from ganstudio.runtime.tile_run import release_memory

if TYPE_CHECKING:
    from ganstudio.core.latent.directions import Direction
    from ganstudio.core.progress import Progress
    from ganstudio.models import Model
    from ganstudio.models.library import Entry
    from ganstudio.runtime.door import Runtime

Pixels = NDArray[np.uint8]
Floats = moving.Floats
T = TypeVar("T")
_SHARES = (1.0, 0.75, 0.5, 0.25, 0.1, 0.03, 0.01, 0.0)  # of the pushes, until the picture is one
_PIXELS_AT_ONCE = 1 << 18
_MOST_AT_ONCE = 32
_WARMED = 512  # w drawn to say what one σ is


@dataclass(frozen=True)
class Drawn:
    """side×side×channels, and a sentence where it is not quite what was asked for; "" else."""

    pixels: Pixels
    said: str = ""


class Darkroom:
    """Pictures of one generator. One draws at a time; every call may come from any thread but the lane's own.

    In `exact` on a CPU each picture is drawn by itself, on one core, so that the same Latent is the same pixels in
    the window and in the terminal.
    """

    def __init__(self, runtime: Runtime, model: Model) -> None:
        net = model.module
        if not isinstance(net, GeneratorNet):
            raise _no_generator(model.card.name)
        device = runtime.device
        self._runtime, self._exact = runtime, runtime.precision == "exact"
        self._net = net.to(device.torch_name)
        if not self._exact:
            hasten(net, device)
        self._device = torch.device(device.torch_name)
        self.facts = _facts(net, model)
        self._space = Space(net, self.facts, self._device)
        self._turns = Turns()
        self._kept = Kept()
        self._maps = b""  # noise of a point that the kept pictures have
        self._progress: Progress | None = None
        self.clamped = ""
        """Of the latest picture: a sentence where its sliders were pushed too far; "" else."""
        for module in net.modules():
            module.register_forward_pre_hook(self._hear)

    # Where a Latent lies

    def ws(self, latent: Latent) -> Floats:
        """num_ws×w_dim that the picture is drawn from: blended, pushed, mixed, truncated. Raises UsageError."""
        return self._work(lambda: self._space.ws(latent))

    def base_ws(self, latent: Latent) -> Floats:
        """num_ws×w_dim before pushes, mixing and ψ."""
        return self._work(lambda: self._space.base(latent))

    def moved_ws(self, latent: Latent) -> Floats:
        """num_ws×w_dim with pushes and mixing, before ψ: as a Latent's own point it is the same picture."""
        return self._work(lambda: self._space.moved(latent))

    def sample(self, count: int = _WARMED, seed: int = 0) -> Floats:
        """count×w_dim ordinary points, the classes in turn, each about the mean of its class."""
        return self._work(lambda: finding.sample(self._space, self.facts, count, seed))

    # Pictures

    def picture(self, latent: Latent, side: int | None = None, progress: Progress | None = None) -> Pixels:
        """As `drawn`, the pixels alone."""
        return self.drawn(latent, side, progress).pixels

    def drawn(self, latent: Latent, side: int | None = None, progress: Progress | None = None) -> Drawn:
        """The picture, or an early one at least `side` px wide where the network can. What did not change since the
        latest is not computed again. Raises UsageError (a Latent of another model), OutOfMemory, EngineError,
        Cancelled."""

        def work() -> Drawn:
            found = self._drawn(latent, side, self._kept)
            self.clamped = found.said
            return found

        return self._work(work, progress)

    def from_ws(self, ws: Floats, latent: Latent, side: int | None = None, progress: Progress | None = None) -> Pixels:
        """The picture of a final ws (num_ws×w_dim), with the class and the noise of a Latent: for Walks."""

        def work() -> Drawn:
            return Drawn(_pixels(self._draw(ws[None], latent, side, self._kept))[0])

        return self._work(work, progress).pixels

    def pictures(
        self, latents: Sequence[Latent], side: int | None = None, progress: Progress | None = None,
        on_drawn: Callable[[int, Drawn], None] | None = None,
    ) -> list[Pixels]:  # fmt: skip
        """Many, in small batches between which others get their turn; `on_drawn(number, drawn)` hears of each.

        A batch may differ from pictures drawn one by one by a level here and there; in `exact` there are none.
        """
        found: list[Pixels] = []
        for batch in self._batches(latents, side):

            def work(batch: Sequence[Latent] = batch) -> list[Drawn]:
                return self._batch(batch, side)

            for one in self._work(work, progress, priority=1):
                if on_drawn is not None:
                    on_drawn(len(found), one)
                found.append(one.pixels)
        return found

    # Directions

    def sefa(self, count: int = 6) -> list[Direction]:
        """Directions read off the weights (Shen & Zhou 2021), at once; the strongest first."""
        return self._work(lambda: finding.sefa(self._net, self._space, self.facts, count))

    def pca(self, count: int = 6, draws: int = 10_000, progress: Progress | None = None) -> list[Direction]:
        """The principal directions of `draws` points (Härkönen et al. 2020); others get their turn meanwhile."""
        steps = finding.pca(self._net, self._space, self.facts, count, draws)
        while True:
            if progress is not None:
                progress.check()
            done = self._work(lambda: next(steps), progress, priority=1)
            if isinstance(done, list):
                return done
            if progress is not None:
                progress.advance(done)

    # How it is done

    def _work(self, work: Callable[[], T], progress: Progress | None = None, priority: int = 0) -> T:
        """In the runtime's lane, alone; a want of memory becomes its sentence."""

        def alone() -> T:
            lane = self._runtime.lane
            with cores(1 if self._exact and self._device.type == "cpu" else lane.share()):
                return work()

        with self._turns.turn(priority):  # the lane is not asked to wait: a batch in it would hold a person's turn
            self._progress = progress
            try:
                return self._runtime.lane.submit(alone, 0).result()
            except (RuntimeError, MemoryError) as error:
                if not is_want_of_memory(error):
                    raise
                self._kept = Kept()
                release_memory()
                raise OutOfMemory(
                    _("There is not enough memory for a picture of {model}.").format(model=self.facts.title),
                    _("Close other programs, or choose a smaller model."),
                ) from error
            finally:
                self._progress = None

    def _hear(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.check()

    def _drawn(self, latent: Latent, side: int | None, kept: Kept | None) -> Drawn:
        for share in _SHARES if latent.pushes else _SHARES[:1]:
            ws = self._space.ws(latent, share)
            if not np.isfinite(ws).all():
                continue
            image = self._draw(ws[None], latent, side, kept)
            if torch.isfinite(image).all():
                said = "" if share == 1.0 else _too_far(latent, share)
                return Drawn(_pixels(image)[0], said)
        raise EngineError(
            _("{model} gives no usable pixels here (not numbers).").format(model=self.facts.title),
            _("Take ψ nearer to 0, or choose another seed; if it is always so, the model file is damaged."),
        )

    def _draw(self, ws: Floats, latent: Latent, side: int | None, kept: Kept | None) -> Tensor:
        """N×num_ws×w_dim → N×channels×side×side."""
        mode, generator = _noise(latent)
        shares = self.facts.class_shares(latent.classes)
        there = torch.from_numpy(np.ascontiguousarray(ws)).to(self._device)
        label = self._space.label(shares, len(ws))
        size = self.facts.side_for(side)
        maps = _maps(latent)
        if maps != self._maps:
            if kept is self._kept:
                self._kept.forget()
                self._maps = maps
            else:
                kept = None
        with torch.inference_mode(), noise_maps.lent(self._net, noise_maps.unpacked(maps, self._net)):
            return self._net.draw(
                there, label, mode, generator, None if size == self.facts.resolution else size, kept
            ).float()

    def _batch(self, latents: Sequence[Latent], side: int | None) -> list[Drawn]:
        """Latents of one class and noise."""
        if len(latents) > 1:
            ws = np.stack([self._space.ws(one) for one in latents])
            image = self._draw(ws, latents[0], side, None)
            if torch.isfinite(image).all():
                return [Drawn(one) for one in _pixels(image)]
        return [self._drawn(one, side, Lent(self._kept)) for one in latents]

    def _batches(self, latents: Sequence[Latent], side: int | None) -> list[list[Latent]]:
        most = 1 if self._exact else max(1, min(_MOST_AT_ONCE, _PIXELS_AT_ONCE // self.facts.side_for(side) ** 2))
        found: list[list[Latent]] = []
        for one in latents:
            alike = (
                found
                and len(found[-1]) < most
                and (found[-1][0].classes, found[-1][0].noise) == (one.classes, one.noise)
                and _maps(found[-1][0]) == _maps(one)
                and one.noise in (NOISE_FIXED, NOISE_OFF)
            )
            if alike:
                found[-1].append(one)
            else:
                found.append([one])
        return found


def opened(runtime: Runtime, entry: Entry) -> Darkroom:
    """A generator from its file. Raises BadModel or OutOfMemory."""
    from ganstudio.models import open_model

    if entry.card.kind != "generator":
        raise _no_generator(entry.name)
    size, free = entry.path.stat().st_size if entry.path.exists() else 0, free_bytes(devices.cpu())
    if size > free:
        raise OutOfMemory(
            _("{model} needs {size} GB of memory, only {free} GB are free.").format(
                model=entry.card.title, size=f"{size / 1e9:.1f}", free=f"{free / 1e9:.1f}"
            ),
            _("Close other programs, or choose a smaller model."),
        )
    try:
        return Darkroom(runtime, open_model(entry.path))
    except (RuntimeError, MemoryError) as error:
        if not is_want_of_memory(error):
            raise
        said = _("There is not enough memory to open {model}.").format(model=entry.card.title)
        raise OutOfMemory(said) from error


def _facts(net: GeneratorNet, model: Model) -> Facts:
    card = model.card
    named = tuple(str(one) for one in card.settings.get("classes", ()))
    classes = named if len(named) == net.classes else tuple(str(n) for n in range(net.classes))
    return Facts(
        card.title, classes, net.resolution, tuple(net.sizes), net.channels, net.num_ws, net.w_dim, net.z_dim,
        net.has_w, moving.groups(net.num_ws), card.licence, card.commercial_use, model.sha256,
    )  # fmt: skip


def _noise(latent: Latent) -> tuple[NoiseMode, torch.Generator | None]:
    """Noise of a seed is drawn on the CPU, so on every device alike."""
    if latent.noise == NOISE_FIXED:
        return "const", None
    if latent.noise == NOISE_OFF:
        return "none", None
    return "random", torch.Generator().manual_seed(int(latent.noise))


def _maps(latent: Latent) -> bytes:
    """Noise maps that take the place of the network's own; b"" for none."""
    return latent.point.noise if latent.point is not None and latent.noise == NOISE_FIXED else b""


def _too_far(latent: Latent, share: float) -> str:
    names = ", ".join(f"“{one.name}”" for one in latent.pushes[:3])
    if share == 0.0:
        return _("{names} is pushed so far that the model gives no picture: shown without it.").format(names=names)
    said = _("{names} is pushed further than the model can follow: shown at {share} % of it.")
    return said.format(names=names, share=round(100 * share))


def _pixels(image: Tensor) -> Pixels:
    """N×C×R×R about -1..1 → N×R×R×C, rounded as NVIDIA's programs do."""
    scaled = (image * 127.5 + 128.0).clamp(0.0, 255.0).to(torch.uint8)
    return np.ascontiguousarray(scaled.permute(0, 2, 3, 1).cpu().numpy())


def _no_generator(name: str) -> BadModel:
    return BadModel(_("The model {name} makes no pictures of its own.").format(name=name), _("Choose a generator."))
