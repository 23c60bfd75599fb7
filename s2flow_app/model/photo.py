"""The photo that is open."""

from dataclasses import dataclass, field

from s2flow_app.model.ids import new_id


@dataclass(frozen=True, slots=True)
class PhotoId:
    """One photo as it was opened once; compared by value."""

    value: str = field(default_factory=new_id)
