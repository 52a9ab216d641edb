"""What goes into the frozen program and what stays out: ganstudio.spec asks here. Nothing here needs PyInstaller.

The program's own modules go in whole, because many are found by name (core.discovery); its files beside the modules
go where they are found in a clone. Libraries that every system brings, or that the installers ask the system for
(machine.py), stay out: an older copy of ours would stand in the way of the system's drivers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from distributions import every_library

CONTENTS = "lib"  # the folder beside the executable

# Never imported by what we use, or not ours to ship.
EXCLUDED_MODULES = (
    "torchvision",  # models/torchvision_standin.py
    "triton",
    "openvino",
    "tkinter",
    "matplotlib",
    "IPython",
    "pandas",
    "scipy",
    "pytest",
    "_pytest",
    "hypothesis",
    "tensorboard",
    "expecttest",
    "pip",
    "setuptools",
    "pkg_resources",
    "wheel",
    "readline",  # GNU readline is GPL
    "_gdbm",  # GPL
    "_dbm",
    "_curses",
    "curses",
    "lib2to3",
    "idlelib",
    "ensurepip",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtQuickWidgets",
    "PySide6.QtQuickControls2",
    "PySide6.QtDesigner",
    "PySide6.QtHelp",
    "PySide6.QtSql",
    "PySide6.QtTest",
    "PySide6.QtUiTools",
    "PySide6.QtXml",
    "PySide6.QtConcurrent",
    "PySide6.QtPrintSupport",
    "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets",
)

# Files that hooks collect and nothing here reads: by their path below CONTENTS.
_UNWANTED = [
    r"torch/(include|share|test|testing|csrc)/",
    r"torch/bin/(?!torch_shm_manager)",  # C++ test programs; without torch_shm_manager torch does not import
    r"torch/lib/.*\.(a|lib)$",
    r"torch(gen)?/.*\.(pyi|h|hpp|cpp|cu|cuh|yaml|jinja|md|txt|cmake)$",
    r".*\.(pyi|pxd|pyx)$",
    r"PySide6/(Qt/|)qml/",
    r"PySide6/.*(Qml|Quick|Pdf|VirtualKeyboard|ShaderTools|Designer|Sql|Test|Concurrent|PrintSupport|Help|UiTools|Labs)",
    r"PySide6/.*(QtOpenGLWidgets|Qt6OpenGLWidgets|EglFS|eglfs|EglFs)",
    r"PySide6/.*plugins/platforms/libq(eglfs|linuxfb|minimal|minimalegl|vnc|vkkhrdisplay)\b",
    r"PySide6/.*plugins/(egldeviceintegrations|qmltooling|sqldrivers|printsupport|generic|networkinformation|tls)/",
    r"PySide6/.*plugins/(virtualkeyboard|platforminputcontexts/libqtvirtualkeyboard)",
    r"PySide6/.*plugins/platformthemes/libqgtk3",  # would load GTK; the desktop portal's dialogs are used instead
    r"PySide6/.*plugins/imageformats/(lib)?q(tga|tiff|wbmp|pdf|icns|gif|macheif|macjp2)\b",
    r"PySide6/(Qt/|)translations/(?!qtbase_)",
    r"PySide6/(Qt/|)(lib/)?metatypes/",
    r"numpy/(tests|f2py|distutils|testing)/",
    r"numpy/.*/tests/",
    r"cv2/(data|gapi|misc)/.*\.xml$",
    r".*\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json|WHEEL|top_level\.txt|entry_points\.txt)$",
    r"share/",
]
_unwanted = re.compile("|".join(f"(?:{one})" for one in _UNWANTED))

# Modules of torch's that read their own source when they are imported.
_READS_ITSELF = re.compile(rb"install_config_module\(sys\.modules\[|\b_overload(_method)?\b")

# Qt's own words (buttons of dialogs) in the languages that the program speaks.
_QT_WORDS = re.compile(r"PySide6/(?:Qt/)?translations/qtbase_(?P<language>\w+)\.qm$")

# Of the build machine's own libraries only these go in: Python's, which no installer asks the system for.
_PYTHONS = re.compile(r"lib(ssl|crypto|sqlite3|ffi|lzma|bz2|uuid|mpdec)\.so")


def own_modules(root: Path) -> list[str]:
    """The full name of every module of the program, sorted."""
    found = []
    for path in (root / "ganstudio").rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return sorted(set(found) - {"ganstudio.__main__"})


def own_files(root: Path) -> list[tuple[str, str]]:
    """(file, folder in the program) of what is no module: the files beside the modules, the resources, and the help."""
    found = []
    for path in sorted((root / "ganstudio").rglob("*")):
        if path.is_file() and path.suffix not in (".py", ".pyc", ".pyi"):
            found.append((str(path), path.parent.relative_to(root).as_posix()))
    resources = root / "resources"
    for path in sorted(resources.rglob("*")):
        if path.is_file():
            inside = PurePosixPath("ganstudio/resources") / path.parent.relative_to(resources).as_posix()
            found.append((str(path), str(inside)))
    found += [(str(path), "ganstudio/resources/help") for path in sorted((root / "docs").glob("*.md"))]
    return found


def collected_how(libraries: Path) -> dict[str, str]:
    """PyInstaller's collection modes: torch's modules as bytecode only (its hook would add 46 MB of source), but those
    with their source that read it when they are imported. `libraries` is the site-packages folder."""
    modes = {"torch": "pyz", "torchgen": "pyz", "functorch": "pyz"}
    for path in (libraries / "torch").rglob("*.py"):
        if path.name == "__init__.py" or "testing" in path.parts:
            continue
        if _READS_ITSELF.search(path.read_bytes()):
            modes[".".join(path.relative_to(libraries).with_suffix("").parts)] = "pyz+py"
    return modes


def languages(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "resources" / "translations").glob("*") if path.is_dir())


def is_wanted(inside: str, source: str, spoken: Iterable[str] = (), system: str = "linux") -> bool:
    """Whether a collected file goes in: `inside` is its path below CONTENTS, `source` where it was found."""
    inside = inside.replace("\\", "/")
    if words := _QT_WORDS.match(inside):
        return words["language"] in set(spoken)
    if _unwanted.match(inside):
        return False
    return system != "linux" or not _is_systems(inside, source)


def _is_systems(inside: str, source: str) -> bool:
    """Whether a library is the build machine's own and is left to the system."""
    name = PurePosixPath(inside).name
    return name in every_library() or (source.startswith(("/lib", "/usr/lib")) and not _PYTHONS.match(name))
