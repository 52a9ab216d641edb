"""How long models take is found out while nothing else is done, and gives way to whoever comes."""

from __future__ import annotations

import threading
import time

import pytest

from ganstudio.jobs.remote import messages
from ganstudio.jobs.remote.messages import Measured, News, Options
from ganstudio.jobs.remote.works import Works
from tests.jobs.remote_harness import Ear, engine, upscaling


def test_an_idle_engine_finds_out_what_is_wished_for() -> None:
    with engine() as (client, ear):
        client.send(messages.Gauge((upscaling("quick-x2"), upscaling("no such model"))))

        def known(ear: Ear) -> Measured | None:
            return next((one.measured for one in ear.ticks() if one.measured and one.measured.seconds), None)

        measured = ear.wait(known)
    assert 0 < measured.seconds["quick-x2"] < 100


@pytest.mark.parametrize("precision", ["auto", "exact"])
def test_a_gauge_ends_when_somebody_comes_and_is_made_up_for(precision: str) -> None:
    news: list[News] = []
    works = Works(Options(precision=precision), news.append)
    recipe = upscaling("quick-x2")
    ended: list[bool] = []
    gauge = threading.Thread(target=lambda: ended.append(works.gauge(recipe)))
    with works.using():
        assert not works.gauge(recipe)  # somebody is there
        assert works.idle_seconds(1e12) == 0
    gauge.start()
    while works.idle_seconds(1e12):  # until it has begun
        time.sleep(0.001)
    with works.using():
        gauge.join(30)
        assert ended == [False] and news == []
    assert works.gauge(recipe)
    assert [one.seconds["quick-x2"] > 0 for one in news if isinstance(one, Measured)] == [True]
    works.close(1)
