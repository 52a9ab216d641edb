"""`ganstudio generate`, `directions`, `balance` and `run` of a recipe that makes its own picture."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.cli.main import main
from ganstudio.core import document as doc
from ganstudio.core import xmp
from ganstudio.core.codecs import open_raster
from ganstudio.core.document import Pool
from ganstudio.core.document.project import open_project, save
from ganstudio.core.progress import Progress
from ganstudio.jobs.generating import recipe_of
from ganstudio.models.library import Library
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.edit.words import tool_titles
from tests.core.document.making import document, tiles
from tests.runtime.generator_files import CLASSES, generator_file, tiny_plain, tiny_style

Said = pytest.CaptureFixture[str]


@pytest.fixture
def model(tmp_path: Path) -> str:
    """A StyleGAN2 of three classes, 16 px."""
    return str(generator_file(tmp_path / "animals.safetensors", tiny_style(3), CLASSES))


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def generate(tmp_path: Path, model: str, *words: str) -> int:
    return main(["generate", "-o", str(tmp_path / "out"), "--model", model, *words])


# generate


def test_seeds_and_classes_to_files_and_again(tmp_path: Path, model: str, capsys: Said) -> None:
    assert generate(tmp_path, model, "--seeds", "8-11,3", "--class", "each") == 0
    found = names(tmp_path / "out")
    assert len(found) == 15
    assert found[0] == "animals_cat_03.png" and found[-1] == "animals_owl_11.png"
    assert "15 pictures made" in capsys.readouterr().out
    before = {one.name: one.stat().st_mtime_ns for one in (tmp_path / "out").iterdir()}
    (tmp_path / "out" / found[0]).unlink()
    damaged = tmp_path / "out" / found[1]
    damaged.write_bytes(damaged.read_bytes()[:-30])  # whose it was cannot be told any more: it is left, and named
    assert generate(tmp_path, model, "--seeds", "8-11,3", "--class", "each") == 0
    said = capsys.readouterr().out
    assert "1 picture made" in said and "13 pictures: was made before and reads back well" in said
    assert f"left as it is: {found[1]}" in said
    after = {one.name: one.stat().st_mtime_ns for one in (tmp_path / "out").iterdir()}
    assert [name for name in found if before[name] == after[name]] == found[2:]
    assert names(tmp_path / "out") == found


def test_what_a_picture_says_of_itself(tmp_path: Path, model: str) -> None:
    assert generate(tmp_path, model, "--seeds", "3:0.7+5", "--class", "dog:2+owl", "--trunc", "0.5", "--noise", "off",
                    "--direction", "SeFa 1=1.5", "--direction", "sefa-2=-1@2-3", "--mix", "88:4-", "--cutoff", "3",
                    "--name", "{model}-{n}-{width}") == 0  # fmt: skip
    path = tmp_path / "out" / "animals-1-16.png"
    raster = open_raster(path)
    assert xmp.source_type(raster.meta.xmp) == "trainedAlgorithmicMedia"
    raster.close()
    recipe = recipe_of(path)
    params = recipe.to_json()["steps"][0]["params"]
    assert params["seeds"] == [["3", 0.7], ["5", 1.0]] and params["classes"] == [["dog", 2.0], ["owl", 1.0]]
    assert (params["psi"], params["noise"], params["mix"], params["cutoff"]) == (0.5, "off", "88:4-", 3)
    assert [(one["name"], one["amount"], one["first"], one["last"]) for one in params["pushes"]] == [
        ("SeFa 1", 1.5, 0, None), ("SeFa 2", -1.0, 2, 3),
    ]  # fmt: skip
    assert params["weights"] == Library().find(model).sha256
    assert str(tmp_path) not in recipe.text()


def test_a_recipe_is_run_without_a_picture(tmp_path: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["--model", "paintings", "--class", "monet", "--direction", "sefa-1=2", "--precision", "exact"]
    one = tmp_path / "one.png"
    assert main(["generate", "-o", str(one), *words]) == 0
    recipe = tmp_path / "recipe.json"
    recipe.write_text(recipe_of(one).text(), "utf-8")
    two = tmp_path / "two.png"
    assert main(["run", str(recipe), "-o", str(two), "--precision", "exact"]) == 0
    assert np.array_equal(pixels(one), pixels(two))
    capsys.readouterr()
    assert main(["run", str(recipe), str(one), "-o", str(tmp_path / "x")]) == 2
    assert "makes its own picture" in capsys.readouterr().err
    assert main(["run", str(recipe)]) == 2
    assert "where the pictures go" in capsys.readouterr().err
    changed = json.loads(recipe.read_text("utf-8"))
    changed["steps"][0]["params"]["weights"] = "0" * 64
    recipe.write_text(json.dumps(changed), "utf-8")
    assert main(["run", str(recipe), "-o", str(two)]) == 2
    assert "another file than the one that made this" in capsys.readouterr().err


def test_made_larger_by_another_model(tmp_path: Path, model: str, capsys: Said) -> None:
    assert generate(tmp_path, model, "--seeds", "1,2", "--scale", "2", "--upscaler", "quick", "-f", "jpg") == 0
    assert names(tmp_path / "out") == ["animals_cat_1.jpg", "animals_cat_2.jpg"]
    with Image.open(tmp_path / "out" / "animals_cat_1.jpg") as image:
        assert image.size == (32, 32)
    assert [step.tool.id for step in recipe_of(tmp_path / "out" / "animals_cat_1.jpg").steps] == ["generate", "upscale"]
    picture = tmp_path / "out" / "animals_cat_1.jpg"
    assert main(["upscale", str(picture), "-o", str(tmp_path / "up.png"), "--model", "quick"]) == 0
    raster = open_raster(tmp_path / "up.png")
    assert xmp.source_type(raster.meta.xmp) == "trainedAlgorithmicMedia"  # enlarging does not make it a photograph
    raster.close()


def test_a_project_with_a_generated_layer_is_exported_and_says_so(tmp_path: Path, model: str) -> None:
    assert generate(tmp_path, model) == 0
    made = tmp_path / "out" / "animals_cat_0.png"
    state = document(Pool())
    layer = tiles(state.pool, pixels(made))
    recipe = {"recipe": recipe_of(made).to_json()}
    found = doc.add(state, layer, "Owl", made_by=recipe, source_type="trainedAlgorithmicMedia").state
    save(found, tmp_path / "owl.ganstudio", Progress())
    assert main(["export", str(tmp_path / "owl.ganstudio")]) == 0
    raster = open_raster(tmp_path / "owl.png")
    assert xmp.source_type(raster.meta.xmp) == "trainedAlgorithmicMedia"
    raster.close()
    kept = open_project(tmp_path / "owl.ganstudio", state.pool, Progress()).layers[-1].made_by
    assert kept is not None and Recipe.from_json(kept["recipe"]) == recipe_of(made)
    assert tool_titles(kept) == "Generate"


def test_when_a_file_is_there(tmp_path: Path, model: str, capsys: Said) -> None:
    target = tmp_path / "out" / "animals_cat_0.png"
    assert generate(tmp_path, model) == 0
    before = target.read_bytes()
    assert generate(tmp_path, model, "--trunc", "1") == 0
    assert "not made with this recipe" in capsys.readouterr().out and target.read_bytes() == before
    assert generate(tmp_path, model, "--trunc", "1", "--exists", "rename") == 0
    assert names(tmp_path / "out") == ["animals_cat_0 (2).png", "animals_cat_0.png"]
    assert generate(tmp_path, model, "--trunc", "1", "--exists", "rename") == 0  # found as the second one
    assert len(names(tmp_path / "out")) == 2
    assert generate(tmp_path, model, "--trunc", "1", "--exists", "overwrite") == 0
    assert target.read_bytes() != before


def test_json_lines_and_a_dry_run(tmp_path: Path, model: str, capsys: Said) -> None:
    assert generate(tmp_path, model, "--seeds", "0-3", "--dry-run", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == {"event": "found", "added": 4, "to_make": 4, "left": 0}
    assert lines[-1]["event"] == "summary" and len(lines[-1]["files"]) == 4
    assert not (tmp_path / "out").exists()
    assert generate(tmp_path, model, "--seeds", "0-3", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sum(line["event"] == "made" for line in lines) == 4
    last = lines[-1]
    assert (last["event"], last["made"], last["ending"], last["waiting"]) == ("summary", 4, "finished", 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--seeds", "5-3"], "run backwards"),
        (["--seeds", "x"], "“x” is not a seed"),
        (["--seeds", "4294967296"], "is not a seed"),
        (["--seeds=-5"], "“-5” is not a seed"),
        (["--seeds", ","], "No seed is named"),
        (["--seeds", "0-99999999"], "more than 1,000,000"),
        (["--class", "dgo"], "Did you mean dog?"),
        (["--class", "cat:x"], "not a weight"),
        (["--trunc", "3"], "outside -1 … 2"),
        (["--direction", "warm"], "NAME=1.5"),
        (["--direction", "sefa-99=1"], "no direction “sefa-99”"),
        (["--direction", "sefa-1=1@9"], "no layer 9"),
        (["--mix", "88"], "layers"),
        (["--mix", "88:9-"], "no layer 9"),
        (["--noise", "loud"], "not a seed"),
        (["--name", "{stem}"], "unknown placeholder {stem}"),
        (["--name", "a/b"], "has a folder in it"),
        (["--model", "photo-x2"], "enlarges pictures"),
        (["--model", "painting"], "Did you mean paintings"),
        (["--scale", "2", "--upscaler", "paintings"], "makes pictures of its own"),
        (["--scale", "2", "--size", "10x10"], "both say how large"),
        (["--seed", "1", "--sed", "2"], "no flag --sed"),
        (["photo.jpg"], "a word too many"),
    ],
)
def test_a_wrong_word_is_a_sentence(tmp_path: Path, model: str, words: list[str], said: str, capsys: Said) -> None:
    assert generate(tmp_path, model, *words) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_wrong_places_are_sentences(tmp_path: Path, model: str, capsys: Said) -> None:
    assert main(["generate", "--model", model]) == 2
    assert "Write -o DIR" in capsys.readouterr().err
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    assert main(["generate", "--model", model, "-o", str(file)]) == 2
    assert "is a file, not a folder" in capsys.readouterr().err
    assert main(["generate", "--model", model, "-o", str(tmp_path / "a.png"), "--seeds", "0-1"]) == 2
    assert "names one picture" in capsys.readouterr().err
    assert main(["generate", "--model", model, "-o", str(tmp_path / "a.heic")]) == 2
    assert main(["generate", "--model", model, "-o", str(file / "deeper")]) == 1
    assert "cannot be made" in capsys.readouterr().err


def test_a_class_for_a_model_without_is_a_sentence(tmp_path: Path, capsys: Said) -> None:
    plain = str(generator_file(tmp_path / "plain.safetensors", tiny_plain()))
    assert generate(tmp_path, plain, "--class", "cat") == 2
    assert "knows no classes" in capsys.readouterr().err
    assert generate(tmp_path, plain, "--class", "each", "--seeds", "4") == 0
    assert names(tmp_path / "out") == ["plain_4.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as on POSIX")
def test_ctrl_c_ends_it_with_130_and_the_same_command_goes_on(tmp_path: Path, model: str, own_home: Path) -> None:
    out = tmp_path / "out"
    words = ["generate", "-o", str(out), "--model", model, "--seeds", "0-999", "--json"]
    command = [sys.executable, "-m", "ganstudio", *words]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (out.is_dir() and len(list(out.glob("*.png"))) > 5):
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    said, wrong = running.communicate(timeout=30)
    assert running.returncode == 130, wrong
    last = json.loads(said.splitlines()[-1])
    assert last["ending"] == "stopped" and 0 < last["made"] < 1000
    assert not [name for name in os.listdir(out) if name.endswith(".part")]
    assert len(os.listdir(out)) == last["made"] == 1000 - last["waiting"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root on Linux can make a small disk")
    words = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_a_sentence_and_nothing_half_made_stays(small_disk: Path, model: str, capsys: Said) -> None:
    assert main(["generate", "-o", str(small_disk), "--model", model, "--seeds", "0-99", "--json"]) == 1
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["ending"] == "trouble" and ("full" in last["trouble"] or "MB are free" in last["trouble"])
    assert len(names(small_disk)) == last["made"] > 0
    for name in names(small_disk):
        assert pixels(small_disk / name).shape == (16, 16, 3)


# directions


def test_directions_are_learnt_named_shared_and_used(tmp_path: Path, model: str, capsys: Said) -> None:
    shared = tmp_path / "shared.safetensors"
    assert main(["directions", model, "--pca", "2", "--draws", "500", "--up", "1,5-7", "--down", "2,3", "--name",
                 "furry", "--class", "dog", "--rename", "SeFa 1=size", "--layers", "size=2-3",
                 "--save", str(shared)]) == 0  # fmt: skip
    said = capsys.readouterr().out
    for word in ("PCA 1", "PCA 2", "furry", "size", "2 to 3", "SeFa 2"):
        assert word in said
    assert generate(tmp_path, model, "--direction", "furry=2", "--direction", "size=-1") == 0
    assert main(["directions", model, "--remove", "furry", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])["directions"]
    assert "furry" not in [one["name"] for one in found] and "size" in [one["name"] for one in found]
    assert main(["directions", model, "--load", str(shared), "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])["directions"]
    assert [one["name"] for one in found].count("furry") == 1 == [one["name"] for one in found].count("size")


def test_a_direction_of_two_folders_of_its_own_pictures(tmp_path: Path, model: str, capsys: Said) -> None:
    for side, amount in (("a", 3), ("b", -3)):
        words = ["--seeds", "0-4", "--direction", f"sefa-1={amount}", "--class", "owl"]
        assert main(["generate", "-o", str(tmp_path / side), "--model", model, *words]) == 0
    folders = ["--like", str(tmp_path / "a"), "--unlike", str(tmp_path / "b")]
    assert main(["directions", model, *folders, "--name", "again", "--save", str(tmp_path / "d.json")]) == 0
    found = {one["name"]: one for one in json.loads((tmp_path / "d.json").read_text("utf-8"))["directions"]}
    from ganstudio.core.latent.directions import Direction

    again, first = (Direction.from_json(found[name]).array for name in ("again", "SeFa 1"))
    assert again @ first / np.linalg.norm(again) / np.linalg.norm(first) > 0.85


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--up", "1,2"], 2, "no name"),
        (["--up", "1,2", "--name", "x"], 2, "both sides"),
        (["--name", "x"], 2, "no examples"),
        (["--up", "1", "--down", "1", "--name", "x"], 2, "are the same"),
        (["--up", "1", "--down", "2", "--name", "a=b"], 2, "Leave out"),
        (["--rename", "sefa-1"], 2, "OLD=NEW"),
        (["--rename", "nobody=x"], 2, "no direction “nobody”"),
        (["--layers", "sefa-1=9"], 2, "no layer 9"),
        (["--remove", "sefa-1"], 2, "no direction"),
        (["--load", "none.json"], 1, "cannot be read"),
        (["--save", "d.txt"], 2, "should end in"),
        (["--pca", "0"], 2, "outside 1"),
        (["--like", ".", "--name", "x"], 2, "both sides"),
    ],
)
def test_wrong_words_for_directions(
    tmp_path: Path, model: str, words: list[str], code: int, said: str, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["directions", model, *words]) == code
    assert said in capsys.readouterr().err


# balance


@pytest.fixture
def animals(tmp_path: Path, model: str) -> Path:
    """20 cats, 4 dogs, no owl; noise that the model never makes."""
    folder = tmp_path / "animals"
    rng = np.random.default_rng(0)
    for name, count in (("Cat", 20), ("dog", 4), ("owl", 0)):
        (folder / name).mkdir(parents=True)
        for number in range(count):
            Image.fromarray(rng.integers(0, 255, (20, 16, 3), np.uint8)).save(folder / name / f"{number}.png")
    return folder


def balance(animals: Path, model: str, *words: str) -> int:
    return main(["balance", str(animals), "--model", model, *words])


def test_a_folder_is_filled_up_and_then_is_full(animals: Path, model: str, capsys: Said) -> None:
    assert balance(animals, model, "--dry-run", "--json") == 0
    classes = json.loads(capsys.readouterr().out.splitlines()[-1])["classes"]
    assert {name: one["to_generate"] for name, one in classes.items()} == {"Cat": 0, "dog": 16, "owl": 20}
    assert len(names(animals / "dog")) == 4
    assert balance(animals, model, "--classical", "25", "--json") == 0
    assert [len(names(animals / one)) for one in ("Cat", "dog", "owl")] == [20, 20, 20]
    made = [name for name in names(animals / "dog") if name.startswith("augmented")]
    assert len(made) == 4 and pixels(animals / "dog" / made[0]).shape == (20, 16, 3)
    path = next((animals / "owl").iterdir())
    raster = open_raster(path)
    assert xmp.source_type(raster.meta.xmp) == "trainedAlgorithmicMedia"
    raster.close()
    capsys.readouterr()
    assert balance(animals, model) == 0
    assert "nothing to make" in capsys.readouterr().out
    for one in list((animals / "owl").iterdir())[:3]:
        one.unlink()
    assert balance(animals, model, "-o", str(animals.parent / "more")) == 0  # beside: the rest is counted
    assert len(names(animals.parent / "more" / "owl")) == 3


def test_memorised_pictures_are_left_out(tmp_path: Path, animals: Path, model: str, capsys: Said) -> None:
    # What the model makes of seeds 0 to 7 lies in the folder, without saying so, as real pictures.
    assert generate(tmp_path, model, "--seeds", "0-7", "--class", "dog", "--trunc", "1") == 0
    for number, path in enumerate((tmp_path / "out").iterdir()):
        Image.fromarray(pixels(path)).save(animals / "dog" / f"known{number}.png")
    assert balance(animals, model, "--json") == 0
    facts = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert facts["classes"]["dog"]["memorised"] >= 8
    assert facts["classes"]["dog"]["generated"] == 8 and "squeezenet11" in facts["features"]
    taken = [name for name in names(animals / "dog") if name.startswith("generated")]
    assert not [name for name in taken if int(name[-10:-4]) < 8]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--as", "owl"], 2, "FOLDER=CLASS"),
        (["--as", "owl=owel"], 2, "Did you mean owl?"),
        (["--classical", "120"], 2, "outside"),
        (["--model", "photo-x2"], 2, "enlarges"),
        (["--model", "mnist-mlp"], 2, "is no class of Digits"),
    ],
)
def test_wrong_words_for_balance(
    animals: Path, model: str, words: list[str], code: int, said: str, capsys: Said
) -> None:
    assert balance(animals, model, *words) == code
    assert said in capsys.readouterr().err
    assert len(names(animals / "owl")) == 0


def test_wrong_folders_for_balance(tmp_path: Path, animals: Path, model: str, capsys: Said) -> None:
    for folder, said in ((tmp_path / "none", "is no folder"), (animals / "dog", "has no sub-folders")):
        assert main(["balance", str(folder), "--model", model]) == 1
        assert said in capsys.readouterr().err
    (animals / "owl").rename(animals / "eule")
    assert balance(animals, model) == 2
    assert "“eule” is no class" in capsys.readouterr().err
    assert balance(animals, model, "--as", "eule=owl", "--dry-run") == 0
