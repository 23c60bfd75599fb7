"""`make sbom`: a CycloneDX bill of materials of everything that ships, held to its schema."""

# CycloneDX's classes are made by decorators that pyright cannot see through.
# pyright: reportCallIssue=false, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportOptionalMemberAccess=false

import argparse
import hashlib
import importlib.metadata
import json
import platform
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component as Entry
from cyclonedx.model.component import ComponentType
from cyclonedx.model.license import LicenseAcknowledgement
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from licence_policy import refusal
from licence_report import components
from packageurl import PackageURL
from packaging.utils import canonicalize_name
from shipped import PROGRAM, Component, sboms

REPOSITORY: Final = Path(__file__).resolve().parents[2]
VERSION: Final = SchemaVersion.V1_6
PACK: Final = "portrait-256"
PACK_LICENCE: Final = "LicenseRef-S2Flow-Pack-Research"


def bill(of: Sequence[Component]) -> Bom:
    """The bill of materials: the program, its packages, their libraries, the model pack."""
    program = next(c for c in of if canonicalize_name(c.name) == PROGRAM)
    root = _entry(program, ComponentType.APPLICATION)
    bom = Bom()
    bom.metadata.component = root
    entries: dict[str, Entry] = {canonicalize_name(PROGRAM): root}
    for component in of:
        if component.kind == "package" and component is not program:
            entries[canonicalize_name(component.name)] = _entry(component, ComponentType.LIBRARY)
    for entry in entries.values():
        if entry is not root:
            bom.components.add(entry)
    for component in of:
        if component.kind == "package":
            entry = entries[canonicalize_name(component.name)]
            needed = [
                entries[n] for n in component.needs if n in entries and entries[n] is not entry
            ]
            bom.register_dependency(entry, needed)
    for component in of:
        if component.kind == "library":
            entry = _entry(component, ComponentType.LIBRARY)
            bom.components.add(entry)
            bom.register_dependency(entries.get(canonicalize_name(component.within), root), [entry])
    pack = _pack()
    bom.components.add(pack)
    bom.register_dependency(root, [pack])
    return bom


def _entry(component: Component, kind: ComponentType) -> Entry:
    of_pypi = component.kind == "package" and canonicalize_name(component.name) != PROGRAM
    where = (component.within, component.name) if component.within else (component.name,)
    return Entry(
        name=component.name,
        version=component.version or None,
        type=kind,
        bom_ref="/".join(where) + (f"@{component.version}" if component.version else ""),
        licenses=[
            LicenseFactory().make_from_string(
                component.licence, license_acknowledgement=LicenseAcknowledgement.CONCLUDED
            )
        ],
        purl=PackageURL("pypi", None, canonicalize_name(component.name), component.version)
        if of_pypi
        else None,
        description=", ".join(component.files) or None,
        external_references=[
            ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(component.home))
        ]
        if component.home
        else (),
    )


def _pack() -> Entry:
    """The built-in model pack, by the hash of its manifest, which has those of all its files."""
    manifest = (REPOSITORY / "models" / PACK / "pack.json").read_bytes()
    return Entry(
        name=PACK,
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=f"model/{PACK}",
        description=json.loads(manifest)["title"],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(manifest).hexdigest())],
        licenses=[LicenseFactory().make_with_name(PACK_LICENCE)],
    )


def text_of(bom: Bom) -> str:
    """The bill as JSON.

    Raises:
        ValueError: it does not follow CycloneDX's schema.
    """
    text = make_outputter(bom, OutputFormat.JSON, VERSION).output_as_string(indent=2)
    error = JsonStrictValidator(VERSION).validate_str(text)
    if error is not None:
        raise ValueError(f"the bill of materials does not follow the schema: {error}")
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="A CycloneDX bill of materials.")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "dist")
    parser.add_argument("--bundle", type=Path, help="list the libraries of this bundle, too")
    given = parser.parse_args(arguments)
    of = components(given.bundle)
    refused = [text for component in of if (text := refusal(component))]
    if refused:
        print("These may not ship as they are:\n  " + "\n  ".join(refused), file=sys.stderr)
        return 1
    text = text_of(bill(of))
    program = next(c for c in of if canonicalize_name(c.name) == PROGRAM)
    name = f"s2flow-studio-{program.version}-{platform.system().lower()}.cdx.json"
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / name).write_text(text + "\n", encoding="utf-8")
    carried = _copy_carried(of, given.out / "sboms")
    print(f"{given.out / name}: {len(of)} components; {carried} bills of wheels in sboms/")
    return 0


def _copy_carried(of: Sequence[Component], folder: Path) -> int:
    """The bills that wheels bring along say what is compiled into them; returns how many."""
    shutil.rmtree(folder, ignore_errors=True)
    count = 0
    for component in of:
        if component.kind == "package":
            for path in sboms(importlib.metadata.distribution(component.name)):
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, folder / f"{component.name}-{path.name}")
                count += 1
    return count


if __name__ == "__main__":
    sys.exit(main())
