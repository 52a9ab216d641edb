"""The words of a command line become Params, and wrong ones a sentence with the nearest name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.cli.flags import Parser, add_params, take
from ganstudio.core.codecs.options import SaveOptions
from ganstudio.core.errors import UsageError
from ganstudio.jobs.options import BatchOptions
from ganstudio.runtime.options import RuntimeOptions
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


def test_the_command_line_of_other_programs_works() -> None:
    """realesrgan-ncnn-vulkan -i in.jpg -o out.png -s 4 -t 256 -n realesrgan-x4plus -f png"""
    made = parser()
    made.add_argument("-i", dest="more", action="append")
    add_params(made, SaveOptions, "how")
    add_params(made, RuntimeOptions, "where")
    words = "-i in.jpg -o out.png -s 4 -n quick -f png -t"
    for tile, value in (("256", 256), ("0", None), ("auto", None)):
        found = made.parse([*words.split(), tile])
        assert (found.more, found.inputs) == (["in.jpg"], [])
        assert take(UpscaleParams, found) == UpscaleParams("quick", 4.0)
        assert take(BatchOptions, found).output == "out.png"
        assert take(SaveOptions, found).format == "png"
        assert take(RuntimeOptions, found).tile == value


@pytest.mark.parametrize("text", ["2", "2x", "2×", "x2", " 2.0 "])
def test_factors_as_people_write_them(text: str) -> None:
    assert take(UpscaleParams, parser().parse(["--scale", text])).scale == 2.0
