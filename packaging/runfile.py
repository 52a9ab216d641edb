"""The .run: one file that installs the program for one person, without an administrator and without tools that a
system may lack.

A shell script (linux/installer.sh), then a small unpacker (linux/unzstd.c, linked with libzstd), then the program as
tar, packed with zstd. The script needs a POSIX shell, tar, and the coreutils.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import desktop
import distributions
import elf
from environment import SetupError
from system_tools import need

SOURCES = desktop.FILES
WHOLE = ".whole"  # the last thing in the archive
_SLACK_KB = 20_000


def build(program: Path, icons: Path, dist: Path, level: int, glibc: str | None = None) -> Path:
    """The .run of the frozen `program` in `dist`; its path. `level` is zstd's."""
    need("zstd", "cc", "strip")
    machine = os.uname().machine
    glibc = glibc or elf.asked_of_system(program).glibc
    tree = dist / "run-tree"
    shutil.rmtree(tree, ignore_errors=True)
    try:
        desktop.lay(tree / "share", icons)
        shutil.copyfile(SOURCES / "uninstall.sh", tree / "uninstall.sh")
        (tree / WHOLE).touch()
        payload = pack(program, tree, tree / "payload.tar.zst", level)
        size = sum(path.lstat().st_size for path in program.rglob("*") if path.is_file())
        path = dist / f"ganstudio-{desktop.version()}-linux-{machine}.run"
        small = unpacker(tree / "unzstd")
        join(path, small, payload, machine, glibc, size // 1024 + _SLACK_KB, desktop.version())
    finally:
        shutil.rmtree(tree, ignore_errors=True)
    return path


def unpacker(path: Path) -> Path:
    """linux/unzstd.c compiled, libzstd inside."""
    source = SOURCES / "unzstd.c"
    words = ["cc", "-O2", "-Wall", "-Wextra", "-o", str(path), str(source), "-l:libzstd.a"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(f"The unpacker could not be compiled (on Debian it needs libzstd-dev):\n{done.stderr.strip()}")
    subprocess.run(["strip", str(path)], check=True)
    return path


def pack(program: Path, extra: Path, path: Path, level: int) -> Path:
    """The program's folder and what `extra` adds to it, as a .tar.zst that is the same for the same files."""
    tar = path.with_suffix("")
    with tarfile.open(tar, "w", format=tarfile.GNU_FORMAT) as archive:
        archive.add(program, arcname=".", filter=_anybodys)
        archive.add(extra / "share", arcname="./share", filter=_anybodys)
        archive.add(extra / "uninstall.sh", arcname="./uninstall.sh", filter=_anybodys)
        archive.add(extra / WHOLE, arcname=f"./{WHOLE}", filter=_anybodys)
    words = ["zstd", "-q", "-f", "--rm", f"-{level}", "--long=27", "-T0", "-o", str(path), str(tar)]
    subprocess.run([*words[:3], *(["--ultra"] if level > 19 else []), *words[3:]], check=True)
    return path


def _anybodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the owner and the times of this machine."""
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = "root"
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry


def join(path: Path, unpacks: Path, payload: Path, machine: str, glibc: str, needed_kb: int, version: str) -> None:
    """Write the file: the script with its values filled in, the unpacker, the archive."""
    after = unpacks.read_bytes(), payload.read_bytes()
    hashed = hashlib.sha256(after[0])
    hashed.update(after[1])
    values = {
        "VERSION": version,
        "MACHINE": machine,
        "GLIBC": glibc,
        "UNPACKER": str(len(after[0])),
        "PAYLOAD": str(len(after[1])),
        "SUM": hashed.hexdigest(),
        "NEEDED_KB": str(needed_kb),
        "ID": desktop.ID,
        "LIBRARIES": distributions.table(),
    }
    script = settled(lambda size: filled((SOURCES / "installer.sh").read_text("utf-8"), {**values, "HEADER": size}))
    with open(path, "wb") as file:
        file.write(script)
        for part in after:
            file.write(part)
    path.chmod(0o755)


def filled(text: str, values: dict[str, str]) -> bytes:
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text.encode()


def settled(script: Callable[[str], bytes]) -> bytes:
    """The script that names its own length."""
    size = 0
    while len(text := script(str(size))) != size:
        size = len(text)
    return text
