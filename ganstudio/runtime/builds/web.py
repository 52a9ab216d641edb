"""Fetching over HTTP: pages, and large files that go on where they were broken off, compared with their hash."""

from __future__ import annotations

import hashlib
import http.client
import os
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ganstudio import __version__
from ganstudio.core.errors import BadInput, DiskFull, OutputError
from ganstudio.core.progress import Progress
from ganstudio.runtime.builds.wheel import Wheel

_CHUNK = 1 << 18
_PATIENCE_S = 30.0
_TRIES = 5  # in a row without a byte
_LARGEST_PAGE = 32 << 20
_FULL = (28, 122)  # ENOSPC, EDQUOT
# Where systems keep the certificates that they trust: the frozen program's own OpenSSL looks in one place only.
_TRUSTED = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_HINT = "What has arrived is kept: the same command goes on."


class Web:
    """`pause` is how long the first new try waits, in seconds; each further one waits twice as long."""

    def __init__(self, pause: float = 1.0) -> None:
        self._pause = pause
        self._opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=_context()))

    def text(self, url: str) -> str:
        """A page. Raises BadInput in a sentence."""
        with self._telling(url), self._open(url) as answer:
            return answer.read(_LARGEST_PAGE).decode("utf-8", "replace")

    def size(self, url: str) -> int:
        """How many bytes a file has, without fetching it."""
        with self._telling(url), self._open(url, method="HEAD") as answer:
            length = answer.headers.get("Content-Length", "")
        if not length.isdigit():
            raise BadInput(f"{url} does not say how large it is.")
        return int(length)

    def part(self, url: str, start: int, end: int) -> bytes:
        """The bytes from `start` to before `end` of a file. Raises BadInput, also where a server gives no parts."""
        with self._telling(url), self._open(url, headers={"Range": f"bytes={start}-{end - 1}"}) as answer:
            if answer.status != http.client.PARTIAL_CONTENT:
                raise BadInput(f"{url} is only given whole.", "Another index can be named with --index.")
            return answer.read(end - start)

    def file(self, wheel: Wheel, folder: Path, progress: Progress) -> Path:
        """A wheel in `folder`, whole and with the promised hash; what an earlier try left is gone on with.

        `progress` counts bytes, those of earlier tries as well. Raises BadInput (connection, hash), DiskFull,
        OutputError, Cancelled; what has arrived stays but for a file with a wrong hash.
        """
        whole = folder / wheel.file
        partial = folder / f"{wheel.sha256[:16]}-{wheel.file}.part"
        if whole.is_file() and whole.stat().st_size == wheel.bytes:
            progress.advance(wheel.bytes)
            return self._checked(wheel, whole, progress)
        progress.advance(min(_length(partial), wheel.bytes))
        self._fill(wheel, partial, progress)
        with _written(whole):
            os.replace(self._checked(wheel, partial, progress), whole)
        return whole

    def _fill(self, wheel: Wheel, partial: Path, progress: Progress) -> None:
        """Fetch until all bytes are there; a new try after each break, until five in a row brought nothing."""
        tries = 0
        while (have := _length(partial)) != wheel.bytes:
            if have > wheel.bytes:
                partial.unlink()
                continue
            try:
                self._some(wheel, partial, have, progress)
            except (OSError, http.client.HTTPException) as error:
                tries = 0 if _length(partial) > have else tries + 1
                if tries >= _TRIES or _final(error):
                    raise BadInput(f"{wheel.file} could not be fetched: {_reason(error)}.", _HINT) from error
            else:
                tries = 0 if _length(partial) > have else tries + 1
                if tries >= _TRIES:
                    raise BadInput(f"{wheel.file} could not be fetched: the connection ends too early.", _HINT)
            if _length(partial) != wheel.bytes:
                _wait(self._pause * 2**tries, progress)

    def _some(self, wheel: Wheel, partial: Path, have: int, progress: Progress) -> None:
        """One answer's bytes to the end of what is there; from the beginning where the server gives all again."""
        headers = {"Range": f"bytes={have}-"} if have else {}
        with self._open(wheel.url, headers=headers) as answer:
            goes_on = answer.status == http.client.PARTIAL_CONTENT
            if have and not goes_on:
                progress.advance(-have)
            with _written(partial):
                file = open(partial, "ab" if goes_on else "wb")  # noqa: SIM115 - closed below
            with file:
                while chunk := answer.read(_CHUNK):
                    progress.check()
                    with _written(partial):
                        file.write(chunk)
                        file.flush()
                    progress.advance(len(chunk))

    def _checked(self, wheel: Wheel, path: Path, progress: Progress) -> Path:
        """Raise BadInput, and remove the file, when it is not what the index promised."""
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK * 4):
                progress.check()
                digest.update(chunk)
        if digest.hexdigest() != wheel.sha256:
            path.unlink()
            raise BadInput(
                f"{wheel.file} arrived, but is not what the index promised (its hash differs).",
                "It was deleted. Try again; if it happens again, the index or something between is not to be trusted.",
            )
        return path

    def _open(self, url: str, headers: dict[str, str] | None = None, method: str = "GET") -> http.client.HTTPResponse:
        if not url.startswith(("https://", "http://")):
            raise BadInput(f"{url} is no address on the web.")
        said = {"User-Agent": f"GANStudio/{__version__}", "Accept-Encoding": "identity", **(headers or {})}
        request = urllib.request.Request(url, headers=said, method=method)
        return self._opener.open(request, timeout=_PATIENCE_S)

    @contextmanager
    def _telling(self, url: str) -> Iterator[None]:
        try:
            yield
        except (OSError, http.client.HTTPException) as error:
            raise BadInput(f"{url} cannot be reached: {_reason(error)}.", "Is there a network?") from error


def _context() -> ssl.SSLContext:
    paths = ssl.get_default_verify_paths()
    known = [path for path in (paths.cafile, paths.capath) if path and os.path.exists(path)]
    found = None if known else next((path for path in _TRUSTED if os.path.exists(path)), None)
    return ssl.create_default_context(cafile=found)


@contextmanager
def _written(target: Path) -> Iterator[None]:
    """What the disk says, in sentences."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(f"The disk is full at {target.parent}.", f"Make room. {_HINT}") from error
        raise OutputError(f"{target.name} cannot be written to {target.parent}: {error.strerror or error}.") from error


def _final(error: Exception) -> bool:
    """Whether trying again is of no use: the server knows what it says."""
    return isinstance(error, urllib.error.HTTPError) and 400 <= error.code < 500 and error.code not in (408, 416, 429)


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answers {error.code} {error.reason}".strip()
    if isinstance(error, urllib.error.URLError):
        return str(getattr(error.reason, "strerror", "") or error.reason)
    return str(getattr(error, "strerror", "") or error) or "the connection broke off"


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _wait(seconds: float, progress: Progress) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        progress.check()
        time.sleep(min(0.1, max(until - time.monotonic(), 0)))
