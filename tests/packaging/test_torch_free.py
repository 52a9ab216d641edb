"""What must be importable without torch is, module by module: help and the plan of a batch never wait for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "tools", "jobs", "cli", "training/plans")
SINGLE = ("ganstudio", "ganstudio.__main__", "ganstudio.models.library", "ganstudio.models.cards")

# Imports each module with torch, spandrel and Qt refused; prints module → what it asked for (or how it failed).
PROBE = """
import importlib, json, sys
refused = {"torch", "torchvision", "spandrel", "PySide6"}
asked = []
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in refused:
            asked.append(name)
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Refuse())
told = {}
for name in json.load(sys.stdin):
    asked.clear()
    try:
        importlib.import_module(name)
    except Exception as error:
        told[name] = f"{type(error).__name__}: {error}"
    if asked:
        told[name] = f"imports {asked[0]}"
json.dump(told, sys.stdout)
"""


def modules() -> list[str]:
    found = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for room in ROOMS
        for path in sorted((ROOT / "ganstudio" / room).rglob("*.py"))
    ]
    return [*SINGLE, *found]


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    """What every module asked for, from one fresh interpreter."""
    words = [sys.executable, "-c", PROBE]
    done = subprocess.run(words, input=json.dumps(modules()), cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("module", modules())
def test_imports_without_torch(module: str, told: dict[str, str]) -> None:
    assert told.get(module, "") == ""


def test_every_room_is_there() -> None:
    assert all(any(name.startswith(f"ganstudio.{room.replace('/', '.')}") for name in modules()) for room in ROOMS)
