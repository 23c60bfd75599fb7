"""The window's language: texts are English in the code, translations are Qt Linguist's.

A widget says ``self.tr("text")``; what is no QObject, or is said by another class, `translate`.
What comes from below the window is in `told`. `make translations` collects and compiles all.
"""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from s2flow_app.paths import resources_dir

LANGUAGES: Final = {"en": "English", "de": "Deutsch"}
"""Code: its own name. English needs no file."""
_OURS: Final = "s2flow_translation"


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """``text`` as it is, marked for translation (PySide6's own has no types)."""
    del context
    return text


def translate(context: str, text: str) -> str:
    """``text``, marked in ``context``, in the window's language."""
    return QCoreApplication.translate(context, text)


def number(value: float, digits: int) -> str:
    """With the language's decimal sign."""
    return QLocale().toString(float(value), "f", digits)


def set_language(application: QCoreApplication, setting: str) -> str:
    """Have all texts in a language of `LANGUAGES` (``auto``: the system's) from now on.

    What is on the screen already stays as it is. Returns the language's code.
    """
    for old in application.findChildren(QTranslator):
        if old.objectName() == _OURS:
            application.removeTranslator(old)
            old.setParent(None)
    language = setting if setting in LANGUAGES else _of_the_system()
    QLocale.setDefault(QLocale(language))
    if language != "en":
        own = str(resources_dir() / "translations")
        qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for name, folder in ((f"s2flow_{language}", own), (f"qtbase_{language}", qt)):
            translator = QTranslator(application)
            translator.setObjectName(_OURS)
            if translator.load(name, folder):
                application.installTranslator(translator)
    return language


def _of_the_system() -> str:
    """The first that the user wants and that there is."""
    for name in QLocale.system().uiLanguages():
        if (code := name.split("-")[0]) in LANGUAGES:
            return code
    return "en"
