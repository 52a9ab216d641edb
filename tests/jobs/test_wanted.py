"""What is shown next: the newest of each place, early pictures before whole ones, small ones a few at a time."""

from __future__ import annotations

import threading

from ganstudio.core.latent import Latent
from ganstudio.jobs.remote.exploring import Pace
from ganstudio.jobs.remote.generators import AskPoints, Render, Thumbs
from ganstudio.jobs.remote.wanted import BATCH, Piece, Wanted

HERE = Latent()


def taken(wanted: Wanted) -> list[tuple[str, int, str]]:
    found = []
    while (piece := wanted.next(0.01)) is not None:
        found.append((piece.wish.channel, piece.wish.number, piece.stage))
    return found


def test_early_then_whole_then_enlarged() -> None:
    wanted = Wanted()
    wanted.put(Render("stage", 1, HERE, upscaled="photo"))
    assert [stage for _channel, _number, stage in taken(wanted)] == ["early", "full", "upscaled"]
    wanted.put(Render("stage", 2, HERE, early=False))
    assert taken(wanted) == [("stage", 2, "full")]


def test_ten_moves_while_one_picture_is_drawn_cost_one_more() -> None:
    wanted = Wanted()
    wanted.put(Render("stage", 1, HERE, early=False))
    running = wanted.next(0.01)
    assert running is not None and running.wish.number == 1
    for number in range(2, 12):
        wanted.put(Render("stage", number, HERE, early=False))
    assert taken(wanted) == [("stage", 11, "full")]


def test_places_do_not_stand_in_each_others_way() -> None:
    wanted = Wanted()
    wanted.put(Thumbs("strips", 1, (HERE,) * 6, 64))
    wanted.put(Render("stage", 2, HERE))
    wanted.put(AskPoints("pad", 3, (HERE,)))
    found = taken(wanted)
    assert found[:3] == [("stage", 2, "early"), ("pad", 3, "points"), ("stage", 2, "full")]
    assert {one[0] for one in found[3:]} == {"strips"} and len(found) == 3 + -(-6 // BATCH)


def test_small_pictures_come_in_the_order_that_was_asked_for() -> None:
    wanted = Wanted()
    wanted.put(Thumbs("strip", 1, (HERE,) * 7, 64, (3, 2, 4, 99, 3)))
    drawn: list[int] = []
    while (piece := wanted.next(0.01)) is not None:
        assert len(piece.indices) <= BATCH
        drawn += piece.indices
    assert drawn[:3] == [3, 2, 4] and sorted(drawn) == list(range(7))


def test_a_whole_picture_goes_before_the_rest_of_a_strip() -> None:
    wanted = Wanted()
    wanted.put(Thumbs("strip", 1, (HERE,) * 9, 64))
    assert wanted.next(0.01) is not None
    wanted.put(Render("stage", 2, HERE, early=False))
    assert taken(wanted)[0] == ("stage", 2, "full")


def test_what_nobody_wants_any_more_is_not_drawn() -> None:
    wanted = Wanted()
    wish = Render("stage", 1, HERE, upscaled="photo")
    wanted.put(wish)
    assert wanted.next(0.01) == Piece(wish, "early")
    wanted.skip(wish, "full")
    assert wanted.next(0.01) == Piece(wish, "upscaled")
    wanted.put(Render("stage", 2, HERE))
    wanted.drop(wish)  # the newer one stays
    assert wanted.is_newest(Render("stage", 2, HERE)) and not wanted.is_newest(wish)
    wanted.forget("stage")
    assert wanted.next(0.01) is None


def test_the_end_wakes_whoever_waits() -> None:
    wanted, found = Wanted(), []
    thread = threading.Thread(target=lambda: found.append(wanted.next()))
    thread.start()
    wanted.close()
    thread.join(60)
    assert found == [None]


def test_the_early_picture_is_the_largest_that_is_quick() -> None:
    pace, sizes = Pace(), (4, 8, 16, 32, 64, 128, 256, 512)
    assert pace.early("a", sizes) == 64  # nothing is known yet
    pace.note("a", 64, 0.01)
    assert pace.early("a", sizes) == 128  # so it should take 0.035 s
    pace.note("a", 128, 0.09)
    assert pace.early("a", sizes) == 64  # it does not
    pace.note("a", 512, 0.02)
    assert pace.early("a", sizes) is None  # the whole one is quick enough
    assert pace.early("b", (28,)) is None and pace.early("b", (4, 8, 16, 32, 64)) is None


def test_slow_ones_come_one_at_a_time_and_are_put_back() -> None:
    wanted = Wanted(lambda wish: 1)
    strip = Thumbs("strip", 1, (HERE,) * 3, 64)
    wanted.put(strip)
    first = wanted.next(0.01)
    assert first is not None and first.indices == (0,)
    wanted.put(Render("stage", 2, HERE, early=False))
    wanted.put_back(strip, first.indices)
    assert [one.indices for one in pieces(wanted)] == [(), (0,), (1,), (2,)]
    wanted.put_back(strip, (2,))  # the last one, when nothing of its place is open any more
    assert [one.indices for one in pieces(wanted)] == [(2,)]
    newer = Thumbs("strip", 3, (HERE,), 64)
    wanted.put(newer)
    wanted.put_back(strip, (1,))
    assert [one.wish for one in pieces(wanted)] == [newer]
    wanted.put_back(strip, (1,))
    wanted.forget("strip")
    wanted.put_back(newer, (0,))
    assert pieces(wanted) == []


def pieces(wanted: Wanted) -> list[Piece]:
    found = []
    while (piece := wanted.next(0.01)) is not None:
        found.append(piece)
    return found
