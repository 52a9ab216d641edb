"""Our own machine code for Compact and RRDB networks on a CPU: Winograd convolutions with all that follows them in one.

A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks" (CVPR 2016). The code is made ahead of time
(packaging/kernels.py); its first run on a computer happens in a process of its own, and every network is compared with
PyTorch when it is prepared. In float32 all processors give the same bits.
"""

from __future__ import annotations

import hashlib
import threading
import weakref
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganstudio.core import paths as folders
from ganstudio.core.errors import Cancelled
from ganstudio.runtime import probes
from ganstudio.runtime.backends import Path
from ganstudio.runtime.devices import cpu_title
from ganstudio.runtime.native import images, trial
from ganstudio.runtime.native.images import Code, Image, KernelTrouble
from ganstudio.runtime.native.jobs import Network, Stopped
from ganstudio.runtime.native.packing import pack
from ganstudio.runtime.native.recognise import Recognised, recognise
from ganstudio.runtime.store import Store
from ganstudio.runtime.tiles import up

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.runtime.adopt import Adopted
    from ganstudio.runtime.backends import Program
    from ganstudio.runtime.devices import Device
    from ganstudio.runtime.holding import Held

NAME = "winograd"
# Agreement (dB, the answer's largest value being the peak) with PyTorch on a small odd-sized picture.
_LEAST = {"fp32": 90.0, "bf16": 30.0}
_CHECKED_ON = (13, 22)


class Winograd:
    own_threads = False

    def __init__(self, where: FilePath | None = None) -> None:
        self._where = where or images.folder()
        self._lock = threading.Lock()
        self._fit: list[Image] | None = None
        self._codes: dict[str, Code | None] = {}
        self._notes: list[str] = []
        self._known: weakref.WeakKeyDictionary[nn.Module, Recognised | None] = weakref.WeakKeyDictionary()

    def missing(self) -> str:
        try:
            return "" if self._images() else "There is no code for this processor."
        except KernelTrouble as error:
            return f"The kernels cannot be used: {error}."

    def version(self) -> str:
        together = "".join(image.sha256 for image in self._images())
        return f"kernels {hashlib.sha256(together.encode()).hexdigest()[:8]}"

    def notes(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._notes)

    def paths(self, device: Device, adopted: Adopted) -> list[Path]:
        if not device.is_cpu or adopted.facts.holds or self._recognised(adopted.module) is None:
            return []
        return [
            Path(NAME, "kernels", code.image.dtype, _instructions(code.image), steady=True)
            for code in self._usable()
            if code.image.dtype in ("fp32", *device.halves)
        ]

    def prepare(self, adopted: Adopted, path: Path, device: Device, threads: int) -> Program:
        """Raises RuntimeError where it computes something else than PyTorch; that network is then left to others."""
        known = self._recognised(adopted.module)
        code = next(code for code in self._usable() if code.image.dtype == path.dtype)
        assert known is not None
        program = _Program(known, Network(pack(known.graph, code)))
        agreed = _agreement(program, adopted)
        if not agreed >= _LEAST[path.dtype]:
            self._known[adopted.module] = None
            trouble = f"{path.name} gives other pixels than PyTorch ({agreed:.0f} dB)"
            self._note(f"{adopted.card.title}: {trouble} and is not used for it.")
            raise RuntimeError(trouble)
        return program

    def _recognised(self, module: nn.Module) -> Recognised | None:
        if module not in self._known:
            self._known[module] = recognise(module)
        return self._known[module]

    def _images(self) -> list[Image]:
        """Those that this processor and system can run, the best first; half precision before float32. Read once: it
        is asked for with every picture."""
        if self._fit is None:
            flags = torch.cpu.get_capabilities()
            fit = [
                image
                for image in images.manifest(self._where)
                if image.machine == images.machine() and all(flags.get(flag) for flag in image.needs)
            ]
            self._fit = sorted(fit, key=lambda image: image.dtype)
        return self._fit

    def _usable(self) -> list[Code]:
        """The best image of each number type that stands its trial."""
        found: dict[str, Code] = {}
        with self._lock:
            for image in self._images():
                if image.dtype in found:
                    continue
                if image.name not in self._codes:
                    self._codes[image.name] = self._tried(image)
                code = self._codes[image.name]
                if code is not None:
                    found[image.dtype] = code
        return list(found.values())

    def _tried(self, image: Image) -> Code | None:
        """The image in memory once it is known to be sound on this computer; else a note and None."""
        store = Store(folders.cache() / "kernels.json")
        key = f"{image.sha256}|{cpu_title()}|{images.entry_name()}"
        try:
            verdict = store.get(key)
            if verdict is None:
                verdict = {"image": image.name, "trouble": trial.trouble(image, self._where)}
                store.put(key, verdict)
            if not verdict.get("trouble"):
                return images.load(image, self._where)
            why = str(verdict["trouble"])
        except (KernelTrouble, trial.NotTried) as error:
            why = str(error)
        self._notes.append(f"The kernels {image.name} are not used on this computer: {why}. PyTorch takes their place.")
        return None

    def _note(self, sentence: str) -> None:
        with self._lock:
            self._notes.append(sentence)


class _Program:
    """A prepared network; computes on as many threads as torch may use in the calling thread."""

    def __init__(self, known: Recognised, network: Network) -> None:
        self._fold = known.fold
        self._scale = known.graph.scale
        self._network = network

    def __call__(self, x: Tensor, held: Held, progress: Progress | None) -> Tensor:
        if progress is not None and progress.stopped:
            raise Cancelled()
        height, width = x.shape[2:]
        if self._fold > 1:
            beside, below = up(width, self._fold) - width, up(height, self._fold) - height
            x = F.pixel_unshuffle(F.pad(x, (0, beside, 0, below), "reflect"), self._fold)
        picture = x[0].permute(1, 2, 0).numpy()
        try:
            result = self._network(picture, torch.get_num_threads(), lambda: progress is not None and progress.stopped)
        except Stopped as error:
            raise Cancelled() from error
        scale = self._scale // self._fold
        y = torch.from_numpy(result).permute(2, 0, 1).unsqueeze(0)
        return y[:, :, : height * scale, : width * scale]


def _instructions(image: Image) -> str:
    return {"avx2": "AVX2", "avx512": "AVX-512", "neon": "NEON"}[image.name.split("-")[-2]]


def _agreement(program: Program, adopted: Adopted) -> float:
    facts = adopted.facts
    height, width = (up(max(side, facts.minimum), facts.multiple) for side in _CHECKED_ON)
    x = probes.busy(adopted.channels, height, width)
    with torch.no_grad():
        wanted = adopted.module(x)
    got = program(x, (), None)
    return trial.agreement(got.numpy(), wanted.numpy().astype("float64"))


BACKEND = Winograd()
