"""The last look at what a pickle held: nothing contains itself, nothing is too deep, nothing is unfinished."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ganstudio.core.text import _
from ganstudio.models.readers.records import GlobalRef, Record
from ganstudio.models.readers.tensors import LazyTensor, Storage
from ganstudio.models.readers.unreadable import Unreadable

MAX_NESTING = 1000
MAX_NAMES = 200

_LEAVES = (type(None), bool, int, float, complex, str, bytes, memoryview, LazyTensor, Storage)


def checked(root: Any) -> tuple[str, ...]:
    """The names of the classes that became records, sorted; `Unreadable` for a structure nobody could walk.

    Lists, tables and tuples may hold records, and records may refer to each other in a ring, but no ring may run
    through plain containers alone: whoever walks them needs no guard then.
    """
    names: set[str] = set()
    seen: set[int] = set()
    records: list[Any] = [root]
    while records:
        start = records.pop()
        if id(start) not in seen:
            records.extend(_walk(start, seen, names))
    return tuple(sorted(names)[:MAX_NAMES])


def _walk(start: Any, seen: set[int], names: set[str]) -> list[Record]:
    """Depth first through plain containers; the records met on the way are returned to be walked on their own."""
    found: list[Record] = []
    open_now: set[int] = {id(start)}
    path: list[tuple[int, Iterator[Any]]] = [(id(start), _inside(start, names))]
    seen.add(id(start))
    while path:
        name, rest = path[-1]
        for child in rest:
            if isinstance(child, Record):
                found.append(child)
            elif isinstance(child, GlobalRef):
                names.add(str(child))
            elif not isinstance(child, _LEAVES):
                if id(child) in open_now:
                    raise Unreadable(_("it holds a list or table that contains itself; this is not a model."))
                if id(child) not in seen:
                    break
        else:
            open_now.discard(name)
            path.pop()
            continue
        if len(path) >= MAX_NESTING:
            raise Unreadable(_("its objects are nested too deeply for a model."))
        seen.add(id(child))
        open_now.add(id(child))
        path.append((id(child), _inside(child, names)))
    return found


def _inside(value: Any, names: set[str]) -> Iterator[Any]:
    if isinstance(value, Record):
        names.add(str(value.ref))
        return iter((value.args, value.state, value.items))
    if isinstance(value, GlobalRef):
        names.add(str(value))
        return iter(())
    if type(value) is dict:
        return iter((*(key for key in value if isinstance(key, GlobalRef)), *value.values()))
    if type(value) in (list, tuple, set, frozenset):
        return iter(value)
    if isinstance(value, _LEAVES):
        return iter(())
    raise Unreadable(_("it holds an unfinished object; the file is damaged."))
