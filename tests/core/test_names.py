"""Names of results: legal everywhere, never too long, never lost; names in sentences: always readable."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.core.errors import UsageError
from ganstudio.core.names import FIELDS, LONGEST, check_template, collision_key, cut, file_name, legal, shown

USUAL = "{stem}_{model}_{scale}x"
VALUES = {"stem": "a", "model": "photo", "scale": "2"}


def name(stem: str, template: str = USUAL, number: int = 1, extension: str = ".png") -> str:
    return file_name(template, {**VALUES, "stem": stem}, extension, number)


def test_the_usual_name() -> None:
    assert name("IMG_1") == "IMG_1_photo_2x.png"
    assert name("IMG_1", number=2) == "IMG_1_photo_2x (2).png"
    assert file_name(USUAL, VALUES, ".tif", page="_p3") == "a_p3_photo_2x.tif"


def test_the_suffix_is_replaced_once() -> None:
    assert name("a.jpg", "{stem}") == "a.jpg.png"
    assert name("a", "{stem}") == "a.png"


def test_braces_can_be_written() -> None:
    assert name("a", "{{x}}{stem}") == "{x}a.png"
    assert name("{weird}", "{stem}") == "{weird}.png"


WRONG = ["{stme}", "{stem", "stem}", "{}", "{stem:>9}", "{stem!r}", "", " ", "..", "a/{stem}"]


@pytest.mark.parametrize("template", WRONG)
def test_a_wrong_template_is_refused(template: str) -> None:
    with pytest.raises(UsageError):
        check_template(template)


def test_an_unknown_placeholder_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        check_template("{name}")
    assert all(f"{{{one}}}" in str(caught.value) for one in FIELDS)


RESERVED = ["CON", "con", "Aux", "NUL", "COM1", "lpt9", "com¹", "CON .x", "conin$", "nul.tar"]


@pytest.mark.parametrize("stem", RESERVED)
def test_names_that_windows_keeps_for_itself_are_avoided(stem: str) -> None:
    assert name(stem, "{stem}") == f"_{stem}.png"


@pytest.mark.parametrize("stem", ["COM", "CONS", "COM10", "lpt", "auxiliary"])
def test_names_like_them_are_kept(stem: str) -> None:
    assert name(stem, "{stem}") == f"{stem}.png"


LEGAL = ["100%25", "#Dia 2", "a&b;c'[d]", "日本の写真", "🌋🦊", "Grüße", "ảnh", " leading"]


@pytest.mark.parametrize("stem", LEGAL)
def test_what_is_legal_everywhere_is_kept(stem: str) -> None:
    assert name(stem, "{stem}") == f"{stem}.png"


def test_what_is_not_is_replaced() -> None:
    assert name('a<b>c:d"e|f?g*h\\i\tj', "{stem}") == "a_b_c_d_e_f_g_h_i_j.png"
    assert name("ends. . ", "{stem}") == "ends.png"
    assert name("...", "{stem}") == "_.png"
    assert name("raw\udcffbyte", "{stem}") == "raw_byte.png"


def test_a_long_name_loses_the_end_of_its_stem_only() -> None:
    made = name("ü" * 300, number=12)
    assert made.endswith("_photo_2x (12).png")
    assert LONGEST - 1 <= len(made.encode()) <= LONGEST
    assert name("x" * 300, "{stem}", extension=".png").endswith("x.png")


def test_a_cut_parts_no_character() -> None:
    family = "👨‍👩‍👧"
    assert cut("a" + family, 1 + len(family.encode()) - 1) == "a"
    assert cut("ae\u0301", 2) == "a"
    assert cut("🇩🇪🇫🇷", 12) == "🇩🇪"
    assert cut("👍🏽👍🏽", 12) == "👍🏽"
    assert cut(family, 9) != ""  # what is one single character is cut between its code points


def test_a_long_template_is_cut_too() -> None:
    made = file_name("n" * 300 + "{stem}", VALUES, ".jpeg")
    assert len(made.encode()) == LONGEST
    assert made.endswith(".jpeg")


def test_names_that_are_one_file_somewhere_have_one_key() -> None:
    assert collision_key("Straße/É.PNG") == collision_key(unicodedata.normalize("NFD", "STRASSE/é.png"))
    assert collision_key("a.png") != collision_key("b.png")
    assert collision_key("raw\udcff") != collision_key("raw\udcfe")


@given(st.text(st.characters(), max_size=400), st.integers(1, 99))
def test_every_stem_gives_a_name_that_a_disk_takes(stem: str, number: int) -> None:
    made = name(stem, number=number)
    assert len(made.encode()) <= LONGEST  # strict UTF-8: no lone surrogate is left
    assert made.endswith(".png")
    assert legal(made) == made
    assert not {"/", "\0"} & set(made)
    assert Path("folder", made).name == made
    assert name(stem, number=number) == made


def test_names_stay_in_their_line() -> None:
    assert shown("Grüße 日本 👩\u200d🚀.png") == "Grüße 日本 👩\u200d🚀.png"
    assert shown("a\nb\r\x1b[31mc\u2028") == r"a\nb\r\x1b[31mc\u2028"
    assert shown(Path("good\udcff\udce9.png")) == r"good\xff\xe9.png"


@given(st.text(st.characters()))
def test_whatever_a_name_holds_can_be_printed(name: str) -> None:
    line = shown(name)
    assert line.encode("utf-8").decode("utf-8") == line
    assert len(line.splitlines()) <= 1
