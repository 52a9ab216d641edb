"""torch files from before 1.6 (2020), or saved without zip: five pickles in a row, then the weights.

Layout: torch/serialization.py, `_legacy_save`. The pickles are a magic number, a version, facts about the machine,
the object, and the keys of the storages in the order in which they follow, each as an i64 count and its bytes.
"""

from __future__ import annotations

import re
import struct
from typing import Any

from ganstudio.core.text import _
from ganstudio.models.readers.budget import Budget
from ganstudio.models.readers.inert_pickle import InertPickle
from ganstudio.models.readers.tensors import Storage
from ganstudio.models.readers.torch_pickles import Storages
from ganstudio.models.readers.unreadable import Unreadable

PROTOCOL = 1001

# the pickle of the number 0x1950a86a20f9469cfc6c, in protocol 2 or 3, or in a frame (4 and 5)
_MAGIC = re.compile(
    rb"\x80(?:[\x02\x03]|[\x04\x05]\x95.{8})\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\.", re.DOTALL
)
_MAGIC_SPAN = 32
_I64 = struct.Struct("<q")


def magic_length(data: bytes | memoryview) -> int:
    """How many bytes the magic number takes at the beginning of a legacy file; 0 if it is not one."""
    found = _MAGIC.match(bytes(data[:_MAGIC_SPAN]))
    return found.end() if found else 0


def read_legacy(data: memoryview, budget: Budget) -> Any:
    """The object of a legacy file. Storages are little-endian whatever the writing machine was."""
    storages = Storages(budget, 6, len(data))
    position = magic_length(data)
    version, position = _pickle(data, budget, position)
    if version != PROTOCOL:
        raise Unreadable(_("it is a torch file of an unknown version."))
    facts, position = _pickle(data, budget, position)
    if type(facts) is not dict:
        raise Unreadable(_("its header is damaged."))
    reader = InertPickle(data, budget, position, storages.persistent, lambda inner: read_storage(inner, budget))
    value = reader.run()
    keys, position = _pickle(data, budget, reader.position)
    if type(keys) is not list or any(not isinstance(key, str) for key in keys):
        raise Unreadable(_("its list of weights is damaged."))
    end = _bind(data, position, keys, storages)
    if end != len(data):
        raise Unreadable(
            _("{count:,} bytes follow its end; the file is damaged or something was added.").format(
                count=len(data) - end
            )
        )
    return value


def read_storage(data: bytes | memoryview, budget: Budget) -> Storage:
    """A storage that was pickled as a legacy file of its own (StyleGAN's pickles). Nothing may nest in it."""
    view = memoryview(data)
    begin = magic_length(view)
    if not begin:
        raise Unreadable(_("it holds a file within the file that is not a block of weights."))
    storages = Storages(budget, 6, len(data))
    version, position = _pickle(view, budget, begin)
    _about, position = _pickle(view, budget, position)
    reader = InertPickle(view, budget, position, storages.persistent)
    value = reader.run()
    keys, position = _pickle(view, budget, reader.position)
    if version != PROTOCOL or not isinstance(value, Storage) or type(keys) is not list or len(keys) > 1:
        raise Unreadable(_("it holds a file within the file that is not a block of weights."))
    _bind(view, position, keys, storages)
    return value


def _pickle(data: memoryview, budget: Budget, position: int) -> tuple[Any, int]:
    reader = InertPickle(data, budget, position)
    return reader.run(), reader.position


def _bind(data: memoryview, position: int, keys: list[Any], storages: Storages) -> int:
    """Tell each storage where its bytes lie; returns where they end."""
    waiting = dict(storages.by_key)
    for key in keys:
        storage = waiting.pop(key, None)
        if storage is None:
            raise Unreadable(_("its list of weights does not fit what it describes."))
        if position + _I64.size + storage.nbytes > len(data):
            raise Unreadable(
                _("its end is missing: at least {count:,} bytes of weights are lacking. Download it again.").format(
                    count=position + _I64.size + storage.nbytes - len(data)
                )
            )
        if _I64.unpack_from(data, position)[0] != storage.numel:
            raise Unreadable(_("a block of weights has another length than announced; the file is damaged."))
        position += _I64.size
        storage.bind(data[position : position + storage.nbytes])
        position += storage.nbytes
    if waiting:
        raise Unreadable(_("it names weights that it does not contain."))
    return position
