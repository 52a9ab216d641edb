"""The trial of a build: a process of its own computes with it, on its device, and enlarges a picture."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ganstudio.core.program import environment, program
from ganstudio.core.progress import Progress

FLAG = "--try-packages"  # ganstudio/__main__.py knows it
_PASSED = "passed"
_PATIENCE_S = 600.0  # the first use of a card may translate kernels for it
_MODEL = "quick-x2"


def trouble(folder: Path, device: str, progress: Progress) -> str:
    """Hold the trial; why the build in `folder` must not be used, or "". A stop ends the process."""
    process = subprocess.Popen(
        [*program(), FLAG, str(folder), device],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        said = _followed(process, progress)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    return said


def _followed(process: subprocess.Popen[str], progress: Progress) -> str:
    waited = 0.0
    while True:
        progress.check()
        try:
            out, wrong = process.communicate(timeout=0.3)
        except subprocess.TimeoutExpired:
            waited += 0.3
            if waited > _PATIENCE_S:
                return "it did not come to an end"
            continue
        lines = out.splitlines()
        if process.returncode == 0 and lines[-1:] == [_PASSED]:
            return ""
        told = [line for line in (lines or wrong.splitlines()) if line.strip()]
        if process.returncode < 0:
            return f"the process that tried it crashed (signal {-process.returncode})"
        return told[-1] if told else f"the process that tried it ended with {process.returncode}"


def main(words: list[str]) -> int:
    """The other process: FOLDER DEVICE. Says what is wrong, or that it passed, in its last line."""
    folder, name = Path(words[0]).resolve(), words[1]
    sys.path.insert(0, str(folder))
    said = _wrong(folder, name)
    print(said or _PASSED, flush=True)
    return 1 if said else 0


def _wrong(folder: Path, name: str) -> str:
    try:
        import torch
    except (ImportError, OSError, RuntimeError) as error:
        return f"it does not import: {error}"
    if torch.__file__ is None or not Path(torch.__file__).resolve().is_relative_to(folder):
        return f"another PyTorch was imported instead of it ({torch.__file__})"
    from ganstudio.core.errors import UserError
    from ganstudio.runtime import devices
    from ganstudio.runtime.selftest import device_trouble

    try:
        device = devices.find(name)
        return device_trouble(device) or _enlarged(name)
    except UserError as error:
        return str(error)


def _enlarged(name: str) -> str:
    """A bundled model's answer on the device, against the plain one."""
    from ganstudio.models.library import Library
    from ganstudio.runtime import Runtime

    runtime = Runtime(name, "auto")
    try:
        agreement = runtime.check(Library().find(_MODEL))
    finally:
        runtime.close()
    return "" if agreement >= 40.0 else f"it computes other pictures than it should (agreement {agreement:.0f} dB)"
