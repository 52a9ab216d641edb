"""The lane: order, faults, stopping, one core a worker."""

from __future__ import annotations

import threading

import pytest
import torch

from ganstudio.core.errors import Cancelled
from ganstudio.runtime.lane import Lane


@pytest.fixture
def lane():
    made = Lane(1, one_core_each=True)
    yield made
    made.close()


def test_a_person_goes_before_a_batch_and_equals_in_order(lane: Lane) -> None:
    order: list[str] = []
    go = threading.Event()
    first = lane.submit(go.wait)
    later = [lane.submit(lambda n=n: order.append(n), p) for n, p in [("b1", 1), ("b2", 1), ("p", 0), ("b3", 1)]]
    go.set()
    for future in [first, *later]:
        future.result()
    assert order == ["p", "b1", "b2", "b3"]


def test_what_work_raises_reaches_who_waits_and_the_worker_goes_on(lane: Lane) -> None:
    def fault() -> None:
        raise ValueError("this tile")

    with pytest.raises(ValueError, match="this tile"):
        lane.submit(fault).result()
    assert lane.submit(lambda: 7).result() == 7


def test_a_worker_computes_on_one_core_without_gradients(lane: Lane) -> None:
    assert lane.submit(torch.get_num_threads).result() == 1
    assert lane.submit(torch.is_grad_enabled).result() is False


def test_closing_cancels_what_waits_and_refuses_more() -> None:
    lane = Lane(1, one_core_each=True)
    began, go = threading.Event(), threading.Event()

    def work() -> str:
        began.set()
        go.wait()
        return "done"

    running, waiting = lane.submit(work), lane.submit(lambda: "never")
    began.wait()
    closer = threading.Thread(target=lane.close)
    closer.start()
    while not waiting.cancelled():
        threading.Event().wait(0.01)
    go.set()
    closer.join()
    assert running.result() == "done"
    with pytest.raises(Cancelled):
        lane.submit(lambda: 1)


def test_work_taken_back_is_not_done(lane: Lane) -> None:
    go, done = threading.Event(), []
    lane.submit(go.wait)
    unwanted = lane.submit(lambda: done.append(1))
    assert unwanted.cancel()
    go.set()
    lane.submit(lambda: None).result()
    assert done == []


def test_all_workers_work() -> None:
    lane = Lane(3, one_core_each=True)
    together = threading.Barrier(3, timeout=60)
    futures = [lane.submit(together.wait) for _ in range(3)]
    assert sorted(future.result() for future in futures) == [0, 1, 2]
    lane.close()


def test_idle_workers_lend_their_cores() -> None:
    lane = Lane(4, one_core_each=True)
    assert lane.submit(lane.share).result() == 4
    go = threading.Event()
    others = [lane.submit(go.wait) for _ in range(3)]
    assert lane.submit(lane.share).result() == 1
    go.set()
    assert all(future.result() for future in others)
    lane.close()
