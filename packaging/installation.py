"""Making and mending an environment, one start at a time: the venv, the packages in their order, a first import."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import machine
import torch_source
from environment import LOCK, LOG, STAMP, UNCHECKED, Environment, SetupError, say
from pip_steps import Pip, follow
from requirements import WITHOUT_DEPENDENCIES, name_of
from start_lock import LockTimeout, StartLock

_TITLES = {
    "run": ("the other libraries", " (200 MB)"),
    "dev": ("the tests' tools", " (60 MB)"),
    "build": ("PyInstaller", " (2 MB)"),
}
NEEDED_BYTES = 2.4 * 1000**3  # 1.4 GB of files, and pip's copies of the wheels


@dataclass(frozen=True)
class Step:
    title: str
    size: str  # of what is fetched, in words
    words: list[str]


def run(environment: Environment, groups: list[str], anew: bool) -> None:
    """Install what the groups lack; `anew` begins from nothing. Raises SetupError."""
    try:
        environment.folder.mkdir(parents=True, exist_ok=True)
        with StartLock(environment.folder / LOCK, say) as lock:
            if anew or environment.trouble(groups):  # else another start has done it meanwhile
                _install(environment, groups, anew, lock.descriptor)
    except LockTimeout as error:
        raise SetupError(str(error)) from error
    except OSError as error:
        raise SetupError(
            f"GANStudio could not make its environment in {environment.folder}: {error.strerror or error} "
            f"({error.filename or 'no file named'}). Name a folder that can be written in GANSTUDIO_ENV."
        ) from error


def _install(environment: Environment, groups: list[str], anew: bool, lock: int) -> None:
    stamp = environment.stamp()
    damage = "that was asked for" if anew else environment.damage(stamp) if stamp else ""
    begun = time.monotonic()
    if stamp is None:
        _refuse_foreign(environment.folder)
        say(f"Making GANStudio's environment in {environment.folder} (once; a few minutes, about 1.4 GB).")
    else:
        reason = damage or environment.trouble(groups)
        say(f"Mending GANStudio's environment in {environment.folder}: {reason}.")
    _refuse_small_disk(environment.folder)
    installed: dict[str, str] = dict(stamp["installed"]) if stamp and not damage else {}
    environment.write_stamp({"state": "installing"})  # a start that finds this begins from nothing
    if damage:
        _clear(environment.folder)
    _add_system_libraries(environment)
    _make_venv(environment)
    wanted = {group: environment.requirements.fingerprint(group) for group in groups}
    missing = [group for group in groups if installed.get(group) != wanted[group]]
    _install_groups(environment, missing, lock)
    done = _ready(environment, installed | wanted)
    environment.write_stamp(done | {"state": UNCHECKED})  # a start that finds this only checks
    _check_imports(environment, groups)
    environment.write_stamp(done)
    say(f"The environment is ready ({time.monotonic() - begun:.0f} s).")


def _refuse_foreign(folder: Path) -> None:
    """Only into an empty folder, or a venv: another may hold what is not ours."""
    strangers = sorted({entry.name for entry in folder.iterdir()} - {LOCK, LOG})
    if strangers and not (folder / "pyvenv.cfg").exists():
        raise SetupError(
            f"{folder} is not an environment of GANStudio: it holds {strangers[0]}. "
            f"Name an empty or new folder in GANSTUDIO_ENV."
        )


def _refuse_small_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise SetupError(
            f"GANStudio's environment needs about {NEEDED_BYTES / 1e9:.0f} GB, and {folder} has "
            f"{free / 1e9:.1f} GB free. Free some space, or name another folder in GANSTUDIO_ENV."
        )


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.name in (STAMP, LOCK):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _add_system_libraries(environment: Environment) -> None:
    """What pip cannot bring, by apt where we may. The installation ends without what everything needs, and goes on
    without what only the window needs."""
    for missing, needed in ((machine.missing_packages(), True), (machine.missing_for_the_window(), False)):
        if not missing:
            continue
        say(f"The system lacks {', '.join(missing)}.")
        if machine.apt_install(missing, environment.folder / LOG):
            say("apt has installed it.")
            continue
        line = f"sudo {shlex.join(machine.apt_words(missing))}"
        if needed:
            raise SetupError(f"Install it and start again: {line}")
        say(f"Only the window needs it; to see the window, install it: {line}")


def _make_venv(environment: Environment) -> None:
    if environment.python.exists():
        return
    log = environment.folder / LOG
    words = [sys.executable, "-I", "-m", "venv", str(environment.folder)]
    with open(log, "ab") as out:
        code = follow(subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out))
    if code != 0:
        raise SetupError(
            f"Python could not make a virtual environment. What it said: {log}\nThe command was: {shlex.join(words)}"
        )


def _install_groups(environment: Environment, groups: list[str], lock: int) -> None:
    pip = Pip(environment.python, environment.requirements.constraints, environment.folder / LOG, lock)
    steps = [step for group in groups for step in _steps(environment, pip, group)]
    for number, step in enumerate(steps, 1):
        begun = time.monotonic()
        print(f"{number} of {len(steps) + 1}  Installing {step.title}{step.size}…", end="", file=sys.stderr, flush=True)
        try:
            pip.install(step.title, step.words)
        finally:
            say(f" {time.monotonic() - begun:.0f} s")
    say(f"{len(steps) + 1} of {len(steps) + 1}  Checking that everything imports.")


def _steps(environment: Environment, pip: Pip, group: str) -> list[Step]:
    """A group's installation in order: torch alone, so that nothing later moves it; then the rest."""
    asked = environment.requirements.group(group)
    torch = [text for text in asked if name_of(text) == "torch"]
    alone = [text for text in asked if name_of(text) in WITHOUT_DEPENDENCIES]
    rest = [text for text in asked if text not in torch and text not in alone]
    steps = []
    if torch:
        nvidia = machine.has_nvidia()
        say("Looking for the build of PyTorch for this machine.")
        version = environment.requirements.pinned("torch")
        words = torch_source.choose(pip, version, nvidia=nvidia, allow_cuda_build=environment.allow_cuda_build)
        steps.append(Step("PyTorch", " (about 3 GB)" if nvidia else " (about 200 MB)", words))
    if rest:
        steps.append(Step(*_TITLES[group], rest))
    if alone:
        steps.append(Step(", ".join(map(name_of, alone)), "", ["--no-deps", *alone]))
    return steps


def _check_imports(environment: Environment, groups: list[str]) -> None:
    """A missing system library is better named now than in the middle of a job."""
    asked = [name_of(text) for group in groups for text in environment.requirements.group(group)]
    names = [name for name in asked if name not in WITHOUT_DEPENDENCIES]
    words = [str(environment.python), "-I", str(Path(__file__).with_name("imports.py")), *names]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(
            f"GANStudio's packages are installed, but not all of them import here:\n"
            f"{(done.stdout + done.stderr).strip()}\n"
            f"A system library that is missing is the usual cause. Install it and start again."
        )


def _ready(environment: Environment, installed: dict[str, str]) -> dict[str, Any]:
    lib = environment.folder / ("Lib" if os.name == "nt" else "lib")
    packages = next(lib.rglob("site-packages"))
    return {
        "state": "ready",
        "installed": installed,
        "interpreter": str(environment.python.resolve()),
        "packages": packages.relative_to(environment.folder).as_posix(),
        "entries": sorted(name for name in os.listdir(packages) if not name.startswith(("__", "~"))),
    }
