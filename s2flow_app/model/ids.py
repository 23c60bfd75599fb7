"""What values are recognised by, in memory, in files and between threads."""

from uuid import uuid4


def new_id() -> str:
    """32 hexadecimal digits that nothing else is called by."""
    return uuid4().hex
