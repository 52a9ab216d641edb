"""Is this a Python that GANStudio runs on? Kept to the syntax of Python 3.6, so that an old one can say no."""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWEST = (3, 13)


def refusal(version):
    # type: (tuple) -> str
    """The sentence for a Python (major, minor) that is too old or too new; "" when it will do."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return ""
    wanted = [f"{OLDEST[0]}.{minor}" for minor in range(OLDEST[1], NEWEST[1] + 1)]
    return (
        f"GANStudio needs Python {', '.join(wanted[:-1])} or {wanted[-1]}; this is Python "
        f"{version[0]}.{version[1]} ({sys.executable}). Install one of them and start again with it."
    )


def another(search_path=None):
    # type: (str | None) -> str | None
    """A suitable Python elsewhere on the search path, the newest first."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python{OLDEST[0]}.{minor}", path=search_path)
        if found:
            return found
    return None


def ensure(script, words, version=None):
    # type: (str, list, tuple | None) -> None
    """Return when this Python will do; else start the script again with one that does, or end with 2."""
    said = refusal(version or sys.version_info[:2])
    if not said:
        return
    python = another()
    if python is None:
        sys.stderr.write(said + "\n")
        sys.exit(2)
    if os.name == "posix":
        os.execv(python, [python, script] + words)
    sys.exit(subprocess.call([python, script] + words))
