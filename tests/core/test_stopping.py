"""Ctrl-C and an end asked for by the system: the first ends the work tidily, the next the program."""

from __future__ import annotations

import signal
import threading

import pytest

from ganstudio.core.stopping import stopped_by_signals

pytestmark = pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread(), reason="Python hears signals in its main thread alone"
)


@pytest.fixture
def heard() -> list[str]:
    return []


def test_the_first_stops_and_the_next_ends_the_program(heard: list[str]) -> None:
    before = signal.getsignal(signal.SIGINT)

    def work() -> None:
        with stopped_by_signals(lambda: heard.append("stop")):
            signal.raise_signal(signal.SIGINT)
            heard.append("goes on")
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert heard == ["stop", "goes on"] and signal.getsignal(signal.SIGINT) is before


def test_what_it_has_may_be_enough(heard: list[str]) -> None:
    with stopped_by_signals(lambda: heard.append("stop"), enough=lambda: heard.append("enough")):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
    assert heard == ["enough", "stop"]
    with stopped_by_signals(lambda: heard.append("end"), enough=lambda: heard.append("enough")):
        signal.raise_signal(signal.SIGTERM)  # who ends the system has no use for the best so far
    assert heard == ["enough", "stop", "end"]


def test_work_that_is_to_be_waited_for_is(heard: list[str]) -> None:
    with stopped_by_signals(lambda: heard.append("stop"), wait=True):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert heard == ["stop"] * 3


def test_other_threads_change_nothing() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def work() -> None:
        with stopped_by_signals(lambda: None):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
