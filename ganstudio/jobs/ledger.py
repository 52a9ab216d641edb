"""Ledger: the results that were made, whatever becomes of their Jobs; and how fast they were made."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ganstudio.core.names import collision_key
from ganstudio.jobs.database import Database, to_path
from ganstudio.jobs.records import Made

CHUNK = 500
MADE = "key, output, source, page, size, mtime_ns, width, height, recipe_hash"


class Ledger(Database):
    """The part of the journal that knows results."""

    def made(self, outputs: Sequence[Path]) -> list[Made]:
        """The results of ours that have these names (read as any system would)."""
        found: list[Made] = []
        for at in range(0, len(outputs), CHUNK):
            keys = [collision_key(str(path)) for path in outputs[at : at + CHUNK]]
            with self.reading() as db:
                rows = db.execute(f"SELECT {MADE} FROM made WHERE output_key IN ({', '.join('?' * len(keys))})", keys)
                found += [self._made(row) for row in rows]
        return found

    def made_for(self, key: bytes) -> list[Made]:
        """The results made for a Job's identity, also when the Job itself was cleared."""
        with self.reading() as db:
            return [self._made(row) for row in db.execute(f"SELECT {MADE} FROM made WHERE key = ?", (key,))]

    def _made(self, row: Sequence[Any]) -> Made:
        return Made(row[0], to_path(row[1]), to_path(row[2]), *row[3:])

    def sources(self, outputs: Sequence[Path]) -> dict[Path, Path]:
        """Which of these files are results of ours, finished or just being made: file → its input."""
        found: dict[Path, Path] = {}
        for at in range(0, len(outputs), CHUNK):
            keys = [collision_key(str(path)) for path in outputs[at : at + CHUNK]]
            marks = ", ".join("?" * len(keys))
            with self.reading() as db:
                for table in ("made", "jobs"):
                    rows = db.execute(f"SELECT output, source FROM {table} WHERE output_key IN ({marks})", keys)
                    found |= {to_path(output): to_path(source) for output, source in rows}
        return found

    def is_source(self, path: Path) -> bool:
        """Whether a file is the input of some Job. What a maker makes has none."""
        with self.reading() as db:
            return (
                db.execute(
                    "SELECT 1 FROM jobs WHERE source = ? AND title = '' LIMIT 1", (os.fsencode(path),)
                ).fetchone()
                is not None
            )

    def rate(self, recipe_hash: str) -> tuple[float, float] | None:
        """Remembered for a recipe: seconds per megapixel of input, and bytes written per byte foreseen."""
        with self.reading() as db:
            return db.execute(
                "SELECT seconds_per_megapixel, size_factor FROM rates WHERE recipe_hash = ?", (recipe_hash,)
            ).fetchone()

    def remember_rate(self, recipe_hash: str, seconds_per_megapixel: float, size_factor: float) -> None:
        with self.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO rates VALUES (?, ?, ?)", (recipe_hash, seconds_per_megapixel, size_factor)
            )
