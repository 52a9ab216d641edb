"""The errors a person can be told about. Everything else is a bug.

UserError
├── UsageError        the words of a command are wrong (exit code 2)
├── BadInput          a picture or recipe that cannot be used
│   └── NotAPicture   a file of another kind: counted, not failed
├── BadModel          a model file that cannot be used
├── OutputError       the result cannot be written
│   ├── DiskFull
│   └── VerifyError   what was written does not read back as it should
├── OutOfMemory       not even the smallest tile fits
├── EngineError       a network gave nothing usable
└── Cancelled         the person said stop
"""

from __future__ import annotations

import errno

_MEMORY_WORDS = (
    "out of memory",
    "not enough memory",
    "insufficient memory",
    "allocate memory",
    "bad_alloc",
    "bad allocation",
    "failed to map segment",  # a library that could not be loaded
    "can't start new thread",  # no room for its stack
)


def _again(kind: type[UserError], words: tuple[object, ...]) -> UserError:
    return kind.__new__(kind, *words)


class UserError(Exception):
    """One sentence (or two) for the person: what happened, to which file, what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        """To another process as it is, whatever its kind is made from."""
        return _again, (type(self), self.args), self.__dict__


class UsageError(UserError):
    pass


class BadInput(UserError):
    pass


class NotAPicture(BadInput):
    pass


class BadModel(UserError):
    pass


class OutputError(UserError):
    pass


class DiskFull(OutputError):
    pass


class VerifyError(OutputError):
    pass


class OutOfMemory(UserError):
    pass


class EngineError(UserError):
    pass


class Cancelled(UserError):
    def __init__(self, message: str = "Stopped.") -> None:
        super().__init__(message)


def is_want_of_memory(error: BaseException) -> bool:
    """Tell a want of memory, in an error or in what led to it, from other faults: torch (on CPU, CUDA and MPS), OpenCV,
    the loader of libraries and the system each have a sentence of their own for it."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        if isinstance(each, MemoryError) or (isinstance(each, OSError) and each.errno == errno.ENOMEM):
            return True
        if not isinstance(each, UserError) and any(words in str(each).lower() for words in _MEMORY_WORDS):
            return True
        each = each.__cause__ or each.__context__
    return False
