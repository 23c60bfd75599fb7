"""Which model pack a document is edited with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PackId:
    """Two packs are one if their networks are, whatever they are called."""

    name: str = ""
    """Of its folder."""
    title: str = ""
    sha256: str = ""
    """Of what its networks are; empty: not known."""
