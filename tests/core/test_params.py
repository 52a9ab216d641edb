"""Params: what is declared once is read the same way from text, from JSON and from code."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.core.errors import UsageError
from ganstudio.core.params import Choice, Maybe, Number, Params, Switch, Text, param
from ganstudio.core.sizes import Size, TargetSize
from ganstudio.jobs.options import BatchOptions, ClockTime, SkipLonger


@dataclass(frozen=True)
class Sample(Params):
    mode: str = param(Choice(("one", "two")), "one", label="Mode", help="which")
    count: int = param(Number(0, 10, whole=True), 3, label="Count", help="how many")
    factor: float | None = param(Maybe(Number(0.5, 8)), None, label="Factor", help="how much")
    flag: bool = param(Switch(), False, label="Flag", help="whether")
    note: str = param(Text(), "", label="Note", help="what")
    size: TargetSize | None = param(Maybe(Size()), None, label="Size", help="how large")


sides = st.integers(1, 99_999)
sizes = st.one_of(
    st.builds(TargetSize, width=sides, height=sides),
    st.builds(TargetSize, width=sides),
    st.builds(TargetSize, height=sides),
    st.builds(TargetSize, long=sides),
    st.builds(TargetSize, short=sides),
)
samples = st.builds(
    Sample,
    mode=st.sampled_from(["one", "two"]),
    count=st.integers(0, 10),
    factor=st.none() | st.floats(0.5, 8),
    flag=st.booleans(),
    note=st.text(),
    size=st.none() | sizes,
)


@given(samples)
def test_json_there_and_back_is_the_same(sample: Sample) -> None:
    assert Sample.from_json(sample.to_json()) == sample


@given(samples)
def test_text_there_and_back_is_the_same(sample: Sample) -> None:
    for one in Sample.parameters():
        value = getattr(sample, one.name)
        assert one.kind.parse(one.kind.text(value)) == value


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"mode": "three"}, "Mode: “three” is not one of one, two."),
        ({"count": 11}, "Count: 11 is outside 0 … 10."),
        ({"count": 1.5}, "Count: “1.5” is not a whole number."),
        ({"count": True}, "Count: “True” is not a whole number."),
        ({"flag": 1}, "Flag: “1” is neither yes nor no."),
        ({"size": "big"}, "Size: “big” is not a size."),
        ({"colour": "red"}, "There is no parameter “colour”"),
        ([], "The parameters are not a JSON object."),
    ],
)
def test_a_wrong_value_is_named_in_a_sentence(data: object, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        Sample.from_json(data)
    assert str(caught.value).startswith(words)


def test_wrong_values_are_refused_in_code_too() -> None:
    with pytest.raises(UsageError, match="Factor: 9 is outside"):
        Sample(factor=9)


@pytest.mark.parametrize(
    ("text", "have", "want"),
    [
        ("3840x2160", (4000, 3000), (2880, 2160)),
        ("3840x2160", (1920, 1080), (3840, 2160)),
        ("4000x", (1000, 500), (4000, 2000)),
        ("x3000", (1000, 500), (6000, 3000)),
        ("long:4000", (500, 1000), (2000, 4000)),
        ("short:1080", (1920, 540), (3840, 1080)),
        ("LONG:10", (1, 5000), (1, 10)),
    ],
)
def test_sizes_keep_the_proportions(text: str, have: tuple[int, int], want: tuple[int, int]) -> None:
    assert Size().parse(text).of(*have) == want


@pytest.mark.parametrize("text", ["", "x", "0x10", "10", "long:", "long:0", "axb", "-5x5", "9999999x"])
def test_a_text_that_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Size().parse(text)


@pytest.mark.parametrize("size", [TargetSize(), TargetSize(width=3, long=4), TargetSize(long=4, short=3), "9x"])
def test_a_size_in_code_is_one_way_to_say_it(size: TargetSize) -> None:
    with pytest.raises(UsageError, match="size"):
        Sample(size=size)


@pytest.mark.parametrize("count", [float("nan"), float("inf"), 10**400, -(10**400), 3.5, "3", None])
def test_what_is_no_number_is_refused_in_a_sentence(count: object) -> None:
    with pytest.raises(UsageError, match=r"Count: .* (number|outside)"):
        Sample.from_json({"count": count})


def test_nothing_may_have_names_of_its_own() -> None:
    tile = Maybe(Number(32, 512, whole=True), also=("0", "auto"))
    assert [tile.parse(text) for text in ("", " 0 ", "Auto", "64")] == [None, None, None, 64]
    assert tile.parse(tile.text(None)) is None


def test_the_text_forms_of_a_batch() -> None:
    assert SkipLonger().parse("skip:4000") == 4000
    assert ClockTime().parse("07:00") == 420
    assert ClockTime().text(420) == "07:00"
    for kind, text in ((SkipLonger(), "4000px"), (ClockTime(), "24:00"), (ClockTime(), "7")):
        with pytest.raises(UsageError):
            kind.parse(text)
    assert BatchOptions.from_json(BatchOptions(until=420).to_json()).until == 420
