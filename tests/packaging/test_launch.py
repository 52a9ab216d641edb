"""A start from outside: exit codes, signals, what is on the module path, and what a second start costs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="written for POSIX venvs")


def words(clone: Path, *more: str) -> list[str]:
    return [sys.executable, str(clone / "packaging" / "run.py"), *more]


def program(clone: Path, text: str) -> None:
    (clone / "ganstudio" / "__main__.py").write_text(text, "utf-8")


def test_words_output_and_exit_code_are_the_programs(ready: Path) -> None:
    done = subprocess.run(words(ready, "upscale", "a b", "--x=%1"), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (7, "words upscale a b --x=%1\n", "")


def test_settings_of_python_do_not_hide_our_own_modules(ready: Path) -> None:
    environ = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONPATH": "/nowhere"}
    done = subprocess.run(words(ready), env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (7, "words\n", "")


def test_a_signal_reaches_the_program(ready: Path) -> None:
    program(
        ready,
        "import signal, sys, time\n"
        "def main():\n"
        "    try:\n        print('up', flush=True); time.sleep(60)\n"
        "    except KeyboardInterrupt:\n        return 130\n",
    )
    started = subprocess.Popen(words(ready), stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "up\n"
    started.send_signal(signal.SIGINT)  # to the one process that there is
    started.communicate(timeout=60)
    assert started.returncode == 130


def test_started_from_anywhere_with_an_empty_environment(ready: Path, tmp_path: Path) -> None:
    here = tmp_path / "photos"
    here.mkdir()
    (here / "json.py").write_text("raise SystemExit('the wrong json')")
    (here / "ganstudio.py").write_text("raise SystemExit('the wrong program')")
    program(ready, "import json, sys\ndef main():\n    print(json.__name__, sys.path)\n    return 0\n")
    done = subprocess.run(words(ready), cwd=here, env={}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert str(here) not in done.stdout


def test_our_packaging_folder_hides_no_module(clone: Path) -> None:
    """packaging/ without an __init__ is a namespace: an installed module of that name comes first."""
    assert not (Path(__file__).resolve().parents[2] / "packaging" / "__init__.py").exists()
    code = "import sys, packaging.version as v; print(v.__file__)"
    environ = {**os.environ, "PYTHONPATH": str(clone)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, cwd=clone, capture_output=True, text=True, check=True
    )
    assert "site-packages" in done.stdout


@pytest.mark.parametrize("failure", ["return 3", pytest.param("import tiny.part", marks=pytest.mark.long)])
def test_a_damaged_file_is_mended_and_the_words_run_again(failure: str, ready: Path) -> None:
    info = next((ready / ".venv").rglob("tiny-1.0.dist-info"))
    module = info.with_name("tiny") / "__init__.py"
    module.unlink()
    program(
        ready,
        "import pathlib, sys\n"
        "def main():\n"
        f"    if not pathlib.Path({str(module)!r}).exists():\n        {failure}\n"
        "    print('words', *sys.argv[1:])\n    return 0\n",
    )
    done = subprocess.run(words(ready, "go"), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "words go\n"), done.stderr
    assert "A file of the environment is damaged (tiny/__init__.py)." in done.stderr


def test_a_fault_of_the_program_alone_mends_nothing(ready: Path) -> None:
    program(ready, "def main():\n    return 3\n")
    done = subprocess.run(words(ready), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "")
    program(ready, "def main():\n    import never_heard_of\n")
    done = subprocess.run(words(ready), capture_output=True, text=True, check=False)
    assert "No module named 'never_heard_of'" in done.stderr
    assert "Mending" not in done.stderr


def test_what_a_second_start_adds(ready: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program(ready, "def main():\n    return 0\n")
    direct = [str(ready / ".venv" / "bin" / "python"), "-P", "-c", "from ganstudio.__main__ import main; main()"]
    environ = {**os.environ, "PYTHONPATH": str(ready)}

    def best(command: list[str]) -> float:
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            assert subprocess.run(command, env=environ, check=False).returncode == 0
            times.append(time.perf_counter() - begun)
        return min(times)

    through, alone = best(words(ready)), best(direct)
    with capsys.disabled():
        print(f"\na second start: {through * 1000:.0f} ms through run.py, {alone * 1000:.0f} ms directly")
