"""What a person is told: the queue, the estimate, the report."""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path

import pytest

from ganstudio.core.errors import UsageError
from ganstudio.jobs.batch import add
from ganstudio.jobs.engine import Result, connect
from ganstudio.jobs.estimate import Estimate
from ganstudio.jobs.options import BatchOptions
from ganstudio.jobs.queue import Queue
from ganstudio.jobs.records import Outcome, State
from ganstudio.jobs.report import write_report
from tests.jobs.harness import doubling, engine, files, folder_of, go, jobs, put, save


def run_with_one_failure(tmp_path: Path, report: str) -> Path:
    folder_of(tmp_path / "in", 3)
    (tmp_path / "in" / "<b>&.png").write_bytes(b"broken")
    if sys.platform == "linux":
        os.rename(save(tmp_path / "in" / "x.png"), os.fsencode(tmp_path / "in") + b"/caf\xe9.png")
    one = engine()
    batch = put(one, tmp_path / "in", tmp_path / "out").batch
    result = one.run([batch])
    write_report(tmp_path / "deep" / report, one.journal, [batch], result)
    return tmp_path / "deep" / report


def test_a_report_in_json_has_every_picture(tmp_path: Path) -> None:
    found = json.loads(run_with_one_failure(tmp_path, "r.json").read_text("utf-8"))
    assert found["done"] + found["failed"] == found["added"] == len(found["pictures"])
    assert found["failed"] == 1
    failed = [one for one in found["pictures"] if one["state"] == "failed"]
    assert failed[0]["input"].endswith("<b>&.png")
    assert failed[0]["reason"]
    done = [one for one in found["pictures"] if one["state"] == "done"]
    assert all(one["output_bytes"] > 0 and one["output"] for one in done)


def test_a_report_for_spreadsheets(tmp_path: Path) -> None:
    with open(run_with_one_failure(tmp_path, "r.csv"), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows].count("failed") == 1
    assert len(rows) == len(jobs())


def test_a_report_to_look_at_takes_no_code_from_names(tmp_path: Path) -> None:
    text = run_with_one_failure(tmp_path, "r.html").read_text("utf-8")
    assert "&lt;b&gt;&amp;.png" in text
    assert "<b>" not in text


def test_a_report_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.csv"):
        run_with_one_failure(tmp_path, "r.pdf")


def test_after_three_files_the_rest_is_foretold(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 40, 120, 90)
    told: list[Estimate] = []
    lefts: list[float] = []
    one = engine()
    result = one.run([put(one, tmp_path / "in", tmp_path / "out").batch], on_estimate=told.append,
                     on_status=lambda status: lefts.extend(() if status.left is None else (status.left,)))  # fmt: skip
    assert told == [result.estimate]
    assert 0 < told[0].files < 40
    written = sum((tmp_path / "out" / name).stat().st_size for name in files(tmp_path / "out"))
    assert told[0].needed == pytest.approx(written * told[0].files / 40, rel=0.25)
    assert told[0].seconds > 0
    assert lefts
    assert min(lefts) >= 0


def test_the_forecast_looks_at_pictures_that_differ(tmp_path: Path) -> None:
    for seed in range(30):
        save(tmp_path / "in" / f"{seed:02d}.png", seed, *((400, 300) if seed % 3 == 2 else (40, 30)))
    (tmp_path / "in" / "99.png").write_bytes(b"broken")
    one = engine()
    result = one.run([put(one, tmp_path / "in", tmp_path / "out").batch])
    assert result.estimate is not None
    written = sum((tmp_path / "out" / name).stat().st_size for name in files(tmp_path / "out"))
    done = result.totals.done + result.totals.failed - result.estimate.files
    assert result.estimate.needed == pytest.approx(written * (1 - done / 31), rel=0.4)
    assert any("99.png" in problem for problem in result.estimate.problems)


def test_a_dry_run_measures_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    folder_of(tmp_path / "in", 10)
    real = engine()

    def rehearsal() -> Estimate:
        dry = connect(real.journal.copy(), size=2)
        options = BatchOptions(output=str(tmp_path / "out"))
        return dry.dry_run(
            add(dry.journal, dry.library, doubling(), [tmp_path / "in"], options, make_folders=False).batch
        )

    estimate = rehearsal()
    assert estimate.files == 10
    assert estimate.seconds > 0
    assert estimate.needed > 0
    assert "measured on 3" in estimate.measured
    assert not (tmp_path / "out").exists()
    assert files(temporary) == []
    assert jobs(real.journal) == []
    batch = put(real, tmp_path / "in", tmp_path / "out").batch
    real.run([batch])
    (tmp_path / "out" / "0003_resize_2x.png").unlink()
    estimate = rehearsal()
    assert estimate.files == 1
    assert "measured on 1" in estimate.measured, "so little was done that it tells nothing of larger pictures"
    real.journal.remember_rate(batch.recipe_hash, 2.0, 1.0)
    estimate = rehearsal()
    assert (estimate.files, estimate.measured) == (1, "remembered from an earlier run")
    assert estimate.seconds > 0


@pytest.mark.parametrize(("exists", "to_do"), [("skip", 6), ("rename", 8), ("overwrite", 10)], ids=lambda one: str(one))
def test_a_dry_run_leaves_out_what_a_run_would(tmp_path: Path, own_home: Path, exists: str, to_do: int) -> None:
    """Two results are there but forgotten by the journal, two names are taken by files of somebody else."""
    folder_of(tmp_path / "in", 10)
    folder_of(tmp_path / "first", 2)
    assert go(tmp_path / "first", tmp_path / "out").totals.done == 2
    (own_home / "journal.sqlite").unlink()
    for number in (2, 3):
        save(tmp_path / "out" / f"{number:04d}_resize_2x.png", number)
    dry = connect(engine().journal.copy(), size=2)
    options = BatchOptions(output=str(tmp_path / "out"), exists=exists)
    added = add(dry.journal, dry.library, doubling(), [tmp_path / "in"], options, make_folders=False)
    estimate = dry.dry_run(added.batch)
    assert estimate.files == to_do
    assert "measured on 3" in estimate.measured
    result = go(tmp_path / "in", tmp_path / "out", exists=exists)
    assert (result.totals.done, result.totals.skipped) == (to_do, 10 - to_do)


def test_the_queue_pauses_resumes_cancels_and_forgets(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 4)
    one = engine()
    queue = Queue(one.journal)
    batch = put(one, tmp_path / "in", tmp_path / "out").batch
    assert queue.pause(batch) == 4
    assert one.run([batch]).totals.paused == 4
    assert [found.id for found in queue.resume()] == [batch.id]
    assert queue.totals(batch).waiting == 4
    assert queue.cancel(batch) == 4
    assert one.run([batch]).totals.cancelled == 4
    assert queue.retry(batch, (State.CANCELLED,)) == 4
    assert one.run([batch]).totals.done == 4
    assert queue.retry_jobs([next(queue.jobs(batch)).id]) == 1
    (tmp_path / "out" / "0000_resize_2x.png").unlink()
    assert one.run([batch]).totals.done == 4
    assert queue.clear() == 4
    assert queue.list() == []
    assert len(files(tmp_path / "out")) == 4


def test_an_interrupted_batch_that_was_begun_again_is_listed_once(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 3)
    one = engine()
    queue = Queue(one.journal)
    put(one, tmp_path / "in", tmp_path / "out")
    later = put(one, tmp_path / "in", tmp_path / "out").batch
    other = put(one, tmp_path / "in", tmp_path / "other").batch
    assert [batch.id for batch, _ in queue.list()] == [later.id, other.id]
    (tmp_path / "in" / "0000.png").unlink()
    last = put(one, tmp_path / "in", tmp_path / "out").batch
    assert [batch.id for batch in queue.unfinished()] == [later.id, other.id, last.id]
    one.run([last])
    assert [totals.unfinished for _, totals in queue.list()] == [1, 3, 0]


def test_a_cell_that_begins_like_a_formula_is_a_text(tmp_path: Path) -> None:
    batch_of = engine()
    save(tmp_path / "in" / "a.png")
    batch = put(batch_of, tmp_path / "in", tmp_path / "out").batch
    job = batch_of.journal.claim(batch, batch_of.owner)
    assert job is not None
    batch_of.journal.finish(job, Outcome(State.FAILED, '=HYPERLINK("http://x")'))
    write_report(tmp_path / "r.csv", batch_of.journal, [batch], Result("finished", batch_of.journal.totals(batch), 1.0))
    with open(tmp_path / "r.csv", encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file))["reason"].startswith("'=")
    batch_of.close()


def test_a_page_has_reasons_and_the_largest_changes_inside_it(tmp_path: Path) -> None:
    text = run_with_one_failure(tmp_path, "r.html").read_text("utf-8")
    assert text.count("<figure>") == (4 if sys.platform == "linux" else 3)
    assert 'src="http' not in text
    assert "<h2>Reasons</h2>" in text
    assert sorted(path.name for path in (tmp_path / "deep").iterdir()) == ["r.html"]
