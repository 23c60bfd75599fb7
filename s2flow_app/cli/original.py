"""`original`: the original repository's tools, on its folders and from its imported checkpoints."""

import argparse
from pathlib import Path

from s2flow_app.cli.console import Console
from s2flow_app.cli.options import DEVICES
from s2flow_app.engine.device import choose_device
from s2flow_app.engine.pack import load_pack
from s2flow_app.original.layout import OriginalFolder
from s2flow_app.original.tools import DIFFERENCES, OriginalTools
from s2flow_app.outputs import check_output_folder
from s2flow_app.paths import find_pack

TOOLS = {
    "semantic": "edit latents by the maps in EXP_PATH/color or EXP_PATH/gray",
    "sequential": "a smile, then other hair, on the test set",
    "style": "hair from red to black",
    "conditional": "made-up faces for maps; one map, many styles; one style, many maps",
}
EXPERIMENT = "cs3_full"


def add_original(parser: argparse.ArgumentParser) -> None:
    parser.epilog = DIFFERENCES
    tools = parser.add_subparsers(dest="tool", required=True, metavar="TOOL")
    for name, does in TOOLS.items():
        tool = tools.add_parser(name, help=does, description=does, epilog=DIFFERENCES)
        if name == "semantic":
            tool.add_argument(
                "--exp-path", "--exp_path", type=Path, required=True, help="folder of the maps"
            )
        else:
            tool.add_argument(
                "--root", type=Path, default=Path(), help="the original's working folder (here)"
            )
        tool.add_argument("--exp-name", "--exp_name", default=EXPERIMENT, help=f"({EXPERIMENT})")
        tool.add_argument("--pack", required=True, help="the imported pack: its name or folder")
        tool.add_argument(
            "--as-published", "--as_published", action="store_true",
            help="repeat what the published script does, training mode included",
        )  # fmt: skip
        tool.add_argument("--device", choices=DEVICES, default="auto")
        tool.add_argument("--json", action="store_true", help="answer with one JSON object")


def original(given: argparse.Namespace, console: Console) -> None:
    """Run one tool; its pictures lie where the original writes them."""
    out, read = _places(given)
    check_output_folder(out, inputs=read)
    tools = OriginalTools(
        load_pack(find_pack(given.pack)), report=console.progress,
        device=choose_device(given.device), as_published=given.as_published,
    )  # fmt: skip
    if given.tool == "semantic":
        written = tools.semantic(given.exp_path, out)
    else:
        folder = OriginalFolder(given.root, given.exp_name)
        written = getattr(tools, given.tool)(folder, out)
    files = [str(path) for path in written]
    console.answer({"tool": given.tool, "written": files}, "\n".join(files))


def _places(given: argparse.Namespace) -> tuple[Path, list[Path]]:
    """The folder that a tool writes to, and those that it reads."""
    name = given.exp_name
    if given.tool == "semantic":
        folder = given.exp_path
        return folder / "results" / name, [folder, folder / "color", folder / "gray"]
    root = given.root
    places = {
        "sequential": root / "results_sequential" / name,
        "style": root / "style_editing",
        "conditional": root / "results" / name,
    }
    return places[given.tool], [root]
