"""Files made to run code, to fill memory or to lie: one for each known hole of unpicklers. All are refused."""

from __future__ import annotations

import io
import json
import pickle
import struct
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.core.errors import BadModel
from ganstudio.models import readers
from ganstudio.models.readers import Record, state_dict

MAX_MEMORY = 250 * 2**20

_watching: list[str] | None = None
_FORBIDDEN = ("import", "exec", "os.system", "os.exec", "os.posix_spawn", "subprocess.Popen", "pickle.find_class",
              "socket.connect", "os.remove", "os.mkdir", "os.rename", "shutil", "ctypes", "compile")  # fmt: skip


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if _watching is None:
        return
    if event.startswith(_FORBIDDEN):
        _watching.append(f"{event} {args!r:.200}")
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        _watching.append(f"open for writing {args!r:.200}")


sys.addaudithook(_audit)  # sees what Python does, whoever does it; it cannot be taken off, so it has a switch


def watched(path: Path, memory: bool = True) -> readers.Checkpoint:
    """Read under watch: nothing imported, run, opened for writing; memory within bounds (watching it is slow)."""
    global _watching
    modules, beside = set(sys.modules), sorted(path.parent.iterdir())
    done: list[str] = []
    if memory:
        tracemalloc.start()
    try:
        _watching = done
        return readers.read(path)
    finally:
        _watching = None
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert done == []
        assert set(sys.modules) == modules
        assert sorted(path.parent.iterdir()) == beside
        assert peak < MAX_MEMORY


def refused(path: Path, content: bytes, match: str = "", memory: bool = True) -> None:
    path.write_bytes(content)
    with pytest.raises(BadModel, match=match or None) as caught:
        watched(path, memory)
    assert caught.value.message.startswith(f"{path.name} cannot be opened as a model: ")
    assert caught.value.message.isprintable()


# -- writing pickles by hand


def bare(code: bytes) -> bytes:
    return b"\x80\x04" + code + b"."


def text(value: str) -> bytes:
    raw = value.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def zipped(code: bytes, entries: dict[str, bytes] | None = None, method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("m/data.pkl", b"\x80\x02" + code + b".")
        for entry, data in (entries or {}).items():
            archive.writestr(entry, data)
        archive.writestr("m/version", b"3\n")
    return file.getvalue()


def legacy(code: bytes, keys: list[str] | None = None, rest: bytes = b"") -> bytes:
    head = pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({"little_endian": True}, 2)
    return head + b"\x80\x02" + code + b"." + pickle.dumps(keys or [], 2) + rest


def storage(key: str = "0", numel: int = 4, kind: str = "FloatStorage", legacy_id: bool = False) -> bytes:
    number = b"\x8a\x08" + struct.pack("<q", numel)
    tail = b"N" if legacy_id else b""
    return b"(" + text("storage") + name("torch", kind) + text(key) + text("cpu") + number + tail + b"tQ"


def whole(*numbers: int) -> bytes:
    return b"(" + b"".join(b"\x8a\x08" + struct.pack("<q", number) for number in numbers) + b"t"


def tensor(where: bytes, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> bytes:
    hooks = name("collections", "OrderedDict") + b")R"
    numbers = b"\x8a\x08" + struct.pack("<q", offset) + whole(*shape) + whole(*strides)
    return name("torch._utils", "_rebuild_tensor_v2") + b"(" + where + numbers + b"\x89" + hooks + b"tR"


def table(value: bytes, key: bytes | None = None) -> bytes:
    return b"}(" + (key or text("weight")) + value + b"u"


def call(module: str, attribute: str, args: bytes) -> bytes:
    return name(module, attribute) + args + b"R"


WRAPPERS: dict[str, Callable[[bytes], bytes]] = {"bare": bare, "zip": zipped, "legacy": legacy}


# -- 1, 2, 3: calls and BUILD

ATTACKS = {
    "system": call("os", "system", text("touch stolen") + b"\x85"),
    "posix": call("posix", "system", text("touch stolen") + b"\x85"),
    "popen": call("subprocess", "Popen", text("touch stolen") + b"\x85"),
    "eval": call("builtins", "eval", text("open('stolen','w')") + b"\x85"),
    "exec python 2": call("__builtin__", "execfile", text("stolen") + b"\x85"),
    "import": call("importlib", "import_module", text("antigravity") + b"\x85"),
    "torch.load": call("torch", "load", text("stolen") + b"\x85"),
    "torch.hub": call("torch.hub", "load", text("stolen") + b"\x85"),
    "cpp_extension": call("torch.utils.cpp_extension", "load", text("stolen") + b"\x85"),
    "f2py": call("numpy.f2py", "compile", text("stolen") + b"\x85"),
    "numpy.load": call("numpy", "load", text("stolen") + b"\x85"),
    "pickle.loads": call("pickle", "loads", b"C\x04\x80\x04N.\x85"),
    "ctypes": call("ctypes", "CDLL", text("libc.so.6") + b"\x85"),
    "new": name("subprocess", "Popen") + text("touch stolen") + b"\x85\x81",
    "new with keywords": name("subprocess", "Popen") + text("touch stolen") + b"\x85}\x92",
    "stack name": text("os") + text("system") + b"\x93" + text("touch stolen") + b"\x85R",
    "subclass road": call(
        "torch._tensor", "_rebuild_from_type_v2",
        b"(" + name("os", "system") + name("torch", "Tensor") + text("touch stolen") + b"\x85" + b"}t",
    ),
    "parts of a tensor": call("torch._utils", "_rebuild_tensor_v2", text("a") + text("b") + b"\x86"),
    "call of a call": name("os", "getcwd") + b")R" + text("x") + b"\x85R",
    "call of text": text("os.system") + text("x") + b"\x85R",
    "arguments that are no tuple": name("a", "B") + b"]R",
    "inst": b"(" + text("touch stolen") + b"ios\nsystem\n",
    "obj": b"(" + name("os", "system") + text("touch stolen") + b"o",
    "extension": b"\x82\x01",
    "text persistent id": b"Pstorage\n",
    "buffer": b"\x97",
    "read-only buffer": b"N\x98",
    "dunder walk": text("torch.nn") + text("Module.__init__.__globals__") + b"\x93",
    "name with a space": name("os system", "a"),
    "build on a list": b"]" + table(text("x")) + b"b",
    "build on a class": name("torch.nn", "Module") + table(text("x"), text("__call__")) + b"b",
    "build on None": b"N}b",
    "build twice": name("a", "B") + b")R}b}b",
    "append to a table": b"}" + b"Na",
    "fill a list": b"]" + text("a") + b"Ns",
    "add to a list": b"](N\x90",
    "fill with half a pair": b"}(" + text("a") + b"u",
    "append to a filled record": name("a", "B") + b")R" + text("k") + b"NsNa",
}  # fmt: skip


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_in_every_container(tmp_path: Path, wrapper: str, attack: str) -> None:
    refused(tmp_path / "model.pth", WRAPPERS[wrapper](table(ATTACKS[attack])))


def test_what_is_asked_to_run_is_named(tmp_path: Path) -> None:
    refused(tmp_path / "model.pth", bare(ATTACKS["system"]), r"asks to run os\.system")


def test_build_with_reserved_names_stays_data(tmp_path: Path) -> None:
    state = b"}(" + b"".join(text(n) + text("evil") for n in ("__class__", "__setstate__", "__reduce__", "__dict__"))
    path = tmp_path / "model.pth"
    path.write_bytes(bare(name("torch.nn", "Module") + b")\x81" + state + b"u" + b"N\x86b"))
    root = watched(path).root
    assert type(root) is Record
    assert root.state[0]["__class__"] == "evil"
    assert not callable(root)


def test_unknown_calls_stay_records_and_are_named(tmp_path: Path) -> None:
    path = tmp_path / "model.pth"
    code = table(call("builtins", "bytearray", b"\x8a\x06" + struct.pack("<q", 10**12)[:6] + b"\x85"))
    path.write_bytes(bare(code))
    checkpoint = watched(path)
    assert checkpoint.inert == ("builtins.bytearray",)
    assert checkpoint.root["weight"].args == (10**12,)


# -- 1: files within files


def inner(content: bytes) -> bytes:
    return call("torch.storage", "_load_from_bytes", b"B" + struct.pack("<I", len(content)) + content + b"\x85")


NESTED = {
    "plain pickle": inner(bare(ATTACKS["system"])),
    "attack in a legacy file": inner(legacy(ATTACKS["system"])),
    "object instead of a storage": inner(legacy(b"}")),
    "zip": inner(zipped(b"}")),
    "nothing": inner(b""),
    "third level": inner(legacy(inner(legacy(storage("0", 1, legacy_id=True), ["0"], bytes(12))))),
    "text": call("torch.storage", "_load_from_bytes", text("a") + b"\x85"),
    "cut off": inner(legacy(storage("0", 4, legacy_id=True), ["0"], struct.pack("<q", 4) + bytes(8))),
}


@pytest.mark.parametrize("case", NESTED)
def test_a_file_within_a_file_may_only_be_a_storage(tmp_path: Path, case: str) -> None:
    refused(tmp_path / "model.pkl", bare(NESTED[case]))


# -- 5, 6, 7, 10, 11: memory, memo, sizes, depth, keys

SIZES = {
    "long of 2 GB": b"\x8b" + struct.pack("<i", 2**31 - 1) + b"\x01",
    "long of negative length": b"\x8b" + struct.pack("<i", -5),
    "long of 65 bytes": b"\x8b" + struct.pack("<i", 65) + bytes(65),
    "text past the end": b"X" + struct.pack("<I", 2**32 - 1) + b"a",
    "text of 2^63": b"\x8d" + struct.pack("<Q", 2**63) + b"a",
    "bytes of 2^63": b"\x8e" + struct.pack("<Q", 2**63) + b"a",
    "byte array of 2^62": b"\x96" + struct.pack("<Q", 2**62) + b"a",
    "string of negative length": b"T" + struct.pack("<i", -1),
    "frame past the end": b"\x95" + struct.pack("<Q", 2**40) + b"N",
    "protocol 9": b"\x80\x09N",
    "unknown instruction": b"\xf0",
    "damaged text": b"X\x02\0\0\0\xff\xfe",
    "name without an end": b"c" + b"a" * 2000,
    "recall of nothing": b"h\x07",
    "recall of nothing far away": b"j" + struct.pack("<I", 2**31),
    "take from an empty stack": b"0",
    "double of an empty stack": b"2",
    "mark that was never set": b"t",
    "mark left open": b"(N",
    "two values left": b"NN",
    "list in itself": b"]q\0h\0a",
    "table in itself": b"}q\0" + text("a") + b"h\0s",
    "ring of two lists": b"]q\0]q\1h\0ah\1a0h\0h\1a",
    "record with a list in itself": name("a", "B") + b"]q\0h\0a\x85R",
    "tuples 100,000 deep": b")" + b"\x85" * 100_000,
    "lists 2,000 deep": b"]" * 2000 + b"a" * 1999,
    "marks 100,000 deep": b"(" * 100_000,
    "a chain of lists through the memo": b"]q\0" + b"h\0]q\1a0h\1q\x000" * 5_000,
    "list as key": table(b"N", b"]"),
    "tuple of tuples as key": table(b"N", b")\x85\x85"),
    "long tuple as key": table(b"N", b"(" + b"N" * 17 + b"t"),
    "huge number as key": table(b"N", b"\x8a\x09" + b"\xff" * 8 + b"\0"),
    "not a number as key": table(b"N", b"G\x7f\xf8\0\0\0\0\0\0"),
    "infinity as key": table(b"N", b"G\x7f\xf0\0\0\0\0\0\0"),
    "set of tables": b"\x8f(}\x90",
    "array without data": call("numpy.core.multiarray", "_reconstruct", name("numpy", "ndarray") + b")C\x01b\x87"),
}


@pytest.mark.parametrize("case", SIZES)
def test_absurd_sizes_and_shapes_of_objects_are_refused(tmp_path: Path, case: str) -> None:
    refused(tmp_path / "model.pkl", bare(SIZES[case]))


FLOODS = {
    "marks closed": b"(t0" * 600_000,
    "empty tables": b"(" + b"}" * 600_000 + b"l",
    "sets": b"(" + b"\x8f" * 300_000 + b"l",
    "memo": b"N" + b"\x94" * 600_000,
    "numbers": b"](" + b"M\0\1" * 1_200_000 + b"e",
    "texts": b"(" + b"\x8c\x03abc" * 700_000 + b"l",
    "long text": b"X" + struct.pack("<I", 40 * 2**20) + "ä".encode() * (20 * 2**20),
    "tuple keys": b"}(" + b"".join(b"(M" + struct.pack("<H", n) + b"tN" for n in range(20_000)) + b"u",
}


@pytest.mark.parametrize("case", FLOODS)
def test_a_flood_of_objects_is_refused_before_memory_is_full(tmp_path: Path, case: str) -> None:
    costly = case in ("sets", "empty tables", "long text")  # most memory for each byte of the file
    refused(tmp_path / "model.pkl", bare(FLOODS[case]), "far more|more tables", memory=costly)


def test_a_memo_far_away_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(bare(text("kept") + b"r" + struct.pack("<I", 2**31) + b"0j" + struct.pack("<I", 2**31)))
    assert watched(path).root == "kept"


@pytest.mark.parametrize("cut", range(0, 200, 7))
def test_a_cut_pickle_is_refused(tmp_path: Path, cut: int) -> None:
    whole_file = pickle.dumps({"a": [1, 2.5, "text", (b"x" * 300, None)], "b": {"c": 2**40}}, 4)
    refused(tmp_path / "model.pkl", whole_file[: max(2, len(whole_file) - 1 - cut)])


def test_tables_that_hold_one_table_many_times_are_searched_once(tmp_path: Path) -> None:
    level = tensor(storage(), 0, (4,), (1,))
    for memo in range(4):
        names = b"".join(text(str(n)) + b"h" + bytes([memo]) for n in range(300))
        level = level + b"q" + bytes([memo]) + b"0}(" + names + b"u"
    (tmp_path / "m.pth").write_bytes(zipped(level, {"m/data/0": bytes(16)}))
    assert len(list(state_dict.candidates(watched(tmp_path / "m.pth")))) == 1


def test_modules_that_hold_each_other_without_end_are_refused(tmp_path: Path) -> None:
    code = b"N"
    for memo in range(60):
        inside = text("_modules") + b"}(" + b"".join(text(n) + b"h" + bytes([memo]) for n in "ab") + b"u"
        module = name("torch.nn", "Module") + b")\x81}(" + text("_parameters") + b"}" + inside + b"ub"
        code += b"q" + bytes([memo]) + b"0" + module
    (tmp_path / "m.pth").write_bytes(bare(code))
    with pytest.raises(BadModel, match=r"m\.pth cannot be opened as a model: its modules hold each other"):
        state_dict.state_dict(watched(tmp_path / "m.pth"))


# -- 8: what tensors say of themselves

TENSORS = {
    "negative offset": (-1, (2,), (1,)),
    "offset behind the end": (5, (), ()),
    "one element too many": (0, (5,), (1,)),
    "last element outside": (0, (2, 2), (3, 1)),
    "negative size": (0, (-2,), (1,)),
    "negative stride": (3, (2,), (-1,)),
    "stride 0": (0, (4,), (0,)),
    "expand bomb": (0, (10**6, 10**6), (0, 0)),
    "overlap bomb": (0, (2, 2, 2), (1, 1, 1)),
    "sizes beyond 2^53": (0, (2**31, 2**31), (1, 1)),
    "strides of another rank": (0, (2, 2), (1,)),
    "100 dimensions": (0, (1,) * 100, (1,) * 100),
}


@pytest.mark.parametrize("case", TENSORS)
def test_a_tensor_that_reaches_beyond_its_storage_is_refused(tmp_path: Path, case: str) -> None:
    code = table(tensor(storage(), *TENSORS[case]))
    refused(tmp_path / "model.pth", zipped(code, {"m/data/0": bytes(16)}), "describes a tensor")
    code = table(tensor(storage(legacy_id=True), *TENSORS[case]))
    refused(tmp_path / "model.pt", legacy(code, ["0"], struct.pack("<q", 4) + bytes(16)), "describes a tensor")


def test_many_tensors_over_one_storage_count_together(tmp_path: Path) -> None:
    count = 1000
    views = b"".join(
        text(str(n)) + tensor(storage(numel=count), n, (count - n,), (1,)) for n in range(count)
    )  # fmt: skip
    refused(tmp_path / "model.pth", zipped(b"}(" + views + b"u", {"m/data/0": bytes(4 * count)}), "many times larger")


STORAGES = {
    "numel above the record": storage(numel=400),
    "numel below the record": storage(numel=3),
    "negative numel": storage(numel=-4),
    "numel of 2^60": storage(numel=2**60),
    "unknown numbers": storage(kind="QInt8Storage"),
    "class of another module": storage().replace(b"ctorch\n", b"cposix\n"),
    "no such record": storage("17"),
    "a record outside": storage("../../m/version"),
    "one storage of two types": storage() + b"0" + storage(kind="IntStorage"),
    "one storage of two lengths": storage() + b"0" + storage(numel=2),
    "id of another kind": b"(" + text("file") + text("stolen") + text("a") + text("b") + text("c") + b"tQ",
    "id that is text": text("0") + b"Q",
}


@pytest.mark.parametrize("case", STORAGES)
def test_a_storage_that_is_not_what_it_says_is_refused(tmp_path: Path, case: str) -> None:
    code = b"}(" + text("a") + STORAGES[case].replace(b"tQ0", b"tQ" + text("b"), 1) + b"u"
    refused(tmp_path / "model.pth", zipped(code, {"m/data/0": bytes(16)}))


LEGACY = {
    "no weights": (["0"], b""),
    "half the weights": (["0"], struct.pack("<q", 4) + bytes(8)),
    "another length": (["0"], struct.pack("<q", 5) + bytes(16)),
    "length of 2^62": (["0"], struct.pack("<q", 2**62) + bytes(16)),
    "weights not listed": ([], b""),
    "an unknown key": (["1"], struct.pack("<q", 4) + bytes(16)),
    "a key twice": (["0", "0"], (struct.pack("<q", 4) + bytes(16)) * 2),
    "a rest": (["0"], struct.pack("<q", 4) + bytes(17)),
}


@pytest.mark.parametrize("case", LEGACY)
def test_a_legacy_file_must_hold_exactly_what_it_lists(tmp_path: Path, case: str) -> None:
    keys, rest = LEGACY[case]
    refused(tmp_path / "m.pth", legacy(table(tensor(storage(legacy_id=True), 0, (4,), (1,))), keys, rest))


def test_a_view_of_a_storage_must_lie_inside_it(tmp_path: Path) -> None:
    view = b"(" + text("1") + b"K\x02K\x03t"
    code = table(storage(legacy_id=True).replace(b"NtQ", view + b"tQ"))
    refused(tmp_path / "m.pth", legacy(code, ["0"], struct.pack("<q", 4) + bytes(16)), "larger than the file")


# -- 9: zip

GOOD = zipped(table(tensor(storage(), 0, (4,), (1,))), {"m/data/0": bytes(16)})


def test_the_unharmed_archive_opens(tmp_path: Path) -> None:
    path = tmp_path / "model.pth"
    path.write_bytes(GOOD)
    assert watched(path).root["weight"].shape == (4,)


def _duplicate() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("m/data.pkl", b"\x80\x02}.")
        archive.writestr("m/data.txt", b"\x80\x02}.")
    return file.getvalue().replace(b"data.txt", b"data.pkl")


def _patched(content: bytes, find: bytes, at: int, new: bytes, last: bool = False) -> bytes:
    begin = (content.rfind(find) if last else content.find(find)) + at
    return content[:begin] + new + content[begin + len(new) :]


ARCHIVES: dict[str, Callable[[], bytes]] = {
    "two files of one name": _duplicate,
    "a name that climbs": lambda: zipped(b"}", {"m/../../stolen": b"x"}),
    "an absolute name": lambda: zipped(b"}", {"/stolen": b"x"}),
    "a drive": lambda: zipped(b"}", {"C:/stolen": b"x"}),
    "a backslash": lambda: zipped(b"}", {"m\\..\\stolen": b"x"}),
    "deflated weights": lambda: zipped(
        table(tensor(storage(numel=10**7), 0, (10**7,), (1,))), {"m/data/0": bytes(4 * 10**7)}, zipfile.ZIP_DEFLATED
    ),
    "data before it": lambda: b"PK\x03\x04" + bytes(60) + GOOD,
    "data behind it": lambda: GOOD + b"more",
    "another name in the local header": lambda: _patched(GOOD, b"m/data/0", 0, b"m/data/1"),
    "another size in the local header": lambda: _patched(GOOD, b"m/data/0", -8, struct.pack("<I", 12)),
    "another method in the local header": lambda: _patched(GOOD, b"m/data/0", -22, b"\x08\0"),
    "a header outside": lambda: _patched(GOOD, b"m/data/0", -4, struct.pack("<I", 2**31), last=True),
    "files over each other": lambda: _patched(GOOD, b"m/data/0", -4, struct.pack("<I", 0), last=True),
    "encrypted": lambda: _patched(GOOD, b"m/data/0", -38, b"\x01\0", last=True),
    "a size of 4 GB": lambda: _patched(GOOD, b"m/data/0", -22, struct.pack("<I", 2**32 - 1), last=True),
    "60,000 files": lambda: _patched(GOOD, b"PK\x05\x06", 8, struct.pack("<HH", 60_000, 60_000)),
    "more files than listed": lambda: _patched(GOOD, b"PK\x05\x06", 8, struct.pack("<HH", 2, 2)),
    "a directory elsewhere": lambda: _patched(GOOD, b"PK\x05\x06", 16, struct.pack("<I", 4)),
    "no end": lambda: GOOD[:-30],
    "no second half": lambda: GOOD[: len(GOOD) // 2],
    "two models": lambda: zipped(b"}", {"n/data.pkl": b"\x80\x02}."}),
    "bytes behind the pickle": lambda: zipped(b"}.more"),
    "TorchScript": lambda: zipped(b"}", {"m/constants.pkl": b"\x80\x02).", "m/code/__torch__.py": b"x"}),
    "no model": lambda: zipped(b"}").replace(b"data.pkl", b"data.txt"),
}  # fmt: skip


@pytest.mark.parametrize("case", ARCHIVES)
def test_a_zip_that_lies_is_refused(tmp_path: Path, case: str) -> None:
    refused(tmp_path / "model.pth", ARCHIVES[case]())


def test_a_packed_array_may_not_grow_without_bounds(tmp_path: Path) -> None:
    file = io.BytesIO()
    np.savez_compressed(file, a=np.zeros(5 * 10**6, np.float32))
    refused(tmp_path / "model.npz", file.getvalue(), "absurd size")


def test_an_array_of_objects_is_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    np.savez(file, a=np.array([{}, print], dtype=object))
    refused(tmp_path / "model.npz", file.getvalue(), "not numbers")
    refused(tmp_path / "model.pkl", pickle.dumps({"a": np.array([{}, None], dtype=object)}, 4), "whole Python objects")


def test_an_array_shorter_than_it_says_is_refused(tmp_path: Path) -> None:
    raw = pickle.dumps({"a": np.arange(6, dtype=np.float32)}, 4)
    refused(tmp_path / "model.pkl", raw.replace(b"K\x06\x85", b"K\x07\x85"))


# -- 12, 13: tar, and names that lie


def test_a_pickle_may_not_hide_behind_the_name_safetensors(tmp_path: Path) -> None:
    refused(tmp_path / "model.safetensors", GOOD, r"ends in \.safetensors")
    refused(tmp_path / "other.safetensors", bare(table(b"N")), r"ends in \.safetensors")


@pytest.mark.parametrize("suffix", ["safetensors", "png", "txt", "param", "bin", "onnx", ""])
def test_an_attack_is_refused_under_every_name(tmp_path: Path, suffix: str) -> None:
    refused(tmp_path / f"model.{suffix}", bare(ATTACKS["system"]))


# -- safetensors


def _safetensors(header: object, numbers: bytes = bytes(16)) -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + numbers


def _entry(begin: int, end: int, shape: list[Any], dtype: str = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


SAFETENSORS = {
    "overlap": _safetensors({"a": _entry(0, 12, [3]), "b": _entry(8, 16, [2])}),
    "hole": _safetensors({"a": _entry(0, 4, [1]), "b": _entry(8, 16, [2])}),
    "hole at the beginning": _safetensors({"a": _entry(4, 16, [3])}),
    "rest": _safetensors({"a": _entry(0, 12, [3])}),
    "past the end": _safetensors({"a": _entry(0, 20, [5])}),
    "backwards": _safetensors({"a": _entry(16, 0, [4])}),
    "length of another shape": _safetensors({"a": _entry(0, 16, [5])}),
    "negative shape": _safetensors({"a": _entry(0, 16, [-4])}),
    "shape of fractions": _safetensors({"a": _entry(0, 16, [4.0])}),
    "shape of truths": _safetensors({"a": _entry(0, 4, [True]), "b": _entry(4, 16, [3])}),
    "absurd shape": _safetensors({"a": _entry(0, 0, [2**60, 2**60, 0])}, b""),
    "40 dimensions": _safetensors({"a": _entry(0, 16, [1] * 40 + [4])}),
    "unknown numbers": _safetensors({"a": _entry(0, 16, [32], "F4")}),
    "a name twice": _safetensors(b'{"a":%s,"a":%s}' % ((json.dumps(_entry(0, 16, [4])).encode(),) * 2)),
    "metadata of numbers": _safetensors({"__metadata__": {"a": 1}, "a": _entry(0, 16, [4])}),
    "metadata of a list": _safetensors({"__metadata__": [], "a": _entry(0, 16, [4])}),
    "more keys than known": _safetensors({"a": _entry(0, 16, [4]) | {"x": 1}}),
    "a list": _safetensors([]).replace(b"[]", b"{]"),
    "no JSON": _safetensors(b"{" + b"x" * 100),
    "no text": _safetensors(b'{"\xff":1}'),
    "deep": _safetensors(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "many objects": _safetensors(b'{"a":[' + b"{}," * 2_000_000 + b"{}]}"),
    "long number": _safetensors(b'{"a":' + b"9" * 100_000 + b"}"),
    "header past the end": struct.pack("<Q", 10_000) + b'{"a":1}',
    "huge header": struct.pack("<Q", 90_000_000) + b"{" + bytes(100),
    "header of 2^40": struct.pack("<Q", 2**40) + b"{" + bytes(100),
}


@pytest.mark.parametrize("case", SAFETENSORS)
def test_a_safetensors_file_that_breaks_the_rules_is_refused(tmp_path: Path, case: str) -> None:
    refused(tmp_path / "model.safetensors", SAFETENSORS[case])


# -- chance


@pytest.fixture(scope="module")
def victims() -> list[bytes]:
    state = {"params": {"a.weight": torch.arange(24.0).reshape(2, 3, 4), "b": torch.ones(3, dtype=torch.bfloat16)}}
    files = []
    for new in (True, False):
        file = io.BytesIO()
        torch.save(state, file, _use_new_zipfile_serialization=new)
        files.append(file.getvalue())
    files.append(pickle.dumps({"a": np.arange(9.0), "b": {"c": np.float32(1), "d": [1, 2, {"e"}]}}, 4))
    files.append(_safetensors({"a": _entry(0, 12, [3]), "b": _entry(12, 16, [1])}))
    return files


@pytest.mark.parametrize("which", range(4))
def test_bytes_changed_at_random_give_a_sentence_or_a_model(tmp_path: Path, victims: list[bytes], which: int) -> None:
    chance = np.random.default_rng(which)
    path = tmp_path / "model.pth"
    opened = 0
    for _ in range(400):
        content = bytearray(victims[which])
        for _ in range(chance.integers(1, 4)):
            content[chance.integers(0, min(len(content), 1500))] = chance.integers(0, 256)
        path.write_bytes(content)
        try:
            checkpoint = readers.read(path)
            opened += 1
            for candidate in state_dict.candidates(checkpoint):
                for found in candidate.values():
                    found.numpy()
        except BadModel:
            pass
    assert opened < 400
