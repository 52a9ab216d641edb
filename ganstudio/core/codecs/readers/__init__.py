"""Readers: one file a format, found by its name. Each has

    read(source: Source, page: int) -> Stored

which reads the header only and promises the rest (`Stored.decode`). It raises BadInput for what it refuses.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from ganstudio.core import discovery
from ganstudio.core.codecs.source import Source
from ganstudio.core.codecs.stored import Stored

Reader = Callable[[Source, int], Stored]


def reader(name: str) -> Reader:
    """The reader of a format's id; KeyError when there is none."""
    return discovery.load(sys.modules[__name__], name).read
