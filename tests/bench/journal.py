"""100,000 small files listed, journalled and reopened; memory over thousands of Jobs; several ways side by side.

`python -m tests.bench.journal [FILES]` prints seconds, and the ratio to the plain way: os.walk with a stat of each
file, and one JSON file of all rows, written once and read back. `--memory` runs 500 and 5,000 tiny pictures instead.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PIL import Image

T = TypeVar("T")
_A_FOLDER = 500


def make(folder: Path, count: int) -> None:
    """`count` files of one byte, 500 a folder: names are what is measured."""
    for at in range(0, count, _A_FOLDER):
        inside = folder / f"{at:06d}"
        inside.mkdir(parents=True)
        for number in range(at, min(at + _A_FOLDER, count)):
            (inside / f"IMG_{number:06d}.jpg").write_bytes(b"x")


def timed(name: str, work: Callable[[], T], times: dict[str, float]) -> T:
    began = time.perf_counter()
    result = work()
    times[name] = time.perf_counter() - began
    return result


def plain(source: Path, target: Path) -> int:
    """What a script does: walk, stat, one JSON file, read back."""
    rows = []
    for folder, _, names in os.walk(source):
        for name in names:
            path = os.path.join(folder, name)
            about = os.stat(path)
            rows.append({"path": path, "size": about.st_size, "mtime_ns": about.st_mtime_ns, "state": "waiting"})
    target.write_text(json.dumps(rows))
    return len(json.loads(target.read_text()))


def listing(root: Path, count: int) -> None:
    from ganstudio.jobs.journal import Journal
    from ganstudio.jobs.owner import Owner
    from tests.jobs.harness import engine, put

    source, output = root / "in", root / "out"
    make(source, count)
    times: dict[str, float] = {}
    timed("the plain way: walk, stat, JSON", lambda: plain(source, root / "plain.json"), times)
    one = engine()
    added = timed("listed and journalled", lambda: put(one, source, output, recursive=True), times)
    assert added.batch.added == count
    one.close()

    def reopen() -> int:
        journal = Journal.usual()
        batch = journal.batches()[0]
        assert journal.totals(batch).waiting == count
        assert journal.claim(batch, Owner.me()) is not None
        found = sum(1 for _ in journal.jobs(batch))
        journal.close()
        return found

    assert timed("reopened, counted, every row read", reopen, times) == count
    again = engine()
    timed("added again, all found", lambda: put(again, source, output, recursive=True), times)
    assert len(again.journal.batches()) == 2
    again.close()
    base = times["the plain way: walk, stat, JSON"]
    print(f"{count:,} files")
    for name, seconds in times.items():
        print(f"  {name:36} {seconds:7.2f} s  {seconds / base:5.2f} of the plain way")
    total = times["listed and journalled"] + times["reopened, counted, every row read"]
    print(f"  listed, journalled and reopened      {total:7.2f} s")


def resident(count: int) -> int:
    """Bytes that a process of its own has resident after `count` tiny pictures."""
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "in"
        source.mkdir()
        for number in range(count):
            Image.new("RGB", (4, 3), (number % 256, 90, 90)).save(source / f"{number}.png")
        code = (
            "import psutil, sys; from tests.jobs.harness import main; code = main(sys.argv[1], sys.argv[2]); "
            "print(psutil.Process().memory_info().rss); sys.exit(code)"
        )
        env = {**os.environ, "GANSTUDIO_HOME": f"{name}/home"}
        words = [sys.executable, "-c", code, str(source), f"{name}/out"]
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
        assert len(os.listdir(f"{name}/out")) == count
        return int(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="?", type=int, default=100_000)
    parser.add_argument("--memory", action="store_true")
    found = parser.parse_args()
    if found.memory:
        few, many = resident(500), resident(5_000)
        print(f"resident after 500 Jobs {few / 1e6:.1f} MB, after 5,000 {many / 1e6:.1f} MB: "
              f"{(many - few) / 1e6:+.1f} MB")  # fmt: skip
        return
    with tempfile.TemporaryDirectory() as name:
        os.environ["GANSTUDIO_HOME"] = f"{name}/home"
        listing(Path(name), found.files)


if __name__ == "__main__":
    main()
