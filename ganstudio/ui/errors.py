"""Faults of the program itself: every way out of Python and Qt ends in the log, and a report carries no private name.

`install` is called once a process, before the QApplication.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    Slot,
    qInstallMessageHandler,
    qVersion,
)

from ganstudio.core.build import build

NO_WINDOW = 2
_log = logging.getLogger("ganstudio")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_running: list[bool] = []  # whether there is an application
_early: list[tuple[QtMsgType, str]] = []  # what Qt said before there was one
_kept: list[IO[str]] = []  # faulthandler writes to it in the moment of a crash: it must stay open


def scrub(text: str) -> str:
    """The text without the person's home folder and name."""
    for folder in {os.path.expanduser("~"), os.path.realpath(os.path.expanduser("~")), os.environ.get("USERPROFILE")}:
        if folder and len(folder) > 3:
            for form in {folder, folder.replace("\\", "/"), folder.replace("\\", "\\\\")}:
                text = re.sub(re.escape(form) + r"(?![\w.-])", "~", text, flags=re.IGNORECASE)
    name = _user()
    if len(name) >= 3 and name != "root":
        text = re.sub(rf"(?<=[\\/]){re.escape(name)}(?=[\\/]|$)", "~", text, flags=re.MULTILINE)
    return text


def _user() -> str:
    try:
        import getpass

        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without an entry in the system's list
        return ""


def machine_facts() -> list[str]:
    """What a report says of the program and the computer."""
    import platform

    return [
        f"GANStudio {build()}",
        f"Python {platform.python_version()}, Qt {qVersion()}",
        f"{platform.system()} {platform.release()} {platform.machine()}",
    ]


def report_of(error: BaseException | str) -> str:
    """The text that “Copy report” copies: what happened and where, without private names."""
    import traceback

    what = "".join(traceback.format_exception(error)) if isinstance(error, BaseException) else error
    return scrub("\n".join([*machine_facts(), "", what.strip()]))


def log_tail(lines: int = 60) -> str:
    """The end of the log, without private names."""
    from ganstudio.core.log import log_file

    try:
        text = log_file().read_text("utf-8", "replace")
    except OSError:
        return ""
    return scrub("\n".join(text.splitlines()[-lines:]))


class Faults(QObject):
    """Brings an exception of any thread to the GUI thread. Made there."""

    _caught = Signal(object)

    def __init__(self, tell: Callable[[Exception], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tell = tell
        self._telling = False
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def caught(self, error: BaseException) -> None:
        """Any thread: an exception that nobody handled."""
        self._caught.emit(error)

    @Slot(object)
    def _show(self, error: BaseException) -> None:
        if self._telling or not isinstance(error, Exception):  # an error while telling of one is only logged
            return
        self._telling = True
        try:
            self._tell(error)
        finally:
            self._telling = False


def install() -> None:
    """Python's and Qt's last words go to the log."""
    sys.excepthook = _hook
    threading.excepthook = _thread_hook
    sys.unraisablehook = _unraisable_hook
    qInstallMessageHandler(_qt_message)


def keep_crashes(path: Path) -> None:
    """There is a log from now on, and a crash of native code leaves its stacks in this file. Raises OSError."""
    import faulthandler

    file = open(path, "w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
    _kept.append(file)
    faulthandler.enable(file)
    for kind, message in _early:
        _log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", message)
    _early.clear()


def running() -> None:
    """The QApplication has been made: what is fatal from now on is no missing display."""
    _running.append(True)


def watch(faults: Faults | None) -> None:
    """Where uncaught exceptions are told of, besides the log; None: nowhere any more."""
    _watcher[:] = [] if faults is None else [faults]


_watcher: list[Faults] = []


def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    _log.critical("not handled", exc_info=(kind, error, trace))
    for faults in _watcher:
        faults.caught(error)


def _thread_hook(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _hook(args.exc_type, args.exc_value, args.exc_traceback)


def _unraisable_hook(args: Any) -> None:
    if args.exc_value is not None:
        trace = (args.exc_type, args.exc_value, args.exc_traceback)
        _log.error("not raised: %s", args.err_msg or args.object, exc_info=trace)


def _qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if _running:
        _log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", message)
        return
    _early.append((kind, message))
    if kind is QtMsgType.QtFatalMsg:
        # No window can be made. Qt would abort on our return: a sentence and an exit code are better than a core.
        from ganstudio.ui.starting import display

        print(f"ganstudio: {display.refused()}", file=sys.stderr, flush=True)
        os._exit(NO_WINDOW)
