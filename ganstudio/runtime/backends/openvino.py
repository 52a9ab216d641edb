"""OpenVINO: an optional extra (`pip install ganstudio[openvino]`); on Intel and AMD CPUs often faster than PyTorch.

Networks with pooled values stay with PyTorch: their values change from picture to picture, a compiled model's do not.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from ganstudio.core.errors import Cancelled
from ganstudio.runtime.backends import Path
from ganstudio.runtime.tiles import up

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.runtime.adopt import Adopted
    from ganstudio.runtime.backends import Program
    from ganstudio.runtime.devices import Device
    from ganstudio.runtime.holding import Held

NAME = "openvino"
_HINTS = {"fp32": "f32", "bf16": "bf16"}
# Compiled for one window shape each; a picture needs one, its neighbours of other sizes another.
_SHAPES_KEPT = 3
_WAIT_MS = 200


class OpenVino:
    own_threads = True

    def missing(self) -> str:
        return "" if importlib.util.find_spec("openvino") else "OpenVINO is not installed."

    def version(self) -> str:
        return f"openvino {importlib.metadata.version('openvino')}"

    def notes(self) -> tuple[str, ...]:
        return ()

    def paths(self, device: Device, adopted: Adopted) -> list[Path]:
        if not device.is_cpu or adopted.facts.holds:
            return []
        dtypes = ("bf16", "fp32") if "bf16" in device.halves else ("fp32",)
        return [Path(NAME, "OpenVINO", dtype) for dtype in dtypes]

    def prepare(self, adopted: Adopted, path: Path, device: Device, threads: int) -> Program:
        return _Compiled(adopted, _HINTS[path.dtype], threads)


class _Compiled:
    """A network compiled for the window shapes it meets; every thread has its own requests."""

    def __init__(self, adopted: Adopted, hint: str, threads: int) -> None:
        self._adopted = adopted
        self._settings = {"INFERENCE_PRECISION_HINT": hint, "NUM_STREAMS": threads, "INFERENCE_NUM_THREADS": threads}
        self._lock = threading.Lock()
        self._converted: Any = None
        self._models: OrderedDict[tuple[int, ...], Any] = OrderedDict()
        self._requests = threading.local()

    def __call__(self, x: Tensor, held: Held, progress: Progress | None) -> Tensor:
        if progress is not None and progress.stopped:
            raise Cancelled()
        request = self._request(tuple(x.shape))
        request.start_async({0: np.ascontiguousarray(x.numpy())}, share_inputs=True)
        while not request.wait_for(_WAIT_MS):
            if progress is not None and progress.stopped:
                request.cancel()
                raise Cancelled()
        return torch.from_numpy(request.get_output_tensor(0).data.copy())

    def _request(self, shape: tuple[int, ...]) -> Any:
        with self._lock:
            model = self._models.get(shape)
            if model is None:
                model = self._models[shape] = self._compile(shape)
                while len(self._models) > _SHAPES_KEPT:
                    self._models.popitem(last=False)
            self._models.move_to_end(shape)
        known = self._requests.__dict__.get("of")
        if known is None or known[0] is not model:
            known = self._requests.of = (model, model.create_infer_request())
        return known[1]

    def _compile(self, shape: tuple[int, ...]) -> Any:
        """Converting takes seconds and is done once, on a small picture; measuring on another shape checks it."""
        openvino = importlib.import_module("openvino")  # by name: this file has the same
        if self._converted is None:
            facts = self._adopted.facts
            side = max(facts.minimum, up(32, facts.period))
            example = torch.zeros(1, self._adopted.channels, side, side)
            self._converted = openvino.convert_model(self._adopted.module, example_input=example)
        model = self._converted.clone()
        model.reshape(list(shape))
        return openvino.Core().compile_model(model, "CPU", self._settings)


BACKEND = OpenVino()
