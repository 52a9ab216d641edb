"""The programs of the system that building an installer needs."""

from __future__ import annotations

import shutil

from environment import SetupError

_PACKAGES = {"dpkg-deb": "dpkg", "zstd": "zstd", "cc": "gcc libc6-dev", "objdump": "binutils", "strip": "binutils"}


def need(*programs: str) -> None:
    """SetupError, one sentence with the packages, when one is missing."""
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        packages = " ".join(dict.fromkeys(_PACKAGES[name] for name in missing))
        raise SetupError(
            f"Building the installers needs {', '.join(missing)}. On Debian: sudo apt-get install {packages}"
        )
