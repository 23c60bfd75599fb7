"""The `s2flow` program: the editor, or one command. Torch comes only when it is needed."""

import sys
from collections.abc import Sequence
from pathlib import Path

from s2flow_app.ending import FAILED, ended, lacks_memory, say
from s2flow_app.program import CANVAS_TIMING, NO_WINDOW, PICTURE_READER, READER, SIGNER


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program with ``arguments`` (default: the process's) and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    return ended(lambda: _main(given))


def _main(given: list[str]) -> int:
    if given[:1] == [READER]:
        from s2flow_app.importers.unpickle import main as read

        return read(given[1:])
    if given[:1] == [PICTURE_READER]:
        from s2flow_app.engine.picture_reader import main as read_pictures

        return read_pictures()
    if given[:1] == [SIGNER]:
        from s2flow_app.engine.sign_process import main as sign

        return sign()
    if given[:1] == [CANVAS_TIMING]:
        from s2flow_app.canvas_timing import main as time_canvas

        return time_canvas(given[1:])
    from s2flow_app.cli.main import COMMANDS, run

    if not given or not (given[0] in COMMANDS or given[0].startswith("-")):
        return _run_editor([Path(name) for name in given])
    return run(given)


def _run_editor(photos: list[Path]) -> int:
    try:
        from s2flow_app.app import run_editor
    except ImportError as error:
        # Qt's own libraries need some of the system's.
        if lacks_memory(error) or ".so" not in str(error):
            raise
        say(NO_WINDOW)
        return FAILED
    return run_editor(photos)


if __name__ == "__main__":
    sys.exit(main())
