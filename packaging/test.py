"""Run the tests and checks from a clone: `python3 packaging/test.py [--long] [words for pytest…]`.

pytest, ruff, pyright and import-linter, in the environment that run.py makes with the tests' tools added. With
words for pytest (a folder, `-k name`) only pytest runs. Ends with 1 when anything fails. Kept, like
interpreter.py, to the syntax of Python 3.6.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # missing under PYTHONSAFEPATH and -I

import interpreter


def main():
    # type: () -> int
    words = sys.argv[1:]
    interpreter.ensure(os.path.abspath(__file__), words)
    from environment import Environment, SetupError
    from suite import run_all

    try:
        environment = Environment()
        python = environment.ensure(["run", "dev"])
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    return run_all(python, environment.root, words)


if __name__ == "__main__":
    sys.exit(main())
