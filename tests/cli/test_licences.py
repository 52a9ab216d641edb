"""`ganstudio licences`: the list, one part's texts, all of them."""

from __future__ import annotations

import pytest

from ganstudio.cli.main import main


def test_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences"]) == 0
    said = capsys.readouterr().out
    assert "Apache License 2.0" in said and "numpy" in said and "LGPL-3.0-only" in said


@pytest.mark.parametrize(
    ("word", "parts"),
    [("Libheif", ["libheif", "LGPL-3.0-or-later", "inside: pi-heif", "GNU LESSER GENERAL"]), ("qt", ["exchange them"])],
)
def test_one_part(word: str, parts: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences", word]) == 0
    said = capsys.readouterr().out
    assert all(part in said for part in parts)


def test_all_texts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences", "--texts"]) == 0
    said = capsys.readouterr().out
    assert "SIL OPEN FONT LICENSE" in said.upper() and len(said) > 500_000


def test_a_part_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences", "nowhere"]) == 2
    assert "Nothing inside is called “nowhere”" in capsys.readouterr().err
