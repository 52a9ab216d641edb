"""Calls of pip: quiet, logged, and a failure told as one sentence."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from environment import SetupError

# What pip's log says → what the person can do about it. The first that fits is told.
_CAUSES = (
    ("No space left on device|Errno 28", "the disk is full. Free some space and start again"),
    (
        "Temporary failure in name resolution|NewConnectionError|Max retries exceeded|ConnectTimeoutError",
        "the package index cannot be reached. Check the network (or pip's proxy and index settings) and start again",
    ),
    (
        "Network is unreachable|ReadTimeoutError|ProxyError|Connection broken|ConnectionResetError",
        "the connection to the package index broke off. Check the network and start again",
    ),
    (
        "CERTIFICATE_VERIFY_FAILED|SSLError",
        "the package index's certificate is not trusted here. Set pip's `cert` option and start again",
    ),
    (
        "No matching distribution found|ResolutionImpossible",
        "the package index has no build of it for this system and Python (there are builds for 64-bit Linux "
        "with glibc 2.28 or newer, Windows on x86-64, and macOS 14 or newer on Apple silicon)",
    ),
    (
        "Permission denied",
        "a file cannot be written. Check the folder's rights, or name another folder in GANSTUDIO_ENV",
    ),
)

# Settings of pip that would take the packages elsewhere than into the environment.
_ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_DRY_RUN")


def cause(output: str) -> str:
    """The cause in words that pip's output points to; "" when it is none of the known ones."""
    return next((words for marks, words in _CAUSES if re.search(marks, output)), "")


@dataclass(frozen=True)
class Pip:
    """pip of one environment. `keep` is a file descriptor to leave open in it (the lock's)."""

    python: Path
    constraints: Path
    log: Path
    keep: int = -1

    def _words(self, words: list[str]) -> list[str]:
        return [str(self.python), "-I", "-m", "pip", "install", "-c", str(self.constraints), *words]

    def _start(self, words: list[str]) -> subprocess.Popen[bytes]:
        """Output goes to the end of the log. The person's settings of pip count, but not where they install to."""
        environ = {key: value for key, value in os.environ.items() if key not in _ELSEWHERE}
        environ.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PYTHONUTF8="1")
        environ.setdefault("PIP_RETRIES", "3")  # pip's five make a machine without a network wait for a minute
        keep = (self.keep,) if self.keep >= 0 and os.name == "posix" else ()
        with open(self.log, "ab") as out:
            out.write(f"\n$ {shlex.join(words)}\n".encode())
            out.flush()
            return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environ, pass_fds=keep)

    def install(self, title: str, words: list[str]) -> None:
        """Install; SetupError with the cause, the log and the command when pip fails."""
        command = self._words([*words, "--no-compile", "--progress-bar", "off"])
        before = self.log.stat().st_size if self.log.exists() else 0
        if follow(self._start(command)) != 0:
            raise SetupError(self.failure(title, command, before))

    def failure(self, title: str, command: list[str], before: int) -> str:
        with open(self.log, "rb") as log:
            log.seek(before)
            reason = cause(log.read().decode("utf-8", "replace"))
        return (
            f"GANStudio could not install {title}: {reason or 'pip failed'}.\n"
            f"What pip said: {self.log}\nThe command was: {shlex.join(command)}"
        )

    def plan(self, words: list[str]) -> dict[str, Any] | None:
        """The metadata of what pip would install for one requirement; None when it finds nothing."""
        report = self.log.with_name("pip-report.json")
        report.unlink(missing_ok=True)
        dry = ["--dry-run", "--no-deps", "--ignore-installed", "--report", str(report)]
        command = self._words([*words, *dry])
        if follow(self._start(command)) != 0:
            return None
        found = json.loads(report.read_text("utf-8"))["install"]
        report.unlink()
        return found[0]["metadata"]


def follow(process: subprocess.Popen[bytes]) -> int:
    """Wait for a step's end, counting seconds on a terminal; Ctrl-C ends the step as well."""
    begun = time.monotonic()
    shown = sys.stderr.isatty()
    while True:
        try:
            code = process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            if shown:
                text = f" {time.monotonic() - begun:.0f} s"
                sys.stderr.write(text + "\b" * len(text))
                sys.stderr.flush()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        else:
            return code
