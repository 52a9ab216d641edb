"""Reading: large pictures and projects are decoded, cut into tiles and reduced in a process of its own. The window's
threads share one interpreter with its painting; and a decoder that crashes takes only that process along.

One process is kept ready; a second picture at the same time gets one of its own.
"""

from __future__ import annotations

import itertools
import multiprocessing
import shutil
import signal
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ganstudio.core.codecs import open_raster
from ganstudio.core.document import Pool, State, state_of
from ganstudio.core.document.handing import packed, unpacked
from ganstudio.core.document.project import open_project
from ganstudio.core.errors import BadInput, Cancelled, OutOfMemory, OutputError, UserError
from ganstudio.core.names import shown
from ganstudio.core.priority import step_back
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Header
from ganstudio.core.text import _, language, set_language
from ganstudio.jobs.remote.pixels import own_folder

_ASK_S = 0.05
_TELL_S = 0.05


@dataclass(frozen=True)
class Order:
    """What to read, and the new file for its tiles. `name` and `link` are those of the layer (see `state_of`)."""

    path: Path
    file: Path
    page: int = 0
    name: str = ""
    link: str = ""
    project: bool = False


@dataclass(frozen=True)
class _Far:
    done: float
    total: float


@dataclass(frozen=True)
class _Done:
    header: Header | None
    state: bytes


class Readers:
    """Any thread may ask; each waits for its own picture."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._numbers = itertools.count(1)
        self._folder: Path | None = None
        self._closed = False

    def start(self) -> None:
        """Have a process ready for the first picture."""
        process = _Process()
        with self._lock:
            if not self._closed and not self._idle:
                self._idle.append(process)
                return
        process.end()

    def picture(
        self, path: Path, page: int, name: str, link: str, pool: Pool, progress: Progress
    ) -> tuple[Header, State]:
        """`open_raster` and `state_of`: the picture's header and the document of it. Raises what they do, and BadInput
        when the process ended over it."""
        done, state = self._read(Order(path, self._new_file(), page, name, link), pool, progress)
        assert done.header is not None
        return done.header, state

    def project(self, path: Path, pool: Pool, progress: Progress) -> State:
        """`open_project`. Raises what it does, and BadInput when the process ended over it."""
        return self._read(Order(path, self._new_file(), project=True), pool, progress)[1]

    def close(self) -> None:
        """End all that wait; those at work end when whoever asked is stopped."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for process in idle:
            process.end()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _new_file(self) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = own_folder()
            return self._folder / f"tiles-{next(self._numbers)}"

    def _read(self, order: Order, pool: Pool, progress: Progress) -> tuple[_Done, State]:
        process = self._one()
        try:
            done = process.read(order, progress)
            state = unpacked(done.state, pool, order.file)
        except UserError as error:
            with suppress(OSError):
                order.file.unlink()
            self._keep(process, alive=not isinstance(error, Cancelled))
            raise
        except BaseException:
            process.end()
            raise
        self._keep(process)
        return done, state

    def _one(self) -> _Process:
        with self._lock:
            process = self._idle.pop() if self._idle else None
        if process is not None and process.alive:
            return process
        if process is not None:
            process.end()
        return _Process()

    def _keep(self, process: _Process, alive: bool = True) -> None:
        """One waits for the next picture; one that was left in the middle of something is ended."""
        with self._lock:
            if alive and process.alive and not self._closed and not self._idle:
                self._idle.append(process)
                return
        process.end()


class _Process:
    """One process that reads, one picture at a time."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_main, args=(theirs, language()), name="reading", daemon=True)
        self._process.start()
        theirs.close()

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def end(self) -> None:
        self._connection.close()
        self._process.kill()  # it holds nothing that is worth a farewell
        self._process.join()
        self._process.close()

    def read(self, order: Order, progress: Progress) -> _Done:
        try:
            self._connection.send(order)
            return self._hear(progress)
        except (EOFError, OSError) as error:
            self._process.join(1.0)
            raise BadInput(
                _("“{name}” could not be opened: the process that reads it has ended.").format(
                    name=shown(order.path.name)
                ),
                _("It may be damaged in a way that no decoder expects, or too large for this computer's memory."),
            ) from error

    def _hear(self, progress: Progress) -> _Done:
        seen = _Far(0, 0)
        while True:
            progress.check()
            said = self._connection.recv() if self._connection.poll(_ASK_S) else None
            if isinstance(said, _Far):
                progress.set_total(said.total)
                progress.advance(said.done - seen.done)
                seen = said
            elif isinstance(said, _Done):
                return said
            elif isinstance(said, UserError):
                raise said
            elif isinstance(said, str):
                raise RuntimeError(said)


class _Telling(Progress):
    """Says now and then how far it is."""

    def __init__(self, tell: Callable[[_Far], object]) -> None:
        super().__init__()
        self._tell = tell
        self._told = 0.0

    def advance(self, amount: float = 1.0) -> None:
        super().advance(amount)
        if time.monotonic() - self._told > _TELL_S:
            self._told = time.monotonic()
            now = self.snapshot()
            self._tell(_Far(now.done, now.total))


def _main(connection: Connection, speaks: str) -> None:
    """What the process does, until nobody speaks to it any more."""
    step_back()
    set_language(speaks)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal that opened the window is for the window
    with suppress(EOFError, OSError):
        while True:
            connection.send(_answer(connection.recv(), connection))


def _answer(order: Order, connection: Connection) -> Any:
    try:
        return _read(order, _Telling(connection.send))
    except UserError as error:
        return error
    except MemoryError:
        return OutOfMemory(_("There is not enough memory for “{name}”.").format(name=shown(order.path.name)))
    except Exception:  # noqa: BLE001 - told to whoever asked
        return traceback.format_exc()


def _read(order: Order, progress: Progress) -> _Done:
    pool = Pool(memory=0, file=order.file)
    try:
        if order.project:
            state, header = open_project(order.path, pool, progress), None
        else:
            raster = open_raster(order.path, order.page)
            try:
                header = raster.header
                progress.set_total(header.height)
                state = state_of(pool, raster, order.name, link=order.link, progress=progress)
            finally:
                raster.close()
        return _Done(header, packed(state, progress))
    except OutputError:
        with suppress(OSError):
            order.file.unlink()
        raise
    finally:
        pool.close()
