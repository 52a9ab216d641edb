"""Work on a stream of items in a few threads, results in the items' order, with a bounded number under way."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_In = TypeVar("_In")
_Out = TypeVar("_Out")

WORKERS = min(max(os.cpu_count() or 1, 2), 8)


def in_order(work: Callable[[_In], _Out], items: Iterable[_In], workers: int = WORKERS) -> Iterator[_Out]:
    """`work(item)` for each item; `items` is drawn from on the caller's thread, at most `workers + 1` ahead."""
    with ThreadPoolExecutor(workers, thread_name_prefix="encode") as pool:
        waiting: deque[Future[_Out]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
