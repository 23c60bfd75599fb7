"""The language of the window: strings that are marked here, and translators at start."""

import logging

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from s2flow_app.paths import resources_dir

_LOG = logging.getLogger(__name__)


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """``text`` as it is, marked for translation (PySide6's own has no types)."""
    del context
    return text


def install_language(application: QCoreApplication, language: str) -> None:
    """``system``, ``en`` or ``de``; English where there is no translation."""
    name = QLocale.system().name()[:2] if language == "system" else language
    if name == "en":
        return
    translator = QTranslator(application)
    if translator.load(f"{name}.qm", str(resources_dir() / "translations")):
        application.installTranslator(translator)
    else:
        _LOG.info("There is no translation to '%s'", name)
