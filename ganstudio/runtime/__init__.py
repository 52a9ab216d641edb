"""Where and how networks run: devices, precisions, tiles, backends. The only place that knows.

Importing this needs no torch; the first network that runs imports it.
"""

from ganstudio.runtime.door import Runtime

__all__ = ["Runtime"]
