"""The engine in a process of its own: `client` in the window's process, `child` in the engine's, pixels through files.

Torch is imported in the child only; nothing here knows of Qt.
"""

from ganstudio.jobs.remote.messages import BatchEnd, Facts, Failure, Measured, Options, Source, TaskProgress
from ganstudio.jobs.remote.pixels import MappedRaster, TaskResult

__all__ = [
    "BatchEnd",
    "Facts",
    "Failure",
    "MappedRaster",
    "Measured",
    "Options",
    "Source",
    "TaskProgress",
    "TaskResult",
]
