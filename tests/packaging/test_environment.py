"""Making, checking and mending, with the real venv and pip on a clone in miniature."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from environment import STAMP, Environment, SetupError

from tests.packaging.small_project import write_project, write_wheel

pytestmark = pytest.mark.skipif(os.name != "posix", reason="written for POSIX venvs")
BareVenv = Callable[[], Path]


def imports(environment: Environment, name: str) -> bool:
    words = [str(environment.python), "-I", "-c", f"import {name}"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def packages(environment: Environment) -> Path:
    return next((environment.folder / "lib").rglob("site-packages"))


def test_first_start_makes_it_and_the_second_finds_it(clone: Path, capfd: pytest.CaptureFixture[str]) -> None:
    environment = Environment(clone)
    assert environment.trouble(["run"]) == "there is none yet"
    environment.ensure(["run"])
    told = capfd.readouterr()
    assert "1 of 2  Installing the other libraries" in told.err
    assert told.out == ""
    assert imports(environment, "tiny")
    assert not imports(environment, "tool")

    log = (environment.folder / "install.log").stat().st_mtime_ns
    assert Environment(clone).ensure(["run"]) == environment.python
    assert capfd.readouterr() == ("", "")
    assert (environment.folder / "install.log").stat().st_mtime_ns == log


def test_the_tests_tools_come_on_top_and_stay_welcome(ready: Path) -> None:
    environment = Environment(ready)
    assert "the tests' tools" in environment.trouble(["run", "dev"])
    inode = (packages(environment) / "tiny").stat().st_ino
    environment.ensure(["run", "dev"])
    assert imports(environment, "tool")
    assert (packages(environment) / "tiny").stat().st_ino == inode
    assert environment.trouble(["run"]) == environment.trouble(["run", "dev"]) == ""


def test_a_changed_list_is_installed_on_top(ready: Path, pip_from_folder: Path) -> None:
    write_wheel(pip_from_folder, "fresh", "1.0")
    write_project(ready, run=("tiny", "fresh"))
    changed = Environment(ready)
    assert "has changed" in changed.trouble(["run"])
    changed.ensure(["run"])
    assert imports(changed, "fresh")


def lose_package(environment: Environment) -> None:
    shutil.rmtree(packages(environment) / "tiny")


def lose_python(environment: Environment) -> None:
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python3")


def break_off(environment: Environment) -> None:
    (environment.folder / STAMP).unlink()
    (environment.folder / STAMP).write_text('{"state": "installing"}')


def cut_stamp(environment: Environment) -> None:
    (environment.folder / STAMP).unlink()
    (environment.folder / STAMP).write_text('{"state": "re')


def lose_all_packages(environment: Environment) -> None:
    shutil.rmtree(environment.folder / "lib")


DAMAGE = [
    (lose_package, "tiny is missing"),
    (lose_python, "the Python it was made with is gone"),
    (break_off, "the last installation was broken off"),
    (cut_stamp, "the last installation was broken off"),
    (lose_all_packages, "its packages are gone"),
]


def test_damage_is_noticed(ready: Path) -> None:
    environment = Environment(ready)
    whole = environment.folder.rename(ready / "whole")
    for hurt, said in DAMAGE:
        shutil.copytree(whole, environment.folder, symlinks=True, copy_function=os.link)
        hurt(environment)
        assert environment.trouble(["run"]) == said
        shutil.rmtree(environment.folder)


@pytest.mark.long
@pytest.mark.parametrize("hurt", [hurt for hurt, _ in DAMAGE])
def test_damage_is_mended(hurt: Callable[[Environment], None], ready: Path, capfd: pytest.CaptureFixture[str]) -> None:
    environment = Environment(ready)
    hurt(environment)
    said = environment.trouble(["run"])
    environment.ensure(["run"])
    assert f"Mending GANStudio's environment in {environment.folder}: {said}." in capfd.readouterr().err
    assert environment.trouble(["run"]) == ""
    assert imports(environment, "tiny")


def start(clone: Path) -> subprocess.Popen[str]:
    words = [sys.executable, str(clone / "packaging" / "run.py"), "hello"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def wait_for(path: Path) -> None:
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, f"{path} did not come"
        time.sleep(0.01)


def test_killed_in_the_middle_then_started_again(clone: Path, bare_venv: BareVenv) -> None:
    bare_venv()
    killed = start(clone)
    wait_for(clone / ".venv" / STAMP)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert "broken off" in Environment(clone).trouble(["run"])
    again = start(clone)
    out, err = again.communicate(timeout=120)
    assert (again.returncode, out) == (7, "words hello\n"), err


def test_two_first_starts_at_once_install_once(clone: Path, bare_venv: BareVenv) -> None:
    bare_venv()
    starts = [start(clone), start(clone)]
    told = [one.communicate(timeout=120) for one in starts]
    assert [(one.returncode, out) for one, (out, _) in zip(starts, told, strict=True)] == [(7, "words hello\n")] * 2
    assert sum("1 of 2" in err for _, err in told) == 1, told


def test_stopped_by_hand_in_the_middle(clone: Path, bare_venv: BareVenv) -> None:
    bare_venv()
    stopped = start(clone)
    wait_for(clone / ".venv" / STAMP)
    os.killpg(stopped.pid, signal.SIGINT)
    _, err = stopped.communicate(timeout=60)
    assert stopped.returncode == 130
    assert "Stopped." in err
    assert "Traceback" not in err


def test_a_folder_that_is_not_ours_is_left_alone(clone: Path, tmp_path: Path) -> None:
    precious = tmp_path / "photos"
    precious.mkdir()
    (precious / "one.jpg").write_bytes(b"mine")
    for anew in (False, True):
        with pytest.raises(SetupError, match=r"is not an environment of GANStudio: it holds one\.jpg"):
            Environment(clone, precious).ensure(["run"], anew=anew)
    assert (precious / "one.jpg").read_bytes() == b"mine"


def test_a_folder_that_cannot_be_made(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match="GANSTUDIO_ENV") as caught:
        Environment(clone, tmp_path / "file" / "venv").ensure(["run"])
    assert str(tmp_path / "file") in str(caught.value)


def test_a_package_that_does_not_import_is_named(clone: Path, bare_venv: BareVenv, pip_from_folder: Path) -> None:
    bare_venv()
    write_wheel(pip_from_folder, "tiny", "1.0", body="raise ImportError('libfoo.so.1: cannot open shared object')")
    with pytest.raises(SetupError, match=r"(?s)tiny: libfoo\.so\.1.*system library"):
        Environment(clone).ensure(["run"])
    assert "not all of its packages imported" in Environment(clone).trouble(["run"])


def test_once_the_system_library_is_there_nothing_is_installed_again(
    clone: Path, bare_venv: BareVenv, pip_from_folder: Path
) -> None:
    bare_venv()
    write_wheel(pip_from_folder, "tiny", "1.0", body="raise ImportError('libfoo.so.1: cannot open shared object')")
    environment = Environment(clone)
    with pytest.raises(SetupError):
        environment.ensure(["run"])
    next(pip_from_folder.glob("tiny-*")).unlink()
    (packages(environment) / "tiny" / "__init__.py").write_text("", "utf-8")
    environment.ensure(["run"])
    assert environment.trouble(["run"]) == ""


def test_what_only_the_window_needs_is_named_and_does_not_stop_it(
    clone: Path, bare_venv: BareVenv, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import machine

    monkeypatch.setattr(machine.sys, "platform", "linux")
    monkeypatch.setitem(machine.WINDOW_LIBRARIES, "libthat-is-not-there.so.7", "libthat7")
    monkeypatch.setenv("PATH", os.devnull)  # no apt
    bare_venv()
    environment = Environment(clone)
    environment.ensure(["run"])
    told = capfd.readouterr().err
    assert "sudo apt-get install -y --no-install-recommends" in told and "libthat7" in told
    assert imports(environment, "tiny")
    monkeypatch.setitem(machine.SYSTEM_LIBRARIES, "libneeded.so.7", "libneeded7")
    with pytest.raises(SetupError, match="libneeded7"):
        environment.ensure(["run"], anew=True)


def test_no_package_to_be_had(clone: Path, bare_venv: BareVenv, pip_from_folder: Path) -> None:
    bare_venv()
    next(pip_from_folder.glob("tiny-*")).unlink()
    with pytest.raises(SetupError, match="no build of it for this system") as caught:
        Environment(clone).ensure(["run"])
    log, command = str(caught.value).splitlines()[1:]
    assert "tiny" in Path(log.removeprefix("What pip said: ")).read_text("utf-8")
    assert command.startswith("The command was: ")
    assert "-m pip install -c" in command


def test_a_name_that_a_package_only_claims_is_not_asked_for(
    clone: Path, bare_venv: BareVenv, pip_from_folder: Path
) -> None:
    bare_venv()
    wheel = write_wheel(pip_from_folder, "tiny", "1.0")
    with zipfile.ZipFile(wheel, "a") as opened:
        opened.writestr("tiny-1.0.dist-info/top_level.txt", "tiny\nTinyLib\n")
    Environment(clone).ensure(["run"])
    assert Environment(clone).trouble(["run"]) == ""
