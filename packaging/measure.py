"""How large the frozen program is and how fast it starts, against the source: `python packaging/measure.py [PROGRAM]`,
with the Python of an environment in which the source runs.

`--sizes` only prints the sizes: everything of ten megabytes and more in a table, the whole, and the installers beside
it; ends with 1 when they are larger than they may be. Otherwise both are started in turns, under Xvfb: the time to the
terminal's first word, to the window, and to the first enlarged picture, on two cores; and the memory of a window that
waits. `--cold` empties the system's disk cache before each start (root); only the first of each kind is cold.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from virtual_screen import VirtualScreen

ROOT = Path(__file__).resolve().parents[1]
MB = 1_000_000
LARGEST, LARGEST_DOWNLOAD = 900 * MB, 270 * MB
SLOWEST = 1.5  # of the source's time to the window
_LISTED = 10 * MB
_SETTLED_S = 20


@dataclass(frozen=True)
class Part:
    name: str
    size: int


def parts(program: Path) -> list[Part]:
    """The program's parts, the largest first: what is at least ten megabytes by itself, folders opened until nothing
    inside is; the rest of each folder as `FOLDER/…`."""
    found: list[Part] = []
    rest = _opened(program, "", found)
    found.append(Part("everything else", rest))
    return sorted(found, key=lambda part: -part.size)


def _opened(folder: Path, name: str, found: list[Part]) -> int:
    """List the large things in a folder; the bytes that were not listed."""
    rest = 0
    for path in sorted(folder.iterdir()):
        size, inside = size_of(path), f"{name}{path.name}"
        if size < _LISTED:
            rest += size
        elif path.is_dir() and not path.is_symlink():
            left = _opened(path, f"{inside}/", found)
            if left >= _LISTED:
                found.append(Part(f"{inside}/…", left))
            else:
                rest += left
        else:
            found.append(Part(inside, size))
    return rest


def size_of(path: Path) -> int:
    """In bytes; links count for nothing."""
    if path.is_symlink():
        return 0
    if path.is_dir():
        return sum(size_of(one) for one in path.iterdir())
    return path.stat().st_size


def tell_sizes(program: Path) -> bool:
    """Print the table; whether all is as small as it must be."""
    right = True
    for part in parts(program):
        print(f"{part.size / MB:8.1f} MB  {part.name}")
    whole = size_of(program)
    print(f"{whole / MB:8.1f} MB  installed (at most {LARGEST / MB:.0f})")
    right &= whole <= LARGEST
    for path in sorted(program.parent.glob("ganstudio*")):
        if path.suffix in (".deb", ".run"):
            size = path.stat().st_size
            print(f"{size / MB:8.1f} MB  {path.name} (at most {LARGEST_DOWNLOAD / MB:.0f})")
            right &= size <= LARGEST_DOWNLOAD
    return right


@dataclass
class Started:
    """Seconds from the start of the process."""

    word: float
    window: float
    picture: float


def started(words: list[str], display: str, cold: bool) -> Started:
    """One start in the terminal, then one of the window with a model, on two cores."""
    if cold:
        _empty_cache()
    begun = time.perf_counter()
    subprocess.run([*words, "--version"], check=True, stdout=subprocess.DEVNULL)
    word = time.perf_counter() - begun
    if cold:
        _empty_cache()
    marks: dict[str, float] = {}
    environ = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
    begun = time.perf_counter()
    process = subprocess.Popen(_on_two_cores([*words, "--selftest"]), stdout=subprocess.PIPE, text=True, env=environ)
    assert process.stdout is not None
    for line in process.stdout:
        for mark in ("The window is there", " made "):
            if mark in line:
                marks.setdefault(mark, time.perf_counter() - begun)
    if process.wait() != 0:
        raise RuntimeError(f"the self-test of {words[0]} failed")
    return Started(word, marks["The window is there"], marks[" made "])


def _on_two_cores(words: list[str]) -> list[str]:
    return ["taskset", "-c", "0,1", *words] if (os.cpu_count() or 2) > 2 else words


def _empty_cache() -> None:
    subprocess.run(["sync"], check=True)
    Path("/proc/sys/vm/drop_caches").write_text("3")


def idle_memory(words: list[str], display: str) -> tuple[int, int]:
    """(window's process, the engine's) in bytes, shared pages counted in parts, when nothing has been asked yet."""
    import psutil

    environ = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
    process = psutil.Popen([*words, "--new-instance"], env=environ, stderr=subprocess.DEVNULL)
    time.sleep(_SETTLED_S)
    children = process.children(recursive=True)
    found = process.memory_full_info().pss, sum(child.memory_full_info().pss for child in children)
    process.terminate()
    process.wait()
    return found


@contextmanager
def own_home() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="ganstudio-measure-") as home:
        before = os.environ.get("GANSTUDIO_HOME")
        os.environ["GANSTUDIO_HOME"] = home
        yield
        if before is None:
            del os.environ["GANSTUDIO_HOME"]
        else:
            os.environ["GANSTUDIO_HOME"] = before


def tell_times(program: Path, rounds: int, cold: bool) -> bool:
    """Print them; whether the window comes in time."""
    sides = {
        "frozen": [str(program / "ganstudio")],
        "source": [sys.executable, "-m", "ganstudio"],
    }
    times: dict[str, list[Started]] = {name: [] for name in sides}
    os.environ["PYTHONPATH"] = str(ROOT)
    with own_home(), VirtualScreen() as display:
        for _ in range(rounds):
            for name, words in sides.items():
                times[name].append(started(words, display, cold))
        memory = {name: idle_memory(words, display) for name, words in sides.items()}
    print(f"{'cold' if cold else 'warm'}, median of {rounds}; load of the machine {os.getloadavg()[0]:.1f}")
    print(f"{'':34} {'frozen':>9} {'source':>9}  ratio")
    ratios = {}
    for title, key in (("--version", "word"), ("window", "window"), ("first enlarged picture", "picture")):
        frozen, source = (statistics.median(getattr(one, key) for one in times[name]) for name in sides)
        ratios[key] = frozen / source
        print(f"{title:34} {frozen:7.2f} s {source:7.2f} s  {frozen / source:5.2f}")
    for index, title in enumerate(("memory of the window, waiting", "memory of the engine, waiting")):
        print(f"{title:34} {memory['frozen'][index] / MB:6.0f} MB {memory['source'][index] / MB:6.0f} MB")
    return ratios["window"] <= SLOWEST


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("program", nargs="?", type=Path, default=ROOT / "dist" / "ganstudio")
    parser.add_argument("--sizes", action="store_true")
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    program = asked.program.resolve(strict=True)
    right = tell_sizes(program)
    if not asked.sizes:
        right = tell_times(program, asked.rounds, asked.cold) and right
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
