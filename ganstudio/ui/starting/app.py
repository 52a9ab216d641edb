"""Starting the window: Qt, the looks, one window a person, the frame on screen; then everything else."""

from __future__ import annotations

import logging
import sys

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from ganstudio import __version__
from ganstudio.core.settings import SettingsStore
from ganstudio.core.text import set_language
from ganstudio.ui import errors
from ganstudio.ui.frame.window import Window
from ganstudio.ui.starting.asked import Asked
from ganstudio.ui.starting.single import Single, hand_over

DONE, FAULT = 0, 3
_APP_ID = "org.ganstudio.GANStudio"


def run(asked: Asked) -> int:
    """Show the window until it is closed; the exit code."""
    errors.install()
    app = make_application()
    if asked.selftest:
        from ganstudio.ui.starting.selftest import run as selftest

        return selftest(app)
    single = None if asked.new_instance else Single(app)
    if single is not None and not single.first:
        if hand_over(asked.paths):
            return DONE
        single = None  # it does not answer: better two windows than none
    window = open_window(SettingsStore())
    if asked.paths:
        window.open_paths(asked.paths)
    if single is not None:
        single.handed.connect(window.handed_over)
        window.painted.connect(single.listen)
    code = app.exec()
    if single is not None:
        single.close()
    return code


def make_application() -> QApplication:
    """The QApplication; where none can be made the process ends with one sentence."""
    QCoreApplication.setApplicationName("GANStudio")
    QCoreApplication.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName(_APP_ID)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(sys.argv[:1])
    errors.running()
    app.setQuitOnLastWindowClosed(False)  # the window says when it is over: it may be beside the clock
    return app


def dress(app: QApplication) -> None:
    """Our looks on the application; after the first paint, since they take a while to import."""
    from ganstudio.ui.theme import install

    install(app)


def open_window(store: SettingsStore) -> Window:
    """The window, shown; it furnishes itself after its first paint and ends the application when it is closed."""
    language = set_language(store.value.language)
    _translate_qt(language)
    window = Window(store)
    window.painted.connect(_keep_a_log)
    window.painted.connect(_dress)
    window.painted.connect(window.start)
    window.gone.connect(QCoreApplication.quit)
    window.show()
    return window


def _translate_qt(language: str) -> None:
    """Qt's own dialogs in the same language."""
    if language == "en":
        return
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

    app = QCoreApplication.instance()
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if app is not None and translator.load(QLocale(language), "qtbase", "_", folder):
        app.installTranslator(translator)


def _dress() -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        dress(app)


def _keep_a_log() -> None:
    """From the first paint on; what happens before goes to the terminal."""
    from ganstudio.core.log import log_file

    try:
        errors.keep_crashes(log_file().with_name("crash.log"))
    except OSError:  # a data folder that cannot be written to
        logging.getLogger("ganstudio").warning("no log can be written")
