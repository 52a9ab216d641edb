"""A minimal Debian in a folder, to try an installer where nothing is: made with debootstrap, entered with chroot.

Root only. The system's own folders are bound in while it is entered; its programs see this machine's network and its
X servers (which listen on the network namespace's abstract sockets), and nothing else of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

MIRROR = "http://deb.debian.org/debian"
_BOUND = ("proc", "dev", "dev/shm", "dev/pts")
_PLAIN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


class Root:
    """`with Root(folder, suite, archive) as root:` — `archive` keeps what debootstrap made for the next time."""

    def __init__(self, folder: Path, suite: str, archive: Path | None) -> None:
        self.folder, self._suite, self._archive = folder, suite, archive

    def __enter__(self) -> Root:
        self.folder.mkdir(parents=True)
        self._make()
        for name in _BOUND:
            subprocess.run(["mount", "--bind", f"/{name}", self.folder / name], check=True)
        for name in ("etc/resolv.conf", "etc/hosts"):
            if Path("/", name).exists():
                shutil.copyfile(Path("/", name), self.folder / name)
        certificates = Path("/etc/ssl/certs/ca-certificates.crt")
        if certificates.exists():  # a mirror behind a proxy of its own
            (self.folder / "etc/ssl/certs").mkdir(parents=True, exist_ok=True)
            shutil.copyfile(certificates, self.folder / "etc/ssl/certs/ca-certificates.crt")
        return self

    def __exit__(self, *_: object) -> None:
        for name in reversed(_BOUND):
            subprocess.run(["umount", "-l", self.folder / name], check=False)

    def _make(self) -> None:
        if self._archive is not None and self._archive.exists():
            subprocess.run(["tar", "-x", "-p", "-f", self._archive, "-C", self.folder], check=True)
            return
        words = ["debootstrap", "--variant=minbase", self._suite, str(self.folder), MIRROR]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        if self._archive is not None:
            subprocess.run(["tar", "-c", "-f", self._archive, "-C", self.folder, "."], check=True)

    def run(
        self, *words: str, user: str = "", cwd: str = "/", home: bool = True, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Run words inside, as root or as `user`, with nothing in the environment but PATH, HOME and `environ`."""
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            process = self.start(*words, user=user, cwd=cwd, home=home, out=said.fileno(), **environ)
            code = process.wait()
            said.seek(0)
            return subprocess.CompletedProcess(words, code, said.read(), "")

    def start(
        self, *words: str, user: str = "", cwd: str = "/", home: bool = True, out: int = subprocess.DEVNULL,
        **environ: str,
    ) -> subprocess.Popen[bytes]:  # fmt: skip
        given = {**_PLAIN, **environ}
        if home:
            given["HOME"] = f"/home/{user}" if user else "/root"
        who = [f"--userspec={user}:{user}"] if user else []
        inside = ["env", "-i", *(f"{key}={value}" for key, value in given.items())]
        command = ["chroot", *who, str(self.folder), *inside, "sh", "-c", 'cd "$0" && exec "$@"', cwd, *words]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env={**os.environ})

    def put(self, source: Path, place: str, user: str = "") -> None:
        """Copy a file in."""
        target = self.folder / place.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        if user:
            self.run("chown", "-R", f"{user}:{user}", str(Path(place).parent))

    def below(self, *places: str) -> set[str]:
        """Every path below some folders of it."""
        found = set()
        for place in places:
            for folder, folders, files in os.walk(self.folder / place.lstrip("/")):
                inside = Path("/") / Path(folder).relative_to(self.folder)
                found.update(str(inside / name) for name in (*folders, *files))
        return found
