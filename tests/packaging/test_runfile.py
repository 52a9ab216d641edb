"""The .run installer, really run, with a program in miniature inside: places, trouble, upgrades, removal."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import desktop
import distributions
import pytest

from tests.packaging.standin import STARTS, everything_below, run_file, sh

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the .run is for Linux")
VERSION = desktop.version()
FAILS = "#!/bin/sh\necho broken\nexit 3\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_file(tmp_path_factory.mktemp("made"))


def stub(folder: Path, name: str, text: str) -> str:
    """A PATH in which `name` says `text`."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\n", "utf-8")
    (folder / name).chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def program(prefix: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([prefix / "bin" / "ganstudio"], capture_output=True, text=True, check=False)


def test_it_installs_for_one_person(made: Path, home: Path) -> None:
    done = sh(made, HOME=str(home))
    assert done.returncode == 0, done.stderr
    local = home / ".local"
    assert program(local).stdout == "GANStudio stand-in\n"
    assert os.readlink(local / "opt" / "ganstudio") == f"ganstudio-{VERSION}"
    entry = (local / "share" / "applications" / f"{desktop.ID}.desktop").read_text("utf-8")
    assert f'Exec="{local}/opt/ganstudio/ganstudio" %F' in entry
    assert (local / "share" / "mime" / "packages" / f"{desktop.ID}.xml").is_file()
    assert (local / "share" / "icons" / "hicolor" / "256x256" / "apps" / f"{desktop.ID}.png").is_file()
    assert "uninstall.sh" in done.stdout and "PATH" in done.stdout
    hidden = [name for name in everything_below(local / "opt") if name.startswith(".")]
    assert hidden == [".ganstudio-installed"]


@pytest.mark.parametrize("name", ["a folder with spaces", "Größe – 写真 🖼", 'it\'s 100% "$HOME" `x` \\y & |z'])
def test_any_name_of_a_folder(made: Path, home: Path, name: str) -> None:
    prefix = home / name
    done = sh(made, "--prefix", prefix, HOME=str(home), LANG="C")
    assert done.returncode == 0, done.stderr
    assert program(prefix).returncode == 0
    entry = prefix / "share" / "applications" / f"{desktop.ID}.desktop"
    assert _first_word(entry) == str(prefix / "opt" / "ganstudio" / "ganstudio")
    if shutil.which("desktop-file-validate"):
        subprocess.run(["desktop-file-validate", entry], check=True)
    gone = sh(prefix / "opt" / "ganstudio" / "uninstall.sh", HOME=str(home))
    assert gone.returncode == 0, gone.stderr
    assert not prefix.exists()


def _first_word(entry: Path) -> str:
    """What a desktop would start: the quoting of the format undone, first the key file's, then the Exec line's."""
    line = next(one for one in entry.read_text("utf-8").splitlines() if one.startswith("Exec="))
    value = line.removeprefix("Exec=").replace("\\\\", "\\")
    word, index = "", 1
    while value[index] != '"':
        index += value[index] == "\\"
        word += value[index]
        index += 1
    return word.replace("%%", "%")


def test_from_the_root_with_an_empty_environment(made: Path, home: Path) -> None:
    done = sh(made, cwd=Path("/"), HOME=str(home), LANG="C")
    assert done.returncode == 0, done.stderr
    assert program(home / ".local").returncode == 0


def test_a_relative_prefix(made: Path, home: Path) -> None:
    assert sh(made, "--prefix=here", cwd=home, HOME=str(home)).returncode == 0
    assert program(home / "here").returncode == 0


def test_without_home_the_passwords_file_is_asked(made: Path, home: Path, tmp_path: Path) -> None:
    path = stub(tmp_path / "stubs", "getent", f"me:x:1:1::{home}:/bin/sh")
    assert sh(made, PATH=path).returncode == 0
    assert program(home / ".local").returncode == 0


def test_nobody_knows_a_home(made: Path, tmp_path: Path) -> None:
    done = sh(made, PATH=stub(tmp_path / "stubs", "getent", "me:x:1:1::/nowhere/at/all:/bin/sh"))
    assert done.returncode == 1 and "--prefix" in done.stderr


def test_a_place_that_cannot_be_written(made: Path) -> None:
    done = sh(made, "--prefix", "/proc/here", HOME="/")
    assert done.returncode == 1
    assert "/proc/here/opt cannot be written to" in done.stderr


def test_a_full_disk_is_told_before(tmp_path: Path, home: Path) -> None:
    done = sh(run_file(tmp_path / "made", needed_kb=10**12), HOME=str(home))
    assert done.returncode == 1
    assert "MB free, and GANStudio needs 1000000000 MB" in done.stderr
    assert everything_below(home) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", folder], capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip("a small disk cannot be made here (root can)")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_disk_that_fills_up_leaves_nothing(tmp_path: Path, small_disk: Path) -> None:
    done = sh(run_file(tmp_path / "made", megabytes=4), "--prefix", small_disk / "x", HOME="/")
    assert done.returncode == 1
    assert "nothing has been changed. Its disk is full." in done.stderr
    assert everything_below(small_disk) == []


def test_half_a_download(made: Path, home: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.run"
    half.write_bytes(made.read_bytes()[:-1000])
    done = sh(half, HOME=str(home))
    assert done.returncode == 1 and "not complete" in done.stderr
    assert everything_below(home) == []


def test_an_altered_download(made: Path, home: Path, tmp_path: Path) -> None:
    other = bytearray(made.read_bytes())
    other[-600] ^= 1
    (tmp_path / "other.run").write_bytes(other)
    done = sh(tmp_path / "other.run", HOME=str(home))
    assert done.returncode == 1 and "damaged" in done.stderr
    assert everything_below(home) == []


def test_for_another_computer(tmp_path: Path, home: Path) -> None:
    done = sh(run_file(tmp_path / "made", machine="s390x"), HOME=str(home))
    assert done.returncode == 1 and "is for s390x" in done.stderr


def test_a_system_that_is_too_old(tmp_path: Path, home: Path) -> None:
    done = sh(run_file(tmp_path / "made", glibc="9.9"), HOME=str(home))
    assert done.returncode == 1 and "glibc 9.9 or newer" in done.stderr


def test_libraries_that_the_program_needs_are_named(made: Path, home: Path, tmp_path: Path) -> None:
    path = stub(tmp_path / "stubs", "ldconfig", "0 libs found")
    stub(tmp_path / "stubs", "apt-get", "")
    done = sh(made, HOME=str(home), PATH=path)
    assert done.returncode == 1
    assert "sudo apt-get install -y --no-install-recommends libstdc++6 libgcc-s1 zlib1g " in done.stderr
    assert everything_below(home) == []


@pytest.mark.parametrize(
    ("tool", "line"),
    [("dnf", "sudo dnf install -y xcb-util-cursor"), ("zypper", "sudo zypper install -y libxcb-cursor0")],
)
def test_libraries_of_the_window_are_named_in_the_systems_way(
    made: Path, home: Path, tmp_path: Path, tool: str, line: str
) -> None:
    rest = [f"\t{name} (libc6,x86-64) => /lib/{name}" for name in distributions.every_library()]
    stub(
        tmp_path / "stubs", "ldconfig", "\n".join(one for one in rest if "cursor.so.0 " not in one or "wayland" in one)
    )
    stub(tmp_path / "stubs", tool, "")
    tools = [
        "sed",
        "df",
        "awk",
        "tar",
        "tail",
        "head",
        "cat",
        "uname",
        "getconf",
        "sort",
        "wc",
        "cut",
        "ln",
        "cp",
        "mv",
    ]
    tools += [
        "mkdir",
        "rm",
        "rmdir",
        "dirname",
        "readlink",
        "find",
        "touch",
        "sha256sum",
        "chmod",
        "id",
        "sh",
        "ls",
        "grep",
    ]
    for name in tools:  # a system that is no Debian: there is no apt-get
        (tmp_path / "stubs" / name).symlink_to(shutil.which(name, path="/usr/bin:/bin") or name)
    done = sh(made, HOME=str(home), PATH=str(tmp_path / "stubs"))
    assert done.returncode == 0, done.stderr
    assert "The window needs what this system lacks: libxcb-cursor.so.0." in done.stdout
    assert line in done.stdout


def test_over_an_older_version(made: Path, home: Path, tmp_path: Path) -> None:
    sh(run_file(tmp_path / "old", version="0.0.1"), HOME=str(home))
    assert sh(made, HOME=str(home)).returncode == 0
    opt = home / ".local" / "opt"
    assert sorted(path.name for path in opt.glob("g*")) == ["ganstudio", f"ganstudio-{VERSION}"]
    assert program(home / ".local").returncode == 0


def test_over_itself(made: Path, home: Path) -> None:
    sh(made, HOME=str(home))
    before = everything_below(home)
    (home / ".local" / "opt" / "ganstudio" / "lib" / "libthing.so").unlink()
    assert sh(made, HOME=str(home)).returncode == 0
    assert everything_below(home) == before


def test_two_versions_side_by_side(made: Path, home: Path, tmp_path: Path) -> None:
    sh(made, HOME=str(home))
    assert sh(run_file(tmp_path / "new", version="9.0"), "--keep", HOME=str(home)).returncode == 0
    opt = home / ".local" / "opt"
    assert {path.name for path in opt.glob("ganstudio-*")} == {f"ganstudio-{VERSION}", "ganstudio-9.0"}
    assert os.readlink(opt / "ganstudio") == "ganstudio-9.0"
    assert sh(opt / "ganstudio" / "uninstall.sh", HOME=str(home)).returncode == 0
    assert everything_below(home) == []


@pytest.fixture
def running(home: Path, made: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The installed program runs: a sleeping program stands at its place."""
    sh(made, HOME=str(home))
    place = home / ".local" / "opt" / f"ganstudio-{VERSION}" / "sleeper"
    shutil.copy2("/bin/sleep", place)
    process = subprocess.Popen([place, "60"])
    yield process
    process.kill()
    process.wait()


def test_while_it_runs(running: subprocess.Popen[bytes], home: Path, tmp_path: Path, made: Path) -> None:
    done = sh(run_file(tmp_path / "new", version="9.0"), HOME=str(home))
    assert done.returncode == 0 and "still runs and is left" in done.stdout
    opt = home / ".local" / "opt"
    assert os.readlink(opt / "ganstudio") == "ganstudio-9.0"
    assert (opt / f"ganstudio-{VERSION}" / "sleeper").is_file() and running.poll() is None
    running.kill()
    running.wait()
    sh(tmp_path / "new" / "ganstudio.run", HOME=str(home))
    assert not (opt / f"ganstudio-{VERSION}").exists()


def test_the_same_version_while_it_runs(running: subprocess.Popen[bytes], home: Path, made: Path) -> None:
    done = sh(made, HOME=str(home))
    assert done.returncode == 0 and "still runs" in done.stdout and running.poll() is None
    assert program(home / ".local").returncode == 0
    running.kill()
    running.wait()
    sh(made, HOME=str(home))
    assert not list((home / ".local" / "opt").glob(".*.old.*"))


def test_a_new_version_that_does_not_start(made: Path, home: Path, tmp_path: Path) -> None:
    sh(made, HOME=str(home))
    before = everything_below(home)
    done = sh(run_file(tmp_path / "new", FAILS, version="9.0"), HOME=str(home))
    assert done.returncode == 1 and "does not start; nothing has been changed. broken" in done.stderr
    assert everything_below(home) == before
    assert program(home / ".local").stdout == "GANStudio stand-in\n"


def test_what_is_not_ours_is_left(made: Path, home: Path) -> None:
    mine = home / ".local" / "bin" / "ganstudio"
    mine.parent.mkdir(parents=True)
    mine.write_text(STARTS, "utf-8")
    done = sh(made, HOME=str(home))
    assert done.returncode == 0 and "There is another ganstudio" in done.stdout
    assert not mine.is_symlink()
    assert sh(home / ".local" / "opt" / "ganstudio" / "uninstall.sh", HOME=str(home)).returncode == 0
    assert everything_below(home) == [".local", ".local/bin", ".local/bin/ganstudio"]


def test_a_folder_in_the_way(made: Path, home: Path) -> None:
    (home / ".local" / "opt" / "ganstudio").mkdir(parents=True)
    done = sh(made, HOME=str(home))
    assert done.returncode == 1 and "in the way" in done.stderr


def own_folder(home: Path) -> Path:
    folder = home / ".local" / "share" / "ganstudio"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.json").write_text("{}", "utf-8")
    return folder


def test_uninstalling_keeps_what_is_the_persons(made: Path, home: Path) -> None:
    sh(made, HOME=str(home))
    own_folder(home)
    other = home / ".local" / "share" / "applications" / "other.desktop"
    other.write_text("[Desktop Entry]\n", "utf-8")
    done = sh(home / ".local" / "opt" / "ganstudio" / "uninstall.sh", HOME=str(home))
    assert done.returncode == 0 and "Kept: " in done.stdout
    left = [name for name in everything_below(home) if (home / name).is_file() and not name.endswith("mimeinfo.cache")]
    assert left == [".local/share/applications/other.desktop", ".local/share/ganstudio/settings.json"]


def test_a_purge_leaves_nothing(made: Path, home: Path) -> None:
    sh(made, HOME=str(home))
    own_folder(home)
    (home / ".cache" / "ganstudio").mkdir(parents=True)
    assert sh(home / ".local" / "opt" / "ganstudio" / "uninstall.sh", "--purge", HOME=str(home)).returncode == 0
    assert [name for name in everything_below(home) if (home / name).is_file()] == []
    assert not (home / ".local" / "share" / "ganstudio").exists()


def test_what_runs_is_not_uninstalled(running: subprocess.Popen[bytes], home: Path) -> None:
    done = sh(home / ".local" / "opt" / "ganstudio" / "uninstall.sh", HOME=str(home))
    assert done.returncode == 1 and "Close it" in done.stderr
    assert program(home / ".local").returncode == 0


def test_help_and_wrong_words(made: Path, home: Path) -> None:
    assert "--prefix DIR" in sh(made, "--help", HOME=str(home)).stdout
    assert "no option --what" in sh(made, "--what", HOME=str(home)).stderr
    assert everything_below(home) == []
