"""The .deb: the program in /opt/ganstudio, `ganstudio` in /usr/bin, and what the desktop is told.

`Depends` is made from distributions.py and from what the program's native files ask of glibc. Nothing is written
outside of the package's own files; the person's folders are never touched, also not by a purge.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import desktop
import distributions
import elf
from build_stamp import stamp
from system_tools import need

PLACE = "opt/ganstudio"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_DESCRIPTION = """\
Description: image editor whose tools are neural networks
 Makes photographs larger and better on your own computer, one on a canvas or
 folders of thousands overnight, in a window and in the terminal. It needs no
 graphics card, no account and no network.
"""
# The desktop's databases: dpkg's triggers bring them up to date where their packages are installed; where those came
# later or the triggers are off, this does.
_CACHES = """\
#!/bin/sh
set -e
if [ "$1" = configure ] || [ "$1" = remove ] || [ "$1" = purge ]; then
    if command -v update-desktop-database >/dev/null 2>&1; then
        update-desktop-database -q /usr/share/applications || true
    fi
    if command -v update-mime-database >/dev/null 2>&1; then
        update-mime-database /usr/share/mime || true
    fi
    if command -v gtk-update-icon-cache >/dev/null 2>&1; then
        gtk-update-icon-cache -q -t /usr/share/icons/hicolor || true
    fi
fi
exit 0
"""


def build(program: Path, icons: Path, dist: Path, level: int, glibc: str | None = None) -> Path:
    """The .deb of the frozen `program` in `dist`; its path. `level` is zstd's."""
    need("dpkg-deb")
    machine = os.uname().machine
    glibc = glibc or elf.asked_of_system(program).glibc
    name = f"ganstudio_{desktop.version()}_{ARCHITECTURES[machine]}.deb"
    tree = dist / "deb-tree"
    shutil.rmtree(tree, ignore_errors=True)
    try:
        lay(tree, program, icons)
        write_control(tree, ARCHITECTURES[machine], glibc)
        _settle(tree)
        words = ["dpkg-deb", "--root-owner-group", "-Zzstd", f"-z{level}", "--build", str(tree), str(dist / name)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    finally:
        shutil.rmtree(tree, ignore_errors=True)
    return dist / name


def lay(tree: Path, program: Path, icons: Path) -> None:
    """What is installed, below `tree`. The program's files are linked where that can be done: they are many."""
    shutil.copytree(program, tree / PLACE, symlinks=True, copy_function=_linked)
    (tree / "usr" / "bin").mkdir(parents=True)
    (tree / "usr" / "bin" / "ganstudio").symlink_to("/opt/ganstudio/ganstudio")
    desktop.lay(tree / "usr" / "share", icons)
    told = tree / "usr" / "share" / "doc" / "ganstudio"
    told.mkdir(parents=True)
    licence = (desktop.ROOT / "LICENSE").read_text("utf-8")
    (told / "copyright").write_text(
        "GANStudio is under the Apache License 2.0. What it contains of others, with their licences, is listed in the\n"
        f"program under About.\n\n{licence}",
        "utf-8",
    )


def write_control(tree: Path, architecture: str, glibc: str) -> None:
    """DEBIAN/: the fields, the scripts and the checksums."""
    control = tree / "DEBIAN"
    control.mkdir()
    size = sum(path.lstat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    fields = {
        "Package": "ganstudio",
        "Version": desktop.version(),
        "Section": "graphics",
        "Priority": "optional",
        "Architecture": architecture,
        "Installed-Size": str(size),
        "Maintainer": "The GANStudio authors <authors@ganstudio.invalid>",
        "Depends": distributions.depends(glibc),
        "Recommends": distributions.recommends(),
        "Build-Commit": stamp(desktop.ROOT)["commit"] or "none",
    }
    lines = "".join(f"{key}: {value}\n" for key, value in fields.items())
    (control / "control").write_text(lines + _DESCRIPTION, "utf-8")
    sums = [
        f"{_md5(path)}  {path.relative_to(tree).as_posix()}\n"
        for path in sorted(tree.rglob("*"))
        if path.is_file() and not path.is_symlink() and control not in path.parents
    ]
    (control / "md5sums").write_text("".join(sums), "utf-8")
    for script in ("postinst", "postrm"):
        (control / script).write_text(_CACHES, "utf-8")
        (control / script).chmod(0o755)


def _md5(path: Path) -> str:
    """dpkg's own kind of checksum, for `dpkg --verify`."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _linked(source: str, place: str) -> None:
    try:
        os.link(source, place)
    except OSError:  # another disk
        shutil.copy2(source, place)


def _settle(tree: Path) -> None:
    """Folders for everyone to read, whatever the umask here was. The program's files have their modes already."""
    for path in [tree, *tree.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    for path in (tree / "usr" / "share").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
