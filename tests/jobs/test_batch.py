"""Batches: where results go, how they are named, what happens to what stands there already."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PIL import Image

from ganstudio.core.errors import OutputError, UsageError
from ganstudio.jobs.records import ALREADY, State
from ganstudio.jobs.report import check_report
from tests.jobs.harness import (
    as_nobody,
    assert_made_of,
    doubling,
    engine,
    files,
    folder_of,
    go,
    jobs,
    put,
    save,
    scene,
)


def reasons() -> dict[str, str]:
    """Of the newest Job of every input: why it was skipped or failed."""
    return {job.source.name: job.reason for job in jobs()}


def test_the_structure_is_kept_with_empty_folders(tmp_path: Path) -> None:
    save(tmp_path / "in" / "one" / "a.png")
    save(tmp_path / "in" / "b.png", 1)
    (tmp_path / "in" / "one" / "empty").mkdir()
    assert go(tmp_path / "in", tmp_path / "out", name="{stem}", recursive=True).totals.done == 2
    assert files(tmp_path / "out") == ["b.png", "one/a.png"]
    assert (tmp_path / "out" / "one" / "empty").is_dir()
    assert_made_of(tmp_path / "out" / "one" / "a.png", tmp_path / "in" / "one" / "a.png")


def test_without_an_output_results_lie_beside_their_inputs_and_are_never_eaten(tmp_path: Path) -> None:
    folder_of(tmp_path, 2)
    for _ in range(2):
        assert go(tmp_path).totals.added == 2
    assert files(tmp_path) == ["0000.png", "0000_resize_2x.png", "0001.png", "0001_resize_2x.png"]
    assert go(tmp_path, recipe=doubling(0.5)).totals.added == 2  # another recipe finds them no pictures of its own


def test_results_beside_are_not_eaten_when_the_journal_is_lost(tmp_path: Path, own_home: Path) -> None:
    save(tmp_path / "in" / "a.png")
    go(tmp_path / "in")
    for path in own_home.glob("journal*"):
        path.unlink()
    totals = go(tmp_path / "in").totals
    assert (totals.added, totals.done, totals.skipped) == (2, 0, 2)
    assert len(files(tmp_path / "in")) == 2


def test_a_folder_of_results_may_be_an_input_of_its_own(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 1)
    go(tmp_path / "in", tmp_path / "out")
    assert go(tmp_path / "out", tmp_path / "larger").totals.done == 1
    with Image.open(next((tmp_path / "larger").iterdir())) as made:
        assert made.size == (192, 144)


def test_one_file_to_one_file_in_the_format_of_its_suffix(tmp_path: Path) -> None:
    source = save(tmp_path / "a.png")
    go(source, tmp_path / "deep" / "b.jpeg")
    with Image.open(tmp_path / "deep" / "b.jpeg") as made:
        assert (made.format, made.size) == ("JPEG", (96, 72))


@pytest.mark.parametrize("output", ["x.png", "x.jxl", "x.gif", "a/x.cr2/x.png"])
def test_a_file_as_output_of_a_folder_is_refused(tmp_path: Path, output: str) -> None:
    folder_of(tmp_path / "in", 2)
    with pytest.raises(UsageError, match="output"):
        go(tmp_path / "in", tmp_path / output)
    assert list(tmp_path.iterdir()) == [tmp_path / "in"]


def test_outputs_that_cannot_be_are_refused(tmp_path: Path) -> None:
    source = save(tmp_path / "a.png")
    with pytest.raises(UsageError, match="not written"):
        go(source, tmp_path / "x.gif")
    with pytest.raises(UsageError, match="not a folder"):
        go(source, save(tmp_path / "file.png").rename(tmp_path / "file"))
    with pytest.raises(UsageError, match="do not go together"):
        go(source, tmp_path / "x.png", doubling(format="jpg"))
    with pytest.raises(UsageError, match="placeholder"):
        go(source, tmp_path / "out", name="{stme}")
    with pytest.raises(OutputError, match="cannot be made"):
        go(source, tmp_path / "file" / "out")
    assert jobs() == []


@pytest.mark.parametrize("output", ["{}", "{}.png", "a/{}/b", "{}/"])
def test_an_output_that_is_too_long_a_name_is_refused(tmp_path: Path, output: str) -> None:
    source = save(tmp_path / "in.png")
    with pytest.raises((UsageError, OutputError), match="too long"):
        go(source, tmp_path / output.format("x" * 300))
    with pytest.raises(UsageError, match="too long"):
        check_report(tmp_path / f"{'x' * 300}.csv")
    assert files(tmp_path) == ["in.png"]


def test_two_inputs_with_one_output_name_are_both_kept_and_it_is_said(tmp_path: Path) -> None:
    save(tmp_path / "in" / "a.bmp", 1)
    save(tmp_path / "in" / "a.png", 2)
    save(tmp_path / "in" / "b" / "a.png", 3)
    for _ in range(2):
        totals = go(tmp_path / "in", tmp_path / "out", name="{stem}", recursive=True).totals
        assert totals.failed == 0
    assert files(tmp_path / "out") == ["a (2).png", "a.png", "b/a.png"]
    made = {job.output: job for job in jobs()}
    first, second = made[tmp_path / "out" / "a.png"], made[tmp_path / "out" / "a (2).png"]
    assert {first.source, second.source} == {tmp_path / "in" / "a.bmp", tmp_path / "in" / "a.png"}  # who is ready first
    for job in (first, second):
        assert job.output is not None
        assert_made_of(job.output, job.source)
    assert "a (2).png" in second.notes


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere they are one file")
def test_names_that_differ_only_in_case_or_form_do_not_meet(tmp_path: Path) -> None:
    for seed, name in enumerate(("ä.png", "Ä.png", "a\u0308.png", "x.PNG", "X.png")):
        save(tmp_path / "in" / name, seed)
    go(tmp_path / "in", tmp_path / "out", name="{stem}")
    made = files(tmp_path / "out")
    assert len(made) == 5
    assert len({name.casefold() for name in made}) == 5


def test_names_that_some_system_forbids_are_avoided(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("such inputs cannot be there")
    for seed, name in enumerate(("CON.png", 'a"b.png', "x:y.png", "z" * 250 + ".png", "dir ./p.png")):
        save(tmp_path / "in" / name, seed)
    go(tmp_path / "in", tmp_path / "out", name="{stem}", recursive=True)
    made = files(tmp_path / "out")
    assert {"_CON.png", "a_b.png", "x_y.png", "dir/p.png"} < set(made)
    assert len(made) == 5


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
def test_a_name_that_is_no_text_gets_a_result(tmp_path: Path) -> None:
    source = save(tmp_path / "in" / "a.png")
    os.rename(source, os.fsencode(tmp_path / "in") + b"/caf\xe9.png")
    assert go(tmp_path / "in", tmp_path / "out").totals.done == 1
    assert go(tmp_path / "in", tmp_path / "out").totals.already == 1
    assert files(tmp_path / "out") == ["caf__resize_2x.png"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
def test_the_sentence_on_a_name_that_is_no_text_can_be_kept_and_read(tmp_path: Path) -> None:
    running = engine()
    for name, content in ((b"gone\xe9.png", b""), (b"cut\xe9.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")):
        (tmp_path / "in").mkdir(exist_ok=True)
        with open(os.path.join(os.fsencode(tmp_path / "in"), name), "wb") as file:
            file.write(content)
    batch = put(running, tmp_path / "in", tmp_path / "out").batch
    os.unlink(os.path.join(os.fsencode(tmp_path / "in"), b"gone\xe9.png"))
    result = running.run([batch])
    assert result.totals.failed == 2
    cut_off, gone = (job.reason for job in running.journal.jobs(batch))
    assert gone == r"gone\xe9.png cannot be opened: No such file or directory."
    assert cut_off.startswith(r"“cut\xe9.png” is ")


def test_every_placeholder_says_something(tmp_path: Path) -> None:
    save(tmp_path / "a.b.png")
    os.utime(tmp_path / "a.b.png", (86400 * 366, 86400 * 366))
    go(tmp_path / "a.b.png", tmp_path / "out", name="{stem}-{ext}-{model}-{scale}-{n}-{date}-{width}-{height}")
    assert files(tmp_path / "out") == ["a.b-png-resize-2-1-1971-01-02-96-72.png"]


def test_a_foreign_file_is_kept_renamed_around_or_overwritten_as_asked(tmp_path: Path) -> None:
    source = save(tmp_path / "a.png")
    foreign = save(tmp_path / "out" / "a.png", 9)
    before = foreign.read_bytes()
    assert go(source, tmp_path / "out", name="{stem}").totals.skipped == 1
    assert "exists" in reasons()["a.png"]
    assert go(source, tmp_path / "out", name="{stem}", exists="rename").totals.done == 1
    assert foreign.read_bytes() == before
    assert go(source, tmp_path / "out", name="{stem}", exists="overwrite").totals.done == 1
    assert_made_of(foreign, source)
    assert files(tmp_path / "out") == ["a (2).png", "a.png"]


@pytest.mark.parametrize("exists", ["skip", "rename", "overwrite"])
def test_no_input_is_ever_overwritten(tmp_path: Path, exists: str) -> None:
    save(tmp_path / "a.png", 1)
    save(tmp_path / "a_resize_2x.png", 2)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    go(tmp_path, exists=exists)
    go(tmp_path, name="{stem}", exists=exists)
    assert {path: path.read_bytes() for path in before} == before


def test_the_input_as_output_is_refused(tmp_path: Path) -> None:
    source = save(tmp_path / "a.png")
    before = source.read_bytes()
    result = go(source, source, exists="overwrite")
    assert result.totals.failed == 1
    assert "replace the picture itself" in reasons()["a.png"]
    assert source.read_bytes() == before


def test_a_second_run_decodes_nothing_and_a_damaged_or_lost_result_is_made_again(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", 4)
    go(tmp_path / "in", tmp_path / "out", name="{stem}")
    out = tmp_path / "out"
    times = {name: (out / name).stat().st_mtime_ns for name in files(out)}
    assert go(tmp_path / "in", out, name="{stem}").totals.already == 4
    (out / "0000.png").unlink()
    (out / "0001.png").write_bytes((out / "0001.png").read_bytes()[:-40])
    totals = go(tmp_path / "in", out, name="{stem}").totals
    assert (totals.done, totals.already) == (2, 2)
    for name in files(out):
        assert_made_of(out / name, tmp_path / "in" / name)
    assert {name: (out / name).stat().st_mtime_ns for name in files(out)} == times  # the input's own


def test_a_result_that_was_edited_is_left_as_it_is(tmp_path: Path) -> None:
    source = save(tmp_path / "a.png")
    go(source, tmp_path / "b.png")
    Image.fromarray(scene(7, 96, 72)).save(tmp_path / "b.png")
    before = (tmp_path / "b.png").read_bytes()
    assert go(source, tmp_path / "b.png").totals.skipped == 1
    assert (tmp_path / "b.png").read_bytes() == before


def test_another_recipe_or_another_version_of_the_input_does_not_overwrite(tmp_path: Path) -> None:
    source = save(tmp_path / "a.png")
    go(source, tmp_path / "out", name="{stem}")
    assert go(source, tmp_path / "out", doubling(3.0), name="{stem}").totals.skipped == 1
    assert "another recipe" in reasons()["a.png"]
    save(source, 5, 40, 30)
    assert go(source, tmp_path / "out", name="{stem}").totals.skipped == 1
    assert "earlier version" in reasons()["a.png"]
    assert go(source, tmp_path / "out", name="{stem}", exists="overwrite").totals.done == 1
    assert_made_of(tmp_path / "out" / "a.png", source)


def test_when_the_journal_is_lost_results_are_known_by_what_they_say(tmp_path: Path, own_home: Path) -> None:
    folder_of(tmp_path / "in", 3)
    go(tmp_path / "in", tmp_path / "out")
    for path in own_home.glob("journal*"):
        path.unlink()
    whole = tmp_path / "out" / "0000_resize_2x.png"
    whole.write_bytes(whole.read_bytes()[:-30])
    totals = go(tmp_path / "in", tmp_path / "out").totals
    assert (totals.done, totals.skipped) == (0, 3)
    assert sorted(reasons().values())[0] != sorted(reasons().values())[-1]  # the damaged one is called foreign
    assert list(reasons().values()).count(ALREADY) == 2


def test_every_page_is_a_job_of_its_own(tmp_path: Path) -> None:
    pages = [Image.fromarray(scene(seed)) for seed in range(3)]
    pages[0].save(tmp_path / "scan.tif", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    for expected in (3, 0):
        totals = go(tmp_path / "scan.tif", tmp_path / "out").totals
        assert (totals.added, totals.done, totals.already) == (3, expected, 3 - expected)
    assert files(tmp_path / "out") == [f"scan_p{page}_resize_2x.tif" for page in (1, 2, 3)]
    (tmp_path / "out" / "scan_p2_resize_2x.tif").unlink()
    assert go(tmp_path / "scan.tif", tmp_path / "out").totals.done == 1


def test_what_is_large_already_is_left_out(tmp_path: Path) -> None:
    save(tmp_path / "in" / "a.png")
    save(tmp_path / "in" / "wide.png", 1, 300, 20)
    totals = go(tmp_path / "in", tmp_path / "out", larger_than=200).totals
    assert (totals.done, totals.skipped) == (1, 1)
    assert "larger than 200" in reasons()["wide.png"]


def test_what_a_format_cannot_hold_is_refused_before_it_is_made(tmp_path: Path) -> None:
    Image.new("RGB", (9000, 2)).save(tmp_path / "wide.png")
    assert go(tmp_path / "wide.png", tmp_path / "out", doubling(format="webp")).totals.failed == 1
    assert "16,383" in reasons()["wide.png"]


def test_sidecars_come_along_on_request(tmp_path: Path) -> None:
    save(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "a.xmp").write_text("stem")
    (tmp_path / "in" / "a.png.xmp").write_text("name")
    go(tmp_path / "in", tmp_path / "none")
    assert len(files(tmp_path / "none")) == 1
    go(tmp_path / "in", tmp_path / "out", sidecars=True)
    assert files(tmp_path / "out") == ["a_resize_2x.png", "a_resize_2x.png.xmp", "a_resize_2x.xmp"]


def test_the_same_picture_named_twice_is_one_job(tmp_path: Path) -> None:
    source = save(tmp_path / "in" / "a.png")
    assert go([tmp_path / "in", source, source], tmp_path / "out").totals.added == 1


def test_nothing_to_do_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    one = engine()
    assert put(one, tmp_path / "in", tmp_path / "out").batch.added == 0
    assert one.journal.batches() == []
    assert not (tmp_path / "out").exists()


def test_broken_pictures_fail_alone_and_what_is_none_is_skipped(shared_data: Path, tmp_path: Path) -> None:
    broken = shared_data / "real_photos" / "broken"
    save(tmp_path / "in" / "good.png")
    for path in broken.iterdir():
        (tmp_path / "in" / path.name).write_bytes(path.read_bytes())
    totals = go(tmp_path / "in", tmp_path / "out").totals
    assert totals.added == len(list((tmp_path / "in").iterdir()))
    assert totals.faults == 0
    assert {job.source.name for job in jobs() if job.state is State.FAILED} >= {
        "truncated_half.jpg", "truncated_header.jpg", "truncated.png", "bad_crc.png", "random_bytes.png",
    }  # fmt: skip
    assert all(job.reason for job in jobs() if job.state is State.FAILED)
    assert (tmp_path / "out" / "good_resize_2x.png").exists()


def test_an_unreadable_picture_fails_alone(tmp_path: Path) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chmod(folder, 0o755)
        folder_of(folder / "in", 3)
        os.chmod(folder / "in" / "0001.png", 0)
        (folder / "out").mkdir(mode=0o777)
        os.chmod(folder / "out", 0o777)
        one = engine()
        batch = put(one, folder / "in", folder / "out").batch
        with as_nobody():
            totals = one.run([batch]).totals
        assert (totals.done, totals.failed) == (2, 1)
        assert len(files(folder / "out")) == 2
