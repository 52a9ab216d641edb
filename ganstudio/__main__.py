"""The one entrance of the program."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line in sys.argv; the exit code."""
    from ganstudio.cli.main import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
