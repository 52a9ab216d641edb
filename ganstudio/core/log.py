"""The log: one rotating file in the person's data folder, for what a sentence on screen cannot hold."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from ganstudio.core.paths import home

_SIZE = 2_000_000
# What libraries warn of goes there too (`logging.captureWarnings`).
_LOGGERS = ("ganstudio", "py.warnings")


def log_file() -> Path:
    """The log's path; the first call opens it for the program's loggers. Raises OSError where that cannot be."""
    path = home() / "ganstudio.log"
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    attached = [one for one in loggers[0].handlers if isinstance(one, RotatingFileHandler)]
    if any(Path(one.baseFilename) == path.absolute() for one in attached):
        return path
    handler = RotatingFileHandler(path, maxBytes=_SIZE, backupCount=2, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for logger in loggers:
        for old in attached:
            logger.removeHandler(old)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    for old in attached:
        old.close()
    return path
