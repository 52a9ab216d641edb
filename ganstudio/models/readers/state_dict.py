"""Finding the state dicts in a checkpoint, and their keys without what wrappers put in front of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ganstudio.core.errors import BadModel
from ganstudio.core.text import _
from ganstudio.models.readers import modules
from ganstudio.models.readers.checkpoint import Checkpoint
from ganstudio.models.readers.records import Record
from ganstudio.models.readers.tensors import LazyTensor
from ganstudio.models.readers.unreadable import Unreadable, named

if TYPE_CHECKING:
    import torch


class StateDict(dict[str, LazyTensor]):
    """Tensors by name. `said` is what the file says of them: a module's own settings, or what lies beside the table
    (numbers, words, single tensors); `persistent`: NVIDIA's code wrote it."""

    def __init__(self, tensors: Mapping[str, LazyTensor], said: Mapping[str, Any], persistent: bool = False) -> None:
        super().__init__(tensors)
        self.said = said
        self.persistent = persistent

    def with_tensors(self, tensors: Mapping[str, LazyTensor]) -> StateDict:
        """Other tensors of the same file."""
        return StateDict(tensors, self.said, self.persistent)


MAX_LEVELS = 3  # {"state_dict": {"netG": {…}}}
MAX_CANDIDATES = 64
MAX_BESIDE = 4  # tensors beside a table that say something of it: a mean of w

# What trainers call the weights worth having: averaged ones first, then the generator, then what there is.
PREFERRED = (
    ("params_ema",), ("g_ema",), ("G_ema",),
    ("ema", "ema_model", "model_ema", "state_dict_ema", "ema_state_dict", "netG_ema", "generator_ema"),
    ("params",),
    ("generator", "netG", "net_g", "G", "g", "G_state_dict", "generator_state_dict", "gen"),
    ("state_dict",), ("model",), ("model_state_dict",), ("GAN",), ("",),
)  # fmt: skip
_RANKS = {name: rank for rank, names in enumerate(PREFERRED) for name in names}
_OTHER = len(PREFERRED)
_LAST = _OTHER + 1
_SKIPPED = ("optim", "sched", "lr_", "scaler")  # state of the training, not weights
_DISCRIMINATORS = ("D", "d", "disc", "discriminator", "netD", "net_d", "d_ema", "D_ema")

_SHARED_PREFIXES = ("model.", "net.", "network.")
_NETWORK_PREFIXES = (
    "g_ema.", "G_ema.", "netG_ema.", "generator_ema.", "ema.", "GE.",
    "generator.", "netG.", "net_g.", "G.",
)  # fmt: skip
_MAX_PREFIXES = 4
_DROPPED = ("num_batches_tracked", "total_ops", "total_params")


def state_dict(checkpoint: Checkpoint) -> StateDict:
    """The most preferred candidate. Raises BadModel when the file holds no weights."""
    for candidate in candidates(checkpoint):
        return candidate
    raise BadModel(_("{file} holds no weights of a network.").format(file=checkpoint.path.name))


def candidates(checkpoint: Checkpoint) -> Iterator[StateDict]:
    """Every state dict that the file may mean, most preferred first.

    Each one comes as it is (without `module.` and `_orig_mod.`, which no network means), then without prefixes
    that may or may not belong to the network (`model.`, `generator.`): the first that a family recognises is right.
    Where several networks share a table (`generator.…`, `discriminator.…`), the generator's part follows.
    """
    try:
        tables = _tables(checkpoint.root)
    except Unreadable as error:
        raise named(checkpoint.path, error) from error
    for _depth, table in sorted(tables, key=lambda found: found[0]):
        yield from _variants(table)


def to_torch(state: Mapping[str, LazyTensor]) -> dict[str, torch.Tensor]:
    """Load all tensors; tied weights are loaded once and stay tied."""
    loaded: dict[tuple[Any, ...], torch.Tensor] = {}
    result: dict[str, torch.Tensor] = {}
    for name, tensor in state.items():
        if tensor.view not in loaded:
            loaded[tensor.view] = tensor.torch()
        result[name] = loaded[tensor.view]
    return result


def _tables(root: Any) -> list[tuple[tuple[int, int], StateDict]]:
    """All tables of tensors and all pickled modules down to `MAX_LEVELS`, each with its rank (smaller is better)."""
    found: list[tuple[tuple[int, int], StateDict]] = []
    waiting: deque[tuple[tuple[str, ...], Any, dict[str, Any]]] = deque([((), root, {})])
    seen: set[int] = set()  # tables may hold one table many times over
    while waiting and len(found) < MAX_CANDIDATES:
        path, value, beside = waiting.popleft()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if modules.attributes(value) is not None:
            state = StateDict(modules.weights(value), modules.settings(value), modules.is_persistent(value))
            inside = {}
        else:
            inside = _named(value)
            here = {name: item for name, item in inside.items() if isinstance(item, LazyTensor)}
            own = {name: item for name, item in inside.items() if isinstance(item, int | float | str)}
            state = StateDict(here, beside | own)
            beside = beside | own | (here if len(here) <= MAX_BESIDE else {})
        state = _cleaned(state)
        if state:
            found.append((_rank(path), state))
        if len(path) < MAX_LEVELS:
            waiting.extend(
                ((*path, name), item, beside) for name, item in inside.items() if _may_hold_weights(name, item)
            )
    return found


def _named(value: Any) -> dict[str, Any]:
    """What a table, a table-like record or a short list holds, by name."""
    if isinstance(value, Record):
        value = value.items if value.items is not None else value.state
    if type(value) in (list, tuple) and len(value) <= 16:
        value = dict(enumerate(value))
    return {str(name): item for name, item in value.items()} if type(value) is dict else {}


def _may_hold_weights(name: str, item: Any) -> bool:
    return isinstance(item, dict | list | tuple | Record) and not name.lower().startswith(_SKIPPED)


def _rank(path: tuple[str, ...]) -> tuple[int, int]:
    """The best name on the way decides, then the depth; a discriminator comes last."""
    if any(name in _DISCRIMINATORS for name in path):
        return _LAST, len(path)
    return min((_RANKS.get(name, _OTHER) for name in path), default=_RANKS[""]), len(path)


def _cleaned(state: StateDict) -> StateDict:
    """Without counters, and without what DataParallel and torch.compile put into the keys."""
    kept = {name.replace("_orig_mod.", ""): tensor for name, tensor in state.items() if not name.endswith(_DROPPED)}
    while kept and all(name.startswith("module.") for name in kept):
        kept = {name.removeprefix("module."): tensor for name, tensor in kept.items()}
    return state.with_tensors(kept)


def _variants(state: StateDict, stripped: int = 0) -> Iterator[StateDict]:
    yield state
    if stripped == _MAX_PREFIXES:
        return
    for prefix in (*_SHARED_PREFIXES, *_NETWORK_PREFIXES):
        part = {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}
        if part and (prefix in _NETWORK_PREFIXES or len(part) == len(state)):
            yield from _variants(_cleaned(state.with_tensors(part)), stripped + 1)
