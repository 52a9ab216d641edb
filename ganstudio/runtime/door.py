"""Runtime: the one door to running networks."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from ganstudio.core import paths
from ganstudio.core.errors import UsageError
from ganstudio.core.raster import ComputedRaster
from ganstudio.runtime import allocator, devices
from ganstudio.runtime.lane import Lane, cores
from ganstudio.runtime.memory import USUAL_SHARE
from ganstudio.runtime.store import Store

if TYPE_CHECKING:
    from torch import Tensor

    from ganstudio.core.progress import Progress
    from ganstudio.core.raster import Raster
    from ganstudio.models import Model
    from ganstudio.models.library import Entry
    from ganstudio.runtime.adopt import Adopted
    from ganstudio.runtime.backends import Path, Program
    from ganstudio.runtime.bands import OnTile
    from ganstudio.runtime.binding import Bound
    from ganstudio.runtime.devices import Device
    from ganstudio.runtime.generating.darkroom import Darkroom
    from ganstudio.runtime.holding import Held
    from ganstudio.runtime.transfer import Transfer

_PROGRAMS_KEPT = 8
_DARKROOMS_KEPT = 3


class Runtime:
    """Runs networks on pictures. Cheap to make; torch is imported with the first use. One a process, for all threads.

    `device`: auto, cpu, cuda or mps. `precision`: exact, auto or fast. `threads`: workers on a CPU (its cores when
    None). `tile`: side of the windows in pixels (by measurement when None).
    `memory`: the share of the free memory that may be used, 0 to 1.
    """

    def __init__(
        self, device: str = "auto", precision: str = "auto", threads: int | None = None, tile: int | None = None,
        memory: float = USUAL_SHARE,
    ) -> None:  # fmt: skip
        if device not in devices.KINDS:
            raise UsageError(f"There is no device “{device}”; known are {', '.join(devices.KINDS)}.")
        if precision not in ("exact", "auto", "fast"):
            raise UsageError(f"There is no precision “{precision}”; known are exact, auto, fast.")
        self.precision = precision
        self.tile = tile
        self.memory = memory
        self._wanted = device
        self._threads = threads
        self._lock = threading.RLock()
        self._opening = threading.Lock()
        self._device: Device | None = None
        self._lane: Lane | None = None
        self._transfers: dict[str, Transfer] = {}
        self._notes: list[str] = []
        self._adopted: dict[tuple[FilePath, int], Adopted] = {}
        self._programs: OrderedDict[tuple[str, str, str, str], Program] = OrderedDict()
        self._running: dict[FilePath, str] = {}
        self._limits: dict[str, int] = {}
        self._asked: dict[str, float] = {}
        self._darkrooms: OrderedDict[tuple[FilePath, int], Darkroom] = OrderedDict()

    @property
    def device(self) -> Device:
        """Where networks run; a device that fails its self-test gives way to the CPU for good, and a note says so."""
        with self._lock:
            if self._device is None:
                allocator.prepare()
                self._device = self._usable(devices.find(self._wanted))
            return self._device

    @property
    def lane(self) -> Lane:
        with self._lock:
            if self._lane is None:
                workers = devices.workers(self.device, self._threads)
                self._lane = Lane(workers, one_core_each=self.device.is_cpu)
            return self._lane

    @property
    def adoptions(self) -> Store:
        return Store(paths.cache() / "adopted.json")

    @property
    def choices(self) -> Store:
        """Remembered choices: a text file, free to be read, edited and deleted."""
        return Store(paths.cache() / "choices.json")

    def open(self, entry: Entry, progress: Progress | None = None) -> Adopted:
        """The model, measured and ready. Raises BadModel or EngineError."""
        from ganstudio.models import open_model

        key = (entry.path, _changed(entry.path))
        with self._opening:  # never the other lock: adopting waits for workers, and workers may wait for that one
            if key not in self._adopted:
                self.adopt(open_model(entry.path), progress)
            return self._adopted[key]

    def adopt(self, model: Model, progress: Progress | None = None) -> Adopted:
        """A model that is open already, measured and ready; `open` finds it from now on."""
        from ganstudio.runtime.adopt import adopt, with_exact

        def work() -> Adopted:
            with cores(lane.share()):
                adopted = adopt(model, self.adoptions, progress)
                return with_exact(adopted, self.adoptions, progress) if self.precision == "exact" else adopted

        lane = self.lane
        adopted = lane.submit(work, 0).result()
        with self._lock:
            self._adopted[model.path, _changed(model.path)] = adopted
        return adopted

    def apply(
        self, entry: Entry, raster: Raster, progress: Progress, *, priority: int = 1, on_tile: OnTile | None = None,
        bound: Bound | None = None,
    ) -> Raster:  # fmt: skip
        """The picture through the network: native scale; depth, channels, metadata kept; computed as rows are pulled.

        `progress` advances by the input megapixels done (a picture's sum is its `header.megapixels`). `priority` 0
        is a person waiting, 1 a batch; lower goes first. `on_tile(x, y, samples)` hears, in the workers' threads, of
        each tile of the result as it is ready. A part of the result can be had without the rest (`core.raster.part`);
        that never measures, as measuring takes seconds. `bound` gives the network more than a picture. Raises BadModel
        or EngineError now; EngineError, OutOfMemory or Cancelled while rows are pulled.
        """
        from ganstudio.runtime.picture import PictureRun

        adopted = self.open(entry, progress)
        if bound is not None:
            adopted = bound.to(adopted)
        run = PictureRun(self, entry, adopted, raster, progress, priority, on_tile)
        header = dataclasses.replace(
            raster.header, width=raster.header.width * adopted.scale, height=raster.header.height * adopted.scale
        )
        return ComputedRaster(header, raster.meta, run.rows, run.close, run.piece)

    def darkroom(self, entry: Entry) -> Darkroom:
        """A generator, open and ready; the latest few are kept, also when their file has gone meanwhile.

        Raises BadModel (also for what is no generator) or OutOfMemory.
        """
        from ganstudio.runtime.generating.darkroom import opened

        changed = _changed(entry.path)
        with self._opening:
            known = [key for key in self._darkrooms if key[0] == entry.path and changed in (0, key[1])]
            key = known[-1] if known else (entry.path, changed)
            if key not in self._darkrooms:
                self._darkrooms[key] = opened(self, entry)
            self._darkrooms.move_to_end(key)
            while len(self._darkrooms) > _DARKROOMS_KEPT:
                self._darkrooms.popitem(last=False)
            return self._darkrooms[key]

    def path_of(self, entry: Entry) -> str:
        """How the entry's latest picture ran: "torch bf16 channels_last, tile 256×256"; "" before the first."""
        with self._lock:
            return self._running.get(entry.path, "")

    def facts(self) -> dict[str, Any]:
        """For `doctor`: device, build, CPU features, workers, precision, models measured, choices remembered, notes."""
        from ganstudio.runtime.backends import all_backends

        device = self.device
        return {
            "device": device.title,
            "kind": device.kind,
            "half": list(device.halves),
            "cpu": devices.cpu_title(),
            "cpu_flags": list(devices.cpu_flags()),
            "workers": devices.workers(device, self._threads),
            "precision": self.precision,
            "backends": [backend.version() for backend in all_backends().values()],
            "allocator": "kept between tiles, which is faster" if allocator.prepare() else "as the system gives it",
            "rules": {adopted.card.name: adopted.rule for adopted in self._adopted.values()},
            "choices": self.choices.all(),
            "choices_file": str(self.choices.path),
            "notes": [
                *self._notes,
                *(note for backend in all_backends().values() for note in backend.notes()),
                *devices.build_notes(),
            ],
        }

    def check(self, entry: Entry) -> float:
        """Self-test for `doctor`: a generated picture through the runtime as it would run; its agreement (dB) with
        plain float32 on the CPU."""
        from ganstudio.runtime.selftest import agreement_of

        return agreement_of(self, entry)

    def rest(self) -> None:
        """Give unused memory back to the system: a batch has ended, or nobody has asked for anything in a while."""
        allocator.trim()
        if self._device is not None and self._device.kind == "cuda":
            import torch

            torch.cuda.empty_cache()

    def close(self) -> None:
        """End the workers and give memory back."""
        with self._lock:
            if self._lane is not None:
                self._lane.close()
            self._lane = None
            self._programs.clear()
            self._adopted.clear()
            self._darkrooms.clear()
        self.rest()

    # What a picture's run needs of the runtime.

    def widened(self, adopted: Adopted, crop: Tensor, held: Held) -> Adopted:
        """The model with the radius that a crop of a picture shows, when that is more; kept for later pictures."""
        from ganstudio.runtime.adopt import with_crop

        wider = self.lane.submit(lambda: with_crop(adopted, crop, held, self.adoptions), 0).result()
        with self._lock:
            for place, known in self._adopted.items():
                if known.key == adopted.key:
                    self._adopted[place] = dataclasses.replace(known, facts=wider.facts)
        return wider

    def program(self, adopted: Adopted, path: Path, device: Device) -> Program:
        """The network prepared for a path; kept while it is among the last used."""
        from ganstudio.runtime.backends import all_backends

        key = (adopted.key, adopted.variant, path.name, device.torch_name)
        with self._lock:
            made = self._programs.get(key)
            if made is None:
                made = all_backends()[path.backend].prepare(adopted, path, device, self.lane.workers)
                self._programs[key] = made
            self._programs.move_to_end(key)
            while len(self._programs) > _PROGRAMS_KEPT:
                self._programs.popitem(last=False)
            return made

    def keep_only(self, adopted: Adopted, path: Path) -> None:
        """Let go what was prepared to be measured and lost: each holds all weights of the network once more."""
        with self._lock:
            for key in [k for k in self._programs if k[:2] == (adopted.key, adopted.variant) and k[2] != path.name]:
                del self._programs[key]

    def can_run(self, adopted: Adopted, path: Path, device: Device) -> bool:
        """Whether a remembered path is still offered (its backend may have been taken away since)."""
        from ganstudio.runtime.backends import all_backends

        backend = all_backends().get(path.backend)
        return backend is not None and path in backend.paths(device, adopted)

    def transfer(self, device: Device) -> Transfer:
        from ganstudio.runtime.transfer import transfer_for

        with self._lock:
            if device.torch_name not in self._transfers:
                self._transfers[device.torch_name] = transfer_for(device)
            return self._transfers[device.torch_name]

    def note(self, sentence: str) -> None:
        """Remember something that `doctor` should say."""
        with self._lock:
            if sentence not in self._notes:
                self._notes.append(sentence)

    def ran(self, entry: Entry, how: str) -> None:
        with self._lock:
            self._running[entry.path] = how

    def limit(self, adopted: Adopted, pixels: int | None = None) -> int | None:
        """The window size (pixels) that has run out of memory before; smaller ones are used from then on."""
        with self._lock:
            if pixels is not None:
                self._limits[adopted.key] = min(pixels, self._limits.get(adopted.key, pixels))
            return self._limits.get(adopted.key)

    def asked_of(self, adopted: Adopted, seconds: float) -> float:
        """Add to the seconds of work asked of a model so far; the sum."""
        with self._lock:
            self._asked[adopted.key] = self._asked.get(adopted.key, 0.0) + seconds
            return self._asked[adopted.key]

    def _usable(self, device: Device) -> Device:
        if device.is_cpu:
            return device
        from ganstudio.runtime.selftest import device_trouble

        trouble = device_trouble(device)
        if not trouble:
            return device
        self.note(f"{device.title} is not used, the CPU takes its place: {trouble}.")
        return devices.cpu()


def _changed(path: FilePath) -> int:
    """When a file was last written, in nanoseconds; 0 for one that is not there."""
    return path.stat().st_mtime_ns if path.exists() else 0
