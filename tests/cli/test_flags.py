"""The words of a command line become Params, and wrong ones a sentence with the nearest name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.cli.flags import Parser, add_params, take
from ganstudio.core.errors import UsageError
from ganstudio.jobs.options import BatchOptions
from ganstudio.tools.upscale import UpscaleParams


def parser() -> Parser:
    made = Parser(prog="ganstudio upscale")
    made.add_argument("inputs", nargs="*")
    add_params(made, UpscaleParams, "what")
    add_params(made, BatchOptions, "where")
    return made


def test_flags_and_inputs_may_be_mixed() -> None:
    found = parser().parse(["a.jpg", "-s", "1.5", "b.jpg", "--exists", "rename", "-n", "quick", "c.jpg"])
    assert found.inputs == ["a.jpg", "b.jpg", "c.jpg"]
    assert take(UpscaleParams, found) == UpscaleParams(model="quick", scale=1.5)
    assert take(BatchOptions, found).exists == "rename"


def test_what_is_not_said_keeps_the_base() -> None:
    base = UpscaleParams(model="quick", scale=4.0)
    assert take(UpscaleParams, parser().parse(["--model", "photo"]), base) == UpscaleParams("photo", 4.0)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--modle", "x"], "There is no flag --modle. Did you mean --model?"),
        (["--exist=skip"], "There is no flag --exist. Did you mean --exists?"),
        (["--exists", "owerwrite"], "Did you mean overwrite?"),
        (["--scale", "huge"], "“huge” is not a number."),
        (["--scale", "2", "--size", "4000x"], "Give one of them."),
        (["--scale"], "expected one argument"),
        (["--until", "25:00"], "Write 07:00."),
    ],
)
def test_wrong_words_get_a_sentence(words: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        take(UpscaleParams, parser().parse(words))
    assert sentence in str(caught.value)


@given(
    st.builds(
        UpscaleParams,
        model=st.sampled_from(["photo", "quick", "my model.pth"]),
        scale=st.none() | st.floats(0.05, 16, allow_nan=False),
    ),
)
def test_params_to_flags_and_back(params: UpscaleParams) -> None:
    words = []
    for one in UpscaleParams.parameters():
        value = getattr(params, one.name)
        if value != one.default:
            words += ["--" + one.name, one.kind.text(value)]
    assert take(UpscaleParams, parser().parse(words)) == params
