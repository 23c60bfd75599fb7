"""What the history calls the steps of a document."""

from s2flow_app.document.document import Document
from s2flow_app.ui.told.operations import operation_title


def titles(document: Document) -> list[str]:
    return [operation_title(step.operation) for step in document.history.steps()]
