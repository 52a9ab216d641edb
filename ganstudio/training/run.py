"""Run: the folder of one training. Torch-free: the panel and `ganstudio runs` read it while it grows.

plan.json      what was asked for (an Order)      log.jsonl   numbers and events, a JSON object a line
state.json     how far it is, is it alive         samples/    grids NNNNNNNN.png, NNNNNNNN the step
control.json   pause, go on or stop, please       step-*.pt   snapshots; NAME.safetensors: the best model so far
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

import psutil

from ganstudio.core import paths
from ganstudio.core.errors import BadInput
from ganstudio.core.names import shown
from ganstudio.models.filing import write_whole
from ganstudio.training import plans
from ganstudio.training.plan import Plan

VERSION = 1
RUNNING, PAUSED, STOPPED, FINISHED, FAILED = "running", "paused", "stopped", "finished", "failed"
PAUSE, RESUME, STOP = "pause", "resume", "stop"
_SILENT_S = 600.0  # a process of the same number that has not written for so long is another one


@dataclass(frozen=True)
class Order:
    """What was asked for. `minutes` in all, over every sitting (0: the Plan's steps decide)."""

    plan: Plan
    pictures: str
    start: str = ""
    minutes: float = 0.0
    threads: int = 0
    data_note: str = ""

    def to_json(self) -> dict[str, Any]:
        rest = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "plan"}
        return {"version": VERSION, "goal": self.plan.GOAL, "plan": self.plan.to_json(), **rest}

    @classmethod
    def from_json(cls, data: Any, where: str) -> Self:
        if not isinstance(data, dict) or not isinstance(data.get("version"), int) or "plan" not in data:
            raise BadInput(f"{where} is no Run of this program (or of one before Runs had a goal).")
        if data["version"] > VERSION:
            raise BadInput(f"{where} comes from a newer version of the program.", "Update this one.")
        rest = {f.name: data[f.name] for f in fields(cls) if f.name != "plan" and f.name in data}
        return cls(plans.from_fields(data["plan"], str(data.get("goal")), where), **rest)


@dataclass(frozen=True)
class State:
    """How far a Run is. `pid` and `born` name the process; `reason` is a sentence where it waits, stopped or failed."""

    state: str = STOPPED
    reason: str = ""
    pid: int = 0
    born: float = 0.0
    started: float = 0.0
    heartbeat: float = 0.0
    step: int = 0
    end: int = 0
    images: int = 0
    seconds: float = 0.0
    left: float | None = None
    rate: float = 0.0
    memory: int = 0
    best: float | None = None
    best_step: int = 0
    words: str = ""

    @property
    def alive(self) -> bool:
        """Whether the process that wrote it still works on it."""
        if self.state not in (RUNNING, PAUSED) or not psutil.pid_exists(self.pid):
            return False
        try:
            return abs(psutil.Process(self.pid).create_time() - self.born) < 2.0
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return time.time() - self.heartbeat < _SILENT_S

    def mine(self) -> State:
        """The same, with this process as its owner."""
        return replace(self, pid=os.getpid(), born=psutil.Process().create_time())


class Run:
    """One training's folder. Nothing is read before it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def name(self) -> str:
        return shown(self.folder.name)

    @property
    def word(self) -> str:
        """What to call it by on a command line: its name where that finds it, else its folder."""
        try:
            return self.folder.name if find_run(self.folder.name).folder.samefile(self.folder) else str(self.folder)
        except (BadInput, OSError):
            return str(self.folder)

    def file(self, name: str) -> Path:
        return self.folder / name

    @property
    def exists(self) -> bool:
        return self.file("plan.json").is_file()

    # what was asked for

    def begin(self, order: Order) -> None:
        """Make the folder and write what is asked for; the Run is from now on among the known ones."""
        try:
            self.file("samples").mkdir(parents=True, exist_ok=True)
            write_whole(self.file("plan.json"), (json.dumps(order.to_json(), indent=1, ensure_ascii=False)).encode())
        except OSError as error:
            raise BadInput(f"The Run's folder {shown(self.folder)} cannot be made: {error.strerror}.") from error
        remember(self.folder)

    def order(self) -> Order:
        try:
            text = self.file("plan.json").read_text("utf-8")
        except OSError as error:
            raise BadInput(f"There is no Run in {shown(self.folder)}.") from error
        try:
            return Order.from_json(json.loads(text), f"The folder {self.name}")
        except ValueError as error:
            raise BadInput(f"The plan.json in {self.name} is damaged: {error}.") from error

    # how far it is

    def state(self) -> State:
        """The newest state; a Run whose process is gone is told as stopped."""
        try:
            data = json.loads(self.file("state.json").read_text("utf-8"))
        except (OSError, ValueError):  # not begun, or on a disk that was full
            return State()
        known = {f.name for f in fields(State)}
        state = State(**{key: value for key, value in data.items() if key in known})
        if state.state in (RUNNING, PAUSED) and not state.alive:
            return replace(state, state=STOPPED, reason="Its process ended without a word.", left=None)
        return state

    def write_state(self, state: State) -> None:
        """Best effort: a full disk must not end a training that only wants to say how it is."""
        try:
            write_whole(self.file("state.json"), json.dumps(asdict(state)).encode())
        except OSError:
            return

    def log(self, **line: Any) -> None:
        """Add a line to the log. A full disk loses the line, nothing else."""
        try:
            with self.file("log.jsonl").open("a", encoding="utf-8") as handle:
                handle.write(json.dumps(line) + "\n")
        except OSError:
            return

    def lines(self, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
        """(whole lines of the log from a byte offset on, the offset to ask from next)."""
        try:
            with self.file("log.jsonl").open("rb") as handle:
                handle.seek(offset)
                data = handle.read()
        except OSError:
            return [], offset
        whole = data[: data.rfind(b"\n") + 1]
        found = []
        for text in whole.splitlines():
            try:
                line = json.loads(text)
            except ValueError:  # cut by a full disk or a kill
                continue
            if isinstance(line, dict):
                found.append(line)
        return found, offset + len(whole)

    def samples(self) -> list[Path]:
        return sorted(self.file("samples").glob("[0-9]*.png"))

    def models(self) -> list[Path]:
        return sorted(self.folder.glob("*.safetensors"))

    # what is wanted of it

    def ask(self, want: str) -> None:
        """Pause, resume or stop, please: heard within a step."""
        write_whole(self.file("control.json"), json.dumps({"want": want, "at": time.time()}).encode())

    def asked(self) -> str:
        """What was asked last, or an empty word; it is then forgotten."""
        path = self.file("control.json")
        if not path.exists():
            return ""
        try:
            want = json.loads(path.read_text("utf-8")).get("want", "")
        except (OSError, ValueError, AttributeError):
            want = ""
        path.unlink(missing_ok=True)
        return want if want in (PAUSE, RESUME, STOP) else ""


# the Runs of this account


def usual_place() -> Path:
    """Where Runs lie that are named by a word instead of a folder."""
    return paths.home() / "runs"


def _index() -> Path:
    return paths.home() / "runs.json"


def remember(folder: Path) -> None:
    """Put a Run's folder among the known ones."""
    known = [path for path in _known() if path != str(folder.resolve())]
    write_whole(_index(), json.dumps([*known, str(folder.resolve())]).encode())


def _known() -> list[str]:
    try:
        found = json.loads(_index().read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [path for path in found if isinstance(path, str)] if isinstance(found, list) else []


def known_runs(place: Path | None = None) -> list[Run]:
    """The Runs begun on this account whose folders are still there, and those of `place`; the newest first."""
    folders = {Path(path) for path in _known()}
    for parent in (usual_place(), place):
        if parent is not None and parent.is_dir():
            folders |= {one.resolve() for one in parent.iterdir() if one.is_dir()}
    runs = [Run(folder) for folder in folders]
    return sorted((one for one in runs if one.exists), key=lambda one: -one.file("plan.json").stat().st_mtime)


def find_run(word: str) -> Run:
    """The Run of that folder, or the known one of that name. BadInput when there is none."""
    run = Run(Path(word).expanduser())
    if run.exists:
        return run
    found = [one for one in known_runs() if one.folder.name == word]
    if not found:
        raise BadInput(f"There is no Run “{shown(word)}”.", "`ganstudio runs list` names them.")
    return found[0]
