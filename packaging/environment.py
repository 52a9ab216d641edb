"""The environment of a clone: made at the first start, checked in milliseconds at the next, mended when broken.

Its folder (`.venv`, or GANSTUDIO_ENV) is a venv with three files of ours: `ganstudio.json`, the stamp (what is
installed, and whether that ended); `ganstudio.lock`; and `install.log`, what pip said.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import machine
import torch_source
from pip_steps import Pip, SetupError, follow
from requirements import GROUPS, WITHOUT_DEPENDENCIES, Requirements, name_of
from start_lock import LockTimeout, StartLock

__all__ = ["Environment", "SetupError"]

STAMP, LOCK, LOG = "ganstudio.json", "ganstudio.lock", "install.log"
NEEDED_BYTES = 2 * 1000**3  # 1.3 GB of files and pip's copies of the wheels


def say(text: str) -> None:
    """Everything about the installation goes to stderr: stdout is the program's."""
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Step:
    title: str
    words: list[str]


class Environment:
    """The environment for the clone at `root`. `folder` and the permission are taken from GANSTUDIO_ENV and
    GANSTUDIO_ALLOW_CUDA_BUILD when not given."""

    def __init__(
        self, root: Path | None = None, folder: Path | None = None, allow_cuda_build: bool | None = None
    ) -> None:
        self.root = root or Path(__file__).resolve().parents[1]
        named = os.environ.get("GANSTUDIO_ENV")
        self.folder = folder or (Path(named).expanduser().absolute() if named else self.root / ".venv")
        if allow_cuda_build is None:
            allow_cuda_build = os.environ.get("GANSTUDIO_ALLOW_CUDA_BUILD", "") not in ("", "0")
        self._allow_cuda_build = allow_cuda_build
        self._requirements = Requirements(self.root)

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    # --- the cheap check

    def trouble(self, groups: list[str]) -> str:
        """Why the environment cannot be used as it is for these groups; "" when it can. No process is started."""
        stamp = self._stamp()
        if stamp is None:
            return "there is none yet"
        if damage := self._damage(stamp):
            return damage
        for group in groups:
            if stamp["installed"].get(group) != self._requirements.fingerprint(group):
                return f"the list of packages for {GROUPS[group]} is new or has changed"
        return ""

    def _stamp(self) -> dict[str, Any] | None:
        try:
            return json.loads((self.folder / STAMP).read_text("utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:  # cut off while it was written by a dying machine
            return {"state": "installing"}

    def _damage(self, stamp: dict[str, Any]) -> str:
        """What an installation on top cannot mend."""
        if stamp.get("state") != "ready":
            return "the last installation was broken off"
        if not self.python.exists() or str(self.python.resolve()) != stamp["interpreter"]:
            return "the Python it was made with is gone"
        try:
            present = set(os.listdir(self.folder / stamp["packages"]))
        except FileNotFoundError:
            return "its packages are gone"
        if missing := [name for name in stamp["entries"] if name not in present]:
            return f"{missing[0]} is missing"
        return ""

    # --- making and mending

    def ensure(self, groups: list[str], anew: bool = False) -> Path:
        """The environment's Python, with these groups of packages; made or mended first where it must be.

        Raises SetupError, one sentence with the command, when that cannot be done.
        """
        if not anew and not self.trouble(groups):
            return self.python
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with StartLock(self.folder / LOCK, say) as lock:
                if anew or self.trouble(groups):  # else another start has done it meanwhile
                    self._install(groups, anew, lock.descriptor)
        except LockTimeout as error:
            raise SetupError(str(error)) from error
        except OSError as error:
            raise SetupError(
                f"GANStudio could not make its environment in {self.folder}: {error.strerror or error} "
                f"({error.filename or 'no file named'}). Name a folder that can be written in GANSTUDIO_ENV."
            ) from error
        return self.python

    def _install(self, groups: list[str], anew: bool, lock: int) -> None:
        stamp = self._stamp()
        damage = "asked for" if anew else self._damage(stamp) if stamp else ""
        begun = time.monotonic()
        if stamp is None:
            self._refuse_foreign_folder()
            say(f"Making GANStudio's environment in {self.folder} (once; a few minutes, about 1.3 GB).")
        else:
            say(f"Mending GANStudio's environment in {self.folder}: {damage or self.trouble(groups)}.")
        self._refuse_small_disk()
        installed: dict[str, str] = {} if damage or stamp is None else dict(stamp["installed"])
        self._write_stamp({"state": "installing"})
        if damage:
            self._clear()
        self._make_venv()
        pip = Pip(self.python, self._requirements.constraints, self.folder / LOG, lock)
        wanted = [group for group in groups if installed.get(group) != self._requirements.fingerprint(group)]
        steps = [step for group in wanted for step in self._steps(pip, group)]
        for number, step in enumerate(steps, 1):
            self._step(pip, step, f"{number} of {len(steps) + 1}")
        self._check(wanted, f"{len(steps) + 1} of {len(steps) + 1}")
        installed.update({group: self._requirements.fingerprint(group) for group in wanted})
        self._write_stamp(self._ready(installed))
        say(f"The environment is ready ({time.monotonic() - begun:.0f} s).")

    def _refuse_foreign_folder(self) -> None:
        """Only an empty folder, or a venv, is installed into: another may hold what is not ours."""
        strangers = {entry.name for entry in self.folder.iterdir()} - {LOCK, LOG}
        if strangers and not (self.folder / "pyvenv.cfg").exists():
            raise SetupError(
                f"{self.folder} is not an environment of GANStudio: it holds {sorted(strangers)[0]}. "
                f"Name an empty or new folder in GANSTUDIO_ENV."
            )

    def _refuse_small_disk(self) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < NEEDED_BYTES:
            raise SetupError(
                f"GANStudio's environment needs about {NEEDED_BYTES / 1e9:.0f} GB; {self.folder} has "
                f"{free / 1e9:.1f} GB free. Free some space, or name another folder in GANSTUDIO_ENV."
            )

    def _clear(self) -> None:
        for entry in self.folder.iterdir():
            if entry.name in (STAMP, LOCK):
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def _make_venv(self) -> None:
        if self.python.exists():
            return
        log = self.folder / LOG
        missing = machine.missing_packages()
        if missing and not machine.apt_install(missing, log):
            raise SetupError(
                f"The system lacks {', '.join(missing)}. Install it and start again: "
                f"sudo {' '.join(machine.apt_words(missing))}"
            )
        with open(log, "ab") as out:
            words = [sys.executable, "-I", "-m", "venv", str(self.folder)]
            made = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
            if follow(made) != 0:
                raise SetupError(
                    f"Python could not make a virtual environment. What it said: {log}\n"
                    f"The command was: {' '.join(words)}"
                )

    def _steps(self, pip: Pip, group: str) -> list[Step]:
        """The installation of a group in its order: torch alone, so that nothing later moves it; then the rest."""
        asked = self._requirements.group(group)
        torch = [text for text in asked if name_of(text) == "torch"]
        alone = [text for text in asked if name_of(text) in WITHOUT_DEPENDENCIES]
        rest = [text for text in asked if text not in torch and text not in alone]
        steps = []
        if torch:
            nvidia = machine.has_nvidia()
            words = torch_source.choose(
                pip, self._requirements.pinned("torch"), nvidia=nvidia, allow_cuda_build=self._allow_cuda_build
            )
            steps.append(Step("PyTorch (about 3 GB)" if nvidia else "PyTorch (about 200 MB)", words))
        if rest:
            steps.append(Step("the tests' tools" if group == "dev" else "the other libraries (about 120 MB)", rest))
        if alone:
            steps.append(Step(", ".join(map(name_of, alone)), ["--no-deps", *alone]))
        return steps

    def _step(self, pip: Pip, step: Step, number: str) -> None:
        begun = time.monotonic()
        print(f"{number}  Installing {step.title}…", end="", file=sys.stderr, flush=True)
        try:
            pip.install(step.title, step.words)
        finally:
            print(f" {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)

    def _check(self, groups: list[str], number: str) -> None:
        """Import what was installed: a missing system library is better named now than in the middle of a job."""
        say(f"{number}  Checking that everything imports.")
        asked = [name_of(text) for group in groups for text in self._requirements.group(group)]
        names = [name for name in asked if name not in WITHOUT_DEPENDENCIES]
        script = Path(__file__).with_name("imports.py")
        words = [str(self.python), "-I", str(script), *names]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SetupError(
                f"GANStudio's packages are installed, but not all of them import here:\n"
                f"{(done.stdout + done.stderr).strip()}\nA missing system library is the usual cause. "
                f"Install it and start again."
            )

    def _ready(self, installed: dict[str, str]) -> dict[str, Any]:
        lib = self.folder / ("Lib" if os.name == "nt" else "lib")
        packages = next(lib.rglob("site-packages"))
        entries = sorted(name for name in os.listdir(packages) if not name.startswith(("__", "~")))
        return {
            "state": "ready",
            "installed": installed,
            "interpreter": str(self.python.resolve()),
            "packages": packages.relative_to(self.folder).as_posix(),
            "entries": entries,
        }

    def _write_stamp(self, stamp: dict[str, Any]) -> None:
        partial = self.folder / (STAMP + ".part")
        partial.write_text(json.dumps(stamp, indent=1), "utf-8")
        os.replace(partial, self.folder / STAMP)
