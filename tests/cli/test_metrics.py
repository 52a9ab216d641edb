"""`ganstudio metrics`: figures, what is left out, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from ganstudio.cli.main import main
from ganstudio.measures import features
from ganstudio.models.cards import HEADER_KEY, Card
from ganstudio.nets.mlp_gan import Generator
from tests.acceptance.making import scene


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("truths", "results"):
        (tmp_path / folder).mkdir()
    for seed, name in enumerate(("a", "b")):
        truth = scene(96, 80, seed=seed)
        Image.fromarray(truth).save(tmp_path / "truths" / f"{name}.png")
        softer = np.clip(truth.astype(int) + 5, 0, 255).astype(np.uint8)
        Image.fromarray(softer).save(tmp_path / "results" / f"{name}.jpg", quality=97)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _json(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict:
    assert main(["metrics", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_results_beside_truths(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (there / "results" / "c.png").write_bytes(b"no picture")
    (there / "truths" / "c.png").write_bytes((there / "truths" / "a.png").read_bytes())
    Image.fromarray(scene(96, 70, seed=4)).save(there / "results" / "d.png")
    Image.fromarray(scene(96, 80, seed=4)).save(there / "truths" / "d.png")
    Image.fromarray(scene(96, 80, seed=4)).save(there / "results" / "alone.png")
    found = _json(["pictures", "results", "truths"], capsys)
    assert set(found["pictures"]) == {"a.jpg", "b.jpg"}
    assert 30 < found["mean"]["psnr"] < 40 and found["mean"]["squeeze_dist"] > 0
    assert found["features"][0] == features.named("squeezenet11").label
    left = " ".join(found["left_out"])
    assert "“alone.png” has no picture of its name" in left and "“c.png” is broken" in left
    assert "“d.png” is not of its truth's size: 96×70 beside 96×80." in left
    assert found["command"] == "ganstudio metrics pictures results truths --json"


def test_a_table_says_which_way_is_better_and_how_to_get_it_again(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["metrics", "pictures", "results", "truths", "--each", "--border", "2"]) == 0
    said = capsys.readouterr().out
    assert "PSNR dB ↑" in said and "squeeze-dist ↓" in said and "mean of 2" in said and "a.jpg" in said
    assert "The same again: ganstudio metrics pictures results truths --each --border 2" in said
    assert main(["metrics", "pictures", "results/a.jpg", "truths/a.png"]) == 0
    assert "a.jpg" in capsys.readouterr().out


def test_equal_pictures_are_infinitely_alike(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = _json(["pictures", "truths", "truths"], capsys)
    assert found["mean"]["psnr"] is None and found["mean"]["delta_e"] == 0.0
    assert main(["metrics", "pictures", "truths", "truths"]) == 0
    assert "∞" in capsys.readouterr().out


def test_an_upscaler_on_own_pictures(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (there / "truths" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 not much")
    found = _json(["upscaler", "quick", "--pictures", "truths", "--test", "clean", "--side", "64"], capsys)
    assert found["model"] == "quick-x2" and found["pictures"] == 2 and list(found["tests"]) == ["clean"]
    rows = found["tests"]["clean"]
    assert rows["model"]["psnr"] > rows["beside"]["psnr"] and rows["model"]["delta_e_given"] < 1.0
    assert "broken.jpg" in found["left_out"][0]
    words = ["metrics", "upscaler", "quick", "--pictures", "truths", "--test", "jpeg75", "--count", "1"]
    assert main(words) == 0
    said = capsys.readouterr()
    assert "bicubic" in said.out and "jpeg75: as JPEG of quality 75" in said.out and "on 1 of 3 pictures" in said.out


@pytest.fixture
def sets(there: Path) -> Path:
    rng = np.random.default_rng(0)
    for kind, count in (("real", 48), ("made", 18)):
        for number in range(count):
            label = ("dark", "light")[number % 2]
            (there / kind / label).mkdir(parents=True, exist_ok=True)
            picture = scene(32, 32, seed=int(rng.integers(1 << 30))) // 2 + 127 * (number % 2)
            Image.fromarray(picture.astype(np.uint8)).save(there / kind / label / f"{number}.png")
    (there / "made" / "dark" / "bad.png").write_bytes(b"")
    return there


def test_made_pictures_beside_real_ones(sets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = _json(["generator", "made", "--pictures", "real"], capsys)
    assert [row["name"] for row in found["rows"]] == ["made", "real", "blurred", "gaussian"]
    assert (found["n"], found["size"], found["fid"], found["seed"]) == (18, 32, None, 0)
    assert found["classifier"]["made"] > 0.9 and "bad.png" in found["left_out"][0]
    assert found["memorised"]["against"] == "each other"
    assert main(["metrics", "generator", "made", "--pictures", "real", "--held-out", "4", "--size", "16"]) == 0
    said = capsys.readouterr().out
    parts = ("floor: real beside real", "a Gaussian for every pixel", "A true FID needs the weights of", "16 pixels")
    for part in (*parts, "Memorised: ", "from held-out pictures", features.named("squeezenet11").label, "seed 0"):
        assert part in said


def _tiny_generator(path: Path, taught_by: list[str]) -> None:
    torch.manual_seed(0)
    settings = {"classes": ["dark", "light"], "features": taught_by}
    card = Card("tiny", "Tiny", "generator", "mlp", channels=1, value_range="-1..1", settings=settings)
    net = Generator(28, 64, 8, classes=2, channels=1)
    save_file(net.state_dict(), path, metadata={HEADER_KEY: card.to_json()})


def test_a_generator_of_this_program_and_a_teacher_that_must_not_judge(
    sets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _tiny_generator(sets / "tiny.safetensors", [])
    words = ["generator", "tiny.safetensors", "--pictures", "real", "--count", "18", "--real", "40"]
    found = _json(words, capsys)
    assert (found["size"], found["pictures_made"], found["pictures_real"], found["made"]) == (28, 18, 40, "Tiny")
    assert found["classifier"]["made"] < 0.8  # noise is of no class
    assert found["rows"][0]["kid"]["mean"] > found["rows"][1]["kid"]["mean"]
    _tiny_generator(sets / "tiny.safetensors", ["squeezenet11"])
    assert main(["metrics", *words, "--features", "squeezenet11"]) == 2
    assert "tiny was trained with squeezenet11, which therefore cannot judge it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["pictures", "results", "nowhere"], "There is no folder (or zip) of pictures at nowhere"),
        (["pictures", "results", "truths", "--border", "40"], "fewer than 32 pixels a side inside the border"),
        (["pictures", "results", "truths", "--border", "x"], "“x” is not a whole number"),
        (["upscaler", "quick"], "No pictures are named. --pictures DIR says"),
        (["upscaler", "qiuck", "--pictures", "truths"], "Did you mean quick"),
        (["upscaler", "quick", "--pictures", "truths", "--test", "phon"], "Did you mean phone?"),
        (["upscaler", "quick", "--pictures", "tiny"], "“t.png” is too small: 20×20 pixels."),
        (["restorer", "quick", "--pictures", "truths"], "quick-x2 enlarges. `ganstudio metrics upscaler`"),
        (["generator", "quick", "--pictures", "truths"], "quick-x2 is no generator (upscaler)"),
        (["generator", "results", "--pictures", "truths"], "2 real and 2 made pictures are too few"),
        (["generator", "results", "--pictures", "truths", "--features", "vgg"], "“vgg” is not one of"),
        (["upscalr", "quick"], "Did you mean upscaler?"),
        (["list", "--jsn"], "There is no flag --jsn."),
    ],
)
def test_what_cannot_be_measured_is_said(
    words: list[str], sentence: str, there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (there / "tiny").mkdir()
    Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save(there / "tiny" / "t.png")
    assert main(["metrics", *words]) in (1, 2)
    said = capsys.readouterr().err
    assert sentence in said and "Traceback" not in said


def test_help_and_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", "--help"]) == 0
    assert "results beside their truths" in capsys.readouterr().out
    for what in ("pictures", "upscaler", "restorer", "generator"):
        assert main(["metrics", what, "--help"]) == 0
        assert "--json" in capsys.readouterr().out
    assert main(["metrics", "list"]) == 0
    said = capsys.readouterr().out
    assert "squeeze-dist" in said and "squeezenet11" in said
