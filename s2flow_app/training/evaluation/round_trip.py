"""How exactly latents come back from their style codes, through the flow there and back."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from s2flow_app.engine.edit import LatentEditor
from s2flow_app.engine.session import Session
from s2flow_app.model.edit import Edit
from s2flow_app.training.data import FaceData
from s2flow_app.training.evaluation.intervals import summary
from s2flow_app.training.evaluation.subjects import prepared


def round_trip(
    editor: LatentEditor, session: Session, faces: FaceData, picked: Sequence[int]
) -> dict[str, Any]:
    """Relative errors of edits that ask for nothing."""
    errors = []
    for i in picked:
        state = prepared(session, faces, i).state
        back, _ = editor.edited_ws(Edit(state, state.label_map))
        errors.append(float(np.linalg.norm(back - state.ws) / np.linalg.norm(state.ws)))
    return {
        "faces": len(errors),
        "round_trip_median": float(f"{np.median(errors):.3g}"),
        "round_trip_max": float(f"{max(errors):.3g}"),
        "round_trip_in_millionths": summary([1e6 * error for error in errors]),
    }
