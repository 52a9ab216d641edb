"""numpy's npz: a zip archive of arrays (numpy.lib.format), read without numpy's door to pickles."""

from __future__ import annotations

import math
import re
import struct

import numpy as np

from ganstudio.core.text import _
from ganstudio.models.readers.budget import Budget
from ganstudio.models.readers.pure_calls import torch_name
from ganstudio.models.readers.tensors import LazyTensor, Storage, contiguous_strides, make_tensor
from ganstudio.models.readers.unreadable import Unreadable
from ganstudio.models.readers.zip_index import Entry, ZipIndex

SUFFIX = ".npy"
MAX_HEADER = 4096
MAX_INFLATED = 200  # times the file: deflate packs zeros a thousandfold, weights hardly at all

_MAGIC = b"\x93NUMPY"
_HEADER = re.compile(
    rb"\{'descr': '(?P<type>[<>|=][biufc]\d{1,2})', 'fortran_order': (?P<fortran>True|False), "
    rb"'shape': \((?P<shape>(?:\d{1,15}, ?){0,32}(?:\d{1,15})?)\),? ?\}\s*"
)


def read_npz(archive: ZipIndex, budget: Budget) -> dict[str, LazyTensor]:
    """The arrays by name (`conv1/W`). Packed ones are unpacked when they are asked for."""
    entries = [entry for name, entry in archive.entries.items() if name.endswith(SUFFIX)]
    if sum(entry.size for entry in entries) > MAX_INFLATED * len(archive.data):
        raise Unreadable(_("its arrays unpack to an absurd size."))
    return {entry.name.removesuffix(SUFFIX): _array(archive, entry, budget) for entry in entries}


def _array(archive: ZipIndex, entry: Entry, budget: Budget) -> LazyTensor:
    head = bytes(archive.inflate(entry, MAX_HEADER))
    if head[:6] != _MAGIC or len(head) < 12 or head[6] not in (1, 2, 3):
        raise Unreadable(_("it holds an array without a header; the file is damaged."))
    form, begin = ("<H", 10) if head[6] == 1 else ("<I", 12)
    begin += struct.unpack_from(form, head, 8)[0]
    if begin > len(head):
        raise Unreadable(_("it holds an array with an absurd header."))
    number, fortran, shape = _described(head[8 + struct.calcsize(form) : begin])
    name = torch_name(number)
    numel = math.prod(shape)
    if numel * number.itemsize != entry.size - begin:
        raise Unreadable(_("it holds an array of the wrong length."))
    storage = Storage(name, numel, lambda: archive.inflate(entry, entry.size)[begin:], number.byteorder == ">")
    return budget.tensor(make_tensor(storage, name, 0, shape, contiguous_strides(shape, fortran)))


def _described(header: bytes) -> tuple[np.dtype, bool, tuple[int, ...]]:
    """`{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`, as numpy writes it: (type, fortran, shape)."""
    told = _HEADER.fullmatch(header)
    if told is None:
        raise Unreadable(_("it holds an array of something that is not numbers."))
    try:
        number = np.dtype(told["type"].decode())
    except TypeError as error:
        raise Unreadable(_("it holds an array of something that is not numbers.")) from error
    return number, told["fortran"] == b"True", tuple(int(size) for size in re.findall(rb"\d+", told["shape"]))
