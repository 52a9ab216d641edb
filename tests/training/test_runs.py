"""The Run folder: read while it grows, control, states of processes that are gone, the list of all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ganstudio.core.errors import BadInput
from ganstudio.training import plans
from ganstudio.training.run import PAUSE, RUNNING, STOPPED, Order, Run, State, find_run, known_runs, usual_place


def _order() -> Order:
    return Order(plans.load("photo-x2"), "/pictures", start="fidelity-x2", minutes=3.5, threads=2, data_note="ours")


def test_an_order_is_written_and_read(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    assert not run.exists
    run.begin(_order())
    assert run.exists and run.order() == _order()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "damaged"),
        ("[]", "no Run of this program"),
        ('{"version": 99, "goal": "upscaler", "plan": {}}', "newer version"),
        ('{"name": "photo-x2", "scale": 2}', "no Run of this program"),
    ],
)
def test_a_damaged_order_is_said(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "plan.json").write_text(content)
    with pytest.raises(BadInput, match=sentence):
        Run(tmp_path).order()


def test_the_log_is_read_on_from_where_one_was(tmp_path: Path) -> None:
    run = Run(tmp_path)
    assert run.lines() == ([], 0)
    run.log(step=1, loss=0.5)
    found, offset = run.lines()
    assert found == [{"step": 1, "loss": 0.5}]
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('{"step": 2}\n{"st')  # the second line is still being written
    found, offset = run.lines(offset)
    assert found == [{"step": 2}]
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('ep": 3}\nnonsense\n')
    assert run.lines(offset)[0] == [{"step": 3}]


def test_what_is_asked_is_heard_once(tmp_path: Path) -> None:
    run = Run(tmp_path)
    assert run.asked() == ""
    run.ask(PAUSE)
    assert run.asked() == PAUSE and run.asked() == ""
    (tmp_path / "control.json").write_text("[]")
    assert run.asked() == ""
    run.ask("dance")
    assert run.asked() == ""


def test_a_run_whose_process_is_gone_is_stopped(tmp_path: Path) -> None:
    run = Run(tmp_path)
    assert run.state() == State()
    run.write_state(State(state=RUNNING, step=7).mine())
    assert run.state().state == RUNNING and run.state().alive
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    run.write_state(State(state=RUNNING, step=7, pid=gone.pid, born=1.0))
    assert run.state().state == STOPPED and "without a word" in run.state().reason and run.state().step == 7
    run.write_state(State(state=RUNNING, pid=os.getpid(), born=1.0))  # the number was given to another process
    assert run.state().state == STOPPED
    (tmp_path / "state.json").write_text(json.dumps({"state": RUNNING, "of_tomorrow": 1}))
    assert run.state().state == STOPPED


def test_the_runs_of_an_account(tmp_path: Path) -> None:
    assert known_runs() == []
    for folder in (tmp_path / "far" / "one", usual_place() / "two"):
        Run(folder).begin(_order())
    (tmp_path / "near" / "three").mkdir(parents=True)
    (tmp_path / "near" / "three" / "plan.json").write_text((tmp_path / "far" / "one" / "plan.json").read_text())
    assert {run.name for run in known_runs()} == {"one", "two"}
    assert {run.name for run in known_runs(tmp_path / "near")} == {"one", "two", "three"}
    assert find_run("two").folder == usual_place() / "two"
    assert find_run(str(tmp_path / "near" / "three")).name == "three"
    assert find_run("one").word == "one" and Run(tmp_path / "near" / "three").word == str(tmp_path / "near" / "three")
    with pytest.raises(BadInput, match="no Run “four”"):
        find_run("four")
    for path in (tmp_path / "far" / "one").glob("*.json"):
        path.unlink()
    assert {run.name for run in known_runs()} == {"two"}
