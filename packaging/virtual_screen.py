"""An X server without a screen, for looking at the window where there is none."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class VirtualScreen:
    """`with VirtualScreen() as display:` an Xvfb that picks its own number; RuntimeError when it does not start."""

    def __enter__(self) -> str:
        reading, writing = os.pipe()
        words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-ac"]
        self._process = subprocess.Popen(
            words, pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(writing)
        with os.fdopen(reading) as said:
            number = said.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        return f":{number}"

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def photograph(display: str, path: Path) -> int:
    """Take a picture of the whole screen (ImageMagick's `import`); how many colours are in it."""
    environ = {**os.environ, "DISPLAY": display}
    subprocess.run(["import", "-window", "root", str(path)], env=environ, check=True)
    said = subprocess.run(["identify", "-format", "%k", str(path)], capture_output=True, text=True, check=True)
    return int(said.stdout)
