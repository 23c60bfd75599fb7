"""Marks strings outside of widgets for Qt Linguist."""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """``text`` as it is, marked for translation (PySide6's own has no types)."""
    del context
    return text
