"""Which program opens pictures, for the person who asks: through xdg-mime, taken back again from what was before.

Linux only. The desktop file comes with the program's installation; nothing here makes one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from ganstudio.core.errors import UserError

DESKTOP = "org.ganstudio.GANStudio.desktop"
_SECTION = "[Default Applications]"
_PATIENCE_S = 20


def desktop_file() -> Path | None:
    """The program's entry in the menus: the person's own, then the system's; None where none is installed."""
    if sys.platform != "linux":
        return None
    system = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    folders = (_data(), *(Path(one) for one in system.split(":") if one))
    return next((path for folder in folders if (path := folder / "applications" / DESKTOP).is_file()), None)


def obstacle() -> str:
    """Why it cannot be asked for here, as a word: "system", "entry" (none is installed), "tool" (no xdg-mime); "" if it
    can."""
    if sys.platform != "linux":
        return "system"
    if desktop_file() is None:
        return "entry"
    return "" if shutil.which("xdg-mime") else "tool"


def types() -> list[str]:
    """The kinds of files that the desktop file names."""
    path = desktop_file()
    lines = path.read_text("utf-8").splitlines() if path is not None else []
    named = next((line.partition("=")[2] for line in lines if line.startswith("MimeType=")), "")
    return [one for one in named.split(";") if one]


def is_default() -> bool:
    """Whether the person's own list says so for every kind."""
    chosen = _chosen()
    wanted = types()
    return bool(wanted) and all(chosen.get(one) == DESKTOP for one in wanted)


def become_default() -> dict[str, str]:
    """Open all our kinds with this program; what the person's list said before, "" for nothing, for `give_back`.

    UserError when xdg-mime refuses.
    """
    before = _chosen()
    wanted = types()
    try:
        subprocess.run(["xdg-mime", "default", DESKTOP, *wanted], check=True, capture_output=True, timeout=_PATIENCE_S)
    except (OSError, subprocess.SubprocessError) as error:
        raise UserError("The system did not take it: files open as before.", "xdg-mime has failed.") from error
    return {one: before.get(one, "") for one in wanted if before.get(one) != DESKTOP}


def give_back(before: dict[str, str]) -> None:
    """As it was, wherever it is still ours. Raises OSError when the list cannot be written."""
    kept = []
    inside = False
    for line in _lines():
        if line.startswith("["):
            inside = line.strip() == _SECTION
        kind, is_entry, program = line.partition("=")
        if inside and is_entry and kind in before and program.strip().rstrip(";") == DESKTOP:
            if not before[kind]:
                continue
            line = f"{kind}={before[kind]}"
        kept.append(line)
    path = _list()
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        partial.write_text("\n".join(kept) + "\n", "utf-8")
        os.replace(partial, path)
    except OSError:
        with suppress(OSError):
            partial.unlink()
        raise


def _chosen() -> dict[str, str]:
    """Kind → desktop file, as the person's own list has it."""
    found: dict[str, str] = {}
    inside = False
    for line in _lines():
        if line.startswith("["):
            inside = line.strip() == _SECTION
        kind, is_entry, program = line.partition("=")
        if inside and is_entry:
            found[kind.strip()] = program.strip().rstrip(";")
    return found


def _lines() -> list[str]:
    try:
        return _list().read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _list() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "mimeapps.list"


def _data() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
