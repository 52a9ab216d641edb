"""The log: one rotating file in the person's data folder, for what a sentence on screen cannot hold."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from ganstudio.core.paths import home

_SIZE = 2_000_000


def log_file() -> Path:
    """The log's path; the first call attaches it to the `ganstudio` logger."""
    path = home() / "ganstudio.log"
    logger = logging.getLogger("ganstudio")
    if not any(isinstance(h, RotatingFileHandler) and Path(h.baseFilename) == path for h in logger.handlers):
        handler = RotatingFileHandler(path, maxBytes=_SIZE, backupCount=2, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return path
