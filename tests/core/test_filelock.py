"""Two programs and one file: whoever holds the lock is alone with it; a program that hangs keeps nobody waiting."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ganstudio.core.filelock import locked
from ganstudio.core.settings import SettingsStore

WRITER = """
import sys
from pathlib import Path
from ganstudio.core.settings import SettingsStore
store = SettingsStore(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    store.remember(f"{sys.argv[2]}{number}", number)
    store.save()
"""
HOLDER = """
import sys
from pathlib import Path
from ganstudio.core.filelock import locked
with locked(Path(sys.argv[1])) as held:
    print(held, flush=True)
    sys.stdin.readline()
"""


def start(program: str, *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, *map(str, words)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def first_word(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_programs_that_save_at_the_same_moment_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    programs = [start(WRITER, path, name) for name in "abc"]
    assert [first_word(one) for one in programs] == ["ready"] * 3
    for one in programs:
        go_on(one)
    assert [one.wait(60) for one in programs] == [0, 0, 0]
    kept = json.loads(path.read_text())["memory"]
    assert sorted(kept) == sorted(f"{name}{number}" for name in "abc" for number in range(40))


def test_a_program_that_hangs_keeps_nobody_from_saving(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    holder = start(HOLDER, path)
    assert first_word(holder) == "True"
    with locked(path, patience=0.05) as held:
        assert not held
    store = SettingsStore(path)
    store.change(theme="dark")
    assert SettingsStore(path).value.theme == "dark"
    holder.kill()
    holder.wait()
    with locked(path, patience=5) as held:
        assert held


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not write-protected there")
def test_where_no_lock_can_be_made_the_work_goes_on(tmp_path: Path) -> None:
    with locked(tmp_path / "no" / "such" / "folder" / "file") as held:
        assert not held
