"""Scale and Size as one: what a number in a unit means, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ganstudio.core.errors import UsageError
from ganstudio.core.raster import Header
from ganstudio.core.sizes import TargetSize
from ganstudio.tools.tool import tool_named
from ganstudio.ui.fields import FieldContext
from ganstudio.ui.fields.enlarging import Enlargement, number_in, of_number, pair
from ganstudio.ui.panels.enlarge import EnlargeField


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        (2.5, "×", Enlargement(2.5)),
        (250, "%", Enlargement(2.5)),
        (4000, "px", Enlargement(size=TargetSize(long=4000))),
        (25.4, "cm", Enlargement(size=TargetSize(long=3000))),
    ],
)  # fmt: skip
def test_what_a_number_means(number: float, unit: str, expected: Enlargement) -> None:
    assert of_number(number, unit, 300) == expected


def test_sizes_that_cannot_be() -> None:
    with pytest.raises(UsageError, match="cannot be"):
        of_number(1e9, "cm", 300)


@given(
    st.floats(0.1, 16), st.sampled_from(["×", "%", "px", "cm"]), st.integers(10, 5000), st.integers(10, 5000),
    st.integers(72, 600),
)  # fmt: skip
def test_the_same_in_any_unit(factor: float, unit: str, width: int, height: int, dpi: int) -> None:
    number = number_in(Enlargement(factor), unit, width, height, 2.0, dpi)
    again = of_number(number, unit, dpi).factor(width, height, 2.0)
    assert abs(again - factor) * max(width, height) <= 0.51 + 1e-6 * max(width, height)


def test_which_parameters_belong_together() -> None:
    found = pair(tool_named("upscale").params.parameters())
    assert found is not None and [one.name for one in found] == ["scale", "size"]
    assert pair(found[:1]) is None


@pytest.fixture
def field(qtbot: QtBot) -> EnlargeField:
    field = EnlargeField(FieldContext(Header(600, 400)))
    qtbot.addWidget(field)
    field.resize(300, 160)
    field.show()
    return field


def test_chips(field: EnlargeField, qtbot: QtBot) -> None:
    heard: list[Enlargement] = []
    field.changed.connect(heard.append)
    assert field.chips.current == "2" and field.value == Enlargement()
    qtbot.keyClick(field.chips, Qt.Key.Key_End)
    assert field.chips.current == "custom" and field.number.isVisible() and not heard
    assert field.number.value == 2
    field.number.setText("3.5")
    qtbot.keyClick(field.number, Qt.Key.Key_Return)
    assert heard == [Enlargement(3.5)]
    qtbot.keyClick(field.chips, Qt.Key.Key_Home)
    assert heard[-1] == Enlargement(2.0) and not field.number.isVisible()


def test_the_unit_changes_the_words_not_the_size(field: EnlargeField, qtbot: QtBot) -> None:
    heard: list[Enlargement] = []
    field.changed.connect(heard.append)
    field.set_value(Enlargement(2.5))
    assert field.chips.current == "custom"
    for unit, number in (("%", 250), ("px", 1500), ("cm", 12.7), ("×", 2.5)):
        field.unit.set_current(unit)
        field.unit.chosen.emit(unit)
        assert field.number.value == pytest.approx(number)
        assert field.dpi.isVisible() == (unit == "cm")
    assert not heard
    field.unit.set_current("px")
    field.unit.chosen.emit("px")
    field.number.setText("1200")
    qtbot.keyClick(field.number, Qt.Key.Key_Return)
    assert heard == [Enlargement(size=TargetSize(long=1200))]


def test_what_comes_out_is_said(field: EnlargeField) -> None:
    field.set_result((1200, 800))
    text = field.result.text().replace("\u202f", " ").replace("\u00a0", " ")
    assert text.startswith("1 200 × 800 px") and "10 × 6.8 cm at 300 dpi" in text
    field.set_result(None, "It keeps a picture's size.")
    assert not field.result.isVisible()
