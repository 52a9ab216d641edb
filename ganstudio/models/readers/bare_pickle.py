"""A pickle by itself: StyleGAN's `.pkl`, tables of numpy arrays, and whatever else people pickle."""

from __future__ import annotations

from typing import Any

from ganstudio.core.text import _
from ganstudio.models.readers.budget import Budget
from ganstudio.models.readers.inert_pickle import InertPickle
from ganstudio.models.readers.torch_legacy import read_storage
from ganstudio.models.readers.unreadable import Unreadable


def read_pickle(data: memoryview, budget: Budget) -> Any:
    """The object of a bare pickle of protocol 2 to 5. Storages inside are legacy files of their own."""
    reader = InertPickle(data, budget, nested=lambda inner: read_storage(inner, budget))
    value = reader.run()
    if reader.position != len(data):
        raise Unreadable(
            _("{count:,} bytes follow the end of its pickle; the file is damaged or something was added.").format(
                count=len(data) - reader.position
            )
        )
    return value
