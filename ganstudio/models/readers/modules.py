"""Networks that were pickled whole: their weights by name, without their classes.

A module's `__dict__` holds `_parameters`, `_buffers` and `_modules` (torch/nn/modules/module.py); walking it gives
the keys of `state_dict()`. StyleGAN wraps every module in a record of its source text (torch_utils/persistence.py
of NVlabs/stylegan2-ada-pytorch), of which only `class_name` and `state` are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ganstudio.core.text import _
from ganstudio.models.readers.records import GlobalRef, Record
from ganstudio.models.readers.tensors import LazyTensor
from ganstudio.models.readers.unreadable import Unreadable

MAX_VISITS, MAX_DEPTH = 20_000, 100
MAX_SETTINGS = 20_000
MAX_SETTING_TEXT = 200
PERSISTENT = GlobalRef("torch_utils.persistence", "_reconstruct_persistent_obj")


def attributes(value: Any) -> dict[Any, Any] | None:
    """The `__dict__` of a pickled module (its hyper-parameters are in it), or None for anything else."""
    if not isinstance(value, Record):
        return None
    state = value.state
    if value.ref == PERSISTENT and len(value.args) == 1 and type(value.args[0]) is dict:
        state = value.args[0].get("state")
    if type(state) is dict and type(state.get("_modules")) is dict and type(state.get("_parameters")) is dict:
        return state
    return None


def class_name(value: Record) -> str:
    """The name of the class of a pickled module, as the file gives it."""
    if value.ref == PERSISTENT and value.args and type(value.args[0]) is dict:
        return str(value.args[0].get("class_name", ""))
    return value.ref.name


def weights(value: Record) -> dict[str, LazyTensor]:
    """Parameters and buffers of the module and all modules inside it, in torch's order, as `state_dict()` names them.

    A module that is used twice appears under both names, as in torch; one that contains itself is cut there.
    Raises `Unreadable` when modules hold each other so often that there is no end to the names.
    """
    found: dict[str, LazyTensor] = {}
    for prefix, state in _walk(value):
        hidden = state.get("_non_persistent_buffers_set")
        buffers = state.get("_buffers")
        tensors = dict(state["_parameters"])
        if type(buffers) is dict:
            tensors |= {name: buffers[name] for name in buffers if not isinstance(hidden, set) or name not in hidden}
        found |= {f"{prefix}{name}": tensor for name, tensor in tensors.items() if isinstance(tensor, LazyTensor)}
    return found


def settings(value: Record) -> dict[str, Any]:
    """The plain attributes of the module and those inside it: numbers, words and short lists of them, by dotted name
    (`synthesis.b8.conv0.conv_clamp`), and what they were made with (`synthesis.made_with.num_layers`)."""
    found: dict[str, Any] = {}
    for prefix, state in _walk(value):
        made_with = state.get("_init_kwargs")
        for group, items in (("", state), ("made_with.", made_with if type(made_with) is dict else {})):
            for name, item in items.items():
                if isinstance(name, str) and not name.startswith("_") and _is_plain(item):
                    found[f"{prefix}{group}{name}"] = item
        if len(found) > MAX_SETTINGS:
            raise Unreadable(_("its modules have more settings than a model needs."))
    return found


def _is_plain(item: Any) -> bool:
    if type(item) in (list, tuple):
        return len(item) <= 64 and all(type(one) in (int, float) for one in item)
    return item is None or type(item) in (bool, int, float) or (type(item) is str and len(item) <= MAX_SETTING_TEXT)


def is_persistent(value: Any) -> bool:
    """Whether NVIDIA's code (or what grew out of it) wrote it: a module kept as the text of its source."""
    return isinstance(value, Record) and value.ref == PERSISTENT


def _walk(value: Record) -> Iterator[tuple[str, dict[Any, Any]]]:
    """(prefix of its names, `__dict__`) of the module and of all inside it."""
    visits = 0
    waiting: list[tuple[str, Any, frozenset[int]]] = [("", value, frozenset())]
    while waiting:
        prefix, module, owners = waiting.pop()
        state = attributes(module)
        if state is None or id(module) in owners:
            continue
        visits += 1
        if visits > MAX_VISITS or len(owners) > MAX_DEPTH:
            raise Unreadable(_("its modules hold each other without end; this is not a model."))
        yield prefix, state
        inside = owners | {id(module)}
        waiting.extend((f"{prefix}{name}.", child, inside) for name, child in reversed(state["_modules"].items()))
