"""torch files since 1.6: a zip archive of one pickle (`data.pkl`) and one stored entry for each storage."""

from __future__ import annotations

from typing import Any

from ganstudio.core.text import _
from ganstudio.models.readers.budget import Budget
from ganstudio.models.readers.inert_pickle import InertPickle
from ganstudio.models.readers.tensors import Storage
from ganstudio.models.readers.torch_legacy import read_storage
from ganstudio.models.readers.torch_pickles import Storages
from ganstudio.models.readers.unreadable import Unreadable
from ganstudio.models.readers.zip_index import ZipIndex

PICKLE = "data.pkl"


def read_zip(archive: ZipIndex, budget: Budget) -> Any:
    """The object of a zip checkpoint. The folder inside has the name the file had when it was saved."""
    roots = [name.removesuffix(PICKLE) for name in archive.entries if name.endswith(f"/{PICKLE}")]
    if len(roots) != 1:
        raise Unreadable(_("it is a zip archive with more than one model; unpack it and open one of them."))
    root = roots[0]
    storages = _ZipStorages(archive, root, budget)
    reader = InertPickle(
        archive.read(archive.entries[root + PICKLE]), budget, 0, storages.persistent, lambda b: read_storage(b, budget)
    )
    value = reader.run()
    if reader.position != len(reader.data):
        raise Unreadable(_("its pickle is followed by something else; the file is damaged or something was added."))
    return value


class _ZipStorages(Storages):
    def __init__(self, archive: ZipIndex, root: str, budget: Budget) -> None:
        order = archive.entries.get(f"{root}byteorder")
        big = order is not None and order.size < 16 and bytes(archive.read(order)).strip() == b"big"
        super().__init__(budget, 5, len(archive.data), big)
        self._archive = archive
        self._root = root

    def make(self, key: str, dtype: str | None, numel: int) -> Storage:
        entry = self._archive.entries.get(f"{self._root}data/{key}")
        if entry is None:
            raise Unreadable(_("it names weights that it does not contain; the file is damaged."))
        storage = super().make(key, dtype, numel)
        storage.bind(self._archive.read(entry))
        return storage
