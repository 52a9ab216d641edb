"""A program in miniature, laid out like the frozen one, for the installers' tests."""

from __future__ import annotations

import os
import subprocess
import tarfile
from pathlib import Path

import desktop
import runfile
from bundle_list import write as write_list

STARTS = '#!/bin/sh\necho "GANStudio stand-in"\n'
UNPACKS = "#!/bin/sh\nexec cat\n"  # an unpacker for what is not packed


def program(folder: Path, starts: str = STARTS, megabytes: int = 0) -> Path:
    """The executable, a library, the list of both."""
    (folder / "lib").mkdir(parents=True)
    (folder / "ganstudio").write_text(starts, "utf-8")
    (folder / "ganstudio").chmod(0o755)
    (folder / "lib" / "libthing.so").write_bytes(b"\0" * (1000 + megabytes * 1_000_000))
    write_list(folder)
    return folder


def icons(folder: Path) -> Path:
    """Files with the icons' names; what is in them does not matter here."""
    folder.mkdir(parents=True)
    for size in desktop.SIZES:
        (folder / f"ganstudio-{size}.png").write_bytes(b"png")
    return folder


def run_file(
    folder: Path,
    starts: str = STARTS,
    version: str = "",
    machine: str = "",
    glibc: str = "2.17",
    needed_kb: int = 100,
    megabytes: int = 0,
) -> Path:
    """A .run whose payload is a plain tar, so that no packer is needed."""
    folder.mkdir(parents=True, exist_ok=True)
    made = program(folder / "program", starts, megabytes)
    extra = folder / "extra"
    desktop.lay(extra / "share", icons(folder / "icons"))
    (extra / "uninstall.sh").write_bytes((desktop.FILES / "uninstall.sh").read_bytes())
    (extra / runfile.WHOLE).touch()
    tar, unpacks, path = folder / "payload.tar", folder / "unpacks", folder / "ganstudio.run"
    with tarfile.open(tar, "w") as archive:
        archive.add(made, ".")
        for name in ("share", "uninstall.sh", runfile.WHOLE):
            archive.add(extra / name, f"./{name}")
    unpacks.write_text(UNPACKS, "utf-8")
    runfile.join(path, unpacks, tar, machine or os.uname().machine, glibc, needed_kb, version or desktop.version())
    return path


def sh(*words: str | Path, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    """`sh WORDS…` with nothing but `environ`, its PATH the system's folders; nobody at the keyboard."""
    given = {"PATH": "/usr/bin:/bin", **environ}
    return subprocess.run(
        ["sh", *map(str, words)],
        env=given,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def everything_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
