"""What is said of model packs and their manifests."""

from typing import Final

from s2flow_app.ui.translate import QT_TRANSLATE_NOOP

TEXTS: Final = (
    # Finding, reading and removing packs.
    QT_TRANSLATE_NOOP("Told", "There is no model pack '{0}' in {1}."),
    QT_TRANSLATE_NOOP("Told", "There is no home folder to keep anything in."),
    QT_TRANSLATE_NOOP("Told", "Set HOME to a folder of your own."),
    QT_TRANSLATE_NOOP("Told", "Nothing can be written to the folder {0}: {1}."),
    QT_TRANSLATE_NOOP("Told", "Make it writable, and make room."),
    QT_TRANSLATE_NOOP("Told", "Packs found: {0}. 'S2FLOW_MODELS' names another folder of packs."),
    QT_TRANSLATE_NOOP("Told", "none"),
    QT_TRANSLATE_NOOP("Told", "The pack {0} has no {1} network of the needed kind."),
    QT_TRANSLATE_NOOP("Told", "Choose another pack with --pack."),
    QT_TRANSLATE_NOOP("Told", "{0} names unknown parts: {1}."),
    QT_TRANSLATE_NOOP("Told", "{0} names a file outside the pack: {1}."),
    QT_TRANSLATE_NOOP("Told", "{0} has an unknown architecture, {1}."),
    QT_TRANSLATE_NOOP("Told", "{0} has schema version {1}; this program reads version {2}."),
    QT_TRANSLATE_NOOP("Told", "Update the program, or get the pack made for this version."),
    QT_TRANSLATE_NOOP("Told", "Install the pack again."),
    QT_TRANSLATE_NOOP("Told", "{0} is damaged: its checksum differs from the manifest's."),
    QT_TRANSLATE_NOOP("Told", "{0} cannot be read ({1})."),
    QT_TRANSLATE_NOOP("Told", "more than {0} GiB"),
    QT_TRANSLATE_NOOP("Told", "{0} does not fit its architecture ({1})."),
    QT_TRANSLATE_NOOP(
        "Told",
        "{0} does not fit its architecture ({1} tensors, the manifest says {2}).",
    ),
    QT_TRANSLATE_NOOP("Told", "{0} is of another kind of number"),
    QT_TRANSLATE_NOOP("Told", "{0} says more than {1} layers"),
    QT_TRANSLATE_NOOP("Told", "its sizes are larger than its file"),
    QT_TRANSLATE_NOOP("Told", "{0} holds numbers that are not finite, in {1}."),
    QT_TRANSLATE_NOOP("Told", "The pack '{0}' is not one that you imported, so it stays."),
    QT_TRANSLATE_NOOP("Told", "Your packs are in {0}."),
    QT_TRANSLATE_NOOP("Told", "{0} cannot be removed: {1}."),
    # What is wrong with a manifest.
    QT_TRANSLATE_NOOP("Told", "{0} is not a readable pack manifest ({1})."),
    QT_TRANSLATE_NOOP("Told", "nested too deeply"),
    QT_TRANSLATE_NOOP("Told", "the manifest"),
    QT_TRANSLATE_NOOP("Told", "a name in {0}"),
    QT_TRANSLATE_NOOP("Told", "{0} is no text"),
    QT_TRANSLATE_NOOP("Told", "{0} has characters that cannot be shown"),
    QT_TRANSLATE_NOOP("Told", "{0} is no SHA-256"),
    QT_TRANSLATE_NOOP("Told", "{0} is no file name of letters, digits, '.', '_' and '-'"),
    QT_TRANSLATE_NOOP("Told", "{0} is no whole number of 0 to {1}"),
    QT_TRANSLATE_NOOP("Told", "{0} is no number"),
    QT_TRANSLATE_NOOP("Told", "{0} is not finite"),
    QT_TRANSLATE_NOOP("Told", "{0} is a list that no network takes"),
    QT_TRANSLATE_NOOP("Told", "{0} is nested too deeply"),
    QT_TRANSLATE_NOOP("Told", "{0} is not an object"),
    QT_TRANSLATE_NOOP("Told", "{0} is not a list"),
    QT_TRANSLATE_NOOP("Told", "{0} has a field {1}, which there is not"),
    QT_TRANSLATE_NOOP("Told", "{0} lacks {1}"),
)
