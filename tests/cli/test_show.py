"""Numbers, times, names and sentences as the terminal writes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.cli.ending import OTHERS, Ending, Tally, counts_text, exit_code
from ganstudio.cli.show import count_text, number_text, shortened, size_text, table, time_text
from ganstudio.cli.telling import estimate_text, status_text
from ganstudio.core.errors import DiskFull
from ganstudio.jobs.engine import Result
from ganstudio.jobs.estimate import Estimate, Space
from ganstudio.jobs.journal import Journal
from ganstudio.jobs.records import Totals
from ganstudio.jobs.watch import Status


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 KB"),
        (99_940, "99.9 KB"),
        (99_960, "100 KB"),
        (999_600, "1.0 MB"),
        (310e9, "310 GB"),
        (2e15, "2,000 TB"),
    ],
)
def test_bytes(count: float, text: str) -> None:
    assert size_text(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 s"),
        (0.4, "1 s"),
        (59, "59 s"),
        (99.4, "99 s"),
        (99.6, "2 min"),
        (3569, "59 min"),
        (3571, "1 h"),
        (3599, "1 h"),
        (40_800, "11 h 20 min"),
        (86_399, "1 d"),
        (273_600, "3 d 4 h"),
    ],
)
def test_times(seconds: float, text: str) -> None:
    assert time_text(seconds) == text


def test_counts_and_numbers() -> None:
    assert [count_text(n, "file") for n in (0, 1, 4000)] == ["0 files", "1 file", "4,000 files"]
    assert [number_text(n) for n in (0, 0.0384, 0.5, 0.96, 12.34, 99.6, 1536.2)] == [
        "0", "0.04", "0.5", "1.0", "12.3", "100", "1,536",
    ]  # fmt: skip


@given(st.text(), st.integers(5, 60))
def test_long_names_are_shortened_in_the_middle(name: str, longest: int) -> None:
    short = shortened(name, longest)
    assert len(short) <= longest
    assert short == name or (name.startswith(short.split("…")[0]) and "…" in short)


def test_a_table_keeps_its_columns() -> None:
    assert table(("a", "b"), [("long", "x y"), ("", "z")]) == "a     b\nlong  x y\n      z"


def test_the_estimate_line() -> None:
    one = Estimate(4000, 39_600, (Space(Path("/out"), 310_000_000_000, 200_000_000_000),), "measured")
    assert estimate_text(one) == "4,000 files, about 11 h, 310 GB needed, 200 GB free"
    assert estimate_text(Estimate(1, 4, (Space(Path("/out"), 999, 10**9),), "")) == (
        "1 file, about 4 s, 999 bytes needed, 1.0 GB free"
    )
    assert estimate_text(Estimate(0, 0, (), "")) == "nothing"


def test_the_line_of_the_bar() -> None:
    status = Status(Totals(added=4000, done=12), 60, 36_000, 34.2, (("IMG_0012.jpg", 0.5),), False)
    assert status_text(status) == "12 of 4,000 files, 34.2 megapixels, 10 h left, IMG_0012.jpg"
    beginning = Status(Totals(added=1), 0, None, 0, ((f"a\x1b{'b' * 99}.jpg", 0.0),), False)
    assert status_text(beginning).startswith(r"0 of 1 file, a\x1bbbb")
    assert len(status_text(beginning)) < 60


@pytest.mark.parametrize(
    ("totals", "before", "text"),
    [
        (Totals(added=1, done=1, out_megapixels=0.1536, out_bytes=3000), 0,
         "1 picture done (0.2 megapixels, 3.0 KB) in 4 s."),
        (Totals(added=6, done=2, failed=1, skipped=1, cancelled=1, waiting=1, out_megapixels=96, out_bytes=10**7), 0,
         "2 pictures done (96.0 megapixels, 10.0 MB) in 4 s; 1 failed, 1 skipped, 1 cancelled, 1 waiting."),
        (Totals(added=4000, skipped=4000), 0, "0 pictures done; 4,000 skipped."),
        (Totals(added=3, done=3, out_megapixels=36, out_bytes=10**7), 2,
         "1 picture done now in 4 s, 3 in all (36.0 megapixels, 10.0 MB)."),
        (Totals(added=2, done=1, failed=1, out_megapixels=36, out_bytes=10**7), 1,
         "0 pictures done now, 1 in all (36.0 megapixels, 10.0 MB); 1 failed."),
        (Totals(), 0, "There is no picture to work on."),
    ],
)  # fmt: skip
def test_the_sentence_at_the_end(totals: Totals, before: int, text: str) -> None:
    assert counts_text(totals, 4.0, before) == text


def test_reasons_that_name_files_do_not_pile_up() -> None:
    tally = Tally()
    for number in range(1000):
        tally.add("already made", "a.jpg")
        tally.add(f"saved as {number}", f"{number}.jpg")
    assert sum(tally.counts.values()) == 2000
    assert len(tally.counts) <= 201
    assert tally.frequent()[0] == ("already made", 1000, "a.jpg")
    assert OTHERS in tally.counts


@pytest.mark.parametrize(
    ("ending", "totals", "code"),
    [
        ("finished", Totals(added=2, done=1, skipped=1), 0),
        ("finished", Totals(added=2, done=1, failed=1), 1),
        ("finished", Totals(added=2, done=1, failed=1, faults=1), 3),
        ("stopped", Totals(added=2, failed=1, waiting=1), 130),
        ("until", Totals(added=2, done=1, waiting=1), 0),
        ("until", Totals(added=2, failed=1, waiting=1), 1),
    ],
)
def test_exit_codes(ending: str, totals: Totals, code: int) -> None:
    assert exit_code(Result(ending, totals, 1.0)) == code  # type: ignore[arg-type]


def test_what_does_not_fit_is_told_at_the_end_and_is_no_success() -> None:
    result = Result("refused", Totals(added=9, waiting=9), 1.0, refused=DiskFull("It does not fit.", "Free space."))
    text = Ending(Journal(None), [], result).text()
    assert exit_code(result) == 1
    assert "It does not fit. Free space." in text
    assert "9 waiting" in text
