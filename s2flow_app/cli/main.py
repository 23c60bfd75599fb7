"""The command line: which commands there are. Each is a module that is imported when it is run."""

import argparse
import importlib
import keyword
import logging
from collections.abc import Callable, Sequence
from typing import Final

from s2flow_app import __version__
from s2flow_app.cli.console import Console
from s2flow_app.ending import FAILED, NO_MEMORY, OUR_FAULT, lacks_memory, say
from s2flow_app.errors import UserError

Command = Callable[[argparse.Namespace, Console], None]
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "segment": ("segment", "parse the face of a photo into a label map"),
    "semantic": ("edits", "change a face by its label map"),
    "sequence": ("edits", "several label maps, each edit from the last result"),
    "style": ("edits", "change a face's style by a reference, attributes or chance"),
    "sample": ("samples", "make up faces for a label map"),
    "disentangle": ("samples", "one map with many styles, one style with many maps"),
    "gallery": ("gallery", "the latents that a pack brings along, drawn"),
    "project": ("project", "what is in a project file, or the edited photo out of it"),
    "packs": ("packs", "list, show, verify and remove model packs"),
    "import": ("imports", "make a model pack of checkpoints from elsewhere"),
    "original": ("original", "the original repository's tools on its own folders"),
    "train": ("train", "train a stage of the built-in pack"),
    "evaluate": ("train", "measure a pack on held-out faces"),
    "bench": ("bench", "how fast the program is on this computer"),
    "doctor": ("doctor", "what is installed, found, missing"),
    "demo": ("demo", "a whole session without a window"),
}
"""Command: the module that holds it (as a function, with `add_<command>`), and what it does.

The function of a command that is a word of Python's own ends in an underscore.
"""
EPILOGUE: Final = "Without a command, or with photos only, the editor opens."
log = logging.getLogger(__name__)


def run(arguments: Sequence[str]) -> int:
    """Run one command; 0 done, 1 the work failed. Raises SystemExit(2) for wrong usage."""
    try:
        do, given = _understood(arguments)
        do(given, Console(as_json=given.json))
    except Exception as error:
        if lacks_memory(error):  # also where a decoder or a pack is said to be at fault
            log.info("s2flow %s ran out of memory", " ".join(arguments), exc_info=True)
            say(" ".join(NO_MEMORY))
        elif isinstance(error, UserError):
            say(str(error))
        else:
            log.exception("s2flow %s failed", " ".join(arguments))
            say(OUR_FAULT)
        return FAILED
    return 0


def _understood(arguments: Sequence[str]) -> tuple[Command, argparse.Namespace]:
    """The command that is asked for, and its options; only what is run is imported."""
    parser = argparse.ArgumentParser(
        prog="s2flow", description="Changes faces in photos.", epilog=EPILOGUE
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    listed = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = next((a for a in arguments if not a.startswith("-")), "")
    do: Command | None = None
    for name, (module_name, help_text) in COMMANDS.items():
        command = listed.add_parser(name, help=help_text, description=help_text.capitalize())
        if name == asked:
            module = importlib.import_module(f"s2flow_app.cli.{module_name}")
            getattr(module, f"add_{name}")(command)
            do = getattr(module, f"{name}_" if keyword.iskeyword(name) else name)
    given = parser.parse_args(arguments)
    assert do is not None
    return do, given
