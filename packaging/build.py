"""The frozen program and the installers of this system, by one command: `python3 packaging/build.py`.

What is made lies in dist/: the program's folder `ganstudio`, and on Linux the .deb and the .run. The program is frozen
in an environment of its own (build/env, or --env), made like the one of run.py, and only when something that goes into
it has changed. `--only freeze|deb|run` makes one thing, `--level` is how hard zstd tries (1 to 22).
Standard library only; Linux needs binutils, zstd, and for the .run gcc and libzstd-dev.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # missing under PYTHONSAFEPATH and -I

import bundle_list
import checksums
from build_stamp import stamp
from desktop import version
from environment import Environment, SetupError, say
from system_tools import need

PACKAGING = Path(__file__).resolve().parent
ROOT = PACKAGING.parent
DIST, BUILD = ROOT / "dist", ROOT / "build"
PROGRAM = DIST / "ganstudio"
_FROZEN_FROM = BUILD / "frozen-from.txt"
_RECIPE = ("ganstudio.spec", "freezing.py", "neutral.py", "distributions.py", "machine.py", "bundle_list.py")
_RECIPE += ("icons.py", "build_stamp.py", "constraints.txt", "spec_systems.py", "desktop.py")
_LEVEL = 12


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    kinds = ["freeze", "deb", "run"] if sys.platform == "linux" else ["freeze"]
    parser.add_argument("--only", choices=kinds, help="make one thing (what it is made of must be there)")
    parser.add_argument("--env", type=Path, default=BUILD / "env", help="the environment to freeze with")
    parser.add_argument("--level", type=int, default=_LEVEL, help=f"zstd's level (default {_LEVEL})")
    parser.add_argument("--again", action="store_true", help="freeze even when nothing has changed")
    asked = parser.parse_args(words)
    try:
        make([asked.only] if asked.only else kinds, asked.env.absolute(), asked.level, asked.again)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        print(f"This command failed ({error.returncode}): {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 1
    return 0


def make(kinds: list[str], env: Path, level: int, again: bool) -> None:
    if "freeze" in kinds:
        freeze(env, again)
    if "deb" in kinds:
        import deb

        say(f"Made {deb.build(PROGRAM, BUILD / 'icons', DIST, level)}")
    if "run" in kinds:
        import runfile

        say(f"Made {runfile.build(PROGRAM, BUILD / 'icons', DIST, level)}")
    say(f"Made {checksums.write(DIST)}")


def freeze(env: Path, again: bool) -> None:
    """The program in dist/ganstudio, with the list of its files."""
    if sys.platform == "linux":
        need("objdump", "strip")
    python = Environment(ROOT, env).ensure(["run", "build"])
    wanted = fingerprint(python)
    if not again and PROGRAM.is_dir() and _FROZEN_FROM.exists() and _FROZEN_FROM.read_text("utf-8") == wanted:
        say("Nothing that goes into the program has changed.")
        return
    _FROZEN_FROM.unlink(missing_ok=True)
    say("Drawing the icons.")
    subprocess.run([python, str(PACKAGING / "icons.py"), str(BUILD / "icons")], check=True, env=_environ())
    licences = [python, str(PACKAGING / "licences.py")]
    subprocess.run([*licences, "-o", str(BUILD / "licences.json")], check=True, env=_environ())
    say("Freezing the program (a few minutes).")
    words = ["--noconfirm", "--log-level", "ERROR", "--workpath", str(BUILD / "pyinstaller"), "--distpath", str(DIST)]
    spec = PACKAGING / "ganstudio.spec"
    subprocess.run([python, "-m", "PyInstaller", *words, str(spec)], check=True, env=_environ(), cwd=ROOT)
    bill = DIST / f"ganstudio-{version()}.cdx.json"
    subprocess.run([*licences, "--bundle", str(PROGRAM), "--sbom", str(bill)], check=True, env=_environ())
    bundle_list.write(PROGRAM)
    _FROZEN_FROM.write_text(wanted, "utf-8")


def _environ() -> dict[str, str]:
    """The same words in every build: no hash seeds, no settings of the person's."""
    dropped = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "LD_LIBRARY_PATH")
    environ = {key: value for key, value in os.environ.items() if key not in dropped}
    return {
        **environ,
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
    }


def fingerprint(python: Path) -> str:
    """Changes when something that goes into the program does."""
    hashed = hashlib.sha256(repr((sorted(stamp(ROOT).items()), str(python.resolve()))).encode())
    folders = [ROOT / "ganstudio", ROOT / "resources", PACKAGING / "hooks", PACKAGING / "icons"]
    files = [path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts]
    files += [PACKAGING / name for name in _RECIPE]
    for path in sorted(path for path in files if path.is_file()):
        hashed.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
