"""The installer for Windows, GANStudio-VERSION-setup.exe: `python packaging/nsis.py --program dist/ganstudio -o dist`.

Needs makensis 3 (NSIS; Debian: nsis), which runs on every system; the program in it must have been frozen on Windows.
The lists of what is installed and removed are made from the folder, file by file. One data block of an installer ends
at 2 GB, so a build of PyTorch for NVIDIA cards does not fit: `ganstudio doctor --get cuda` fetches it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path, PureWindowsPath

from desktop import version

SCRIPT = Path(__file__).with_name("windows") / "ganstudio.nsi"
LARGEST = 2**31 - 1
NEEDED = ("ganstudio.exe", "GANStudio-window.exe")


class NsisError(Exception):
    """The installer cannot be made: a sentence."""


def lists(program: Path) -> tuple[str, str]:
    """(what installs every file of a folder, what removes exactly these and the folders that are then empty)."""
    files = sorted(path.relative_to(program) for path in program.rglob("*") if not path.is_dir())
    folders = sorted({parent for file in files for parent in file.parents if parent != Path()})
    put: list[str] = []
    now = None
    for file in files:
        if file.parent != now:
            now = file.parent
            put.append(f'SetOutPath "{_quoted(now)}"')
        put.append(f'File "{program / file}"')  # where it is taken from, `$` means nothing
    gone = [f'Delete "{_quoted(file)}"' for file in files]
    gone += [f'RMDir "{_quoted(folder)}"' for folder in reversed(folders)]
    return "\n".join(put) + "\n", "\n".join(gone) + "\n"


def _quoted(path: Path) -> str:
    inside = str(PureWindowsPath(path))
    return "$INSTDIR" if inside == "." else "$INSTDIR\\" + _escaped(inside)


def _escaped(text: str) -> str:
    """A name inside quotes of NSIS."""
    return text.replace("$", "$$").replace('"', '$\\"')


def build(program: Path, icon: Path, folder: Path) -> Path:
    """The installer of a frozen folder. Raises NsisError."""
    tool = shutil.which("makensis")
    if tool is None:
        raise NsisError("makensis is missing; on Debian: apt-get install nsis")
    for name in NEEDED:
        if not (program / name).is_file():
            raise NsisError(f"{program} is no program frozen on Windows: {name} is missing.")
    total = sum(path.stat().st_size for path in program.rglob("*") if path.is_file())
    if total > LARGEST:
        raise NsisError(f"{total / 1e9:.1f} GB do not fit into an installer of NSIS; is that a build for NVIDIA cards?")
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / f"GANStudio-{version()}-setup.exe"
    with tempfile.TemporaryDirectory() as work:
        for name, text in zip(("files.nsh", "unfiles.nsh"), lists(program), strict=True):
            Path(work, name).write_text(text, "utf-8-sig")  # NSIS takes a file without a mark for the old encoding
        facts = {
            "VERSION": version(), "BUILD": f"{version().split('+')[0]}.0", "OUT": out.absolute(),
            "ICON": icon.absolute(), "SIZE_KB": max(total // 1024, 1),
        }  # fmt: skip
        words = [f"-D{name}={value}" for name, value in facts.items()]
        command = [tool, "-V2", "-WX", "-INPUTCHARSET", "UTF8", *words, "-NOCD", str(SCRIPT)]
        done = subprocess.run(command, cwd=work, env={**os.environ, "LC_ALL": "C.UTF-8"}, check=False)
    if done.returncode != 0:
        raise NsisError(f"makensis failed ({done.returncode}).")
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--program", type=Path, default=Path("dist/ganstudio"), help="the frozen folder")
    parser.add_argument("--icon", type=Path, default=Path("build/icons/ganstudio.ico"))
    parser.add_argument("-o", "--output", type=Path, default=Path("dist"), help="the folder for the installer")
    asked = parser.parse_args()
    try:
        print(build(asked.program.absolute(), asked.icon, asked.output))
    except NsisError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
