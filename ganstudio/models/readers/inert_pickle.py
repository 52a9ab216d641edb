"""An interpreter of pickles that builds nothing but plain values and records.

Python's own unpickler calls what a file names. This one knows the opcodes of protocols 2 to 5 (documented in
Python's `pickletools`) and never imports, looks up or calls anything: a name becomes a `GlobalRef`, a call becomes
a `Record`, except for the few calls of `pure_calls` whose result is a plain value or the description of a tensor.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from ganstudio.core.text import N_, _
from ganstudio.models.readers import pure_calls
from ganstudio.models.readers.budget import Budget
from ganstudio.models.readers.records import GlobalRef, Record
from ganstudio.models.readers.tensors import LazyTensor
from ganstudio.models.readers.unreadable import Unreadable

MAX_DEPTH = 1000
MAX_STACK = 1_000_000
MAX_INTEGER_BYTES = 64
MAX_NAME = 512
COPIED_BYTES = 1024  # longer byte strings stay views of the file
MAX_PROTOCOL = 5

_CUT_OFF = N_("its end is missing: the file was cut off, perhaps by a broken download.")


class InertPickle:
    """Reads one pickle of `data` beginning at `position`; `position` is behind its end after `run`.

    `persistent` turns a persistent id (a plain tuple) into a value; without it such ids are refused.
    `nested` reads the bytes of a storage that was pickled as a file of its own.
    """

    def __init__(
        self,
        data: memoryview,
        budget: Budget,
        position: int = 0,
        persistent: Callable[[Any], object] | None = None,
        nested: Callable[[bytes | memoryview], object] | None = None,
    ) -> None:
        self.data = data
        self.budget = budget
        self.position = position
        self.nested = nested
        self._persistent = persistent
        self._stack: list[Any] = []
        self._marks: list[list[Any]] = []
        self._memo: dict[int, Any] = {}
        # arrays whose data is still to come: id -> (array, its places in the memo)
        self._pending: dict[int, tuple[Record, list[int]]] = {}

    def run(self) -> Any:
        """The value the pickle holds. Raises `Unreadable` for anything out of the ordinary."""
        data, end = self.data, len(self.data)
        while True:
            if self.position >= end:
                raise Unreadable(_(_CUT_OFF))
            opcode = data[self.position]
            entry = _OPCODES.get(opcode)
            if entry is None:
                self._refuse_opcode(opcode)
            else:
                self.position += 1
                self.budget.spend(entry[1])
                if opcode == _STOP:
                    break
                entry[0](self)
                if len(self._stack) > MAX_STACK:
                    raise Unreadable(_("it holds far more objects than a model needs."))
        value = self._pop()
        if self._stack or self._marks or self._pending:
            raise Unreadable(_("its pickle ends in the middle of an object; the file is damaged."))
        return value

    def _refuse_opcode(self, opcode: int) -> None:
        name = _REFUSED.get(opcode)
        if name is None:
            raise Unreadable(_("its pickle is damaged: it holds an instruction that does not exist."))
        raise Unreadable(_("its pickle uses an instruction ({name}) that no model file needs.").format(name=name))

    # -- bytes of the file

    def _take(self, length: int) -> memoryview:
        begin, end = self.position, self.position + length
        if end > len(self.data):
            raise Unreadable(_(_CUT_OFF))
        self.position = end
        return self.data[begin:end]

    def _unpack(self, form: struct.Struct) -> Any:
        return form.unpack(self._take(form.size))[0]

    def _line(self) -> str:
        seen = bytes(self.data[self.position : self.position + MAX_NAME])
        length = seen.find(b"\n")
        if length < 0:
            raise Unreadable(_("its pickle holds a name without an end; the file is damaged."))
        self.position += length + 1
        self.budget.text(length)
        return _decode(seen[:length])

    # -- the stack

    def _push(self, value: Any) -> None:
        self._stack.append(value)

    def _pop(self) -> Any:
        if not self._stack:
            raise Unreadable(_("its pickle takes from an empty stack; the file is damaged."))
        return self._stack.pop()

    def _top(self) -> Any:
        if not self._stack:
            raise Unreadable(_("its pickle takes from an empty stack; the file is damaged."))
        return self._stack[-1]

    def _pop_mark(self) -> list[Any]:
        if not self._marks:
            raise Unreadable(_("its pickle ends a group that was never begun; the file is damaged."))
        items, self._stack = self._stack, self._marks.pop()
        return items

    def mark(self) -> None:
        if len(self._marks) >= MAX_DEPTH:
            raise Unreadable(_("its objects are nested too deeply for a model."))
        self._marks.append(self._stack)
        self._stack = []

    def pop(self) -> None:
        self._pop()

    def pop_mark(self) -> None:
        self._pop_mark()

    def dup(self) -> None:
        self._push(self._top())

    # -- plain values

    def proto(self) -> None:
        if self._take(1)[0] > MAX_PROTOCOL:
            raise Unreadable(_("its pickle is of a newer kind than this program knows."))

    def frame(self) -> None:
        if self._unpack(_U64) > len(self.data) - self.position:
            raise Unreadable(_(_CUT_OFF))

    def none(self) -> None:
        self._push(None)

    def true(self) -> None:
        self._push(True)

    def false(self) -> None:
        self._push(False)

    def integer_4(self) -> None:
        self._push(self._unpack(_I32))

    def integer_1(self) -> None:
        self._push(self._unpack(_U8))

    def integer_2(self) -> None:
        self._push(self._unpack(_U16))

    def real(self) -> None:
        self._push(self._unpack(_F64))

    def long_1(self) -> None:
        self._long(self._unpack(_U8))

    def long_4(self) -> None:
        self._long(self._unpack(_I32))

    def _long(self, length: int) -> None:
        if not 0 <= length <= MAX_INTEGER_BYTES:
            raise Unreadable(_("it holds an absurdly large whole number."))
        self._push(int.from_bytes(self._take(length), "little", signed=True))

    def _text(self, length: int) -> None:
        self.budget.text(length)
        self._push(_decode(self._take(length)))

    def unicode_1(self) -> None:
        self._text(self._unpack(_U8))

    def unicode_4(self) -> None:
        self._text(self._unpack(_U32))

    def unicode_8(self) -> None:
        self._text(self._unpack(_U64))

    def _bytes(self, length: int) -> None:
        piece = self._take(length)
        if length <= COPIED_BYTES:
            self.budget.spend(length)
        self._push(bytes(piece) if length <= COPIED_BYTES else piece.toreadonly())

    def bytes_1(self) -> None:
        self._bytes(self._unpack(_U8))

    def bytes_4(self) -> None:
        self._bytes(self._unpack(_U32))

    def bytes_8(self) -> None:
        self._bytes(self._unpack(_U64))

    def _string(self, length: int) -> None:
        """A string of Python 2: text where it is ASCII, otherwise bytes."""
        if length < 0:
            raise Unreadable(_("its pickle holds a string of negative length; the file is damaged."))
        self.budget.text(length)
        piece = bytes(self._take(length))
        self._push(piece.decode("ascii") if piece.isascii() else piece)

    def string_1(self) -> None:
        self._string(self._unpack(_U8))

    def string_4(self) -> None:
        self._string(self._unpack(_I32))

    # -- containers

    def tuple_0(self) -> None:
        self._push(())

    def tuple_1(self) -> None:
        self._push((self._pop(),))

    def tuple_2(self) -> None:
        second, first = self._pop(), self._pop()
        self._push((first, second))

    def tuple_3(self) -> None:
        third, second, first = self._pop(), self._pop(), self._pop()
        self._push((first, second, third))

    def tuple_n(self) -> None:
        items = self._pop_mark()
        self._push(tuple(items))

    def empty_list(self) -> None:
        self._push([])

    def list_n(self) -> None:
        items = self._pop_mark()
        self._push(items)

    def empty_dict(self) -> None:
        self._push({})

    def dict_n(self) -> None:
        items = self._pop_mark()
        self._push(self._fill({}, items))

    def empty_set(self) -> None:
        self._push(set())

    def frozen_set(self) -> None:
        items = self._pop_mark()
        self._push(frozenset(pure_calls.key(item, self.budget) for item in items))

    def add_items(self) -> None:
        items, target = self._pop_mark(), self._top()
        if type(target) is not set:
            raise Unreadable(_("its pickle adds to something that is not a set."))
        self.budget.spend(64 * len(items))
        target.update(pure_calls.key(item, self.budget) for item in items)

    def append(self) -> None:
        item = self._pop()
        self._extend(self._top(), [item])

    def appends(self) -> None:
        items = self._pop_mark()
        self._extend(self._top(), items)

    def _extend(self, target: Any, items: list[Any]) -> None:
        if isinstance(target, Record):
            if target.items is None:
                target.items = []
            target = target.items
        if type(target) is not list:
            raise Unreadable(_("its pickle appends to something that is not a list."))
        target.extend(items)

    def set_item(self) -> None:
        value, name = self._pop(), self._pop()
        self._fill(self._top(), [name, value])

    def set_items(self) -> None:
        items = self._pop_mark()
        self._fill(self._top(), items)

    def _fill(self, target: Any, items: list[Any]) -> Any:
        if isinstance(target, Record):
            if target.items is None:
                target.items = {}
            target = target.items
        if type(target) is not dict or len(items) % 2:
            raise Unreadable(_("its pickle fills something that is not a table."))
        self.budget.spend(24 * len(items))
        for name, value in zip(items[::2], items[1::2], strict=True):
            target[pure_calls.key(name, self.budget)] = value
        return target

    # -- the memo

    def _put(self, index: int) -> None:
        value = self._top()
        self._memo[index] = value
        if id(value) in self._pending:
            self._pending[id(value)][1].append(index)

    def put_1(self) -> None:
        self._put(self._unpack(_U8))

    def put_4(self) -> None:
        self._put(self._unpack(_U32))

    def memoize(self) -> None:
        self._put(len(self._memo))

    def _get(self, index: int) -> None:
        if index not in self._memo:
            raise Unreadable(_("its pickle recalls an object that it never made; the file is damaged."))
        self._push(self._memo[index])

    def get_1(self) -> None:
        self._get(self._unpack(_U8))

    def get_4(self) -> None:
        self._get(self._unpack(_U32))

    # -- names and calls

    def named(self) -> None:
        module, name = self._line(), self._line()
        self._push(pure_calls.reference(module, name))

    def stack_named(self) -> None:
        name, module = self._pop(), self._pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise Unreadable(_("its pickle names a class by something that is not text."))
        self._push(pure_calls.reference(module, name))

    def persistent_id(self) -> None:
        name = self._pop()
        if self._persistent is None:
            raise Unreadable(_("it refers to weights outside of the file."))
        self._push(self._persistent(name))

    def call(self) -> None:
        args, target = self._pop(), self._pop()
        self._call(target, args)

    def new(self) -> None:
        self.call()

    def new_extended(self) -> None:
        keywords, args, target = self._pop(), self._pop(), self._pop()
        if type(keywords) is not dict:
            raise Unreadable(_("its pickle builds an object in an impossible way."))
        self._call(target, (args, keywords) if keywords else args)

    def _call(self, target: Any, args: Any) -> None:
        if not isinstance(target, GlobalRef) or type(args) is not tuple:
            raise Unreadable(_("its pickle calls something that has no name."))
        value = pure_calls.call(target, args, self.budget, self.nested)
        if isinstance(value, Record) and pure_calls.is_array(value):
            self._pending[id(value)] = (value, [])
        self._push(value)

    def build(self) -> None:
        state, target = self._pop(), self._top()
        if isinstance(target, Record):
            if target.state is not None:
                raise Unreadable(_("its pickle sets up one object twice."))
            target.state = state
            if id(target) in self._pending:
                self._finish_array(target)
        elif type(target) is not dict and not isinstance(target, LazyTensor):
            # a dict's own attributes (`_metadata`) and a Variable's flags say nothing about the weights
            raise Unreadable(_("its pickle sets up something that is not an object."))

    def _finish_array(self, record: Record) -> None:
        array = self.budget.tensor(pure_calls.array(record))
        for index in self._pending.pop(id(record))[1]:
            self._memo[index] = array
        self._stack[-1] = array


def _decode(piece: bytes | memoryview) -> str:
    try:
        return str(piece, "utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise Unreadable(_("its pickle holds damaged text.")) from error


_U8, _U16, _U32, _U64 = (struct.Struct(form) for form in ("<B", "<H", "<I", "<Q"))
_I32, _F64 = struct.Struct("<i"), struct.Struct(">d")
_STOP = ord(".")

# opcode -> what it does, and what it costs in bytes of memory (an estimate from above)
_OPCODES: dict[int, tuple[Callable[[InertPickle], None], int]] = {
    _STOP: (InertPickle.pop, 0),
    ord("("): (InertPickle.mark, 100),
    ord("0"): (InertPickle.pop, 24),
    ord("1"): (InertPickle.pop_mark, 24),
    ord("2"): (InertPickle.dup, 24),
    ord("G"): (InertPickle.real, 40),
    ord("J"): (InertPickle.integer_4, 40),
    ord("K"): (InertPickle.integer_1, 24),
    ord("M"): (InertPickle.integer_2, 40),
    ord("N"): (InertPickle.none, 24),
    ord("Q"): (InertPickle.persistent_id, 24),
    ord("R"): (InertPickle.call, 160),
    ord("T"): (InertPickle.string_4, 80),
    ord("U"): (InertPickle.string_1, 80),
    ord("X"): (InertPickle.unicode_4, 80),
    ord("a"): (InertPickle.append, 80),
    ord("b"): (InertPickle.build, 24),
    ord("c"): (InertPickle.named, 300),
    ord("d"): (InertPickle.dict_n, 200),
    ord("}"): (InertPickle.empty_dict, 100),
    ord("e"): (InertPickle.appends, 80),
    ord("h"): (InertPickle.get_1, 24),
    ord("j"): (InertPickle.get_4, 24),
    ord("l"): (InertPickle.list_n, 80),
    ord("]"): (InertPickle.empty_list, 80),
    ord("q"): (InertPickle.put_1, 24),
    ord("r"): (InertPickle.put_4, 120),
    ord("s"): (InertPickle.set_item, 200),
    ord("t"): (InertPickle.tuple_n, 80),
    ord(")"): (InertPickle.tuple_0, 24),
    ord("u"): (InertPickle.set_items, 200),
    ord("B"): (InertPickle.bytes_4, 260),
    ord("C"): (InertPickle.bytes_1, 120),
    0x80: (InertPickle.proto, 24),
    0x81: (InertPickle.new, 160),
    0x85: (InertPickle.tuple_1, 80),
    0x86: (InertPickle.tuple_2, 80),
    0x87: (InertPickle.tuple_3, 80),
    0x88: (InertPickle.true, 24),
    0x89: (InertPickle.false, 24),
    0x8A: (InertPickle.long_1, 100),
    0x8B: (InertPickle.long_4, 100),
    0x8C: (InertPickle.unicode_1, 80),
    0x8D: (InertPickle.unicode_8, 80),
    0x8E: (InertPickle.bytes_8, 260),
    0x8F: (InertPickle.empty_set, 260),
    0x90: (InertPickle.add_items, 200),
    0x91: (InertPickle.frozen_set, 300),
    0x92: (InertPickle.new_extended, 240),
    0x93: (InertPickle.stack_named, 200),
    0x94: (InertPickle.memoize, 120),
    0x95: (InertPickle.frame, 24),
    0x96: (InertPickle.bytes_8, 260),
}

# They exist, but no writer of model files uses them: the oldest text forms, and roads to code outside the file.
_REFUSED = {
    ord("I"): "INT", ord("L"): "LONG", ord("F"): "FLOAT", ord("S"): "STRING", ord("V"): "UNICODE",
    ord("p"): "PUT", ord("g"): "GET", ord("i"): "INST", ord("o"): "OBJ", ord("P"): "PERSID",
    0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
}  # fmt: skip
