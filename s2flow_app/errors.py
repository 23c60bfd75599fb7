"""Errors a user can cause or meet. Anything else that is raised is a bug of ours."""


class UserError(Exception):
    """Something outside the program is not as it must be.

    The text says what is wrong and, in `hint`, what the user can do. Raised once, at the edge
    where the outside is met; shown as it is by the window and the command line (exit 1).
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class PhotoError(UserError):
    """The picture cannot be read or written."""


class StalePhotoError(UserError):
    """What is asked is about a photo that is no longer open."""

    def __init__(self) -> None:
        super().__init__(
            "Another photo was opened meanwhile: this was asked of the one before.",
            "Open that one again to go on with it.",
        )


class OutputError(UserError):
    """What is to be written cannot be, or must not be."""


class NoFaceError(UserError):
    """No face was found where one is needed."""


class LabelMapError(UserError):
    """A label map has the wrong size, mode or class ids."""


class PackError(UserError):
    """A model pack is missing, damaged or of the wrong kind."""


class CheckpointError(UserError):
    """A foreign checkpoint cannot be read, or is not what it must be."""


class DeviceError(UserError):
    """The asked compute device is not there."""


class DataError(UserError):
    """The training or evaluation data is not as it must be."""


class IntegrationError(UserError):
    """The flow's differential equation could not be integrated."""


class NotFiniteError(ArithmeticError):
    """Our fault: networks gave numbers that are not finite, which must not become a picture."""


class Cancelled(Exception):  # noqa: N818 - not an error
    """The work was cancelled; nothing is wrong."""
