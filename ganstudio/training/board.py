"""TensorBoard, when asked for: the Run's numbers and sample grids as its event files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ganstudio.core.errors import UsageError
from ganstudio.training.run import Run


class Board:
    """Hears the lines of a Run's log and writes them to RUN/tensorboard. UsageError where the package is missing."""

    def __init__(self, run: Run) -> None:
        try:
            from torch.utils.tensorboard.writer import SummaryWriter
        except ImportError as error:
            raise UsageError(
                "TensorBoard is not installed.",
                "`pip install tensorboard` brings it; or leave --tensorboard out.",
            ) from error
        self._run = run
        self._writer = SummaryWriter(str(run.file("tensorboard")))

    def __call__(self, line: dict[str, Any]) -> None:
        step, event = line.get("step", 0), line.get("event", "step")
        if event == "samples":
            self._picture(self._run.folder / line["file"], step)
        elif event in ("step", "check"):
            for name, value in line.items():
                if isinstance(value, (int, float)) and name not in ("step", "end"):
                    self._writer.add_scalar(f"{event}/{name}", value, step)
        self._writer.flush()

    def _picture(self, path: Path, step: int) -> None:
        with Image.open(path) as opened:
            self._writer.add_image("samples", np.array(opened.convert("RGB")), step, dataformats="HWC")
