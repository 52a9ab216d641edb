"""safetensors: a length, a JSON header, and the numbers (huggingface/safetensors, README, "Format")."""

from __future__ import annotations

import json
import math
import struct
from typing import Any

from ganstudio.core.text import _
from ganstudio.models.readers.budget import Budget
from ganstudio.models.readers.tensors import LazyTensor, Storage, contiguous_strides, itemsize, make_tensor
from ganstudio.models.readers.unreadable import Unreadable

MAX_HEADER = 16 * 2**20  # the reference allows 100 MB; 100,000 tensors need 10
MAX_BRACKETS = 600_000
METADATA = "__metadata__"

_LENGTH = struct.Struct("<Q")
_DTYPES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2",
    "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8",
    "U64": "uint64", "U32": "uint32", "U16": "uint16", "U8": "uint8",
    "BOOL": "bool", "C64": "complex64",
}  # fmt: skip


def read_safetensors(data: memoryview, budget: Budget) -> tuple[dict[str, LazyTensor], dict[str, str]]:
    """(tensors by name, metadata). The numbers must fill the file exactly: no holes, no overlap, no rest."""
    header, begin = _header(data)
    metadata = header.pop(METADATA, {})
    if type(metadata) is not dict or any(type(value) is not str for value in metadata.values()):
        raise Unreadable(_("its metadata is not a table of texts."))
    numbers = data[begin:]
    places: list[tuple[int, int]] = []
    tensors = {name: _tensor(entry, numbers, places, budget) for name, entry in header.items()}
    end = 0
    for first, last in sorted(places):
        if first != end:
            raise Unreadable(_("its tensors lie over each other or leave holes between them."))
        end = last
    if end < len(numbers):
        raise Unreadable(
            _("{count:,} bytes follow its last tensor; the file is damaged.").format(count=len(numbers) - end)
        )
    return tensors, metadata


def _header(data: memoryview) -> tuple[dict[str, Any], int]:
    length = _LENGTH.unpack_from(data)[0]
    begin = _LENGTH.size + length
    if length > MAX_HEADER:
        raise Unreadable(_("its header claims {length:,} bytes; no model needs that.").format(length=length))
    if begin > len(data):
        raise Unreadable(
            _("its end is missing: its header alone should have {length:,} bytes. Download it again.").format(
                length=length
            )
        )
    raw = bytes(data[_LENGTH.size : begin])
    if raw.count(b"{") + raw.count(b"[") > MAX_BRACKETS:
        raise Unreadable(_("its header holds far more entries than a model needs."))
    try:
        header = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("its header is not valid JSON; the file is damaged.")) from error
    if type(header) is not dict:
        raise Unreadable(_("its header is not a table; the file is damaged."))
    return header, begin


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise Unreadable(_("its header names one tensor twice."))
    return table


def _tensor(entry: Any, numbers: memoryview, places: list[tuple[int, int]], budget: Budget) -> LazyTensor:
    if type(entry) is not dict or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise Unreadable(_("its header describes a tensor in an unknown way."))
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if type(dtype) is not str or dtype not in _DTYPES:
        raise Unreadable(_("it holds numbers of a kind that cannot be read ({kind}).").format(kind=str(dtype)[:40]))
    if type(shape) is not list or type(offsets) is not list or len(offsets) != 2:
        raise Unreadable(_("its header describes a tensor in an unknown way."))
    if any(type(value) is not int or value < 0 for value in (*shape, *offsets)):
        raise Unreadable(_("its header describes a tensor in an unknown way."))
    name = _DTYPES[dtype]
    begin, end = offsets
    if end > len(numbers):
        raise Unreadable(
            _("its end is missing: {count:,} bytes of weights are lacking. Download it again.").format(
                count=end - len(numbers)
            )
        )
    if end - begin != math.prod(shape) * itemsize(name):
        raise Unreadable(_("its header gives a tensor another length than its shape."))
    places.append((begin, end))
    storage = Storage(name, math.prod(shape), numbers[begin:end])
    return budget.tensor(make_tensor(storage, name, 0, shape, contiguous_strides(shape)))
