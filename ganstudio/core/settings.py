"""Settings: every preference of the program declared once; the preferences' pages are made from it.

`SettingsStore` keeps them in one JSON file, written beside it and renamed. Two programs may use the file at the same
time, under a lock: each writes only what it changed itself, also when one of them is of a later version.
"""

from __future__ import annotations

import dataclasses
import json
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganstudio.core.errors import UsageError
from ganstudio.core.filelock import locked
from ganstudio.core.params import Choice, Number, Params, Switch, Text, param
from ganstudio.core.paths import home
from ganstudio.core.text import N_

VERSION = 1
RECENT = 20


@dataclass(frozen=True)
class FolderPath(Text):
    """A folder; empty means the usual one."""

    what: str = "DIR"


@dataclass(frozen=True)
class Settings(Params):
    """Every preference; `group` is the page it is on."""

    close_to_tray: str = param(
        Choice(("ask", "keep", "pause")),
        "ask",
        label=N_("When the window is closed while work is running"),
        help=N_("Keep going leaves a small icon beside the clock; the results appear as they would have."),
        group="general",
    )
    theme: str = param(
        Choice(("system", "dark", "light")),
        "system",
        label=N_("Appearance"),
        help=N_("System follows the computer and changes with it."),
        group="look",
    )
    text_scale: int = param(
        Number(100, 200, whole=True, unit="%"),
        100,
        label=N_("Text size"),
        help=N_("Everything grows with the text."),
        group="look",
    )
    contrast: str = param(
        Choice(("system", "high")),
        "system",
        label=N_("Contrast"),
        help=N_("High draws a line round everything and uses black and white only. System follows the computer."),
        group="look",
    )
    motion: str = param(
        Choice(("system", "less")),
        "system",
        label=N_("Motion"),
        help=N_("Less: nothing fades, slides or unfolds. System follows the computer, where it says so."),
        group="look",
    )
    canvas_surround: str = param(
        Choice(("theme", "darker", "grey", "white")),
        "theme",
        label=N_("Around the picture"),
        help=N_("A neutral surround; mid grey is the one to judge colours by."),
        group="look",
    )
    device: str = param(
        Choice(("auto", "cpu", "cuda", "mps")),
        "auto",
        label=N_("Device"),
        help=N_("Where the models are computed."),
        group="speed",
    )
    precision: str = param(
        Choice(("auto", "exact", "fast")),
        "auto",
        label=N_("Precision"),
        help=N_("Automatic is the fastest way that agrees with full precision on your own picture."),
        group="speed",
    )
    threads: int = param(
        Number(0, 256, whole=True),
        0,
        label=N_("Processor threads"),
        help=N_("0 takes as many as are good for this computer and leaves some for other programs."),
        group="speed",
    )
    memory_percent: int = param(
        Number(10, 95, whole=True, unit="%"),
        75,
        label=N_("Memory to use"),
        help=N_("Of the memory that is free when the work begins. Less means smaller tiles and the same result."),
        group="speed",
    )
    undo_memory_mb: int = param(
        Number(64, 65536, whole=True, unit="MB"),
        2048,
        label=N_("Undo memory"),
        help=N_("Beyond it the oldest steps go to the disk."),
        group="speed",
    )
    output_folder: str = param(
        FolderPath(),
        "",
        label=N_("Where results are saved"),
        help=N_("Empty: beside the original."),
        group="folders",
    )
    ai_mark: bool = param(
        Switch(),
        True,
        label=N_("Say in the file that a model made it"),
        help=N_("Writes the standard note for pictures that were changed by a model. Others can read it."),
        group="saving",
    )
    keep_gps: bool = param(
        Switch(),
        True,
        label=N_("Keep where the photo was taken"),
        help=N_("Off: the place is left out of everything that is exported."),
        group="saving",
    )
    single_letter_keys: bool = param(
        Switch(),
        True,
        label=N_("Single letters choose tools"),
        help=N_("B for the brush, Z for the lens. They never act while you write in a field."),
        group="keyboard",
    )
    language: str = param(
        Text("CODE"),
        "system",
        label=N_("Language"),
        help=N_("Changes with the next start."),
        group="language",
    )


class SettingsStore:
    """The settings in their file, the recent files and what the workspaces remember. Any thread may use it.

    `notes` are sentences about what was wrong with the file. A damaged file is put aside, never overwritten.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or home() / "settings.json"
        self.notes: list[str] = []
        self._lock = threading.RLock()
        self._changed: dict[str, Any] = {}  # since the last save: setting → value
        self._recent_changed = False
        self._memory_changed: set[str] = set()
        data = self._read(tell=True)
        self._value = self._settings_of(data)
        self._recent = _recent_of(data)
        self._memory = _memory_of(data)

    @property
    def value(self) -> Settings:
        return self._value

    @property
    def recent(self) -> list[Path]:
        """The files opened last, newest first; whether they still exist is not looked at."""
        return list(self._recent)

    @property
    def memory(self) -> dict[str, Any]:
        """What workspaces and panels remember: key → JSON."""
        return self._memory

    def change(self, **fields: Any) -> frozenset[str]:
        """Change and save; the names that really changed. Raises UsageError for a value that is not allowed,
        OSError when the file cannot be written (the change is in force all the same)."""
        names = self.set(**fields)
        self.save()
        return names

    def set(self, **fields: Any) -> frozenset[str]:
        """As `change`, kept in memory until `save`."""
        with self._lock:
            before = self._value
            self._value = dataclasses.replace(before, **fields)
            names = frozenset(name for name in fields if getattr(before, name) != getattr(self._value, name))
            self._changed |= {name: getattr(self._value, name) for name in names}
            return names

    def add_recent(self, path: Path) -> None:
        with self._lock:
            self._recent = [path, *(one for one in self._recent if one != path)][:RECENT]
            self._recent_changed = True

    def drop_recent(self, path: Path) -> bool:
        """Forget one of the recent files; whether it was among them."""
        with self._lock:
            known = path in self._recent
            if known:
                self._recent, self._recent_changed = [one for one in self._recent if one != path], True
        return known

    def clear_recent(self) -> None:
        with self._lock:
            self._recent, self._recent_changed = [], True

    def remember(self, key: str, value: Any) -> None:
        """Keep a JSON value until the next start; None forgets it."""
        with self._lock:
            if self._memory.get(key) == value:
                return
            if value is None:
                self._memory.pop(key, None)
            else:
                self._memory[key] = value
            self._memory_changed.add(key)

    def reset(self) -> frozenset[str]:
        """Every setting as it comes, and nothing remembered; recent files stay."""
        with self._lock:
            self._memory_changed |= set(self._memory)
            self._memory.clear()
            usual = Settings()
            return self.set(**{one.name: getattr(usual, one.name) for one in Settings.parameters()})

    @property
    def unsaved(self) -> bool:
        return bool(self._changed or self._recent_changed or self._memory_changed)

    def save(self) -> None:
        """Write what was changed here over what the file has now. Raises OSError; what was changed stays to be
        saved."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, locked(self.path):
            data = self._read(tell=False)
            usual = Settings().to_json()
            kept = data.get("settings") if isinstance(data.get("settings"), dict) else {}
            stored = dict(kept or {}) | {name: self._value.to_json()[name] for name in self._changed}
            stored = {name: value for name, value in stored.items() if usual.get(name, self) != value}
            recent = self._recent if self._recent_changed else _recent_of(data)
            memory = _memory_of(data)
            for key in self._memory_changed:
                memory.pop(key, None)
                if key in self._memory:
                    memory[key] = self._memory[key]
            kept_version = max(VERSION, data.get("version", VERSION))  # a later version finds its own file again
            self._write(
                {
                    **data,
                    "version": kept_version,
                    "settings": stored,
                    "recent": [str(one) for one in recent],
                    "memory": memory,
                }
            )
            self._changed.clear()
            self._memory_changed.clear()
            self._recent_changed = False

    def _write(self, data: dict[str, Any]) -> None:
        partial = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        try:
            with open(partial, "w", encoding="utf-8", errors="surrogateescape") as file:
                json.dump(data, file, indent=1, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, self.path)
        except OSError:
            with suppress(OSError):
                partial.unlink()
            raise

    def _read(self, tell: bool) -> dict[str, Any]:
        try:
            data = json.loads(self.path.read_text("utf-8", "surrogateescape"))
            if isinstance(data, dict) and _is_version(data.get("version")):
                if data["version"] > VERSION and tell:
                    self.notes.append("The settings are of a later version of the program. What this knows applies.")
                return data
        except FileNotFoundError:
            return {}
        except OSError as error:
            if tell:
                self.notes.append(
                    f"The settings in {self.path} cannot be read ({error.strerror}). The usual ones apply."
                )
            return {}
        except (ValueError, RecursionError):
            pass
        aside = self.path.with_name("settings.damaged.json")
        with suppress(OSError):
            os.replace(self.path, aside)
        if tell:
            self.notes.append(f"The settings were damaged. The usual ones apply; the old file is kept as {aside}.")
        return {}

    def _settings_of(self, data: dict[str, Any]) -> Settings:
        """What the file says, one setting at a time: one wrong value does not take the others along."""
        stored = data.get("settings", {})
        value = Settings()
        for one in Settings.parameters():
            if not isinstance(stored, dict) or one.name not in stored:
                continue
            try:
                value = dataclasses.replace(value, **{one.name: one.kind.from_json(stored[one.name])})
            except (UsageError, TypeError, OverflowError):
                self.notes.append(f"A setting was damaged and is as usual again: {one.label}.")
        return value


def _is_version(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _recent_of(data: dict[str, Any]) -> list[Path]:
    listed = data.get("recent")
    return [Path(one) for one in listed if isinstance(one, str)][:RECENT] if isinstance(listed, list) else []


def _memory_of(data: dict[str, Any]) -> dict[str, Any]:
    kept = data.get("memory")
    return dict(kept) if isinstance(kept, dict) else {}
