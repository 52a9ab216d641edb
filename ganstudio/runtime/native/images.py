"""Images of machine code: which there are, which this computer can run, and how one gets into memory.

An image is a file of resources/kernels: code and constants that run wherever they lie and call nothing outside. It is
copied into memory of its own, which is then made executable and no longer writable.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import mmap
import platform
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ganstudio.core.paths import resource
from ganstudio.runtime.native.abi import ABI

_PAGE_READ_WRITE, _PAGE_EXECUTE_READ, _COMMIT = 0x04, 0x20, 0x3000
_READ_EXECUTE = 0x5


class KernelTrouble(Exception):
    """The code cannot be used; says why in words that go into a sentence."""


@dataclass(frozen=True)
class Image:
    """`needs`: flags of `torch.cpu.get_capabilities` that the CPU must have. `lanes`: floats in a vector.
    `functions`: offsets."""

    name: str
    machine: str
    dtype: str
    lanes: int
    needs: tuple[str, ...]
    sha256: str
    functions: dict[str, int]


def folder() -> Path:
    return resource("kernels")


def manifest(where: Path | None = None) -> list[Image]:
    """Every image, the most demanding first. Raises KernelTrouble where the list cannot be read."""
    path = (where or folder()) / "manifest.json"
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if data["abi"] != ABI:
            raise KernelTrouble(f"{path.name} is for another version of the program")
        images = [Image(**{**entry, "needs": tuple(entry["needs"])}) for entry in data["images"]]
    except OSError as error:
        raise KernelTrouble(f"{path.name} cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise KernelTrouble(f"{path.name} is damaged") from error
    return sorted(images, key=lambda image: len(image.needs), reverse=True)


def machine() -> str:
    """The kind of processor this program runs on, as the images name it; "" for one without any."""
    name = platform.machine().lower()
    if name in ("x86_64", "amd64"):
        return "x86-64"
    # macOS on ARM wants its own way of making memory executable, which nobody could try.
    return "aarch64" if name in ("aarch64", "arm64") and sys.platform != "darwin" else ""


def entry_name() -> str:
    """The entry for this system's calling convention."""
    if machine() == "aarch64":
        return "run_aapcs64"
    return "run_win64" if sys.platform == "win32" else "run_sysv"


class Code:
    """An image in memory. `address(name)` of a function; `run(job, thread)` is the entry, called without the
    interpreter's lock."""

    def __init__(self, image: Image, data: bytes) -> None:
        self.image = image
        self._base, self._kept = _mapped(data)
        prototype = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64)
        self.run = prototype(self.address(entry_name()))

    def address(self, function: str) -> int:
        return self._base + self.image.functions[function]


def load(image: Image, where: Path | None = None) -> Code:
    """Read, compare with the manifest, map. Raises KernelTrouble."""
    path = (where or folder()) / f"{image.name}.bin"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise KernelTrouble(f"{path.name} cannot be read ({error.strerror})") from error
    if hashlib.sha256(data).hexdigest() != image.sha256:
        raise KernelTrouble(f"{path.name} is not as it was made")
    try:
        return Code(image, data)
    except (OSError, AttributeError) as error:
        raise KernelTrouble(f"the system does not let this program run code of its own ({error})") from error


@cache
def give_way() -> int:
    """The address of the system's function by which a thread gives up its time."""
    if sys.platform == "win32":
        function = ctypes.WinDLL("kernel32").SwitchToThread
    else:
        function = ctypes.CDLL(None).sched_yield
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return address


def _mapped(data: bytes) -> tuple[int, object]:
    """Address of a copy that can be run and not be written, and what keeps it there."""
    if sys.platform == "win32":
        return _mapped_windows(data)
    size = -(-len(data) // mmap.PAGESIZE) * mmap.PAGESIZE
    memory = mmap.mmap(-1, size)
    memory.write(data)
    view = (ctypes.c_char * size).from_buffer(memory)
    address = ctypes.addressof(view)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(size), _READ_EXECUTE):
        raise OSError(ctypes.get_errno(), "mprotect")
    return address, (memory, view)


def _mapped_windows(data: bytes) -> tuple[int, object]:
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # pyright: ignore[reportAttributeAccessIssue]
    kernel.VirtualAlloc.restype = ctypes.c_void_p
    kernel.VirtualAlloc.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint32, ctypes.c_uint32)
    kernel.VirtualProtect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint32, ctypes.c_void_p)
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.FlushInstructionCache.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
    address = kernel.VirtualAlloc(None, len(data), _COMMIT, _PAGE_READ_WRITE)
    if not address:
        raise OSError("VirtualAlloc failed")
    ctypes.memmove(address, data, len(data))
    before = ctypes.c_uint32()
    if not kernel.VirtualProtect(address, len(data), _PAGE_EXECUTE_READ, ctypes.byref(before)):
        raise OSError("VirtualProtect failed")
    kernel.FlushInstructionCache(kernel.GetCurrentProcess(), address, len(data))
    return address, None
