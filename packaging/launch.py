"""The last step of a start: hand over to the program in its environment.

`start` is called by run.py. Run as a script by the environment's Python, this file is the program's first module:
where the program fails and a file of the environment proves damaged, the environment is made anew.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

FAULT = 3  # the program's exit code for a bug


def environ_for(root: Path) -> dict[str, str]:
    """The program's process environment: modules come from the clone and its environment, not from where one is."""
    strange = ("PYTHONHOME", "__PYVENV_LAUNCHER__")
    environ = {key: value for key, value in os.environ.items() if key not in strange}
    return {**environ, "PYTHONPATH": str(root), "PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1"}


def start(python: Path, root: Path, words: list[str]) -> int:
    """Become the program (POSIX: signals and exit codes are its own), or run it and return its exit code."""
    command = [str(python), str(Path(__file__).resolve()), *words]
    environ = environ_for(root)
    if os.name == "posix":
        sys.stdout.flush()
        sys.stderr.flush()
        os.execve(python, command, environ)
    return _run(command, environ)


def _run(command: list[str], environ: dict[str, str]) -> int:
    import subprocess  # not needed at most starts

    process = subprocess.Popen(command, env=environ)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the child has had it too and decides
            continue


def damaged_file() -> str:
    """The first installed file that is gone or has another size than its package says; "" when all are whole."""
    import importlib.metadata  # slow to import, and only a start that failed needs it

    for distribution in importlib.metadata.distributions():
        for file in distribution.files or []:
            try:
                size = os.stat(os.fspath(file.locate())).st_size
            except FileNotFoundError:
                return str(file)
            if file.size is not None and size != file.size:
                return str(file)
    return ""


def mend(damage: str) -> int:
    """Make the environment anew and start again with the same words."""
    print(f"A file of the environment is damaged ({damage}).", file=sys.stderr, flush=True)
    base = getattr(sys, "_base_executable", sys.executable)
    command = [base, str(Path(__file__).with_name("run.py")), "--mend", *sys.argv[1:]]
    if os.name == "posix":
        os.execv(base, command)
    return _run(command, dict(os.environ))


def main() -> int:
    try:
        from ganstudio.__main__ import main as program

        code = program()
    except ImportError:
        if damage := damaged_file():
            return mend(damage)
        raise
    if code == FAULT and (damage := damaged_file()):
        return mend(damage)
    return code


if __name__ == "__main__":
    sys.exit(main())
