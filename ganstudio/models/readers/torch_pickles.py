"""What the pickles of both kinds of torch file share: storages by persistent id, and files within a pickle."""

from __future__ import annotations

from typing import Any

from ganstudio.core.text import _
from ganstudio.models.readers.budget import Budget
from ganstudio.models.readers.records import GlobalRef
from ganstudio.models.readers.tensors import Storage, itemsize
from ganstudio.models.readers.unreadable import Unreadable

MAX_NUMEL = 2**53

_STORAGE_TYPES = {
    "DoubleStorage": "float64",
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "Float8_e4m3fnStorage": "float8_e4m3fn",
    "Float8_e5m2Storage": "float8_e5m2",
}
_STORAGE_MODULES = ("torch", "torch.cuda", "torch.storage")


class Storages:
    """The storages that a pickle asked for, by key, each made once. Where they were (`cuda:0`) is ignored."""

    def __init__(self, budget: Budget, fields: int, file_size: int, big_endian: bool = False) -> None:
        self.by_key: dict[str, Storage] = {}
        self._lacking = -file_size
        self._budget = budget
        self._fields = fields
        self._big_endian = big_endian

    def persistent(self, name: Any) -> object:
        """('storage', type, key, location, numel[, view]) -> Storage; ('module', class, file, source) -> class."""
        if type(name) is not tuple or len(name) < 4:
            raise Unreadable(_("it refers to something outside of the file."))
        if name[0] == "module" and isinstance(name[1], GlobalRef):
            return name[1]
        if name[0] != "storage" or len(name) != self._fields:
            raise Unreadable(_("it refers to something outside of the file."))
        kind, key, numel = name[1], name[2], name[4]
        if not isinstance(key, str) or type(numel) is not int or not 0 <= numel <= MAX_NUMEL:
            raise Unreadable(_("it describes a block of weights in an impossible way."))
        storage = self._storage(key, storage_type(kind), numel)
        return storage if self._fields == 5 or name[5] is None else self._view(storage, name[5])

    def _storage(self, key: str, dtype: str | None, numel: int) -> Storage:
        self._budget.spend(500)
        known = self.by_key.get(key)
        if known is None:
            known = self.by_key[key] = self.make(key, dtype, numel)
            self._lacking += known.nbytes
            if self._lacking > 0:
                raise Unreadable(
                    _("its end is missing: at least {count:,} bytes of weights are lacking. Download it again.").format(
                        count=self._lacking
                    )
                )
        if known.dtype != dtype or known.numel != numel:
            raise Unreadable(_("it describes one block of weights in two ways."))
        return known

    def make(self, key: str, dtype: str | None, numel: int) -> Storage:
        return Storage(dtype, numel, None, self._big_endian)

    def _view(self, whole: Storage, view: Any) -> Storage:
        """Part of another storage (torch before 0.4): (key, offset, size) in elements."""
        if type(view) is not tuple or len(view) != 3 or any(type(n) is not int or n < 0 for n in view[1:]):
            raise Unreadable(_("it describes a block of weights in an impossible way."))
        offset, size = view[1:]
        if offset + size > whole.numel:
            raise Unreadable(_("it describes a block of weights larger than the file."))
        width = itemsize(whole.dtype) if whole.dtype else 1
        return Storage(whole.dtype, size, lambda: whole.data()[offset * width : (offset + size) * width])


def storage_type(kind: Any) -> str | None:
    """torch's name of the numbers in a storage class; None for the untyped one."""
    if isinstance(kind, GlobalRef) and kind.module in _STORAGE_MODULES:
        if kind.name == "UntypedStorage":
            return None
        if kind.name in _STORAGE_TYPES:
            return _STORAGE_TYPES[kind.name]
    raise Unreadable(_("it holds numbers of a kind that cannot be read ({kind}).").format(kind=kind))
