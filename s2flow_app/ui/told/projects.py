"""What is said of projects: files that are saved and opened, their photos and generators."""

from typing import Final

from s2flow_app.ui.translate import QT_TRANSLATE_NOOP

TEXTS: Final = (
    # Opening.
    QT_TRANSLATE_NOOP("Told", "{0} is no project that can be opened: {1}."),
    QT_TRANSLATE_NOOP("Told", "Open an earlier copy of it, or what recovery offers."),
    QT_TRANSLATE_NOOP("Told", "it is no ordinary file"),
    QT_TRANSLATE_NOOP("Told", "it is no whole archive ({0})"),
    QT_TRANSLATE_NOOP("Told", "it is an archive of another program"),
    QT_TRANSLATE_NOOP("Told", "it is encrypted"),
    QT_TRANSLATE_NOOP("Told", "it is packed in an unknown way"),
    QT_TRANSLATE_NOOP("Told", "it has a member {0}, which no project has"),
    QT_TRANSLATE_NOOP("Told", "it has {0} twice"),
    QT_TRANSLATE_NOOP("Told", "{0} says that it is larger than it can be"),
    QT_TRANSLATE_NOOP("Told", "{0} is missing"),
    QT_TRANSLATE_NOOP("Told", "{0} is damaged ({1})"),
    QT_TRANSLATE_NOOP("Told", "the checksum of {0} differs"),
    QT_TRANSLATE_NOOP("Told", "its description cannot be read"),
    QT_TRANSLATE_NOOP("Told", "a record makes no sense ({0})"),
    QT_TRANSLATE_NOOP(
        "Told",
        "{0} was saved by a newer version of this program ({1}, projects of version {2}; this one "
        "reads up to {3}).",
    ),
    QT_TRANSLATE_NOOP("Told", "Update the program to open it."),
    QT_TRANSLATE_NOOP("Told", "There is no room for the photo in {0}: {1}."),
    QT_TRANSLATE_NOOP("Told", "Make room there and try again."),
    # Saving.
    QT_TRANSLATE_NOOP("Told", "{0} cannot be saved: {1}."),
    QT_TRANSLATE_NOOP(
        "Told",
        "Choose a folder that exists, has room and allows writing. What was there is as it was.",
    ),
    QT_TRANSLATE_NOOP(
        "Told", "Save under another name or on another disk. What was there is as it was."
    ),
    QT_TRANSLATE_NOOP("Told", "{0} is open in another window."),
    QT_TRANSLATE_NOOP("Told", "Save under another name, or close it there."),
    QT_TRANSLATE_NOOP("Told", "The folder {0} is locked."),
    QT_TRANSLATE_NOOP("Told", "Try again."),
    # The photo.
    QT_TRANSLATE_NOOP("Told", "The bytes of the photo are gone."),
    QT_TRANSLATE_NOOP("Told", "Open it again."),
    QT_TRANSLATE_NOOP(
        "Told",
        "{0} has changed since it was opened, so it cannot be put into the project.",
    ),
    QT_TRANSLATE_NOOP(
        "Told", "Bring the file back as it was, or export the photo and open it anew."
    ),
    QT_TRANSLATE_NOOP("Told", "{0} is too large to be kept."),
    QT_TRANSLATE_NOOP("Told", "Link it instead."),
    QT_TRANSLATE_NOOP("Told", "{0} is no ordinary file."),
    QT_TRANSLATE_NOOP("Told", "Open a photo that is one."),
    QT_TRANSLATE_NOOP("Told", "The photo {0} cannot be read: {1}."),
    QT_TRANSLATE_NOOP("Told", "Bring it back, or open it again."),
    QT_TRANSLATE_NOOP("Told", "The photo of this project, {0}, {1}."),
    QT_TRANSLATE_NOOP("Told", "Put the file as it was beside the project."),
    # Generators that were fitted to faces.
    QT_TRANSLATE_NOOP("Told", "The generator that this face was fitted with is none of this pack."),
    QT_TRANSLATE_NOOP("Told", "Choose the pack that the face was edited with."),
    QT_TRANSLATE_NOOP("Told", "The generator that a face was fitted with is gone."),
    QT_TRANSLATE_NOOP("Told", "The generator of a face could not be kept: {0}."),
)
