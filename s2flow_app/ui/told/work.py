"""What the networks do with a face, and why they could not."""

from typing import Final

from s2flow_app.ui.translate import QT_TRANSLATE_NOOP

TEXTS: Final = (
    # What is being done.
    QT_TRANSLATE_NOOP("Told", "Opening the photo"),
    QT_TRANSLATE_NOOP("Told", "Opening the project"),
    QT_TRANSLATE_NOOP("Told", "Making a face"),
    QT_TRANSLATE_NOOP("Told", "Preparing the face"),
    QT_TRANSLATE_NOOP("Told", "Applying the edit"),
    QT_TRANSLATE_NOOP("Told", "Reading the style"),
    QT_TRANSLATE_NOOP("Told", "Reading the shape"),
    QT_TRANSLATE_NOOP("Told", "Reading the label map"),
    QT_TRANSLATE_NOOP("Told", "Exporting"),
    QT_TRANSLATE_NOOP("Told", "Drawing the gallery"),
    QT_TRANSLATE_NOOP("Told", "Rendering an earlier result"),
    QT_TRANSLATE_NOOP("Told", "Inverting"),
    QT_TRANSLATE_NOOP("Told", "Searching for the face's latents"),
    QT_TRANSLATE_NOOP("Told", "Parsing"),
    QT_TRANSLATE_NOOP("Told", "Looking for faces"),
    QT_TRANSLATE_NOOP("Told", "Drawing"),
    QT_TRANSLATE_NOOP("Told", "Refining"),
    QT_TRANSLATE_NOOP("Told", "Tuning the likeness"),
    QT_TRANSLATE_NOOP("Told", "Settling"),
    QT_TRANSLATE_NOOP("Told", "Measuring"),
    # Why a step of the history is not done again.
    QT_TRANSLATE_NOOP(
        "Told", "What was painted by hand belongs to the place where it was painted."
    ),
    QT_TRANSLATE_NOOP(
        "Told", "The other face is needed for it: take its shape again in the Shapes panel."
    ),
    QT_TRANSLATE_NOOP(
        "Told", "The reference photo is needed for it: choose it again in the Style panel."
    ),
    QT_TRANSLATE_NOOP("Told", "It concerns this face as it was then, and no other."),
    QT_TRANSLATE_NOOP("Told", "Nothing that was applied here can be done again."),
    QT_TRANSLATE_NOOP("Told", "This shape is not known here."),
    # What went wrong, and what to do.
    QT_TRANSLATE_NOOP("Told", "This project was edited with another pack."),
    QT_TRANSLATE_NOOP("Told", "Choose that pack under Help > Model packs to go on editing."),
    QT_TRANSLATE_NOOP("Told", "Save a copy of your work if you can, and restart the program."),
    QT_TRANSLATE_NOOP("Told", "They were started again, and your work is as it was. Try again."),
    QT_TRANSLATE_NOOP(
        "Told",
        "The memory of {0} is full, so the networks go on on the CPU, which is slower. Close "
        "other programs that use {0}, then start this one again to have it back.",
    ),
    QT_TRANSLATE_NOOP("Told", "Close other programs, or use a smaller photo, and try again."),
    QT_TRANSLATE_NOOP("Told", "The device '{0}' is not usable on this computer."),
    QT_TRANSLATE_NOOP("Told", "Use 'cpu' or 'auto'; 's2flow doctor' lists what is there."),
    QT_TRANSLATE_NOOP(
        "Told",
        "This pack cannot make up faces: it has neither a mapping network nor a prior.",
    ),
    QT_TRANSLATE_NOOP("Told", "Open a photo, or choose another pack."),
    QT_TRANSLATE_NOOP("Told", "No face was found in the photo."),
    QT_TRANSLATE_NOOP("Told", "Use one with a face turned to the camera."),
    QT_TRANSLATE_NOOP("Told", "The photo has {0} face(s); there is no face {1}."),
    QT_TRANSLATE_NOOP("Told", "Use 0 to {0}; 0 is the largest."),
    QT_TRANSLATE_NOOP("Told", "The generator of this face could not be kept: {0}."),
    QT_TRANSLATE_NOOP("Told", "Make room in {0} and try again."),
    QT_TRANSLATE_NOOP("Told", "The generator that this face was tuned with is gone."),
    QT_TRANSLATE_NOOP("Told", "Go back to before the tuning, and tune again."),
    QT_TRANSLATE_NOOP("Told", "The pack {0} has no gallery."),
    QT_TRANSLATE_NOOP("Told", "Import one with StyleFlow's all_latents.pickle and its generator."),
    QT_TRANSLATE_NOOP("Told", "The gallery has {0} faces."),
    QT_TRANSLATE_NOOP("Told", "Choose one of 0 to {0}."),
    QT_TRANSLATE_NOOP("Told", "The latents of the gallery are not of the pack's generator."),
    QT_TRANSLATE_NOOP("Told", "Import the generator that they were made with."),
    QT_TRANSLATE_NOOP("Told", "No face was found in {0}."),
    QT_TRANSLATE_NOOP("Told", "Choose a reference photo with a face turned to the camera."),
    QT_TRANSLATE_NOOP("Told", "No photo is open."),
    QT_TRANSLATE_NOOP("Told", "Open one first."),
    QT_TRANSLATE_NOOP("Told", "The networks stopped answering."),
    QT_TRANSLATE_NOOP("Told", "Cancelled."),
    QT_TRANSLATE_NOOP("Told", "There is not enough memory."),
    QT_TRANSLATE_NOOP("Told", "Something went wrong inside the program ({0})."),
    QT_TRANSLATE_NOOP("Told", "Your work is as it was; the log file has the details."),
    QT_TRANSLATE_NOOP("Told", "The program's own folder '{0}' is missing."),
    QT_TRANSLATE_NOOP("Told", "This installation is incomplete: install S2-Flow Studio again."),
    QT_TRANSLATE_NOOP("Told", "The folder {0} cannot be created: {1}."),
    QT_TRANSLATE_NOOP("Told", "Make its parent folder writable, or set HOME to a folder that is."),
    QT_TRANSLATE_NOOP(
        "Told",
        "The edit could not be computed: the flow's equation is too stiff here ({0}).",
    ),
    QT_TRANSLATE_NOOP("Told", "Ask for a smaller change, or lower the amount."),
    QT_TRANSLATE_NOOP(
        "Told",
        "Another photo was opened meanwhile: this was asked of the one before.",
    ),
    QT_TRANSLATE_NOOP("Told", "Open that one again to go on with it."),
    QT_TRANSLATE_NOOP("Told", "This is our fault, not yours; the lines above say where."),
)
