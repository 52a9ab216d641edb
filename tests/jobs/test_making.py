"""What makers make is a Job like any other: in the journal, killed and gone on with, found again, refused."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from ganstudio.cli.main import main
from ganstudio.jobs import schema
from ganstudio.jobs.changes import Changes
from ganstudio.jobs.journal import FILE, Journal
from ganstudio.jobs.making import FORMAT, Making, MakingOrder, add, prepare
from ganstudio.jobs.options import BatchOptions
from ganstudio.jobs.owner import Owner
from ganstudio.jobs.queue import Queue
from ganstudio.jobs.records import Job, NewJob, Outcome, OutputGone, State
from ganstudio.models.library import Library
from tests.jobs.harness import assert_made_of, doubling, engine, files, jobs, save
from tests.runtime.generator_files import CLASSES, generator_file, tiny_style

Said = pytest.CaptureFixture[str]
WALK = ["walk", "--model", "mnist-mlp", "--seeds", "1,2", "--class", "3", "--length", "12", "--fps", "50"]
killed = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed otherwise there")


def kill(*words: str, once: Path, count: int) -> None:
    """Run a command and kill it without a word once there are so many pictures."""
    child = subprocess.Popen([sys.executable, "-m", "ganstudio", *words], stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 120
    while child.poll() is None and time.monotonic() < until:
        if once.is_dir() and sum(name.endswith(".png") for name in os.listdir(once)) >= count:
            break
        time.sleep(0.01)
    child.kill()
    assert child.stderr is not None
    assert child.wait() == -signal.SIGKILL, child.stderr.read()


def only_job() -> Job:
    (found,) = jobs()
    return found


@killed
def test_many_pictures_are_gone_on_with_after_a_kill(tmp_path: Path, capsys: Said) -> None:
    model = str(generator_file(tmp_path / "animals.safetensors", tiny_style(3), CLASSES))
    out = tmp_path / "out"
    words = ["generate", "-o", str(out), "--model", model, "--seeds", "0-149", "--exists", "overwrite"]
    kill(*words, once=out, count=12)
    job = only_job()
    assert (job.title, job.state, job.source) == ("Generate: 150 pictures", State.RUNNING, out)
    capsys.readouterr()
    assert main(["queue", "list", "--json"]) == 0  # who finds that its program is gone lets it wait
    told = json.loads(capsys.readouterr().out.splitlines()[0])
    assert told["recipe"] == ["Generate: 150 pictures"] and told["waiting"] == 1 and told["results"] == str(out)
    for part in out.glob("*.part"):
        part.unlink()
    whole = {}
    for path in out.glob("*.png"):
        with Image.open(path) as picture:
            picture.load()
        whole[path.name] = path.stat().st_mtime_ns
    assert 12 <= len(whole) < 150
    assert main(["queue", "resume"]) == 0
    said = capsys.readouterr()
    assert f"Generate: 150 pictures: {150 - len(whole)} pictures" in said.err and "1 job done" in said.out
    assert files(out) == [f"animals_cat_{seed:03d}.png" for seed in range(150)]
    now = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    assert [name for name in whole if now[name] != whole[name]] == []
    job = only_job()
    assert job.state is State.DONE and job.out_bytes > 0 and job.output == out
    assert main(["queue", "resume"]) == 0 and "Nothing waits" in capsys.readouterr().out
    assert main(["queue", "clear"]) == 0
    assert jobs() == [] and len(files(out)) == 150


@killed
def test_a_film_is_gone_on_with_after_a_kill(tmp_path: Path, capsys: Said) -> None:
    film = tmp_path / "dream.gif"
    kill(*WALK, "-o", str(film), once=tmp_path / "dream.gif.frames", count=10)
    assert (only_job().title, only_job().source) == ("Walk: 2 keyframes", film)
    assert main(["queue", "resume"]) == 0
    said = capsys.readouterr()
    assert "of them from before" in said.err and "1 job done" in said.out
    with Image.open(film) as made:
        assert made.n_frames > 300  # type: ignore[attr-defined]  # frames that are alike are one
    assert files(tmp_path) == ["dream.gif"]
    job = only_job()
    assert job.state is State.DONE and job.out_bytes == film.stat().st_size
    made_at = film.stat().st_mtime_ns
    assert main([*WALK, "-o", str(film)]) == 0  # the same again finds it
    assert "already made" in capsys.readouterr().out and len(jobs()) == 1
    assert film.stat().st_mtime_ns == made_at
    film.unlink()
    assert main([*WALK, "-o", str(film), "--json"]) == 0
    assert film.exists() and json.loads(capsys.readouterr().out.splitlines()[-1])["frames"] == 600


def making(tmp_path: Path, **changes: object) -> Making:
    folder = tmp_path / "films"
    folder.mkdir(exist_ok=True)
    return Making("walk", 1, "Walk: 2 keyframes", {}, folder / "a.webm", folder, **changes)  # type: ignore[arg-type]


def claimed(journal: Journal, one: Making) -> tuple[Job, MakingOrder]:
    batch = add(journal, one)
    job = journal.claim(batch, Owner.me())
    assert job is not None
    return job, MakingOrder.of(batch, Library())


def test_killed_between_the_name_and_the_journal_it_is_done(tmp_path: Path) -> None:
    journal = Journal(None)
    one = making(tmp_path)
    job, order = claimed(journal, one)
    assert not isinstance(prepare(job, order, journal), Outcome)
    one.output.write_bytes(b"whole")
    journal.release(Owner.me())
    again = journal.claim(order.batch, Owner.me())
    assert again is not None
    ended = prepare(again, order, journal)
    assert isinstance(ended, Outcome) and ended.state is State.DONE and ended.made is not None
    journal.finish(again, ended)
    batch = add(journal, one)
    assert journal.totals(batch).already == 1


def test_what_a_stranger_put_there_is_not_taken_for_it(tmp_path: Path) -> None:
    journal = Journal(None)
    one = making(tmp_path)
    job, order = claimed(journal, one)
    prepare(job, order, journal)
    journal.put_back(job)  # stopped by hand, before it had a name
    one.output.write_bytes(b"a stranger's")
    again = journal.claim(order.batch, Owner.me())
    assert again is not None and not isinstance(prepare(again, order, journal), Outcome)


def test_two_wishes_for_one_file_do_not_cross(tmp_path: Path) -> None:
    journal = Journal(None)
    first, order = claimed(journal, making(tmp_path))
    prepare(first, order, journal)
    other, there = claimed(journal, making(tmp_path, models={"mnist-mlp": Library().find("mnist-mlp").sha256}))
    ended = prepare(other, there, journal)
    assert isinstance(ended, Outcome) and ended.state is State.FAILED and "a.webm" in ended.reason


def test_another_wish_for_the_same_file_takes_the_place_of_one_that_was_stopped(tmp_path: Path) -> None:
    journal = Journal(None)
    first, order = claimed(journal, making(tmp_path))
    prepare(first, order, journal)
    journal.put_back(first)
    other, there = claimed(journal, making(tmp_path, models={"mnist-mlp": Library().find("mnist-mlp").sha256}))
    assert not isinstance(prepare(other, there, journal), Outcome)
    assert journal.job(first.id).state is State.CANCELLED
    add(journal, order.making)  # wished for again
    assert (journal.job(first.id).state, journal.job(other.id).state) == (State.WAITING, State.RUNNING)


def test_its_folder_is_not_made_where_a_drive_has_gone(tmp_path: Path) -> None:
    journal = Journal(None)
    job, order = claimed(journal, making(tmp_path))
    os.rmdir(order.making.folder)
    with pytest.raises(OutputGone, match="not there any more"):
        prepare(job, order, journal)
    assert not order.making.folder.exists()


def test_another_model_of_the_name_is_a_sentence(tmp_path: Path, capsys: Said) -> None:
    journal = Journal.usual()
    add(journal, making(tmp_path, models={"mnist-mlp": "0" * 64}))
    journal.close()
    assert main(["queue", "resume"]) == 1
    assert "A model of this batch was changed" in capsys.readouterr().err
    assert only_job().state is State.FAILED
    assert main(["queue", "retry"]) == 1  # it waited again, and failed again
    assert only_job().state is State.FAILED


def test_how_far_it_is_is_heard_by_other_programs(tmp_path: Path) -> None:
    journal, other = Journal(tmp_path / FILE), Journal(tmp_path / FILE)
    job, _order = claimed(journal, making(tmp_path))
    changes = Changes(other)
    first = changes.read()
    assert first is not None
    assert [(row.title, row.share, row.state) for row in first.rows] == [("Walk: 2 keyframes", 0.0, State.RUNNING)]
    journal.note_share(job, 0.25)
    second = changes.read()
    assert second is not None and [row.share for row in second.rows] == [0.25]
    journal.close()
    other.close()


def test_a_journal_from_before_there_were_such_jobs_is_gone_on_with(tmp_path: Path) -> None:
    picture, out = save(tmp_path / "in" / "a.png"), tmp_path / "out"
    out.mkdir()
    recipe, about = doubling(), os.stat(picture)
    digits = recipe.identity(Library())
    job = NewJob(picture, about.st_size, about.st_mtime_ns, out, 1)
    options = {"options": BatchOptions().to_json(), "folder": str(out), "file": ""}
    path = Path(os.environ["GANSTUDIO_HOME"]) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None)
    schema.upgrade(db, schema.STEPS[:2])
    db.execute(
        "INSERT INTO batches VALUES (1, ?, ?, ?, 0, 1)", (json.dumps(recipe.to_json()), digits, json.dumps(options))
    )
    db.execute(
        "INSERT INTO jobs (id, key, source, size, mtime_ns, page, number, folder) VALUES (1, ?, ?, ?, ?, 0, 1, ?)",
        (job.key(digits, BatchOptions().name), os.fsencode(picture), job.size, job.mtime_ns, os.fsencode(out)),
    )
    db.execute("INSERT INTO members VALUES (1, 1, 0)")
    db.close()
    one = engine()
    (batch,) = Queue(one.journal).resume()
    assert batch.recipe.get("format") != FORMAT
    assert one.run([batch]).totals.done == 1
    one.close()
    assert (only_job().title, only_job().state) == ("", State.DONE)
    assert_made_of(out / "a_resize_2x.png", picture)
