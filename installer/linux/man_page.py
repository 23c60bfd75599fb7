"""The man page s2flow(1), written from the command line's own parsers."""

import argparse
import importlib
from collections.abc import Iterator
from datetime import date

from s2flow_app import __version__
from s2flow_app.cli.main import COMMANDS, EPILOGUE

FOOTER = r""".SH EXIT STATUS
.TP
0
Done.
.TP
1
The work failed; a sentence on the standard error stream says why.
.TP
2
Wrong usage.
.TP
130
Stopped by Ctrl+C.
.SH FILES
.TP
.I ~/.config/s2flow
Settings.
.TP
.I ~/.local/share/s2flow
Imported model packs, and the journal that unsaved work is recovered from.
.TP
.I ~/.local/state/s2flow
The log.
.SH ENVIRONMENT
.TP
.B S2FLOW_MODELS
Another folder of model packs than the one that is installed.
.SH NOTES
The built\-in model pack is for research use only. Exports are marked as edited with AI.
"""


def man_page(day: date) -> str:
    """The page in roff."""
    return "\n".join([*_head(day), *_commands(), FOOTER])


def _head(day: date) -> Iterator[str]:
    yield f'.TH S2FLOW 1 "{day:%Y-%m-%d}" "S2-Flow Studio {__version__}" "User Commands"'
    yield ".SH NAME"
    yield r"s2flow, s2flow\-studio \- change faces in photos by their label map and their style"
    yield ".SH SYNOPSIS"
    yield ".B s2flow\\-studio\n.RI [ FILE ...]\n.br"
    yield ".B s2flow\n.I COMMAND\n.RI [ OPTION ...]"
    yield ".SH DESCRIPTION"
    yield _text(f"S2-Flow Studio changes faces in photos. {EPILOGUE}")
    yield ".SH OPTIONS"
    yield from _term(r"\fB\-h\fR, \fB\-\-help\fR", "Say what there is, of a command: its options.")
    yield from _term(r"\fB\-\-version\fR", "Say the version.")


def _commands() -> Iterator[str]:
    yield ".SH COMMANDS"
    for name, (module_name, text) in COMMANDS.items():
        parser = argparse.ArgumentParser(prog=f"s2flow {name}", description=text)
        getattr(importlib.import_module(f"s2flow_app.cli.{module_name}"), f"add_{name}")(parser)
        yield f".SS {_text(name)}"
        yield _text(text[0].upper() + text[1:] + ".")
        yield from _options(parser, f"s2flow {name}")


def _options(parser: argparse.ArgumentParser, program: str) -> Iterator[str]:
    formatter = argparse.HelpFormatter(program, width=10_000)
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction) or action.help == argparse.SUPPRESS:
            continue
        if isinstance(action, argparse._SubParsersAction):
            helps = {each.dest: each.help for each in action._choices_actions}
            for name, each in action.choices.items():
                yield from _term(rf"\fB{_text(f'{program} {name}')}\fR", helps.get(name) or "")
                yield ".RS"
                yield from _options(each, f"{program} {name}")
                yield ".RE"
            continue
        told = formatter._expand_help(action) if action.help else ""
        yield from _term(_text(formatter._format_action_invocation(action)), told)


def _term(term: str, text: str) -> Iterator[str]:
    yield ".TP"
    yield term
    yield _text(text) if text else r"\&"


def _text(text: str) -> str:
    """``text`` so that roff takes nothing in it for a request."""
    escaped = " ".join(text.split()).replace("\\", r"\e").replace("-", r"\-")
    return (r"\&" + escaped) if escaped.startswith((".", "'")) else escaped
