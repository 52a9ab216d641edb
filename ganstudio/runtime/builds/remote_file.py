"""A file on a server, read here and there by ranges: enough for the table of contents of a zip."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ganstudio.runtime.builds.web import Web


class RemoteFile(io.RawIOBase):
    """Read-only. Every read is a request, so wrap it in a BufferedReader."""

    def __init__(self, url: str, size: int, web: Web) -> None:
        super().__init__()
        self._url, self._size, self._web, self._at = url, size, web, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        end = min(self._at + len(buffer), self._size)
        if end <= self._at:
            return 0
        content = self._web.part(self._url, self._at, end)
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)
