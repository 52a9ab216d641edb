"""pytest and the checks, one after the other, and their closing summary."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from launch import environ_for

CHECKS = {
    "ruff": ["-m", "ruff", "check", "--quiet", "."],
    "pyright": ["-m", "pyright", "--warnings"],
    "import-linter": ["-c", "from importlinter.cli import lint_imports_command as main; main()"],
}
# What a test of the window may be skipped for: data that are not here, a small disk that only root can make, what a
# desktop brings along (a place for icons, xdg-mime).
_ELSEWHERE = ("shared data", "that needs root", "not installed: ")


@dataclass
class Counts:
    """What pytest's JUnit file tells."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    unseen: int = 0  # skipped tests of the window: on a machine that can show none, its tests must not pass
    reasons: Counter[str] = field(default_factory=Counter)


def counts_of(report: Path) -> Counts:
    """The counts of a JUnit file; all zero when pytest died before it wrote one."""
    counts = Counts()
    if not report.exists():
        return counts
    for case in xml.parse(report).getroot().iter("testcase"):
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            counts.failed += 1
        elif skip is not None:
            counts.skipped += 1
            reason = skip.get("message", "")
            counts.reasons[reason] += 1
            elsewhere = any(words in reason for words in _ELSEWHERE)
            counts.unseen += case.get("classname", "").startswith("tests.ui") and not elsewhere
        else:
            counts.passed += 1
    return counts


def workers() -> int:
    return min(os.cpu_count() or 1, 4)


def pytest_words(words: list[str], report: Path) -> list[str]:
    """`--long` runs every mark; other words are pytest's own."""
    own = [word for word in words if word != "--long"]
    marks = ["-m", "long or not long"] if "--long" in words else []
    spread = ["-n", str(workers()), "--dist", "loadfile"]
    return ["-m", "pytest", "-q", "--no-header", *spread, f"--junitxml={report}", *marks, *own]


def run_all(python: Path, root: Path, words: list[str]) -> int:
    environ = environ_for(root)
    environ["PYTHONUNBUFFERED"] = "1"
    cores = (os.cpu_count() or 1) // workers()
    environ.setdefault("OMP_NUM_THREADS", str(max(1, cores)))  # workers that share cores slow each other down
    outcomes: list[tuple[str, int, float]] = []

    def run(name: str, arguments: list[str]) -> None:
        print(f"== {name}", flush=True)
        begun = time.monotonic()
        code = wait(subprocess.Popen([str(python), *arguments], cwd=root, env=environ))
        outcomes.append((name, code, time.monotonic() - begun))

    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "pytest.xml"
        run("pytest", pytest_words(words, report))
        counts = counts_of(report)
    if not [word for word in words if word != "--long"]:
        for name, arguments in CHECKS.items():
            run(name, arguments)
    return close(counts, outcomes)


def wait(process: subprocess.Popen[bytes]) -> int:
    """Ctrl-C is the child's to answer; a second one ends it."""
    try:
        return process.wait()
    except KeyboardInterrupt:
        try:
            process.wait(timeout=10)
        except (KeyboardInterrupt, subprocess.TimeoutExpired):
            process.kill()
        sys.exit(128 + signal.SIGINT)


def close(counts: Counts, outcomes: list[tuple[str, int, float]]) -> int:
    """The summary, each failing check counted as one failure; the exit code: 1 when anything failed."""
    print("== summary")
    for reason, number in counts.reasons.most_common():
        print(f"skipped {number}: {reason}")
    for name, code, seconds in outcomes:
        print(f"{name:14} {'ok' if code == 0 else f'FAILED (exit code {code})'}, {seconds:.0f} s")
    if counts.unseen:
        print(f"{counts.unseen} tests of the window were skipped: that counts as a failure")
    bad = [name for name, code, _ in outcomes if code != 0]
    failed = max(counts.failed, "pytest" in bad) + sum(name in CHECKS for name in bad) + counts.unseen
    print(f"{counts.passed} passed, {failed} failed, {counts.skipped} skipped")
    return 1 if bad or counts.unseen else 0
