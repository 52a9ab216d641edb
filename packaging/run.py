"""Start GANStudio from a clone: `python3 packaging/run.py WORDS…`. The first start makes the environment.

`--mend` before the words makes the environment anew; `--allow-cuda-build` (or GANSTUDIO_ALLOW_CUDA_BUILD=1) lets
a machine without an NVIDIA card take PyTorch's large CUDA build when no CPU build can be had. GANSTUDIO_ENV
names another folder for the environment than `.venv` in the clone. Ends with 2 when it cannot be made.
Kept, like interpreter.py, to the syntax of Python 3.6.
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
    from launch import start

    flags = set()
    while words and words[0] in ("--mend", "--allow-cuda-build"):
        flags.add(words.pop(0))
    try:
        environment = Environment(allow_cuda_build="--allow-cuda-build" in flags)
        python = environment.ensure(["run"], anew="--mend" in flags)
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. The next start begins the installation again.\n")
        return 130
    return start(python, environment.root, words)


if __name__ == "__main__":
    sys.exit(main())
