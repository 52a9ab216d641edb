"""A clone in miniature and wheels of one module, for the real pip."""

from __future__ import annotations

import zipfile
from pathlib import Path

PROJECT = """\
[project]
name = "ganstudio"
dependencies = [{run}]
[project.optional-dependencies]
dev = [{dev}]
"""
PROGRAM = """\
import sys
def main():
    import tiny
    print("words", *sys.argv[1:])
    return 7
"""


def write_wheel(folder: Path, name: str, version: str, requires: tuple[str, ...] = (), body: str = "") -> Path:
    """A wheel with one package `name` of one module."""
    info = f"{name}-{version}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    files = {
        f"{name}/__init__.py": body,
        f"{info}/METADATA": "\n".join(lines + [f"Requires-Dist: {text}" for text in requires]) + "\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for inside, text in files.items():
            wheel.writestr(inside, text)
    return path


def write_project(root: Path, run: tuple[str, ...] = ("tiny",), dev: tuple[str, ...] = ("tool",)) -> None:
    quoted = {"run": ", ".join(f'"{text}"' for text in run), "dev": ", ".join(f'"{text}"' for text in dev)}
    (root / "pyproject.toml").write_text(PROJECT.format(**quoted), "utf-8")
