"""The pages of the guide that are made from the program: menus and keys, and the command line.

``make_pages.py`` writes them, ``make_pages.py --check`` only says which are not current (exit 1).
"""

import argparse
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from s2flow_app.cli.main import COMMANDS
from s2flow_app.ui.actions import PANEL, Actions, plain
from s2flow_app.ui.dialogs.notices import GESTURES
from s2flow_app.ui.menus import HELP, PLAN
from s2flow_app.ui.translate import set_language

GUIDE: Final = Path(__file__).resolve().parent.parent / "guide"
LANGUAGES: Final = ("en", "de")
TEXTS: Final = {
    "title": ("Menus and keys", "Menüs und Tasten"),
    "intro": (
        "All commands of the window with the keys of the first start. **Edit > Shortcuts** changes "
        "them; menus, tips and **Help > Keys and gestures** show them as they are. This page is "
        "made from the program by `make pages`.",
        "Alle Befehle des Fensters mit den Tasten des ersten Starts. **Bearbeiten > Tastenkürzel** "
        "ändert sie; Menüs, Tipps und **Hilfe > Tasten und Gesten** zeigen sie so, wie sie sind. "
        "Diese Seite wird mit `make pages` aus dem Programm erzeugt.",
    ),
    "menu": ("Menu", "Menü"),
    "command": ("command", "Befehl"),
    "keys": ("keys", "Tasten"),
    "does": ("what it does", "was er tut"),
    "tools": ("Tools", "Werkzeuge"),
    "tool": ("tool", "Werkzeug"),
    "classes": ("Classes", "Klassen"),
    "class": ("class", "Klasse"),
    "panels": ("Panels", "Paletten"),
    "panel": ("panel", "Palette"),
    "rest": ("Without a menu", "Ohne Menü"),
    "pointer": ("Mouse and pen", "Maus und Stift"),
    "gesture": ("gesture", "Geste"),
    "shapes": ("Ready-made shapes", "Fertige Formen"),
    "shapes_text": (
        "Without keys at first; any can be given one. In the menu *Shapes*: ",
        "Zunächst ohne Tasten; jede kann eine bekommen. Im Menü *Formen*: ",
    ),
}
"""English, German."""
Rows = list[tuple[str, ...]]


# --- menus and keys -----------------------------------------------------------------------------


def keys_page(language: str) -> str:
    """All actions by menu, tools, classes, panels and gestures in ``language``."""
    application = QApplication.instance() or QApplication([])
    set_language(application, language)
    owner = QWidget()
    try:
        return "\n".join(_keys_page(Actions(owner), LANGUAGES.index(language)))
    finally:
        owner.deleteLater()
        set_language(application, "en")


def _keys_page(actions: Actions, column: int) -> Iterator[str]:
    def text(name: str) -> str:
        return TEXTS[name][column]

    def table(head: str, names: list[str], *, with_tip: bool = True) -> Iterator[str]:
        heads = (text(head), text("keys"), text("does")) if with_tip else (text(head), text("keys"))
        yield from _table(heads, [_row(actions, name)[: len(heads)] for name in names])

    yield f"# {text('title')}\n\n{text('intro')}\n"
    seen: set[str] = set()
    menus = [*PLAN.items(), ("&Help", HELP)]
    for title, members in menus:
        names = [name for name in members if name]
        seen.update(names)
        shown = plain(QCoreApplication.translate("Menus", title))
        yield f"## {text('menu')}: {shown}\n"
        yield from table("command", names)
    for head, one, prefix in (
        ("tools", "tool", "tool."), ("classes", "class", "class."), ("panels", "panel", PANEL),
    ):  # fmt: skip
        names = [name for name in actions.all if name.startswith(prefix)]
        seen.update(names)
        yield f"## {text(head)}\n"
        yield from table(one, names, with_tip=head == "tools")
    shapes = [f"shape.{name}" for name in actions.shapes]
    seen.update(shapes)
    rest = [name for name in actions.all if name not in seen]
    if rest:
        yield f"## {text('rest')}\n"
        yield from table("command", rest)
    titles = ", ".join(plain(actions[name].text()) for name in shapes)
    yield f"## {text('shapes')}\n\n{text('shapes_text')}{titles}.\n"
    yield f"## {text('pointer')}\n"
    gestures = [tuple(QCoreApplication.translate("Notices", t) for t in each) for each in GESTURES]
    yield from _table((text("gesture"), text("does")), gestures)


def _row(actions: Actions, name: str) -> tuple[str, str, str]:
    action = actions[name]
    form = QKeySequence.SequenceFormat.NativeText
    keys = ", ".join(f"`{each.toString(form)}`" for each in action.shortcuts())
    tip = action.toolTip()
    if action.shortcut().toString(form):
        tip = tip.rpartition(" (")[0]
    title = plain(action.text())
    return title, keys, "" if tip == title else tip


def _table(heads: tuple[str, ...], rows: Rows) -> Iterator[str]:
    yield _line(heads)
    yield _line(("---",) * len(heads))
    yield from map(_line, rows)
    yield ""


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


# --- the command line ---------------------------------------------------------------------------


def parser_of(name: str) -> argparse.ArgumentParser:
    """The parser of one command."""
    module = importlib.import_module(f"s2flow_app.cli.{COMMANDS[name][0]}")
    parser = argparse.ArgumentParser(prog=f"s2flow {name}")
    getattr(module, f"add_{name}")(parser)
    return parser


def commands_page() -> str:
    """All commands with their arguments."""
    lines = [
        "# Command line",
        "",
        "`s2flow` without a command, or with photos only, opens the editor. `--json` prints one "
        "JSON object to standard output; progress and messages go to standard error. Exit codes: "
        "0 done, 1 the work failed, 2 wrong usage, 130 stopped by Ctrl+C. `s2flow COMMAND --help` "
        "shows the same as this page, which is made from the program by `make pages`.",
        "",
        "Examples are in [Many photos by commands](many-photos.md).",
        "",
    ]
    for name, (_, help_text) in COMMANDS.items():
        lines += [f"## {name}", "", f"{help_text[0].upper()}{help_text[1:]}.", ""]
        lines += _parser(parser_of(name), f"s2flow {name}")
    return "\n".join(lines)


def _parser(parser: argparse.ArgumentParser, prog: str) -> Iterator[str]:
    rows: Rows = []
    inner: list[tuple[str, str, argparse.ArgumentParser]] = []
    usage = [prog]
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        if isinstance(action, argparse._SubParsersAction):
            helps = {each.dest: each.help or "" for each in action._choices_actions}
            inner = [(n, helps.get(n, ""), p) for n, p in action.choices.items()]
            usage.append(action.metavar if isinstance(action.metavar, str) else "ACTION")
            continue
        rows.append((_argument(action), _told(action)))
        if not action.option_strings:
            usage.append(_value(action))
        elif action.required:
            usage.append(f"{action.option_strings[0]} {_value(action)}")
    if any(not each[0].startswith("`-") for each in rows) or len(usage) > 1:
        yield from ("```text", " ".join(usage) + " [options]", "```", "")
    if rows:
        yield from _table(("argument", "meaning"), rows)
    for name, help_text, each in inner:
        told = f"{help_text[0].upper()}{help_text[1:]}." if help_text else ""
        yield from (f"### {prog.removeprefix('s2flow ')} {name}", "")
        if told:
            yield from (told, "")
        yield from _parser(each, f"{prog} {name}")


def _argument(action: argparse.Action) -> str:
    value = _value(action)
    if not action.option_strings:
        return f"`{value}`"
    return ", ".join(f"`{each} {value}`".replace(" `", "`") for each in action.option_strings)


def _value(action: argparse.Action) -> str:
    """What is written for an argument's value: ``PHOTO``, ``{a,b}``, ``MAP...``."""
    if action.nargs == 0:
        return ""
    if action.choices is not None:
        value = "{" + ",".join(str(each) for each in action.choices) + "}"
    elif isinstance(action.metavar, str):
        value = action.metavar
    else:
        value = action.dest.upper()
    if action.nargs == "?":
        return f"[{value}]"
    if action.nargs in ("+", "*"):
        return f"{value}..."
    return " ".join([value] * action.nargs) if isinstance(action.nargs, int) else value


def _told(action: argparse.Action) -> str:
    said = (action.help or "").replace("%%", "%").replace("%(default)s", str(action.default))
    tail = []
    if action.required and action.option_strings:
        tail.append("required")
    default = action.default
    given = default not in (None, False, argparse.SUPPRESS) and default != [] and action.nargs != 0
    if given and "default" not in said:
        tail.append(f"default: {default}")
    return "; ".join(part for part in (said, *tail) if part)


# --- writing ------------------------------------------------------------------------------------


def pages() -> dict[Path, str]:
    """All generated pages: file, text."""
    made = {GUIDE / language / "keys.md": keys_page(language) for language in LANGUAGES}
    made[GUIDE / "en" / "commands.md"] = commands_page()
    return {path: text.rstrip("\n") + "\n" for path, text in made.items()}


def main() -> int:
    stale = []
    for path, text in pages().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(path)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8")
    for path in stale:
        print(path.relative_to(GUIDE))
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    raise SystemExit(main())
