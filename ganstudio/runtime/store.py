"""What was measured on this machine: small JSON files in the cache folder, written whole, free to be deleted."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from pathlib import Path
from typing import Any

_LOCK = threading.Lock()


class Store:
    """A dictionary of JSON values in one file. A damaged or missing file is an empty one: all can be measured again."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> dict[str, Any]:
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def get(self, key: str) -> dict[str, Any] | None:
        value = self.all().get(key)
        return value if isinstance(value, dict) else None

    def put(self, key: str, value: dict[str, Any] | None) -> None:
        """Set a value (None takes it away). Nothing is kept where the folder cannot be written: it is only a cache."""
        with _LOCK:
            data = self.all()
            data.pop(key, None)
            if value is not None:
                data[key] = value
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name, suffix=".part")
            except OSError:
                return
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(data, file, ensure_ascii=False, indent=1, sort_keys=True)
                os.replace(name, self.path)
            except OSError:
                Path(name).unlink(missing_ok=True)
