"""The calls in a pickle that have a plain meaning: small containers, tensors, numbers and arrays of numpy.

Every name is compared whole, module and name; nothing is looked up. All other calls become records. A file that
asks for a program, a file or the network is not a model but an attack, and is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ganstudio.core.text import _
from ganstudio.models.readers.budget import Budget
from ganstudio.models.readers.records import GlobalRef, Record
from ganstudio.models.readers.tensors import NUMBERS, LazyTensor, Storage, contiguous_strides, make_tensor
from ganstudio.models.readers.unreadable import Unreadable

Nested = Callable[[bytes | memoryview], object]

MAX_KEY_BYTES = 4096
MAX_KEY_PARTS = 16
MAX_KEY_NUMBER = 2**60  # below it Python's hash of a number is the number: no made collisions

_HOSTILE_MODULES = frozenset({
    "os", "posix", "nt", "subprocess", "sys", "shutil", "socket", "runpy", "pty", "code", "webbrowser",
    "pickle", "_pickle", "cPickle", "marshal", "shelve", "commands", "popen2", "pdb", "bdb", "timeit",
    "cProfile",
})  # fmt: skip
_HOSTILE_PACKAGES = ("importlib", "ctypes", "urllib", "urllib2", "requests", "http", "pip", "torch.hub")
_HOSTILE_PACKAGES += ("torch.utils.cpp_extension", "numpy.f2py", "numpy.distutils")
_HOSTILE_BUILTINS = frozenset({
    "eval", "exec", "execfile", "compile", "open", "file", "input", "__import__", "breakpoint", "apply",
})  # fmt: skip
_HOSTILE_NAMES = frozenset({
    "torch.load", "torch.serialization.load", "numpy.load", "pandas.read_pickle", "io.open", "_io.open",
    "_io.FileIO", "io.FileIO", "types.FunctionType", "types.CodeType", "dill.loads", "dill._dill.loads",
    "cloudpickle.loads", "joblib.load",
})  # fmt: skip
_MODULE, _NAME = re.compile(r"[\w.<>-]+"), re.compile(r"[\w.<>]+")


def reference(module: str, name: str) -> GlobalRef:
    """The name as a value. Names that walk through attributes (`Foo.__init__.__globals__`) are refused."""
    if not _MODULE.fullmatch(module) or not _NAME.fullmatch(name):
        raise Unreadable(_("its pickle holds a name that no class or function can have."))
    parts = name.split(".")
    if len(parts) > 1 and any(part.startswith("__") for part in parts):
        raise Unreadable(
            _("its pickle reaches into Python itself ({module}.{name}); this is not a model.").format(
                module=module, name=name
            )
        )
    return GlobalRef(module, name)


def key(value: Any, budget: Budget) -> Any:
    """`value` if it may be a key of a table: text, bytes, numbers, None, and small tuples of those."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is int or kind is float:
        if not abs(value) < MAX_KEY_NUMBER:
            raise Unreadable(_("it holds a table with an absurd number for a key."))
        return value
    if kind is bytes and len(value) <= MAX_KEY_BYTES:
        return value
    if kind is tuple and len(value) <= MAX_KEY_PARTS:
        budget.tuple_key()
        if all(type(part) in (str, int, bool, float, type(None)) for part in value):
            return tuple(key(part, budget) for part in value)
    if isinstance(value, GlobalRef):
        budget.tuple_key()
        return value
    raise Unreadable(_("it holds a table whose keys are not plain names or numbers."))


def call(ref: GlobalRef, args: tuple[Any, ...], budget: Budget, nested: Nested | None) -> object:
    """What calling `ref` would mean: a plain value, the description of a tensor, or a record of the call."""
    if ref == _LOAD_FROM_BYTES:
        return _load_from_bytes(args, nested)
    pure = _PURE.get(ref)
    if pure is not None:
        return pure(args, budget)
    if _hostile(ref):
        raise Unreadable(
            _("it asks to run {ref}, which no model needs. It may be an attack: delete it.").format(ref=ref)
        )
    if ref == _FROM_TYPE and len(args) == 4 and isinstance(args[0], GlobalRef) and type(args[2]) is tuple:
        return call(args[0], args[2], budget, nested) if args[0] != _FROM_TYPE else Record(ref, args)
    return Record(ref, args)


def _hostile(ref: GlobalRef) -> bool:
    if ref.module in ("builtins", "__builtin__"):
        return ref.name in _HOSTILE_BUILTINS
    return (
        ref.module in _HOSTILE_MODULES
        or str(ref) in _HOSTILE_NAMES
        or any(f"{ref.module}.".startswith(f"{package}.") for package in _HOSTILE_PACKAGES)
    )


# -- torch


def _load_from_bytes(args: tuple[Any, ...], nested: Nested | None) -> object:
    if nested is None or len(args) != 1 or not isinstance(args[0], bytes | memoryview):
        raise Unreadable(_("it holds a file within a file within a file."))
    return nested(args[0])


def _rebuild_tensor(args: tuple[Any, ...], budget: Budget) -> LazyTensor:
    """(storage, offset, size, stride, …): torch 0.1 to 0.3 stop here, later ones add what only training needs."""
    if len(args) < 4 or not isinstance(args[0], Storage) or args[0].dtype is None:
        raise Unreadable(_("it describes a tensor without weights."))
    storage = args[0]
    return budget.tensor(make_tensor(storage, str(storage.dtype), args[1], args[2], args[3]))


def _rebuild_tensor_v3(args: tuple[Any, ...], budget: Budget) -> LazyTensor:
    """As before, over an untyped storage; the seventh argument is the type (`torch.uint16`)."""
    if len(args) < 7 or not isinstance(args[0], Storage) or not isinstance(args[6], GlobalRef):
        raise Unreadable(_("it describes a tensor without weights."))
    if args[6].module != "torch" or args[6].name not in NUMBERS:
        raise Unreadable(_("it holds numbers of a kind that cannot be read ({kind}).").format(kind=args[6]))
    return budget.tensor(make_tensor(args[0], args[6].name, args[1], args[2], args[3]))


def _first_tensor(args: tuple[Any, ...], budget: Budget) -> object:
    """A parameter: its tensor. One without data (lazy modules) stays a record."""
    if args and isinstance(args[0], LazyTensor):
        return args[0]
    return Record(GlobalRef("torch.nn.parameter", "Parameter"), args)


# -- plain Python


def _table(args: tuple[Any, ...], budget: Budget) -> dict[Any, Any]:
    """OrderedDict(), OrderedDict([(k, v), …]), Counter({k: n}), defaultdict(factory, …)."""
    if args and (isinstance(args[0], GlobalRef | Record) or args[0] is None):
        args = args[1:]
    if not args:
        return {}
    pairs = list(args[0].items()) if type(args[0]) is dict else args[0]
    if len(args) > 1 or type(pairs) not in (list, tuple):
        raise Unreadable(_("it holds a table made in an impossible way."))
    if any(type(pair) not in (list, tuple) or len(pair) != 2 for pair in pairs):
        raise Unreadable(_("it holds a table made in an impossible way."))
    budget.spend(100 * len(pairs))
    return {key(name, budget): value for name, value in pairs}


def _collection(kind: type) -> Callable[[tuple[Any, ...], Budget], object]:
    def collect(args: tuple[Any, ...], budget: Budget) -> object:
        if not args:
            return kind()
        if len(args) != 1 or type(args[0]) not in (list, tuple, set, frozenset):
            raise Unreadable(_("it holds a list made in an impossible way."))
        budget.spend(80 * len(args[0]))
        return kind(key(item, budget) for item in args[0])

    return collect


def _device(args: tuple[Any, ...], budget: Budget) -> str:
    return ":".join(str(part) for part in args if isinstance(part, str | int))


def _path(args: tuple[Any, ...], budget: Budget) -> str:
    return "/".join(part for part in args if isinstance(part, str))


def _encode(args: tuple[Any, ...], budget: Budget) -> bytes:
    """`_codecs.encode(text, 'latin1')`: how protocol 2 writes bytes."""
    if len(args) != 2 or not isinstance(args[0], str) or args[1] not in ("latin1", "latin-1"):
        raise Unreadable(_("it holds bytes written in an unknown way."))
    try:
        return args[0].encode("latin-1")
    except UnicodeEncodeError as error:
        raise Unreadable(_("it holds bytes written in an unknown way.")) from error


# -- numpy


def _scalar(args: tuple[Any, ...], budget: Budget) -> object:
    """One number of numpy as a number of Python. Text and dates stay records, objects are refused."""
    if len(args) != 2 or not isinstance(args[0], Record):
        raise Unreadable(_("it holds a number made in an impossible way."))
    kind = _numpy_type(args[0])
    data = _raw_bytes(args[1])
    if kind is None:
        return Record(GlobalRef("numpy", "scalar"), args)
    if data is None or len(data) != kind.itemsize:
        raise Unreadable(_("it holds a number of the wrong length."))
    return np.frombuffer(data, dtype=kind)[0].item()


def is_array(record: Record) -> bool:
    """Whether `record` is an array of numpy that still waits for its data."""
    return record.ref in _ARRAYS


def array(record: Record) -> LazyTensor:
    """The array whose state is (version, shape, dtype, fortran, bytes), as a tensor."""
    state = record.state
    if type(state) is not tuple or len(state) != 5 or not isinstance(state[2], Record):
        raise Unreadable(_("it holds an array made in an impossible way."))
    return _make_array(state[4], state[2], state[1], bool(state[3]))


def _from_buffer(args: tuple[Any, ...], budget: Budget) -> LazyTensor:
    """`numpy._core.numeric._frombuffer(bytes, dtype, shape, order)`, how protocol 5 writes an array."""
    if len(args) != 4 or not isinstance(args[1], Record) or args[3] not in ("C", "F"):
        raise Unreadable(_("it holds an array made in an impossible way."))
    return budget.tensor(_make_array(args[0], args[1], args[2], args[3] == "F"))


def _make_array(data: object, kind: Record, shape: object, fortran: bool) -> LazyTensor:
    number = _numpy_type(kind)
    if number is None:
        raise Unreadable(_("it holds an array of something that is not numbers."))
    if isinstance(data, Record) or not isinstance(shape, tuple):
        raise Unreadable(_("it holds an array made in an impossible way."))
    raw = _raw_bytes(data)
    name = torch_name(number)
    if raw is None or len(raw) % number.itemsize:
        raise Unreadable(_("it holds an array of the wrong length."))
    storage = Storage(name, len(raw) // number.itemsize, memoryview(raw), number.byteorder == ">")
    sizes = tuple(size if type(size) is int else -1 for size in shape)
    tensor = make_tensor(storage, name, 0, sizes, contiguous_strides(sizes, fortran))
    if tensor.numel != storage.numel:
        raise Unreadable(_("it holds an array of the wrong length."))
    return tensor


def torch_name(number: np.dtype) -> str:
    """torch's name of a numeric type of numpy; `Unreadable` for those that torch lacks (longdouble)."""
    if number.kind in "biufc" and number.name in NUMBERS:
        return number.name
    raise Unreadable(_("it holds numbers of a kind that cannot be read ({kind}).").format(kind=number.name))


def _numpy_type(record: Record) -> np.dtype | None:
    """`numpy.dtype('f4', …)` with state (version, byte order, …). None for text and dates."""
    code = record.args[0] if record.ref == _NUMPY_TYPE and record.args else None
    state = record.state
    order = state[1] if type(state) is tuple and len(state) > 1 and state[1] in ("<", ">", "=", "|") else "<"
    if isinstance(code, str) and re.fullmatch(r"[USMm]\d*", code):
        return None
    if not isinstance(code, str) or not re.fullmatch(r"b1|[iu][1248]|f[248]|c(8|16)", code):
        raise Unreadable(_("it holds numbers of an unknown kind or whole Python objects in an array."))
    return np.dtype(code).newbyteorder("<" if order in "=|" else order)


def _raw_bytes(data: object) -> bytes | memoryview | None:
    if isinstance(data, str):
        return data.encode("latin-1") if data.isascii() else None
    return data if isinstance(data, bytes | memoryview) else None


_LOAD_FROM_BYTES = GlobalRef("torch.storage", "_load_from_bytes")
_FROM_TYPE = GlobalRef("torch._tensor", "_rebuild_from_type_v2")
_NUMPY_TYPE = GlobalRef("numpy", "dtype")
_NUMPY_CORES = ("numpy.core.", "numpy._core.")
_ARRAYS = frozenset(GlobalRef(f"{core}multiarray", "_reconstruct") for core in _NUMPY_CORES)

_PURE: dict[GlobalRef, Callable[[tuple[Any, ...], Budget], object]] = {
    GlobalRef("torch._utils", "_rebuild_tensor"): _rebuild_tensor,
    GlobalRef("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    GlobalRef("torch._utils", "_rebuild_tensor_v3"): _rebuild_tensor_v3,
    GlobalRef("torch._utils", "_rebuild_parameter"): _first_tensor,
    GlobalRef("torch._utils", "_rebuild_parameter_with_state"): _first_tensor,
    GlobalRef("torch.nn.parameter", "Parameter"): _first_tensor,
    GlobalRef("torch.nn.parameter", "Buffer"): _first_tensor,
    GlobalRef("torch.autograd.variable", "Variable"): _first_tensor,
    GlobalRef("torch", "Size"): _collection(tuple),
    GlobalRef("torch", "device"): _device,
    GlobalRef("collections", "OrderedDict"): _table,
    GlobalRef("collections", "defaultdict"): _table,
    GlobalRef("collections", "Counter"): _table,
    GlobalRef("dnnlib.util", "EasyDict"): _table,
    GlobalRef("dnnlib", "EasyDict"): _table,
    GlobalRef("easydict", "EasyDict"): _table,
    GlobalRef("builtins", "set"): _collection(set),
    GlobalRef("__builtin__", "set"): _collection(set),
    GlobalRef("builtins", "frozenset"): _collection(frozenset),
    GlobalRef("__builtin__", "frozenset"): _collection(frozenset),
    GlobalRef("pathlib", "PosixPath"): _path,
    GlobalRef("pathlib", "WindowsPath"): _path,
    GlobalRef("pathlib", "PurePosixPath"): _path,
    GlobalRef("pathlib", "PureWindowsPath"): _path,
    GlobalRef("_codecs", "encode"): _encode,
}
for _core in _NUMPY_CORES:
    _PURE[GlobalRef(f"{_core}multiarray", "scalar")] = _scalar
    _PURE[GlobalRef(f"{_core}numeric", "_frombuffer")] = _from_buffer
