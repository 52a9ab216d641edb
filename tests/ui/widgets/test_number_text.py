from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.ui.widgets.number_text import evaluate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("70", 70),
        (" 70 % ", 70),
        ("128*2", 256),
        ("128×2", 256),
        ("128x2", 256),
        ("1,5", 1.5),
        (".5", 0.5),
        ("4 217", 4217),
        ("4\u202f217", 4217),
        ("12 345 678", 12345678),
        ("−3", -3),
        ("-3+10", 7),
        ("10-3-2", 5),
        ("2*(3+4)/7", 2),
        ("max", 100),
        ("Min", 0),
    ],
)
def test_what_may_be_written(text: str, value: float) -> None:
    assert evaluate(text, "%", 0, 100) == pytest.approx(value)


def test_other_units() -> None:
    assert evaluate("3 cm", "mm", 0, 100) == pytest.approx(30)
    assert evaluate("1 in", "cm", 0, 100) == pytest.approx(2.54)
    assert evaluate("2 min", "s", 0, 999) == 120
    assert evaluate("1.5 GB", "MB", 0, 1e6) == 1500
    assert evaluate("2 cm + 5 mm", "cm", 0, 100) == pytest.approx(2.5)
    assert evaluate("3 cm", "px", 0, 1e5, {"cm": 300 / 2.54}) == pytest.approx(354.33, abs=0.01)


def test_times_as_a_unit_is_no_product() -> None:
    assert evaluate("4×", "×", 1, 8) == 4
    assert evaluate("4x", "×", 1, 8) == 4
    assert evaluate("2×2", "×", 1, 8) == 4


@pytest.mark.parametrize(
    "text",
    ["", "abc", "3 parsec", "1/0", "2*", "(1", "1)", "1 2", "__import__('os')", "9**9", "nan", "inf", "(" * 50 + "1"],
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        evaluate(text, "px", 0, 100)


@given(st.text(max_size=20))
def test_any_text_gives_a_finite_number_or_a_value_error(text: str) -> None:
    try:
        value = evaluate(text, "px", 0, 100)
    except ValueError:
        return
    assert abs(value) < float("inf")


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_sums_are_sums(a: float, b: float) -> None:
    assert evaluate(f"({a:.3f})+({b:.3f})", "", 0, 1) == pytest.approx(round(a, 3) + round(b, 3), abs=1e-6)
