"""Fields: each Kind has its widget, a Kind that nobody knows is edited as JSON; values are always allowed ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from ganstudio.core.errors import UsageError
from ganstudio.core.params import Choice, Kind, Maybe, Number, Parameter, Switch, Text
from ganstudio.core.sizes import Size, TargetSize
from ganstudio.ui.desk import Desk
from ganstudio.ui.fields import Field, field_for, field_types
from ganstudio.ui.fields.number import NumberValue
from ganstudio.ui.fields.other import JsonField
from ganstudio.ui.widgets.segmented import Segmented
from ganstudio.ui.widgets.select import Select
from ganstudio.ui.widgets.slider import Slider


@dataclass(frozen=True)
class Interval(Kind):
    """A Kind of a Tool that is still to come."""

    def parse(self, text: str) -> tuple[int, int]:
        return self.check(tuple(int(one) for one in text.split("-")))

    def check(self, value: Any) -> tuple[int, int]:
        if not (isinstance(value, (list, tuple)) and len(value) == 2 and value[0] <= value[1]):
            raise UsageError(f"“{value}” is not an interval.")
        return (value[0], value[1])


def made(kind: Kind, default: Any, desk: Desk, qtbot: QtBot) -> Field:
    field = field_for(Parameter("it", kind, default, "A label", "What it does."), desk)
    qtbot.addWidget(field)
    field.show()
    return field


def typed(field: Field, text: str, qtbot: QtBot) -> None:
    line = field.findChild(QLineEdit)
    assert line is not None
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("kind", "default", "other"),
    [
        (Choice(("one", "two")), "one", "two"),
        (Choice(tuple("abcdef")), "a", "f"),
        (Number(0, 100, whole=True, unit="%"), 70, 30),
        (Number(0.0, 1.0), 0.5, 0.25),
        (Number(0, 1_000_000, whole=True), 5, 900_000),
        (Switch(), False, True),
        (Text(), "", "words"),
        (Size(), TargetSize(long=100), TargetSize(width=30)),
        (Maybe(Number(0, 4)), None, 2.0),
        (Interval(), (1, 3), (2, 9)),
    ],
)  # fmt: skip
def test_every_kind_shows_keeps_and_returns(
    kind: Kind, default: Any, other: Any, desk: Desk, qtbot: QtBot
) -> None:
    field = made(kind, default, desk, qtbot)
    assert field.value == default and field.is_default
    assert field.accessibleName() == "A label" and "What it does." in field.toolTip()
    heard: list[Any] = []
    field.changed.connect(heard.append)
    field.set_value(other)
    assert field.value == other and not field.is_default and not heard
    assert field.height() >= 20


def test_every_field_declares_a_kind_of_its_own() -> None:
    kinds = field_types()
    assert kinds[Kind] is JsonField and len(set(kinds.values())) == len(kinds) >= 8


def test_segments_for_few_short_words_a_select_for_more(desk: Desk, qtbot: QtBot) -> None:
    few = made(Choice(("auto", "exact", "fast")), "auto", desk, qtbot)
    many = made(Choice(tuple("abcdef")), "a", desk, qtbot)
    assert few.findChild(Segmented) and not few.findChild(Select)
    assert many.findChild(Select) and not many.findChild(Segmented)
    heard: list[str] = []
    few.changed.connect(heard.append)
    qtbot.keyClick(few.findChild(Segmented), Qt.Key.Key_Right)  # type: ignore[arg-type]
    assert heard == ["exact"] and few.value == "exact"


def test_a_slider_where_the_range_is_one_to_look_over(desk: Desk, qtbot: QtBot) -> None:
    near = made(Number(0, 100, whole=True), 50, desk, qtbot)
    far = made(Number(0, 10_000_000, whole=True), 50, desk, qtbot)
    assert isinstance(near, NumberValue) and near.wide and isinstance(far, NumberValue) and not far.wide


def test_what_is_typed_goes_through_the_kind(desk: Desk, qtbot: QtBot) -> None:
    field = made(Size(), TargetSize(long=100), desk, qtbot)
    heard: list[Any] = []
    field.changed.connect(heard.append)
    typed(field, "4000x", qtbot)
    assert heard == [TargetSize(width=4000)]
    typed(field, "very large", qtbot)
    assert heard == [TargetSize(width=4000)] and field.value == TargetSize(width=4000)  # the last good one stays


def test_an_unknown_kind_is_json(desk: Desk, qtbot: QtBot) -> None:
    field = made(Interval(), (1, 3), desk, qtbot)
    assert isinstance(field, JsonField)
    typed(field, "[4, 7]", qtbot)
    assert field.value == (4, 7)
    typed(field, "[7, 4]", qtbot)
    assert field.value == (4, 7)
    typed(field, "{nonsense", qtbot)
    assert field.value == (4, 7)


def test_values_that_are_not_allowed_are_refused(desk: Desk, qtbot: QtBot) -> None:
    field = made(Number(0, 10), 5.0, desk, qtbot)
    with pytest.raises(UsageError):
        field.set_value(11)
    assert field.value == 5


def test_a_soft_range_is_what_the_slider_goes_through_and_more_may_be_typed(desk: Desk, qtbot: QtBot) -> None:
    field = made(Number(0, 5000, whole=True, unit="px", soft=(0, 200)), 100, desk, qtbot)
    slider = field.findChild(Slider)
    assert slider is not None
    assert slider.range == (0, 200) and slider.hard == (0, 5000)
    typed(field, "3000", qtbot)
    assert field.value == 3000
    assert slider.range == (0, 3000), "the track is as long as the value needs"
    typed(field, "9000", qtbot)
    assert field.value == 3000, "beyond what is allowed"
    typed(field, "50", qtbot)
    assert field.value == 50 and slider.range == (0, 200)


@pytest.mark.parametrize("soft", [(-1, 5), (2, 11), (5, 5), (6, 4)])
def test_a_soft_range_lies_inside(soft: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="soft range"):
        Number(0, 10, soft=soft)
