"""`make faults`: runs all fault counts in full and writes what they print to a page.

python tests/faults/report.py docs/reliability.md
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

RUNS: Final = (
    ("Photos", ("photo_faults.py", "--count", "3000", "--valid", "2000", "--seed", "1")),
    ("Checkpoints", ("checkpoint_faults.py", "--count", "260", "--seed", "1")),
    ("Exports", ("export_kills.py", "--count", "60", "--seed", "1")),
)
HEAD: Final = """# Reliability

Counts that `make faults` printed. Each is of random faults with a fixed seed; a quick part of each
runs in `make test`.
"""


def main() -> int:
    page, failed = [HEAD], False
    for title, (script, *arguments) in RUNS:
        command = [sys.executable, str(Path(__file__).parent / script), *arguments]
        print(title, "...", file=sys.stderr, flush=True)
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        failed |= done.returncode != 0
        lines = [f"    {line}" for line in done.stdout.strip().splitlines()]
        page += [
            f"## {title}",
            f"`tests/faults/{' '.join((script, *arguments))}`",
            "\n".join(lines),
        ]
    text = "\n\n".join(part.strip() for part in page) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text)
    print(text)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
