"""What reading one file may cost: memory, time, and the tensors it may describe."""

from __future__ import annotations

import time

from ganstudio.core.text import _
from ganstudio.models.readers.tensors import LazyTensor
from ganstudio.models.readers.unreadable import Unreadable

# Estimated bytes of Python objects. A StyleGAN pickle needs 3 MB, a thousand tensors 4 MB, so a small file gets
# enough for 8,000 tensors; a larger one more, as it may be a checkpoint of a training with its optimizer.
BASE_MEMORY, MEMORY_OF_FILE, MAX_MEMORY = 32 * 2**20, 4, 128 * 2**20
MAX_SECONDS = 10.0
MAX_TEXT = 24 * 2**20  # bytes of all strings; each character may take four in memory
MAX_TUPLE_KEYS = 10_000  # Python's hash of a tuple is not keyed: collisions can be made on purpose
TENSORS_OF_FILE = 4  # a weight and its transpose, a flat buffer and its parts: rarely above twice the file
_CLOCK_EVERY = 256 * 2**10


class Budget:
    """Shared by a file and what is nested in it; every method raises `Unreadable` when the limit is passed."""

    def __init__(self, file_size: int) -> None:
        self._memory = min(BASE_MEMORY + file_size // MEMORY_OF_FILE, MAX_MEMORY)
        self._next_look = self._memory - _CLOCK_EVERY
        self._ends = time.monotonic() + MAX_SECONDS
        self._text = MAX_TEXT
        self._tuple_keys = MAX_TUPLE_KEYS
        self._tensor_bytes = TENSORS_OF_FILE * file_size
        self._views: set[tuple[int, int, int]] = set()

    def spend(self, cost: int) -> None:
        self._memory -= cost
        if self._memory < self._next_look:
            if self._memory < 0:
                raise Unreadable(_("it holds far more objects than a model needs."))
            if time.monotonic() > self._ends:
                raise Unreadable(_("it takes far longer to read than a model should."))
            self._next_look = self._memory - _CLOCK_EVERY

    def text(self, length: int) -> None:
        self._text -= length
        if self._text < 0:
            raise Unreadable(_("it holds far more text than a model needs."))

    def tuple_key(self) -> None:
        self._tuple_keys -= 1
        if self._tuple_keys < 0:
            raise Unreadable(_("it holds more tables than a model needs."))

    def tensor(self, tensor: LazyTensor) -> LazyTensor:
        """Count a tensor; the same part of a storage counts once."""
        self.spend(500)
        place = id(tensor.storage), tensor.offset, tensor.numel
        if place not in self._views:
            self._views.add(place)
            self._tensor_bytes -= tensor.nbytes
            if self._tensor_bytes < 0:
                raise Unreadable(_("its tensors together are many times larger than the file."))
        return tensor
