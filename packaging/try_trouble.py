"""The .run among the trouble that people have, with the real program: places, upgrades, odd environments, damage.

Part of try_linux.py. The installer's own logic has faster tests with a program in miniature (tests/packaging).
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from try_linux import HOME, RUN, USER, StepFailed, Trial
from virtual_screen import VirtualScreen

_OLD = f"{HOME}/Downloads/ganstudio-old.run"
_ODD = f"{HOME}/Größe & Co. 写真 🖼"
_LIBRARIES = (
    "libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 "
    "libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xkb1 libwayland-cursor0 libwayland-egl1 "
    "libgssapi-krb5-2 libexpat1"
)
_INSTALLED = f"{HOME}/.local/bin/ganstudio"


def try_trouble(trial: Trial, run: Path) -> None:
    trial.person()
    trial.root.put(run, RUN, USER)
    older(trial, run)
    trial.run("apt-get", "update")
    install = ("apt-get", "install", "-y", "--no-install-recommends", *_LIBRARIES.split())
    trial.run(*install, DEBIAN_FRONTEND="noninteractive")
    for title, do in (
        ("a place that cannot be written", read_only),
        ("a disk with 300 MB", small_disk),
        ("a disk that fills up meanwhile", filling_disk),
        ("half a download", half),
        ("a path with spaces, umlauts, signs and an emoji", odd_path),
        ("two versions side by side, then the older one removed while it runs", upgrade),
        ("without HOME", without_home),
        ("from / with LANG=C and an empty environment", empty_environment),
        ("without a display", without_display),
        ("a file is missing", missing_file),
        ("a file is altered", altered_file),
        ("the same length, other bytes: doctor --bundle", altered_inside),
        ("installed again over the damage", mended),
    ):
        trial.step(title, lambda do=do: do(trial))


def older(trial: Trial, run: Path) -> None:
    """The same program that calls itself 0.0.9: the header may be changed, its length stays."""
    data = run.read_bytes()
    size = data.index(b"exit $?\n") + len(b"exit $?\n")
    header = data[:size]
    line = next(one for one in header.splitlines() if one.startswith(b"VERSION="))
    other = b"VERSION='0.0.9'".ljust(len(line))
    place = trial.root.folder / _OLD.lstrip("/")
    with open(place, "wb") as file:
        file.write(header.replace(line, other, 1))
        file.write(data[size:])


def _refused(trial: Trial, *words: str, word: str) -> str:
    said = trial.run("sh", *words, code=1, user=USER)
    if word not in said:
        raise StepFailed(f"it says: {said}")
    return said.strip().splitlines()[-1][:200]


def read_only(trial: Trial) -> str:
    return _refused(trial, RUN, "--prefix", "/opt/mine", word="cannot be written to")


def _disk(trial: Trial, size: str) -> Path:
    place = trial.root.folder / "small"
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=777", "none", place], check=True)
    return place


def small_disk(trial: Trial) -> str:
    place = _disk(trial, "300m")
    try:
        said = _refused(trial, RUN, "--prefix", "/small/x", word="MB free")
        if left := list(place.iterdir()):
            raise StepFailed(f"left: {left}")
    finally:
        subprocess.run(["umount", place], check=True)
    return said


def filling_disk(trial: Trial) -> str:
    """Somebody else fills the disk while the program is unpacked."""
    place = _disk(trial, "1100m")
    try:
        process = trial.root.start("sh", RUN, "--prefix", "/small/x", user=USER)
        while not list(place.glob("x/opt/.ganstudio-*.part.*/lib")) and process.poll() is None:
            time.sleep(0.1)
        subprocess.run(["dd", "if=/dev/zero", f"of={place}/other", "bs=1M"], capture_output=True, check=False)
        code = process.wait()
        left = [path.name for path in place.rglob("*") if path.name != "other"]
    finally:
        subprocess.run(["umount", place], check=True)
    if code != 1 or left:
        raise StepFailed(f"it ended with {code} and left {left[:5]}")
    return "ended with 1, nothing left"


def half(trial: Trial) -> str:
    trial.run("sh", "-c", f"head -c 100000000 {RUN} >{HOME}/Downloads/half.run")
    return _refused(trial, f"{HOME}/Downloads/half.run", word="not complete")


def odd_path(trial: Trial) -> str:
    trial.run("sh", RUN, "--prefix", _ODD, user=USER, LANG="C")
    program = f"{_ODD}/bin/ganstudio"
    trial.run(program, "--version", user=USER)
    trial.selftest(program, USER)
    trial.run(program, "upscale", f"{HOME}/photos/a.jpg", "-o", f"{_ODD}/größer 🖼.png", "-n", "quick-x2", user=USER)
    trial.run("rm", f"{_ODD}/größer 🖼.png")
    trial.run("sh", f"{_ODD}/opt/ganstudio/uninstall.sh", "--yes", user=USER)
    if (trial.root.folder / _ODD.lstrip("/")).exists():
        raise StepFailed("the folder is still there")
    return "installed, self-tested, uninstalled"


def upgrade(trial: Trial) -> str:
    """Over an older version while it runs."""
    trial.run("sh", _OLD, user=USER)
    opt = trial.root.folder / HOME.lstrip("/") / ".local" / "opt"
    with VirtualScreen() as display:
        window = trial.root.start(_INSTALLED, user=USER, DISPLAY=display)
        time.sleep(20)
        said = trial.run("sh", RUN, user=USER)
        if "still runs and is left" not in said:
            raise StepFailed(said)
        both = sorted(path.name for path in opt.glob("ganstudio-*"))
        trial.run(_INSTALLED, "models", "list", user=USER)
        alive = window.poll() is None
        window.terminate()
        window.wait()
    if not alive or len(both) != 2:
        raise StepFailed(f"the old window is {'there' if alive else 'gone'}; {both}")
    time.sleep(3)
    trial.run("sh", RUN, user=USER)
    left = sorted(path.name for path in opt.glob("*ganstudio-*"))
    if any("0.0.9" in name for name in left):
        raise StepFailed(f"the older one is still there: {left}")
    return f"{' and '.join(both)}; the window went on; then {left[-1]} alone"


def without_home(trial: Trial) -> str:
    trial.run("sh", RUN, user=USER, home=False)
    trial.run(_INSTALLED, "models", "list", user=USER, home=False)
    return "installed over itself and started"


def empty_environment(trial: Trial) -> str:
    words = ("env", "-i", "LANG=C", f"HOME={HOME}", _INSTALLED)
    trial.run(*words, "upscale", f"{HOME}/photos/a.jpg", "-o", f"{HOME}/c.png", "-n", "quick-x2", user=USER)
    return ""


def without_display(trial: Trial) -> str:
    said = trial.run(_INSTALLED, code=2, user=USER)
    if "no display" not in said:
        raise StepFailed(said)
    return said.strip()[:120]


def _library(trial: Trial) -> Path:
    opt = trial.root.folder / HOME.lstrip("/") / ".local" / "opt"
    return next(opt.glob("ganstudio-*/lib/torch/lib/libtorch_cpu.so"))


def missing_file(trial: Trial) -> str:
    library = _library(trial)
    library.rename(library.with_suffix(".kept"))
    said = trial.run(_INSTALLED, "models", "list", code=4, user=USER)
    library.with_suffix(".kept").rename(library)
    if said.count("\n") != 1 or "libtorch_cpu.so is missing" not in said:
        raise StepFailed(said)
    return said.strip()


def altered_file(trial: Trial) -> str:
    with open(_library(trial), "ab") as file:
        file.write(b"x")
    said = trial.run(_INSTALLED, "models", "list", code=4, user=USER)
    if "libtorch_cpu.so has been altered" not in said:
        raise StepFailed(said)
    return said.strip()


def altered_inside(trial: Trial) -> str:
    library = _library(trial)
    with open(library, "r+b") as file:
        file.truncate(library.stat().st_size - 1)
        file.seek(100_000_000)
        file.write(b"damage")
    said = trial.run(_INSTALLED, "doctor", "--bundle", code=1, user=USER)
    if "libtorch_cpu.so has been altered" not in said:
        raise StepFailed(said)
    return said.strip().splitlines()[0]


def mended(trial: Trial) -> str:
    trial.run("sh", RUN, user=USER)
    said = trial.run(_INSTALLED, "doctor", "--bundle", user=USER)
    trial.run("sh", f"{HOME}/.local/opt/ganstudio/uninstall.sh", "--purge", user=USER)
    left = [path for path in trial.root.below(f"{HOME}/.local") if "ganstudio" in path.lower()]
    if left:
        raise StepFailed(f"left: {left[:5]}")
    return said.strip()
