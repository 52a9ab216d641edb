"""Tensors that are described but not yet read: a place in a mapped file, a type, a shape and strides."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ganstudio.core.text import _
from ganstudio.models.readers.unreadable import Unreadable

if TYPE_CHECKING:
    import torch

MAX_DIMENSIONS = 32
MAX_ELEMENTS = 2**53

# torch's name of a number -> numpy's name of the same bytes (types that numpy lacks are kept as their bytes)
NUMBERS: dict[str, str] = {
    "float64": "f8",
    "float32": "f4",
    "float16": "f2",
    "bfloat16": "u2",
    "float8_e4m3fn": "u1",
    "float8_e5m2": "u1",
    "int64": "i8",
    "int32": "i4",
    "int16": "i2",
    "int8": "i1",
    "uint64": "u8",
    "uint32": "u4",
    "uint16": "u2",
    "uint8": "u1",
    "bool": "u1",
    "complex64": "c8",
    "complex128": "c16",
}
_WIDENED = ("bfloat16", "float8_e4m3fn", "float8_e5m2")


def itemsize(dtype: str) -> int:
    """Bytes of one number of torch's type `dtype`."""
    return np.dtype(NUMBERS[dtype]).itemsize


class Storage:
    """A run of `numel` numbers of one type somewhere in a file; tied weights share one.

    `dtype` is None for torch's untyped storages (then `numel` counts bytes). `source` is the bytes themselves, or
    a function that unpacks them; legacy files tell it only after the tensors, by `bind`.
    """

    __slots__ = ("big_endian", "dtype", "numel", "source")

    def __init__(
        self,
        dtype: str | None,
        numel: int,
        source: memoryview | Callable[[], memoryview] | None = None,
        big_endian: bool = False,
    ) -> None:
        self.dtype = dtype
        self.numel = numel
        self.source = source
        self.big_endian = big_endian
        if isinstance(source, memoryview):
            self.bind(source)

    @property
    def nbytes(self) -> int:
        return self.numel * (itemsize(self.dtype) if self.dtype else 1)

    def bind(self, source: memoryview) -> None:
        """Say where the bytes lie; they must be exactly as many as the storage announced."""
        if source.nbytes != self.nbytes:
            raise Unreadable(
                _(
                    "a block of weights should hold {wanted:,} bytes but holds {found:,}; "
                    "the file is damaged or was cut off."
                ).format(wanted=self.nbytes, found=source.nbytes)
            )
        self.source = source

    def data(self) -> memoryview:
        if self.source is None:
            raise Unreadable(_("it names weights that it does not contain."))
        return self.source if isinstance(self.source, memoryview) else self.source()


@dataclass(frozen=True, eq=False)
class LazyTensor:
    """One tensor, not read yet. `strides` and `offset` count elements of `dtype` (torch's name of the type)."""

    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int
    storage: Storage = field(repr=False)

    @property
    def numel(self) -> int:
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        return self.numel * itemsize(self.dtype)

    @property
    def view(self) -> tuple[Any, ...]:
        """Equal for two tensors that are the same numbers of the same storage (tied weights)."""
        return id(self.storage), self.dtype, self.offset, self.shape, self.strides

    def numpy(self) -> np.ndarray:
        """An own contiguous array. bfloat16 and float8 come as float32 (numpy has no such types)."""
        raw = self._raw()
        if self.dtype == "bool":
            return raw != 0
        if self.dtype == "bfloat16":
            return (raw.astype(np.uint32) << np.uint32(16)).view(np.float32)
        if self.dtype in _WIDENED:
            return _float8_values(self.dtype)[raw]
        return raw

    def torch(self) -> torch.Tensor:
        """An own contiguous torch tensor of the file's type, on the CPU."""
        import torch

        if self.dtype in _WIDENED:
            return torch.from_numpy(self._raw()).view(getattr(torch, self.dtype))
        return torch.from_numpy(self.numpy())

    def _raw(self) -> np.ndarray:
        number = np.dtype(NUMBERS[self.dtype])
        stored = number.newbyteorder(">" if self.storage.big_endian else "<")
        if self.numel == 0:
            return np.empty(self.shape, number)
        numbers = np.frombuffer(self.storage.data(), dtype=stored)
        steps = tuple(stride * stored.itemsize for stride in self.strides)
        seen = np.lib.stride_tricks.as_strided(numbers[self.offset :], self.shape, steps, writeable=False)
        return np.array(seen, dtype=number, order="C")


def contiguous_strides(shape: Iterable[int], fortran: bool = False) -> tuple[int, ...]:
    """Strides in elements of a packed array: the last index runs fastest, or the first one (`fortran`)."""
    sizes = tuple(shape)
    strides, step = [], 1
    for size in sizes if fortran else reversed(sizes):
        strides.append(step)
        step *= max(size, 1)
    return tuple(strides if fortran else reversed(strides))


def make_tensor(storage: Storage, dtype: str, offset: object, shape: object, strides: object) -> LazyTensor:
    """A checked description: every element lies inside the storage, and no element is used twice over.

    Raises `Unreadable` for sizes that are not whole numbers >= 0, views past the end, and views larger than what
    they view (stride 0 or overlap: one number posing as millions).
    """
    sizes, steps = _whole_numbers(shape), _whole_numbers(strides)
    if type(offset) is not int or offset < 0 or len(sizes) != len(steps):
        raise Unreadable(_("it describes a tensor with an impossible shape or offset."))
    width = itemsize(dtype)
    if storage.nbytes % width:
        raise Unreadable(_("a block of weights is not a whole number of elements."))
    available = storage.nbytes // width
    numel = math.prod(sizes)
    if numel > MAX_ELEMENTS or offset > available:
        raise Unreadable(_("it describes a tensor larger than the file."))
    if numel:
        last = offset + sum((size - 1) * step for size, step in zip(sizes, steps, strict=True))
        if last >= available or numel > available:
            raise Unreadable(_("it describes a tensor larger than the weights stored for it."))
        if any(size > 1 and step == 0 for size, step in zip(sizes, steps, strict=True)):
            raise Unreadable(_("it describes a tensor that repeats one number many times over."))
    return LazyTensor(dtype, sizes, steps, offset, storage)


def _whole_numbers(values: object) -> tuple[int, ...]:
    if not isinstance(values, tuple | list) or len(values) > MAX_DIMENSIONS:
        raise Unreadable(_("it describes a tensor with an impossible shape."))
    if any(type(value) is not int or value < 0 or value > MAX_ELEMENTS for value in values):
        raise Unreadable(_("it describes a tensor with an impossible shape."))
    return tuple(values)


@cache
def _float8_values(dtype: str) -> np.ndarray:
    """The 256 values of an 8-bit float (OCP 8-bit floating point specification, 2023)."""
    codes = np.arange(256, dtype=np.uint16)
    if dtype == "float8_e5m2":  # the upper half of a float16
        return (codes << 8).view(np.float16).astype(np.float32)
    exponent, fraction = (codes >> 3) & 15, (codes & 7).astype(np.float32)
    normal = np.exp2(exponent.astype(np.float32) - 7) * (1 + fraction / 8)
    values = np.where(exponent == 0, np.float32(2.0**-6) * fraction / 8, normal)
    values = np.where((codes & 127) == 127, np.float32(np.nan), values)
    return np.where(codes & 128, -values, values).astype(np.float32)
