"""The engine: every Job ends in a state, whatever happens in it; it stops, pauses, and gives up what hangs."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ganstudio.core.codecs.partial import Partial
from ganstudio.core.errors import OutputError
from ganstudio.core.log import log_file
from ganstudio.core.resample import resized
from ganstudio.jobs import watch, work
from ganstudio.jobs.engine import Status
from ganstudio.jobs.prepare import Task
from ganstudio.jobs.queue import Queue
from ganstudio.jobs.records import Outcome, State
from ganstudio.jobs.running import Budget
from ganstudio.tools.tool import Context
from tests.jobs.harness import (
    ROOT,
    assert_adds_up,
    assert_made_of,
    doubling,
    engine,
    files,
    folder_of,
    go,
    jobs,
    put,
    save,
)

Tell = Callable[[int], None]


def test_each_result_belongs_to_its_input(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 24)
    assert go(tmp_path / "in", tmp_path / "out", name="{stem}").totals.done == 24
    for name in files(tmp_path / "out"):
        assert_made_of(tmp_path / "out" / name, tmp_path / "in" / name)


def test_a_failure_costs_one_picture_and_a_fault_is_in_the_log(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 6)

    def run(task: Task, context: Context, tell: Tell) -> Outcome:
        match task.job.source.stem:
            case "0001":
                raise OutputError("no luck with this one")
            case "0002":
                raise ZeroDivisionError("a bug")
            case "0003":
                raise MemoryError
        return work.run(task, context, tell)

    one = engine(run)
    totals = one.run([put(one, tmp_path / "in", tmp_path / "out").batch]).totals
    assert_adds_up(totals)
    assert (totals.done, totals.failed, totals.faults) == (3, 3, 1)
    reasons = {job.source.stem: job.reason for job in jobs()}
    assert reasons["0001"] == "no luck with this one"
    assert str(log_file()) in reasons["0002"]
    assert "memory" in reasons["0003"]
    assert "ZeroDivisionError: a bug" in log_file().read_text()


def test_retry_runs_what_failed_again(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 2)
    whole = (tmp_path / "in" / "0001.png").read_bytes()
    (tmp_path / "in" / "0001.png").write_bytes(whole[:60])
    assert go(tmp_path / "in", tmp_path / "out").totals.failed == 1
    (tmp_path / "in" / "0001.png").write_bytes(whole)
    one = engine()
    queue = Queue(one.journal)
    assert queue.unfinished() == []
    assert queue.retry() == 1
    totals = one.run(queue.resume()).totals
    assert (totals.done, totals.failed) == (2, 0)


def slowly(task: Task, context: Context, tell: Tell) -> Outcome:
    """Ever so slowly, but hearing stop and pause."""
    for row in range(task.height):
        context.progress.check()
        tell(row)
        time.sleep(0.05)
    return work.run(task, context, tell)


def test_stop_puts_back_what_is_in_work_and_leaves_no_trace(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 5)
    one = engine(slowly)
    batch = put(one, tmp_path / "in", tmp_path / "out").batch
    result = one.run([batch], on_status=lambda status: one.stop() if status.current else None)
    assert result.ending == "stopped"
    assert result.totals.waiting == 5
    assert files(tmp_path / "out") == []
    assert go(tmp_path / "in", tmp_path / "out").totals.done == 5


def test_a_stop_waits_for_nobody_and_leaves_no_trace_of_what_it_left(tmp_path: Path) -> None:
    """A thread deep in a codec: the run ends without it, its Job waits, and it cannot save any more."""
    save(tmp_path / "in" / "a.png")
    deep, done, ended = threading.Event(), threading.Event(), threading.Event()
    came: list[BaseException] = []

    def slow(task: Task, context: Context, tell: Callable[[int], None]) -> Outcome:
        try:
            with Partial(task.output) as partial:
                partial.file.write(b"half")
                deep.set()
                assert done.wait(60)
                partial.settle(None)
                partial.publish(overwrite=False)
        except BaseException as error:
            came.append(error)
            raise
        finally:
            ended.set()
        return work.run(task, context, tell)

    one = engine(slow, size=1)
    batch = put(one, tmp_path / "in", tmp_path / "out").batch
    stopper = threading.Thread(target=lambda: (deep.wait(60), one.stop()))
    stopper.start()
    result = one.run([batch])
    stopper.join()
    assert (result.ending, result.totals.waiting) == ("stopped", 1)
    assert files(tmp_path / "out") == []
    done.set()
    assert ended.wait(60)
    assert isinstance(came[0], OSError)
    assert files(tmp_path / "out") == []
    assert [job.state for job in jobs(one.journal)] == [State.WAITING]
    assert go(tmp_path / "in", tmp_path / "out").totals.done == 1


def test_a_stop_before_the_run_is_not_forgotten(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 3)
    one = engine(slowly)
    batch = put(one, tmp_path / "in", tmp_path / "out").batch
    one.stop()
    assert one.run([batch]).ending == "stopped"


def test_a_pause_holds_everything_and_counts_as_no_time(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 3, 12, 12)
    one = engine(slowly)
    batch = put(one, tmp_path / "in", tmp_path / "out").batch
    seen: list[Status] = []

    def pause_a_while(status: Status) -> None:
        if status.current and not seen:
            seen.append(status)
            one.pause()
            threading.Timer(1.5, one.resume).start()
        elif status.paused:
            seen.append(status)

    result = one.run([batch], on_status=pause_a_while)
    paused = seen[1:]
    settled = [status for status in paused if status.seconds == paused[-1].seconds]
    assert len(settled) > 5
    assert len({status.current for status in settled[5:]}) == 1
    assert result.totals.done == 3


def test_what_hangs_is_given_up_and_the_others_go_on(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 8)
    freed = threading.Event()

    def run(task: Task, context: Context, tell: Tell) -> Outcome:
        if task.job.source.stem == "0003":
            freed.wait(30)  # deaf to stop, as a hung driver is
        return work.run(task, context, tell)

    one = engine(run, stall=0.5)
    totals = one.run([put(one, tmp_path / "in", tmp_path / "out").batch]).totals
    assert (totals.done, totals.failed) == (7, 1)
    assert "no progress" in next(job.reason for job in jobs() if job.state is State.FAILED)
    freed.set()
    for thread in threading.enumerate():
        if thread.name == "job":
            thread.join(10)
    assert len(files(tmp_path / "out")) == 7
    assert [job.state for job in jobs()].count(State.FAILED) == 1


def test_an_input_that_is_replaced_while_it_is_read_is_made_from_the_new_file(tmp_path: Path) -> None:
    source = save(tmp_path / "a.png", 1)
    newer = save(tmp_path / "newer.png", 2, 40, 30)

    def run(task: Task, context: Context, tell: Tell) -> Outcome:
        if newer.exists():
            return work.run(task, context, lambda rows: (tell(rows), newer.exists() and newer.replace(source))[0])
        return work.run(task, context, tell)

    one = engine(run)
    totals = one.run([put(one, source, tmp_path / "out").batch]).totals
    assert (totals.added, totals.done) == (1, 1)
    assert len(files(tmp_path / "out")) == 1
    assert_made_of(tmp_path / "out" / "a_resize_2x.png", source)
    assert go(source, tmp_path / "out").totals.already == 1


def test_an_input_that_never_rests_fails_and_does_not_run_for_ever(tmp_path: Path) -> None:
    source = save(tmp_path / "a.png")

    def run(task: Task, context: Context, tell: Tell) -> Outcome:
        return work.run(task, context, lambda rows: os.utime(source))

    one = engine(run)
    assert one.run([put(one, source, tmp_path / "out").batch]).totals.failed == 1
    assert files(tmp_path / "out") == []


def test_an_input_that_goes_away_fails_alone(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 3)
    one = engine()
    batch = put(one, tmp_path / "in", tmp_path / "out").batch
    (tmp_path / "in" / "0001.png").unlink()
    totals = one.run([batch]).totals
    assert (totals.done, totals.failed) == (2, 1)


class Later(datetime.datetime):
    """A clock that shows tomorrow."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Later:
        return super().now(tz) + datetime.timedelta(days=2)


def test_at_the_hour_nothing_is_begun_and_the_rest_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(tmp_path / "in", 6, 4, 4000)
    one = engine(slowly)
    batch = put(one, tmp_path / "in", tmp_path / "out").batch
    result = one.run([batch], until=7 * 60,
                     on_status=lambda status: monkeypatch.setattr(watch, "datetime", Later))  # fmt: skip
    assert result.ending == "until"
    assert result.totals.waiting == 6
    assert result.totals.running == 0


@pytest.mark.parametrize("minutes", [0, 7 * 60, 23 * 60 + 59])
def test_the_hour_is_the_next_one(minutes: int) -> None:
    moment, now = watch.next_moment(minutes), datetime.datetime.now()
    assert (moment.hour, moment.minute) == divmod(minutes, 60)
    assert datetime.timedelta() < moment - now + datetime.timedelta(seconds=5)
    assert moment - now <= datetime.timedelta(days=1)


def test_a_clock_that_jumps_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(tmp_path / "in", 6)
    real = time.time
    jumps = iter([0, 10**8, -(10**9), 5, 0] * 200)
    monkeypatch.setattr(time, "time", lambda: real() + next(jumps, 0))
    result = go(tmp_path / "in", tmp_path / "out")
    assert result.totals.done == 6
    assert 0 <= result.seconds < 600


def test_more_than_the_memory_takes_waits_and_the_largest_runs_alone() -> None:
    budget, closing = Budget(10), threading.Event()
    together: list[int] = []
    most: list[int] = []

    def work(need: int) -> None:
        with budget.take(need, closing):
            together.append(need)
            most.append(sum(together))
            time.sleep(0.02)
            together.remove(need)

    threads = [threading.Thread(target=work, args=(need,)) for need in (4, 4, 4, 100, 6, 3, 3, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 8
    assert {used for used in most if used > 10} == {100}


def test_a_batch_whose_model_was_changed_fails_and_the_others_go_on(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 2)
    one = engine()
    bad = put(one, tmp_path / "in", tmp_path / "bad").batch
    good = put(one, tmp_path / "in", tmp_path / "good", doubling(3.0)).batch
    with one.journal.writing() as db:
        db.execute("UPDATE batches SET recipe_hash = 'of other weights' WHERE id = ?", (bad.id,))
    totals = one.run([one.journal.batch(bad.id), good]).totals
    assert (totals.added, totals.failed, totals.done) == (4, 2, 2)
    assert "changed" in next(one.journal.jobs(bad)).reason


def test_several_batches_run_one_after_the_other(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 3)
    one = engine()
    first = put(one, tmp_path / "in", tmp_path / "a").batch
    second = put(one, tmp_path / "in", tmp_path / "b", doubling(3.0)).batch
    totals = one.run([first, second]).totals
    assert (totals.added, totals.done) == (6, 6)
    assert len(files(tmp_path / "a")) == len(files(tmp_path / "b")) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="signals are other ones there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_program_tidily(tmp_path: Path, number: int) -> None:
    folder_of(tmp_path / "in", 30, 200, 150)
    words = [sys.executable, "-m", "tests.jobs.harness", str(tmp_path / "in"), str(tmp_path / "out")]
    child = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    while not files(tmp_path / "out"):
        time.sleep(0.01)
    child.send_signal(number)
    assert child.wait(30) == 130
    assert [name for name in files(tmp_path / "out") if name.endswith(".part")] == []
    states = {job.state for job in jobs()}
    assert State.RUNNING not in states
    assert State.WAITING in states
    assert go(tmp_path / "in", tmp_path / "out", recursive=True).totals.failed == 0
    assert len(files(tmp_path / "out")) == 30


def test_the_engine_needs_no_torch_before_a_network_runs(tmp_path: Path) -> None:
    save(tmp_path / "in" / "a.png")
    code = (
        "import sys; from tests.jobs.harness import main; "
        f"assert main({str(tmp_path / 'in')!r}, {str(tmp_path / 'out')!r}) == 0; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def test_the_picture_is_the_resampled_one(tmp_path: Path) -> None:
    """What lies in the file is what the recipe gives, bit for bit."""
    import numpy as np

    from ganstudio.core.codecs import open_raster
    from ganstudio.core.raster import read_whole

    source = save(tmp_path / "a.png")
    go(source, tmp_path / "b.png")
    expected = read_whole(resized(open_raster(source), 96, 72)).pixels
    assert np.array_equal(read_whole(open_raster(tmp_path / "b.png")).pixels, expected)
