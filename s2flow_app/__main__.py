"""The `s2flow` program: the editor, or one command. Torch comes only when it is needed."""

import sys
from collections.abc import Sequence
from pathlib import Path

from s2flow_app.program import READER


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program with ``arguments`` (default: the process's) and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == [READER]:
        from s2flow_app.importers.unpickle import main as read

        return read(given[1:])
    from s2flow_app.cli.main import COMMANDS, run

    if not given or not (given[0] in COMMANDS or given[0].startswith("-")):
        from s2flow_app.app import run_editor

        return run_editor([Path(name) for name in given])
    return run(given)


if __name__ == "__main__":
    sys.exit(main())
