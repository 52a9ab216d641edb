"""The Linux installers, tried where nothing is: `python3 packaging/try_linux.py -o RESULTS` (root).

Makes a minimal Debian without Python, gcc or git, installs the .deb with apt, runs the self-test, opens the window and
photographs it, enlarges a photograph and a folder in the terminal, uninstalls, and looks for what is left; then the
same with the .run for a person who is not root; then the trouble that people have. Ends with 1 when a step failed.

Needs debootstrap, Xvfb and ImageMagick here, a Debian mirror, 4 GB, and what build.py made in dist/. `--base FILE`
keeps the bare Debian as a tar for the next time; `--only deb|run|trouble`; `--suite` is Debian's name (bookworm).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from linux_root import Root
from virtual_screen import VirtualScreen, photograph

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "resources" / "samples" / "flowers.jpg"
USER = "person"
HOME = f"/home/{USER}"
RUN = f"{HOME}/Downloads/ganstudio.run"
_COLOURS = 500  # of a window with a photograph in it
_SETTLED_S = 240


class StepFailed(Exception):
    """A step that did not go as it should: a sentence."""


class Trial:
    """One minimal Debian and what is tried in it; prints a line for each step."""

    def __init__(self, root: Root, results: Path) -> None:
        self.root, self.results, self.failed = root, results, 0

    def step(self, title: str, do: Callable[[], str]) -> bool:
        """Run a step: `do` returns what is worth telling."""
        begun = time.monotonic()
        try:
            told = do()
        except (StepFailed, subprocess.CalledProcessError, RuntimeError) as error:
            self.failed += 1
            print(f"FAILED  {title}: {error}", flush=True)
            return False
        print(f"ok      {title} ({time.monotonic() - begun:.1f} s){': ' + told if told else ''}", flush=True)
        return True

    def run(self, *words: str, code: int = 0, user: str = "", cwd: str = "/", home: bool = True, **given: str) -> str:
        """What the words say inside; StepFailed when they end with another code."""
        done = self.root.run(*words, user=user, cwd=cwd, home=home, **given)
        if done.returncode != code:
            raise StepFailed(f"`{' '.join(words)}` ended with {done.returncode}: {done.stdout.strip()[-500:]}")
        return done.stdout

    def bare(self) -> str:
        for name in ("python3", "python", "gcc", "cc", "git", "zstd", "xz"):
            if self.root.run("sh", "-c", f"command -v {name}").returncode == 0:
                raise StepFailed(f"{name} is there")
        count = self.run("sh", "-c", "dpkg -l | grep -c ^ii").strip()
        return f"{count} packages; no python, gcc, git, zstd or xz"

    def person(self) -> str:
        self.run("useradd", "-m", "-s", "/bin/sh", USER)
        for name in ("a", "b", "c"):
            self.root.put(SAMPLE, f"{HOME}/photos/{name}.jpg", USER)
        self.run("chown", "-R", f"{USER}:{USER}", HOME)
        return ""

    def selftest(self, program: str, user: str = "") -> str:
        with VirtualScreen() as display:
            said = self.run(program, "--selftest", user=user, DISPLAY=display, QT_QPA_PLATFORM="xcb")
        return said.strip().splitlines()[-2].strip() if "Everything works." in said else ""

    def window(self, program: str, name: str, user: str) -> str:
        """Open a photograph in the window and take a picture of the screen."""
        picture = self.results / name
        with VirtualScreen() as display:
            begun = time.monotonic()
            process = self.root.start(program, f"{HOME}/photos/a.jpg", user=user, DISPLAY=display)
            colours = 0
            while colours < _COLOURS and time.monotonic() - begun < _SETTLED_S and process.poll() is None:
                time.sleep(1)
                colours = photograph(display, picture)
            seconds = time.monotonic() - begun
            time.sleep(5)
            photograph(display, picture)
            process.terminate()
            process.wait()
        if colours < _COLOURS:
            raise StepFailed(f"the window shows {colours} colours")
        return f"the photograph was on screen after {seconds:.0f} s; {picture.name}"

    def photograph(self, program: str) -> str:
        said = self.run(program, "upscale", f"{HOME}/photos/a.jpg", "-o", f"{HOME}/larger.png", user=USER)
        self._has(f"{HOME}/larger.png")
        return next((line for line in said.splitlines() if "larger.png" in line), "")

    def folder(self, program: str) -> str:
        words = ("upscale", f"{HOME}/photos", "-o", f"{HOME}/out", "-n", "quick-x2")
        said = self.run(program, *words, user=USER)
        made = [path for path in self.root.below(f"{HOME}/out") if path.endswith(".jpg")]
        if len(made) != 3:
            raise StepFailed(f"{len(made)} of 3 were made: {said[-300:]}")
        return "3 of 3 were made"

    def _has(self, place: str) -> None:
        if not (self.root.folder / place.lstrip("/")).is_file():
            raise StepFailed(f"{place} is not there")

    def strangers(self) -> set[str]:
        """Files of the system that belong to no package."""
        places = ("/usr", "/opt", "/etc")
        listed = self.run("sh", "-c", "cat /var/lib/dpkg/info/*.list").splitlines()
        owned = set(listed) | {f"/usr{path}" for path in listed}  # /bin is a link to /usr/bin
        return {path for path in self.root.below(*places) if path not in owned}


def try_deb(trial: Trial, deb: Path) -> None:
    trial.step("a bare Debian", trial.bare)
    trial.person()
    trial.root.put(deb, "/tmp/ganstudio.deb")
    trial.run("apt-get", "update")
    before = trial.strangers()
    if not trial.step("apt install ./ganstudio.deb", lambda: install_deb(trial)):
        return
    trial.step("still no Python, gcc or git", lambda: still_bare(trial))
    trial.step("self-test under Xvfb", lambda: trial.selftest("ganstudio"))
    trial.step("the window", lambda: trial.window("ganstudio", "deb-window.png", USER))
    trial.step("a photograph in the terminal", lambda: trial.photograph("ganstudio"))
    trial.step("a folder in the terminal", lambda: trial.folder("ganstudio"))
    trial.step("every file is as it was made", lambda: trial.run("ganstudio", "doctor", "--bundle").strip())
    trial.step("the desktop knows it", lambda: desktop_knows(trial))
    trial.step("installed again while it runs", lambda: deb_while_it_runs(trial))
    trial.step("apt purge", lambda: purge_deb(trial, before))


def install_deb(trial: Trial) -> str:
    said = trial.run("apt-get", "install", "-y", "/tmp/ganstudio.deb", DEBIAN_FRONTEND="noninteractive")
    return next((line for line in said.splitlines() if "newly installed" in line), "")


def still_bare(trial: Trial) -> str:
    for name in ("python3", "gcc", "git"):
        if trial.root.run("sh", "-c", f"command -v {name}").returncode == 0:
            raise StepFailed(f"{name} came along")
    return ""


def desktop_knows(trial: Trial) -> str:
    """The caches have it, for the project's type and, after others, for pictures; no default is set."""
    cache = (trial.root.folder / "usr/share/applications/mimeinfo.cache").read_text("utf-8")
    globs = (trial.root.folder / "usr/share/mime/globs2").read_text("utf-8")
    for word, where in (("image/jpeg=org.ganstudio", cache), ("vnd.ganstudio.project+zip:*.ganstudio", globs)):
        if word not in where:
            raise StepFailed(f"{word} is not in the desktop's cache")
    defaults = trial.root.run("sh", "-c", "cat /etc/xdg/mimeapps.list /usr/share/applications/*mimeapps.list")
    if "ganstudio" in defaults.stdout:
        raise StepFailed("it made itself a default")
    return ""


def deb_while_it_runs(trial: Trial) -> str:
    with VirtualScreen() as display:
        process = trial.root.start("ganstudio", user=USER, DISPLAY=display)
        time.sleep(15)
        trial.run("apt-get", "install", "-y", "--reinstall", "/tmp/ganstudio.deb", DEBIAN_FRONTEND="noninteractive")
        time.sleep(2)
        alive = process.poll() is None
        process.terminate()
        process.wait()
    if not alive:
        raise StepFailed("the window ended")
    return "the window went on"


def purge_deb(trial: Trial, before: set[str]) -> str:
    trial.run("apt-get", "purge", "-y", "ganstudio", DEBIAN_FRONTEND="noninteractive")
    left = {path for path in trial.root.below("/usr", "/opt", "/etc") if "ganstudio" in path.lower()}
    if left:
        raise StepFailed(f"left: {sorted(left)[:5]}")
    cached = trial.root.run("grep", "-rlis", "ganstudio", "/usr/share", "/etc", "/opt").stdout.split()
    if cached:
        raise StepFailed(f"still named in {cached}")
    own = [path for path in trial.root.below(f"{HOME}/.local/share/ganstudio")]
    if not own:
        raise StepFailed("the person's own folder has gone")
    new = sorted(trial.strangers() - before)
    return (
        f"nothing is left but the person's own folder ({len(own)} files); {len(new)} caches of the libraries' packages"
    )


def try_run(trial: Trial, run: Path) -> None:
    trial.step("a bare Debian", trial.bare)
    trial.person()
    trial.root.put(run, RUN, USER)
    trial.step("the .run names a library that even the terminal needs", lambda: refused_run(trial))
    if not trial.step("the .run installs, and says what the window lacks", lambda: install_run(trial)):
        return
    program = f"{HOME}/.local/bin/ganstudio"
    trial.step("a photograph in the terminal, without the window's libraries", lambda: trial.photograph(program))
    trial.step("the window says what it lacks", lambda: window_lacks(trial, program))
    trial.step("the line it named, run as root", lambda: install_named(trial))
    trial.step("self-test under Xvfb", lambda: trial.selftest(program, USER))
    trial.step("the window", lambda: trial.window(program, "run-window.png", USER))
    trial.step("a folder in the terminal", lambda: trial.folder(program))
    trial.step("uninstall", lambda: uninstall_run(trial))


def refused_run(trial: Trial) -> str:
    """A bare Debian has no libexpat, which every desktop has; the line that is named is run, as root."""
    said = trial.run("sh", RUN, code=1, user=USER)
    if trial.root.below(f"{HOME}/.local"):
        raise StepFailed("something was installed all the same")
    line = said.partition("Install it with: sudo ")[2].partition(" Then start this again")[0]
    trial.run("apt-get", "update")
    trial.run("sh", "-c", line, DEBIAN_FRONTEND="noninteractive")
    return said.strip()


def install_run(trial: Trial) -> str:
    said = trial.run("sh", RUN, user=USER)
    line = next((line for line in said.splitlines() if "Install it with: " in line), "")
    if not line:
        raise StepFailed(f"no line that installs the libraries: {said}")
    trial.run("mkdir", "-p", "/named")
    (trial.root.folder / "named" / "line").write_text(line.partition("Install it with: sudo ")[2], "utf-8")
    return line.partition(". Install")[0][-120:]


def window_lacks(trial: Trial, program: str) -> str:
    said = trial.run(program, code=2, user=USER, DISPLAY=":1")
    if "sudo apt-get install" not in said:
        raise StepFailed(said)
    return said.strip()[:160]


def install_named(trial: Trial) -> str:
    line = (trial.root.folder / "named" / "line").read_text("utf-8")
    trial.run("apt-get", "update")
    trial.run("sh", "-c", line, DEBIAN_FRONTEND="noninteractive")
    return line[:80] + "…"


def uninstall_run(trial: Trial) -> str:
    kept = {f"{HOME}/photos", f"{HOME}/out", f"{HOME}/Downloads", f"{HOME}/larger.png"}
    said = trial.run("sh", f"{HOME}/.local/opt/ganstudio/uninstall.sh", user=USER)
    left = [path for path in trial.root.below(HOME) if not any(path.startswith(one) for one in kept)]
    files = [path for path in left if (trial.root.folder / path.lstrip("/")).is_file()]
    strange = [
        path
        for path in files
        if "/ganstudio/" not in path and not path.startswith((f"{HOME}/.bash", f"{HOME}/.profile", f"{HOME}/.cache/"))
    ]
    if strange or any("/.local/opt" in path for path in left):
        raise StepFailed(f"left: {strange[:8]}")
    return said.strip().splitlines()[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, required=True, help="the folder for the photographs")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "try", help="where the Debians are made")
    parser.add_argument("--base", type=Path, help="a tar of the bare Debian, made when it is not there")
    parser.add_argument("--suite", default="bookworm")
    parser.add_argument("--only", choices=("deb", "run", "trouble"))
    asked = parser.parse_args()
    asked.output.mkdir(parents=True, exist_ok=True)
    deb = next((ROOT / "dist").glob("ganstudio_*.deb"), None)
    run = next((ROOT / "dist").glob("ganstudio-*.run"), None)
    if os.geteuid() != 0 or deb is None or run is None:
        print("This needs root, and what `python3 packaging/build.py` makes in dist/.", file=sys.stderr)
        return 2
    from try_trouble import try_trouble

    trials = {"deb": (try_deb, deb), "run": (try_run, run), "trouble": (try_trouble, run)}
    failed = 0
    for name, (attempt, file) in trials.items():
        if asked.only not in (None, name):
            continue
        print(f"\n{name}: {file.name}", flush=True)
        folder = asked.work / name
        discard(folder)
        with Root(folder, asked.suite, asked.base) as root:
            trial = Trial(root, asked.output)
            attempt(trial, file)
            failed += trial.failed
        discard(folder)
    print(f"\n{failed} steps failed" if failed else "\nEverything went as it should.")
    return 1 if failed else 0


def discard(folder: Path) -> None:
    """Delete a root; never while something of this machine is bound into it."""
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    if any(place.startswith(f"{folder.resolve()}/") for place in mounted):
        raise RuntimeError(f"something is still mounted below {folder}")
    if folder.exists():
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
