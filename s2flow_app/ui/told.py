"""What comes from below the window, where no Qt is known: in English, translated when it is shown.

Classes, shapes and sliders have names there, the engine tells what it does and what went wrong.
All of that is listed here for Qt Linguist; ``{0}`` stands for what differs: a name, a number.
"""

import re
from functools import lru_cache
from typing import Final

from s2flow_app.labels import CLASSES
from s2flow_app.ui.translate import QT_TRANSLATE_NOOP, translate

CONTEXT: Final = "Told"
TEXTS: Final = (
    # Classes of the label map: as a heading, within a sentence.
    QT_TRANSLATE_NOOP("Told", "Background"),
    QT_TRANSLATE_NOOP("Told", "Skin"),
    QT_TRANSLATE_NOOP("Told", "Nose"),
    QT_TRANSLATE_NOOP("Told", "Eyeglasses"),
    QT_TRANSLATE_NOOP("Told", "Left eye"),
    QT_TRANSLATE_NOOP("Told", "Right eye"),
    QT_TRANSLATE_NOOP("Told", "Left brow"),
    QT_TRANSLATE_NOOP("Told", "Right brow"),
    QT_TRANSLATE_NOOP("Told", "Left ear"),
    QT_TRANSLATE_NOOP("Told", "Right ear"),
    QT_TRANSLATE_NOOP("Told", "Mouth interior"),
    QT_TRANSLATE_NOOP("Told", "Upper lip"),
    QT_TRANSLATE_NOOP("Told", "Lower lip"),
    QT_TRANSLATE_NOOP("Told", "Hair"),
    QT_TRANSLATE_NOOP("Told", "Hat"),
    QT_TRANSLATE_NOOP("Told", "Earring"),
    QT_TRANSLATE_NOOP("Told", "Necklace"),
    QT_TRANSLATE_NOOP("Told", "Neck"),
    QT_TRANSLATE_NOOP("Told", "Cloth"),
    QT_TRANSLATE_NOOP("Told", "background"),
    QT_TRANSLATE_NOOP("Told", "skin"),
    QT_TRANSLATE_NOOP("Told", "nose"),
    QT_TRANSLATE_NOOP("Told", "eyeglasses"),
    QT_TRANSLATE_NOOP("Told", "left eye"),
    QT_TRANSLATE_NOOP("Told", "right eye"),
    QT_TRANSLATE_NOOP("Told", "left brow"),
    QT_TRANSLATE_NOOP("Told", "right brow"),
    QT_TRANSLATE_NOOP("Told", "left ear"),
    QT_TRANSLATE_NOOP("Told", "right ear"),
    QT_TRANSLATE_NOOP("Told", "mouth interior"),
    QT_TRANSLATE_NOOP("Told", "upper lip"),
    QT_TRANSLATE_NOOP("Told", "lower lip"),
    QT_TRANSLATE_NOOP("Told", "hair"),
    QT_TRANSLATE_NOOP("Told", "hat"),
    QT_TRANSLATE_NOOP("Told", "earring"),
    QT_TRANSLATE_NOOP("Told", "necklace"),
    QT_TRANSLATE_NOOP("Told", "neck"),
    QT_TRANSLATE_NOOP("Told", "cloth"),
    # Shapes, their groups, and why nothing changed.
    QT_TRANSLATE_NOOP("Told", "Mouth"),
    QT_TRANSLATE_NOOP("Told", "Smile"),
    QT_TRANSLATE_NOOP("Told", "No mouth shows on this face, or there is no room to change it."),
    QT_TRANSLATE_NOOP("Told", "Neutral mouth"),
    QT_TRANSLATE_NOOP("Told", "No mouth shows on this face, or it is neutral already."),
    QT_TRANSLATE_NOOP("Told", "Brows"),
    QT_TRANSLATE_NOOP("Told", "Raised brows"),
    QT_TRANSLATE_NOOP("Told", "No brow shows on this face."),
    QT_TRANSLATE_NOOP("Told", "Lowered brows"),
    QT_TRANSLATE_NOOP("Told", "No brow shows on this face, or there is no room below it."),
    QT_TRANSLATE_NOOP("Told", "Thicker brows"),
    QT_TRANSLATE_NOOP("Told", "Fuller hair"),
    QT_TRANSLATE_NOOP("Told", "There is too little hair on this face to change."),
    QT_TRANSLATE_NOOP("Told", "Longer hair"),
    QT_TRANSLATE_NOOP(
        "Told",
        "There is too little hair on this face, or it is as long as the picture.",
    ),
    QT_TRANSLATE_NOOP("Told", "Shorter hair"),
    QT_TRANSLATE_NOOP("Told", "There is too little hair on this face, or it is short already."),
    QT_TRANSLATE_NOOP("Told", "Fringe"),
    QT_TRANSLATE_NOOP("Told", "There is no hair above the forehead, or no forehead that shows."),
    QT_TRANSLATE_NOOP("Told", "Wider nose"),
    QT_TRANSLATE_NOOP("Told", "No nose shows on this face."),
    QT_TRANSLATE_NOOP("Told", "Narrower nose"),
    QT_TRANSLATE_NOOP("Told", "Accessories"),
    QT_TRANSLATE_NOOP("Told", "Glasses on"),
    QT_TRANSLATE_NOOP("Told", "This face wears glasses already, or no eye shows."),
    QT_TRANSLATE_NOOP("Told", "Glasses off"),
    QT_TRANSLATE_NOOP("Told", "This face wears no glasses."),
    QT_TRANSLATE_NOOP("Told", "Earrings on"),
    QT_TRANSLATE_NOOP("Told", "No ear shows on this face, or it has an earring already."),
    QT_TRANSLATE_NOOP("Told", "Earrings off"),
    QT_TRANSLATE_NOOP("Told", "This face wears no earrings."),
    QT_TRANSLATE_NOOP("Told", "Hat off"),
    QT_TRANSLATE_NOOP("Told", "This face wears no hat."),
    # Parts of another face.
    QT_TRANSLATE_NOOP("Told", "Eyes"),
    QT_TRANSLATE_NOOP("Told", "Ears"),
    QT_TRANSLATE_NOOP("Told", "Glasses"),
    QT_TRANSLATE_NOOP("Told", "Earrings"),
    QT_TRANSLATE_NOOP("Told", "eyes"),
    QT_TRANSLATE_NOOP("Told", "brows"),
    QT_TRANSLATE_NOOP("Told", "mouth"),
    QT_TRANSLATE_NOOP("Told", "ears"),
    QT_TRANSLATE_NOOP("Told", "glasses"),
    QT_TRANSLATE_NOOP("Told", "earrings"),
    # Style sliders of the built-in pack.
    QT_TRANSLATE_NOOP("Told", "Hair: dark - light"),
    QT_TRANSLATE_NOOP("Told", "Hair: ash - red"),
    QT_TRANSLATE_NOOP("Told", "Skin: dark - light"),
    QT_TRANSLATE_NOOP("Told", "Skin: cool - warm"),
    QT_TRANSLATE_NOOP("Told", "Skin: sallow - rosy"),
    QT_TRANSLATE_NOOP("Told", "Under the eyes: dark - bright"),
    QT_TRANSLATE_NOOP("Told", "Light: from left - from right"),
    QT_TRANSLATE_NOOP("Told", "Light: from below - from above"),
    QT_TRANSLATE_NOOP("Told", "Background: dark - light"),
    QT_TRANSLATE_NOOP("Told", "Lips: pale - red"),
    QT_TRANSLATE_NOOP("Told", "Lips: dark - light"),
    QT_TRANSLATE_NOOP("Told", "Chin: clean - stubble"),
    QT_TRANSLATE_NOOP("Told", "Face: soft - contrasty"),
    QT_TRANSLATE_NOOP("Told", "Background: cool - warm"),
    # The history before the first step.
    QT_TRANSLATE_NOOP("Told", "Start"),
    # What is being done.
    QT_TRANSLATE_NOOP("Told", "Inverting"),
    QT_TRANSLATE_NOOP("Told", "Searching for the face's latents"),
    QT_TRANSLATE_NOOP("Told", "Parsing"),
    QT_TRANSLATE_NOOP("Told", "Drawing"),
    QT_TRANSLATE_NOOP("Told", "Refining"),
    QT_TRANSLATE_NOOP("Told", "Tuning the likeness"),
    QT_TRANSLATE_NOOP("Told", "Settling"),
    QT_TRANSLATE_NOOP("Told", "Measuring"),
    # What went wrong, and what to do.
    QT_TRANSLATE_NOOP("Told", "A label map is a {0} x {1} PNG whose values are class ids"),
    QT_TRANSLATE_NOOP("Told", "is a HEIC picture"),
    QT_TRANSLATE_NOOP("Told", "is a video or an AVIF picture"),
    QT_TRANSLATE_NOOP("Told", "is a web page"),
    QT_TRANSLATE_NOOP("Told", "is a PDF document"),
    QT_TRANSLATE_NOOP("Told", "is an SVG drawing or other XML"),
    QT_TRANSLATE_NOOP("Told", "holds text, whatever its name says"),
    QT_TRANSLATE_NOOP("Told", "is of no known kind"),
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
    QT_TRANSLATE_NOOP("Told", "{0} names unknown parts: {1}."),
    QT_TRANSLATE_NOOP("Told", "{0} names a file outside the pack: {1}."),
    QT_TRANSLATE_NOOP("Told", "{0} has an unknown architecture, {1}."),
    QT_TRANSLATE_NOOP("Told", "The pack {0} has no {1} network of the needed kind."),
    QT_TRANSLATE_NOOP("Told", "Choose another pack with --pack."),
    QT_TRANSLATE_NOOP("Told", "{0} has schema version {1}; this program reads version {2}."),
    QT_TRANSLATE_NOOP("Told", "Update the program, or get the pack made for this version."),
    QT_TRANSLATE_NOOP("Told", "{0} is not a readable pack manifest ({1})."),
    QT_TRANSLATE_NOOP("Told", "Install the pack again."),
    QT_TRANSLATE_NOOP("Told", "{0} is damaged: its checksum differs from the manifest's."),
    QT_TRANSLATE_NOOP("Told", "{0} cannot be read ({1})."),
    QT_TRANSLATE_NOOP("Told", "{0} does not fit its architecture ({1})."),
    QT_TRANSLATE_NOOP("Told", "{0} holds numbers that are not finite, in {1}."),
    QT_TRANSLATE_NOOP("Told", "No face was found in the photo."),
    QT_TRANSLATE_NOOP("Told", "Use one with a face turned to the camera."),
    QT_TRANSLATE_NOOP("Told", "The photo has {0} face(s); there is no face {1}."),
    QT_TRANSLATE_NOOP("Told", "Use 0 to {0}; 0 is the largest."),
    QT_TRANSLATE_NOOP("Told", "{0} is too large{1}: at most {2} megapixels can be edited."),
    QT_TRANSLATE_NOOP("Told", "Scale it down or cut out the part with the face, and open that."),
    QT_TRANSLATE_NOOP("Told", "{0} is damaged or cut short: {1}."),
    QT_TRANSLATE_NOOP(
        "Told",
        "Copy or download it again, or open it in another program and save it anew.",
    ),
    QT_TRANSLATE_NOOP("Told", "{0} is a camera's RAW file."),
    QT_TRANSLATE_NOOP(
        "Told",
        "Develop it with a RAW converter (darktable, RawTherapee, the camera's own), save it as"
        " 16-bit TIFF or JPEG, and open that.",
    ),
    QT_TRANSLATE_NOOP(
        "Told",
        "{0} cannot be written: its ending names no format that is known here.",
    ),
    QT_TRANSLATE_NOOP("Told", "Use one of {0}."),
    QT_TRANSLATE_NOOP("Told", "{0} is the original photo, which is never overwritten."),
    QT_TRANSLATE_NOOP("Told", "Choose another name."),
    QT_TRANSLATE_NOOP("Told", "{0} is a folder."),
    QT_TRANSLATE_NOOP("Told", "Add a file name to it."),
    QT_TRANSLATE_NOOP(
        "Told",
        "{0} files hold at most {1} pixels a side, fewer than this photo has.",
    ),
    QT_TRANSLATE_NOOP("Told", "Export as PNG or TIFF."),
    QT_TRANSLATE_NOOP("Told", "{0} is empty."),
    QT_TRANSLATE_NOOP("Told", "Copy or download it again."),
    QT_TRANSLATE_NOOP("Told", "No face was found in {0}: it has only {1} x {2} pixels."),
    QT_TRANSLATE_NOOP(
        "Told",
        "Open a larger photo; a face of 100 pixels or more gives good results.",
    ),
    QT_TRANSLATE_NOOP("Told", "{0} cannot be written: {1}."),
    QT_TRANSLATE_NOOP("Told", "Choose a folder that exists, has room and allows writing."),
    QT_TRANSLATE_NOOP("Told", "{0} is not a photo that this program can read: it {1}."),
    QT_TRANSLATE_NOOP("Told", "Open a JPEG, PNG, TIFF, WebP, BMP or GIF file."),
    QT_TRANSLATE_NOOP("Told", "Open a photo in it."),
    QT_TRANSLATE_NOOP("Told", "There is no file {0}."),
    QT_TRANSLATE_NOOP("Told", "Check its name and folder."),
    QT_TRANSLATE_NOOP("Told", "{0} is not an ordinary file."),
    QT_TRANSLATE_NOOP("Told", "{0} cannot be read: {1}."),
    QT_TRANSLATE_NOOP("Told", "Check that you may read it."),
    QT_TRANSLATE_NOOP("Told", "{0} has 32 bits a channel."),
    QT_TRANSLATE_NOOP("Told", "Save it with 8 or 16 bits a channel and open that."),
    QT_TRANSLATE_NOOP("Told", "The generator of this face could not be kept: {0}."),
    QT_TRANSLATE_NOOP("Told", "Make room in {0} and try again."),
    QT_TRANSLATE_NOOP("Told", "The generator that this face was tuned with is gone."),
    QT_TRANSLATE_NOOP("Told", "Go back to before the tuning, and tune again."),
    QT_TRANSLATE_NOOP("Told", "The gallery has {0} faces."),
    QT_TRANSLATE_NOOP("Told", "Choose one of 0 to {0}."),
    QT_TRANSLATE_NOOP("Told", "The latents of the gallery are not of the pack's generator."),
    QT_TRANSLATE_NOOP("Told", "Import the generator that they were made with."),
    QT_TRANSLATE_NOOP("Told", "No face was found in {0}."),
    QT_TRANSLATE_NOOP("Told", "Choose a reference photo with a face turned to the camera."),
    QT_TRANSLATE_NOOP("Told", "No photo is open."),
    QT_TRANSLATE_NOOP("Told", "Open one first."),
    QT_TRANSLATE_NOOP("Told", "No face has been prepared."),
    QT_TRANSLATE_NOOP("Told", "Open a photo and choose a face."),
    QT_TRANSLATE_NOOP("Told", "The networks stopped answering."),
    QT_TRANSLATE_NOOP("Told", "Cancelled."),
    QT_TRANSLATE_NOOP("Told", "There is not enough memory."),
    QT_TRANSLATE_NOOP("Told", "Something went wrong inside the program ({0})."),
    QT_TRANSLATE_NOOP("Told", "Your work is as it was; the log file has the details."),
    QT_TRANSLATE_NOOP("Told", "{0} is {1} x {2} pixels."),
    QT_TRANSLATE_NOOP("Told", "{0}: resize it with nearest neighbour, which keeps the ids."),
    QT_TRANSLATE_NOOP(
        "Told",
        "{0} is a colour picture in colours that no known label palette has.",
    ),
    QT_TRANSLATE_NOOP(
        "Told",
        "{0} or colours: smoothed edges, colour profiles and JPEG change them.",
    ),
    QT_TRANSLATE_NOOP("Told", "{0} holds the id {1}; ids go from 0 to {2}."),
    QT_TRANSLATE_NOOP(
        "Told",
        "Its colours may be those of another palette: 's2flow segment' writes the right one.",
    ),
    QT_TRANSLATE_NOOP("Told", "{0} cannot be written ({1})."),
    QT_TRANSLATE_NOOP("Told", "Choose another folder or name."),
    QT_TRANSLATE_NOOP("Told", "{0} cannot be read as a label map ({1})."),
    QT_TRANSLATE_NOOP("Told", "{0}; 's2flow segment' writes one."),
    QT_TRANSLATE_NOOP("Told", "The program's own folder '{0}' is missing."),
    QT_TRANSLATE_NOOP("Told", "This installation is incomplete: install S2-Flow Studio again."),
    QT_TRANSLATE_NOOP("Told", "There is no model pack '{0}' in {1} or {2}."),
    QT_TRANSLATE_NOOP("Told", "Packs found: {0}. 'S2FLOW_MODELS' names another folder of packs."),
    QT_TRANSLATE_NOOP("Told", "The folder {0} cannot be created: {1}."),
    QT_TRANSLATE_NOOP("Told", "Make its parent folder writable, or set HOME to a folder that is."),
    QT_TRANSLATE_NOOP(
        "Told",
        "The edit could not be computed: the flow's equation is too stiff here ({0}).",
    ),
    QT_TRANSLATE_NOOP("Told", "Ask for a smaller change, or lower the amount."),
)
_PLACE: Final = re.compile(r"\{\d\}")


def told(text: str) -> str:
    """``text`` in the window's language; as it is, if nobody translated it."""
    found = translate(CONTEXT, text)
    if found != text or not text:
        return found
    for template, pattern in _patterns():
        if match := pattern.fullmatch(text):
            known = translate(CONTEXT, template)
            return known.format(*map(told, match.groups())) if known != template else text
    return text


def class_title(class_id: int) -> str:
    """The name of a class, as a heading."""
    return told(CLASSES[class_id].title)


def class_in_text(class_id: int) -> str:
    """The name of a class within a sentence: nouns are small in English, not in German."""
    return told(CLASSES[class_id].title.lower())


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Texts with places, those with the most words of their own first."""
    templates = [text for text in TEXTS if _PLACE.search(text)]
    templates.sort(key=lambda text: -len(_PLACE.sub("", text)))
    return tuple((text, _pattern(text)) for text in templates)


def _pattern(template: str) -> re.Pattern[str]:
    """Matches what the template stands for; a place that comes twice has the same in it."""
    parts, seen = [], set()
    for part in re.split(r"(\{\d\})", template):
        if not _PLACE.fullmatch(part):
            parts.append(re.escape(part))
        elif part in seen:
            parts.append(f"(?P=p{part[1]})")
        else:
            seen.add(part)
            parts.append(f"(?P<p{part[1]}>.*?)")
    return re.compile("".join(parts), re.DOTALL)
