"""The closing summary of packaging/test.py, from a real run of pytest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import suite

TESTS = """\
import pytest
def test_good(): pass
def test_bad(): assert 0
@pytest.fixture
def broken(): raise OSError
def test_error(broken): pass
@pytest.mark.skip(reason="no card here")
def test_one(): pass
@pytest.mark.skip(reason="no card here")
def test_two(): pass
"""


def test_counts_and_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "test_sample.py").write_text(TESTS)
    report = tmp_path / "report.xml"
    words = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", "-p", "no:cacheprovider"]
    code = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode
    counts = suite.counts_of(report)
    assert (code, counts.passed, counts.failed, counts.skipped) == (1, 1, 2, 2)

    assert suite.close(counts, [("pytest", code, 1.0), ("ruff", 1, 0.1), ("pyright", 0, 9.0)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert "skipped 2: no card here" in told
    assert told[-1] == "1 passed, 3 failed, 2 skipped"


def test_pytest_that_died_counts_as_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = suite.counts_of(tmp_path / "never written.xml")
    assert suite.close(counts, [("pytest", -9, 1.0)]) == 1
    assert capsys.readouterr().out.endswith("\n0 passed, 1 failed, 0 skipped\n")


def test_all_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert suite.close(suite.Counts(passed=3), [("pytest", 0, 1.0), ("ruff", 0, 1.0)]) == 0
    assert capsys.readouterr().out.endswith("\n3 passed, 0 failed, 0 skipped\n")


def test_a_skipped_test_of_the_window_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.xml"
    skipped = '<testcase classname="{}" name="t"><skipped message="{}"/></testcase>'
    cases = [("tests.ui.shell.test_a", "no display"), ("tests.ui.test_b", "the shared data are not here")]
    report.write_text(f"<testsuites>{''.join(skipped.format(*case) for case in cases)}</testsuites>")
    counts = suite.counts_of(report)
    assert (counts.skipped, counts.unseen) == (2, 1)
    assert suite.close(counts, [("pytest", 0, 1.0)]) == 1
    assert capsys.readouterr().out.endswith("\n0 passed, 1 failed, 2 skipped\n")


def test_long_runs_every_mark(tmp_path: Path) -> None:
    assert "long or not long" in suite.pytest_words(["--long", "-x"], tmp_path)
    assert suite.pytest_words(["tests/core"], tmp_path)[-1] == "tests/core"
    assert "long or not long" not in suite.pytest_words([], tmp_path)
