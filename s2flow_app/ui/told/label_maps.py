"""What is said of label maps that are read or written."""

from typing import Final

from s2flow_app.ui.translate import QT_TRANSLATE_NOOP

TEXTS: Final = (
    QT_TRANSLATE_NOOP("Told", "A label map is a {0} x {1} PNG whose values are class ids"),
    QT_TRANSLATE_NOOP("Told", "{0}; 's2flow segment' writes one."),
    QT_TRANSLATE_NOOP(
        "Told",
        "{0}: save it in grey, or with the palette that 's2flow segment' writes.",
    ),
    QT_TRANSLATE_NOOP("Told", "{0}: save it without transparency."),
    QT_TRANSLATE_NOOP("Told", "{0}: resize it with nearest neighbour, which keeps the ids."),
    QT_TRANSLATE_NOOP(
        "Told",
        "{0} or colours: smoothed edges, colour profiles and JPEG change them.",
    ),
    QT_TRANSLATE_NOOP(
        "Told",
        "Its colours may be those of another palette: 's2flow segment' writes the right one.",
    ),
    QT_TRANSLATE_NOOP("Told", "{0} is {1} x {2} pixels."),
    QT_TRANSLATE_NOOP(
        "Told",
        "{0} is a colour picture in colours that no known label palette has.",
    ),
    QT_TRANSLATE_NOOP("Told", "{0} holds the id {1}; ids go from 0 to {2}."),
    QT_TRANSLATE_NOOP("Told", "{0} has indices but no palette for them."),
    QT_TRANSLATE_NOOP("Told", "{0} has the index {1}, but its palette has {2} colours."),
    QT_TRANSLATE_NOOP("Told", "{0} has a palette with one colour for several indices."),
    QT_TRANSLATE_NOOP("Told", "{0} is transparent in places, which says no class."),
    QT_TRANSLATE_NOOP("Told", "{0} cannot be read as a label map ({1})."),
    QT_TRANSLATE_NOOP("Told", "it {0}, no PNG"),
    QT_TRANSLATE_NOOP("Told", "no PNG"),
    QT_TRANSLATE_NOOP("Told", "no ordinary file"),
    QT_TRANSLATE_NOOP("Told", "there is not enough memory"),
    QT_TRANSLATE_NOOP("Told", "far larger than a label map"),
    QT_TRANSLATE_NOOP("Told", "its header is damaged"),
    QT_TRANSLATE_NOOP("Told", "its 16-bit values cannot be read"),
    QT_TRANSLATE_NOOP("Told", "{0} cannot be written ({1})."),
    QT_TRANSLATE_NOOP("Told", "Choose another folder or name."),
)
