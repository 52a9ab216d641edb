"""Walk: its file, what it refuses, and where its Course is: through the keyframes, round the loop, at even speed."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.core.errors import UsageError
from ganstudio.core.latent import Latent, Point, Push, Weighted
from ganstudio.core.latent.course import STATIONS, Course
from ganstudio.core.latent.easing import NAMED, Curve, CurveKind, Dot, Easing, EasingKind, curve
from ganstudio.core.latent.walk import Key, Track, Walk, walk_of

LAYERS, WIDE = 4, 16
CENTRE = np.linspace(-1, 1, WIDE, dtype=np.float32)


def ws_of(latent: Latent) -> np.ndarray:
    """A space of its own: a seed's point about a centre, drawn to it by ψ in the first layers."""
    if latent.point is not None:
        ws = latent.point.array
    else:
        seed = int(latent.seeds[0].word)
        ws = np.tile(np.random.RandomState(seed).randn(WIDE).astype(np.float32), (LAYERS, 1))
    rows = np.arange(LAYERS) < (LAYERS if latent.cutoff is None else latent.cutoff)
    psi = np.where(rows, latent.psi, 1.0)[:, None].astype(np.float32)
    return (CENTRE + psi * (ws - CENTRE)).astype(np.float32)


def seeds(*numbers: int, **how: object) -> list[Latent]:
    return [replace(Latent(), seeds=(Weighted(str(one)),), **how) for one in numbers]  # type: ignore[arg-type]


def ws_at(course: Course, seconds: float) -> np.ndarray:
    point = course.at(seconds).point
    assert point is not None
    return point.array


FULL = Walk(
    keys=(
        Key(seeds(1, classes=(Weighted("monet"),), psi=0.5)[0], 1.5, Easing(0.4, 0.0, 0.2, 1.0)),
        Key(seeds(2, classes=(Weighted("degas", 2.0),), cutoff=2)[0], 0.25, NAMED["hold"]),
        Key(replace(seeds(3)[0], classes=(Weighted("monet"),), point=Point.of(np.ones((LAYERS, WIDE), np.float32)))),
    ),
    loop=False,
    path="spherical",
    pace="eye",
    still=False,
    psi=Curve((Dot(0.0, 0.7, NAMED["ease"]), Dot(1.0, 1.2, Easing(0.1, -0.5, 0.9, 1.5)), Dot(1.25, -1.0))),
    tracks=(Track(Push("warm", 0.0, 1, 2, CENTRE.tobytes()), curve((0, -2), (1.5, 2))),),
    name="evening",
)


def test_json_both_ways(tmp_path: Path) -> None:
    assert Walk.from_json(json.loads(json.dumps(FULL.to_json()))) == FULL
    FULL.save(tmp_path / "a.ganstudio-walk")
    assert Walk.load(tmp_path / "a.ganstudio-walk") == FULL
    assert [one.name for one in tmp_path.iterdir()] == ["a.ganstudio-walk"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "ganstudio-recipe"}, "no walk"),
        ({"version": 2}, "newer version"),
        ({"version": True}, "no version"),
        ({"keys": [7]}, "Keyframe 1"),
        ({"keys": [{"latent": {"psi": 9}}]}, "Keyframe 1.*Truncation"),
        ({"keys": [{"latent": {}, "seconds": -1}]}, "Keyframe 1"),
        ({"keys": {}}, "no list"),
        ({"path": "zigzag"}, "zigzag"),
        ({"loop": "yes"}, "neither yes nor no"),
        ({"psi": "1:2,0:1"}, "follow each other"),
        ({"psi": "0:7"}, "outside"),
        ({"tracks": [{"name": "warm"}]}, "amount"),
    ],
)
def test_damaged_files_are_refused_in_a_sentence(tmp_path: Path, change: dict[str, object], words: str) -> None:
    path = tmp_path / "walk.json"
    path.write_text(json.dumps({**FULL.to_json(), **change}), "utf-8")
    with pytest.raises(UsageError, match=words):
        Walk.load(path)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        Walk.load(tmp_path / "none.json")
    (tmp_path / "cut.json").write_text('{"format": "ganstudio-w', "utf-8")
    with pytest.raises(UsageError, match="not valid JSON"):
        Walk.load(tmp_path / "cut.json")


def test_fewer_than_two_keyframes() -> None:
    for walk, words in ((Walk(), "has none"), (walk_of(seeds(1)), "only one")):
        with pytest.raises(UsageError, match=words):
            Course(walk, ws_of)


def test_keyframes_that_do_not_go_together() -> None:
    with pytest.raises(UsageError, match="different models"):
        Course(walk_of([seeds(1)[0], replace(seeds(2)[0], model="mnist-mlp")]), ws_of)
    renamed = [replace(one, weights="a" * 64) for one in (seeds(1)[0], replace(seeds(2)[0], model="mine"))]
    Course(walk_of(renamed), ws_of)  # the same file under two names
    with pytest.raises(UsageError, match="names no class"):
        Course(walk_of([seeds(1)[0], seeds(2, classes=(Weighted("monet"),))[0]]), ws_of)
    with pytest.raises(UsageError, match="more than nothing"):
        Course(walk_of(seeds(1, 2), seconds=0.0), ws_of)
    wrong = Track(Push("warm", 0.0, vector=np.ones(3, "<f4").tobytes()), curve((0, 1)))
    with pytest.raises(UsageError, match="another model"):
        Course(walk_of(seeds(1, 2), tracks=(wrong,)), ws_of).at(0.5)


@pytest.mark.parametrize("path", ["smooth", "straight", "spherical"])
@pytest.mark.parametrize("loop", [True, False])
def test_it_goes_through_the_keyframes(path: str, loop: bool) -> None:
    latents = [
        replace(one, psi=psi, cutoff=cut)
        for one, psi, cut in zip(seeds(1, 2, 3), (0.7, 1.0, -0.5), (None, 2, 3), strict=True)
    ]
    course = Course(walk_of(latents, 1.0, loop=loop, path=path), ws_of)
    for index, latent in enumerate(latents):
        assert np.allclose(ws_at(course, float(index)), ws_of(latent), atol=1e-6)
    end = latents[0] if loop else latents[-1]
    assert np.allclose(ws_at(course, course.seconds), ws_of(end), atol=1e-6)


@pytest.mark.parametrize("path", ["smooth", "straight", "spherical"])
def test_a_loop_is_exact(path: str) -> None:
    walk = walk_of(seeds(1, 2, 3, 4), 0.5, path=path, psi=curve((0.2, 0.5), (1.5, 1.0)))
    course, times = Course(walk, ws_of), walk.times(10)
    assert len(times) == 20 and times[0] == 0.0 and times[-1] == pytest.approx(1.9)
    frames = [ws_at(course, one) for one in times]
    assert np.array_equal(ws_at(course, walk.seconds), frames[0])
    steps = [float(np.abs(b - a).max()) for a, b in zip(frames, [*frames[1:], frames[0]], strict=True)]
    assert min(steps) > 0.2 * max(steps)  # the last is not the first twice, and nothing jumps


def test_an_open_walk_ends_with_its_last_keyframe() -> None:
    walk = walk_of(seeds(1, 2), 1.0, loop=False)
    assert walk.seconds == 1.0 and walk.times(4) == pytest.approx([0, 1 / 3, 2 / 3, 1.0])
    assert len(walk.times(0.1)) == 2


def test_smooth_turns_no_corner_and_straight_does() -> None:
    def corner(path: str) -> float:
        course = Course(walk_of(seeds(1, 2, 3), 1.0, path=path), ws_of)
        before, here, after = (ws_at(course, one).ravel() for one in (0.999, 1.0, 1.001))
        one, two = here - before, after - here
        return math.acos(float(one @ two / np.linalg.norm(one) / np.linalg.norm(two)))

    assert corner("smooth") < 0.02
    assert corner("straight") > 0.5


def test_spherical_and_kept_lengths_lose_no_strength() -> None:
    def shortest(path: str, keep: bool) -> float:
        course = Course(walk_of(seeds(1, 2, psi=1.0), 1.0, loop=False, path=path), ws_of, keep)
        lengths = [np.linalg.norm(ws_at(course, share) - CENTRE) for share in np.linspace(0, 1, 21)]
        return float(min(lengths) / min(lengths[0], lengths[-1]))

    assert shortest("straight", False) < 0.85
    assert shortest("spherical", False) > 0.99
    assert shortest("straight", True) > 0.99 and shortest("smooth", True) > 0.99


def test_curves_go_by_the_time_of_the_film() -> None:
    same = seeds(5, 5, psi=0.3, cutoff=3)
    tracks = (Track(Push("warm", 0.0, 1, 1, np.ones(WIDE, "<f4").tobytes()), curve((0, 0), (2, 4))),)
    course = Course(walk_of(same, 1.0, loop=False, psi=curve((0, 1), (1, 0)), tracks=tracks), ws_of)
    own = ws_of(replace(same[0], psi=1.0, cutoff=None))
    found = ws_at(course, 0.5)
    assert np.allclose(found[0], (CENTRE + own[0]) / 2, atol=1e-6)  # ψ is 0.5
    assert np.allclose(found[1], CENTRE + 0.5 * (own[1] + 1.0 - CENTRE), atol=1e-6)  # one σ, before ψ
    assert np.allclose(found[3], own[3], atol=1e-6)  # beyond the cut-off
    assert np.allclose(ws_at(course, 1.0)[:3], CENTRE, atol=1e-6)


def test_classes_blend_and_noise_holds_still() -> None:
    latents = [
        replace(one, classes=(Weighted(name),), noise=noise)
        for one, name, noise in zip(seeds(1, 2), ("monet", "degas"), ("17", "18"), strict=True)
    ]
    course = Course(walk_of(latents, 1.0), ws_of)
    assert course.at(0.25).classes == (Weighted("monet", 0.75), Weighted("degas", 0.25))
    assert course.at(0.0).classes == (Weighted("monet"),)
    assert {course.at(one).noise for one in (0.0, 0.4, 1.7)} == {"17"}
    lively = Course(walk_of(latents, 1.0, still=False), ws_of)
    assert len({lively.at(one).noise for one in (0.0, 0.4, 1.7)}) == 3
    assert lively.at(0.5) == lively.at(2.5)  # round the loop
    off = [replace(one, noise="off") for one in latents]
    assert Course(walk_of(off, 1.0, still=False), ws_of).at(0.3).noise == "off"


def test_even_speed_to_the_eye() -> None:
    """An eye that sees ten times as much in one corner of the space: the steps it sees become alike."""

    def seen(latent: Latent) -> np.ndarray:
        assert latent.point is not None
        return np.exp(latent.point.array[0, :3] * 1.5)

    def unevenness(even: bool) -> float:
        walk = walk_of(seeds(1, 2, 3), 1.0, pace="eye")
        course = Course(walk, ws_of)
        if even:
            looks = [[seen(one) for one in way] for way in course.stations()]
            course.even([[float(np.linalg.norm(b - a)) for a, b in pairwise(way)] for way in looks])
        assert course.seconds == pytest.approx(3.0)
        frames = [seen(course.at(one)) for one in walk.times(20)]
        steps = [float(np.linalg.norm(b - a)) for a, b in zip(frames, [*frames[1:], frames[0]], strict=True)]
        return float(np.std(steps) / np.mean(steps))

    before, after = unevenness(False), unevenness(True)
    assert after < 0.35 * before


def test_even_speed_keeps_pauses() -> None:
    walk = Walk((Key(seeds(1)[0], 1.0), Key(seeds(1)[0], 0.5, NAMED["hold"]), Key(seeds(2)[0], 1.0)), pace="eye")
    course = Course(walk, ws_of)
    course.even([[0.0] * STATIONS, [1.0] * STATIONS, [3.0] * STATIONS])
    assert course.starts == [0.0, 1.0, 1.5]
    assert np.array_equal(ws_at(course, 1.2), ws_at(course, 1.0))
    still = Course(walk_of(seeds(1, 1), 1.0, pace="eye"), ws_of)
    still.even([[0.0] * STATIONS] * 2)
    assert np.isfinite(ws_at(still, 0.7)).all()


def test_lasting_scales_every_way() -> None:
    walk = Walk((Key(seeds(1)[0], 1.0), Key(seeds(2)[0], 3.0)))
    assert [key.seconds for key in walk.lasting(2.0).keys] == [0.5, 1.5]
    assert walk_of(seeds(1, 2), 0.0).lasting(3.0).seconds == 3.0


HANDLES = st.tuples(*[st.floats(0, 1), st.floats(-2, 3)] * 2)


@given(HANDLES, st.floats(0, 1))
def test_easings_begin_at_0_end_at_1_and_are_written_exactly(
    handles: tuple[float, float, float, float], share: float
) -> None:
    easing = Easing(*handles)
    assert easing.at(0.0) == 0.0 and easing.at(1.0) == 1.0 and math.isfinite(easing.at(share))
    assert EasingKind().parse(EasingKind().text(easing)) == easing


@given(st.floats(0, 1), st.floats(0, 1))
def test_an_easing_without_overshoot_never_goes_back(a: float, b: float) -> None:
    easing = NAMED["ease"]
    assert easing.at(min(a, b)) <= easing.at(max(a, b)) + 1e-12
    assert NAMED["linear"].at(a) == a and Easing(0.3, 0.3, 0.8, 0.8).at(a) == a


def test_css_numbers() -> None:
    assert Easing(0.25, 0.1, 0.25, 1.0).at(0.5) == pytest.approx(0.8024, abs=1e-4)  # CSS's `ease`


@pytest.mark.parametrize("text", ["fast", "1,2", "2,0,0,1", "0,9,0,1", "nan,0,0,1", "0,0,0,1,1"])
def test_easings_that_are_none(text: str) -> None:
    with pytest.raises(UsageError):
        EasingKind().parse(text)


@pytest.mark.parametrize("text", ["", "1", "a:b", "0:1,0:2", "-1:0", "0:nan", "0:1:quick"])
def test_curves_that_are_none(text: str) -> None:
    with pytest.raises(UsageError):
        CurveKind(-1, 2).parse(text)


def test_a_curve_goes_round_a_loop() -> None:
    one = curve((1.0, 0.0), (3.0, 1.0))
    assert (one.at(0.0), one.at(2.0), one.at(9.0)) == (0.0, 0.5, 1.0)
    assert one.at(0.0, 4.0) == one.at(4.0, 4.0) == pytest.approx(0.5)
    assert one.at(3.5, 4.0) == pytest.approx(0.75)
    assert curve((9.0, 0.3)).at(1.0, 4.0) == 0.3
