from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import interpreter
import pytest

PACKAGING = Path(interpreter.__file__).parent


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14), (4, 0), (2, 7)])
def test_other_pythons_are_refused_in_one_sentence(version: tuple[int, int]) -> None:
    said = interpreter.refusal(version)
    assert "needs Python 3.11, 3.12 or 3.13" in said
    assert f"this is Python {version[0]}.{version[1]}" in said
    assert "\n" not in said


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_supported_pythons_are_taken(version: tuple[int, int]) -> None:
    assert interpreter.refusal(version) == ""


@pytest.mark.parametrize("name", ["run.py", "test.py", "interpreter.py"])
def test_an_old_python_can_read_the_files_it_sees_first(name: str) -> None:
    tree = ast.parse((PACKAGING / name).read_text("utf-8"), feature_version=(3, 6))
    at_top = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    assert at_top <= {"os", "shutil", "subprocess", "sys", "interpreter"}
    assert not [node for node in tree.body if isinstance(node, ast.ImportFrom)]


def start_as_old_python(search_path: Path) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path.append({str(PACKAGING)!r}); import interpreter\n"
    code += "interpreter.ensure('run.py', ['upscale', 'a b'], version=(3, 9)); print('went on')"
    environ = {**os.environ, "PATH": str(search_path)}
    return subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False)


def test_too_old_ends_with_the_sentence(tmp_path: Path) -> None:
    done = start_as_old_python(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs Python 3.11" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a script stands in for the other Python")
def test_too_old_goes_on_with_a_suitable_python_that_is_there(tmp_path: Path) -> None:
    for minor in (10, 11, 12):
        other = tmp_path / f"python3.{minor}"
        other.write_text(f'#!/bin/sh\necho "3.{minor}" "$@"\nexit 5\n')
        other.chmod(0o755)
    done = start_as_old_python(tmp_path)
    assert (done.returncode, done.stdout) == (5, "3.12 run.py upscale a b\n")
