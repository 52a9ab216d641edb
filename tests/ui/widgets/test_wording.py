from __future__ import annotations

import pytest

from ganstudio.ui.widgets import wording
from ganstudio.ui.widgets.wording import device_name, factor

T = "\u202f"  # thin space
N = "\u00a0"  # before a unit


def test_counts_have_thin_spaces() -> None:
    assert wording.count(999) == "999"
    assert wording.count(1204) == f"1{T}204"
    assert wording.count(-4217000) == f"−4{T}217{T}000"


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [(70, 0, "70"), (1.44, 1, "1.4"), (-0.04, 1, "0.0"), (-0.6, 1, "−0.6"), (12345.678, 2, f"12{T}345.68")],
)
def test_numbers(value: float, decimals: int, said: str) -> None:
    assert wording.number(value, decimals) == said


def test_units_stand_after_a_space_but_times_and_degrees_do_not() -> None:
    assert wording.with_unit(70, "%") == f"70{N}%"
    assert wording.with_unit(1.4, "×", 1) == "1.4×"
    assert wording.with_unit(-3, "°") == "−3°"
    assert wording.with_unit(5, "") == "5"


@pytest.mark.parametrize(
    ("fraction", "said"), [(-0.1, "0"), (0, "0"), (0.624, "62"), (0.9999, "99"), (1, "100"), (1.2, "100")]
)
def test_only_the_end_is_a_hundred_per_cent(fraction: float, said: str) -> None:
    assert wording.percent(fraction) == f"{said}{N}%"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.04, "0.0 s"),
        (0.42, "0.4 s"),
        (3, "3 s"),
        (3.14, "3.1 s"),
        (9.96, "10 s"),
        (23.4, "23 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (150, "2 min 30 s"),
        (2280, "38 min"),
        (7200, "about 2 h"),
        (864000, "about 10 days"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert wording.seconds(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "1 s left"), (4.2, "5 s left"), (14, "15 s left"), (57, "1 min left"), (61, "1 min 30 s left"),
     (2270, "38 min left"), (7300, "about 2 h left")],
)  # fmt: skip
def test_time_left_is_rounded_up(seconds: float, said: str) -> None:
    assert wording.left(seconds) == said


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0"), (820, "820"), (999.6, f"1{N}KB"), (9_000_000, f"9{N}MB"), (999_400_000, f"999{N}MB"),
     (999_600_000, f"1.0{N}GB"), (4_600_000_000, f"4.6{N}GB"), (31_700_000_000, f"32{N}GB"), (2e12, f"2.0{N}TB")],
)  # fmt: skip
def test_sizes(size: float, said: str) -> None:
    assert wording.bytes_(size) == (said if N in said else f"{said}{N}B")


def test_pixels() -> None:
    assert wording.size_px(4608, 4608) == f"4{T}608 × 4{T}608{N}px"
    assert wording.megapixels(4000, 3000) == "12 megapixels"
    assert wording.megapixels(1000, 1000) == "1.0 megapixels"


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("AMD EPYC 25/17", "AMD EPYC"),
        ("AMD EPYC 7B13 64-Core Processor 25/1", "AMD EPYC 7B13"),
        ("Intel(R) Xeon(R) CPU @ 2.20GHz 6/79", "Intel Xeon"),
        ("Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz 6/158", "Intel Core i7-9750H"),
        ("11th Gen Intel(R) Core(TM) i5-1135G7 @ 2.40GHz 6/140", "Intel Core i5-1135G7"),
        ("AMD Ryzen 7 5800X 8-Core Processor 25/33", "AMD Ryzen 7 5800X"),
        ("AMD Ryzen 5 4600H with Radeon Graphics 23/96", "AMD Ryzen 5 4600H"),
        ("Apple M2", "Apple M2"),
        ("NVIDIA GeForce RTX 3060", "NVIDIA GeForce RTX 3060"),
        ("arm", "arm"),
        ("", ""),
    ],
)
def test_devices_are_called_as_people_know_them(title: str, said: str) -> None:
    assert device_name(title) == said


@pytest.mark.parametrize(("value", "said"), [(2, "2×"), (1.5, "1.5×"), (0.333333, "0.33×"), (3.996, "4×"), (16, "16×")])
def test_factors(value: float, said: str) -> None:
    assert factor(value) == said
