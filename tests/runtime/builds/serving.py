"""An index of stand-in wheels on this computer, with the faults of a real one: breaks, wrong bytes, no ranges."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Imports the torch that is installed, and says so: enough for everything that a trial does.
STAND_IN = """
import sys
from pathlib import Path

_here = str(Path(__file__).resolve().parents[1])
sys.path[:] = [path for path in sys.path if str(Path(path).resolve()) != _here]
del sys.modules["torch"]
import torch

torch.__file__ = __file__
sys.path.insert(0, _here)
print("the stand-in", file=sys.stderr)
"""
VERSION_FILE = '__version__ = "2.13.0+{label}"\ncuda = {cuda!r}\n'


def wheel(name: str, version: str, files: Mapping[str, str | bytes], needs: tuple[str, ...] = ()) -> tuple[str, bytes]:
    """A wheel's file name and content."""
    head = f"{name.replace('-', '_')}-{version}"
    told = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}", *(f"Requires-Dist: {need}" for need in needs)]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            info = zipfile.ZipInfo(path)
            info.external_attr = (0o755 if path.endswith("_manager") else 0o644) << 16
            archive.writestr(info, text)
        archive.writestr(f"{head}.dist-info/METADATA", "\n".join(told) + "\n")
    return f"{head}-py3-none-any.whl", content.getvalue()


def torch_wheel(label: str, code: str = STAND_IN, needs: tuple[str, ...] = ()) -> tuple[str, bytes]:
    files = {
        "torch/__init__.py": code,
        "torch/version.py": VERSION_FILE.format(label=label, cuda="13.0" if label != "cpu" else None),
        "torch/bin/torch_shm_manager": "#!/bin/sh\n",
        "torch/lib/filler.bin": bytes(range(256)) * 4000,
        f"torch-2.13.0+{label}.data/scripts/torchrun": "not taken",
        f"torch-2.13.0+{label}.data/purelib/torchgen/__init__.py": "",
    }
    return wheel("torch", f"2.13.0+{label}", files, needs)


@dataclass
class Served:
    """What the index serves, and how badly. `breaks` is how many more answers of a file end in the middle."""

    wheels: dict[str, bytes] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)  # wrong ones
    breaks: dict[str, int] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    ranges: bool = True
    metadata: bool = True
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, Range
    address: str = ""

    def add(self, one: tuple[str, bytes]) -> str:
        self.wheels[one[0]] = one[1]
        return one[0]

    def page(self, project: str) -> str | None:
        names = [name for name in self.wheels if name.partition("-")[0].replace("_", "-") == project]
        if not names:
            return None
        more = 'data-core-metadata="true"' if self.metadata else ""
        links = [
            f'<a href="/files/{name.replace("+", "%2B")}#sha256={self.hash(name)}" {more}>{name}</a>' for name in names
        ]
        return "<!DOCTYPE html><html><body>" + "<br>".join([*links, '<a href="/other">other</a>']) + "</body></html>"

    def hash(self, name: str) -> str:
        return self.hashes.get(name) or hashlib.sha256(self.wheels[name]).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: Served

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        served, asked = self.served, self.headers.get("Range", "")
        path = self.path.replace("%2B", "+")
        served.asked.append((self.command, path, asked))
        name = path.rpartition("/")[2].removesuffix(".metadata")
        if name in served.status and self.command == "GET":
            self._send(served.status[name], b"")
        elif path.startswith("/simple/") and (page := served.page(path.split("/")[2])) is not None:
            self._send(200, page.encode())
        elif path.endswith(".metadata") and name in served.wheels:
            with zipfile.ZipFile(io.BytesIO(served.wheels[name])) as archive:
                inside = next(one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
                self._send(200, archive.read(inside))
        elif name in served.wheels:
            self._file(name, asked, body)
        else:
            self._send(404, b"")

    def _file(self, name: str, asked: str, body: bool) -> None:
        content, part, status = self.served.wheels[name], self.served.wheels[name], 200
        if asked and self.served.ranges:
            first, _, last = asked.removeprefix("bytes=").partition("-")
            part, status = content[int(first) : int(last) + 1 if last else None], 206
        self.send_response(status)
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        if not body:
            return
        if self.served.breaks.get(name, 0) > 0:
            self.served.breaks[name] -= 1
            part = part[: len(part) // 3]
            self.close_connection = True
        with suppress(ConnectionError):  # whoever asked has heard enough
            self.wfile.write(part)

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is said."""


class Server:
    """Serves until the block ends."""

    def __init__(self, served: Served) -> None:
        handler = type("Handler", (_Handler,), {"served": served})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        served.address = f"http://127.0.0.1:{self._http.server_address[1]}/simple"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,))

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
