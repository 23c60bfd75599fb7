"""What a file is that holds no photo which can be read, and what to do with it."""

from typing import Final

from s2flow_app.ui.translate import QT_TRANSLATE_NOOP

TEXTS: Final = (
    # To follow "it" in a sentence; "sondern" in German.
    QT_TRANSLATE_NOOP("Told", "is of no known kind"),
    QT_TRANSLATE_NOOP("Told", "is a camera's RAW file"),
    QT_TRANSLATE_NOOP("Told", "is a HEIC picture"),
    QT_TRANSLATE_NOOP("Told", "is an AVIF picture"),
    QT_TRANSLATE_NOOP("Told", "is a JPEG 2000 picture"),
    QT_TRANSLATE_NOOP("Told", "is a JPEG XL picture"),
    QT_TRANSLATE_NOOP("Told", "is a JPEG-LS picture"),
    QT_TRANSLATE_NOOP("Told", "is a JPEG XR picture"),
    QT_TRANSLATE_NOOP("Told", "is a PBM, PGM or PPM picture"),
    QT_TRANSLATE_NOOP("Told", "is a Photoshop document (PSD)"),
    QT_TRANSLATE_NOOP("Told", "is a large Photoshop document (PSB)"),
    QT_TRANSLATE_NOOP("Told", "is a GIMP document (XCF)"),
    QT_TRANSLATE_NOOP("Told", "is a Clip Studio document"),
    QT_TRANSLATE_NOOP("Told", "is an Affinity document"),
    QT_TRANSLATE_NOOP("Told", "is a project of this program"),
    QT_TRANSLATE_NOOP(
        "Told", "Open it in the window, or take the edited photo out of it: s2flow project export."
    ),
    QT_TRANSLATE_NOOP("Told", "is a Krita document"),
    QT_TRANSLATE_NOOP("Told", "is an OpenRaster document"),
    QT_TRANSLATE_NOOP("Told", "is an OpenEXR picture"),
    QT_TRANSLATE_NOOP("Told", "is a Radiance HDR picture"),
    QT_TRANSLATE_NOOP("Told", "is a picture of floating-point values (PFM)"),
    QT_TRANSLATE_NOOP("Told", "is a FITS picture"),
    QT_TRANSLATE_NOOP("Told", "is a QOI picture"),
    QT_TRANSLATE_NOOP("Told", "is a BPG picture"),
    QT_TRANSLATE_NOOP("Told", "is a FLIF picture"),
    QT_TRANSLATE_NOOP("Told", "is a DDS texture"),
    QT_TRANSLATE_NOOP("Told", "is an icon (ICO)"),
    QT_TRANSLATE_NOOP("Told", "is a mouse cursor (CUR)"),
    QT_TRANSLATE_NOOP("Told", "is an icon (ICNS)"),
    QT_TRANSLATE_NOOP("Told", "is an MNG animation"),
    QT_TRANSLATE_NOOP("Told", "is a JNG picture"),
    QT_TRANSLATE_NOOP("Told", "is an SGI picture"),
    QT_TRANSLATE_NOOP("Told", "is a Sun raster picture"),
    QT_TRANSLATE_NOOP("Told", "is a PCX picture"),
    QT_TRANSLATE_NOOP("Told", "is a DjVu document"),
    QT_TRANSLATE_NOOP("Told", "is a PDF document"),
    QT_TRANSLATE_NOOP("Told", "is a PostScript document"),
    QT_TRANSLATE_NOOP("Told", "is an Office document"),
    QT_TRANSLATE_NOOP("Told", "is a text document (RTF)"),
    QT_TRANSLATE_NOOP("Told", "is a video"),
    QT_TRANSLATE_NOOP("Told", "is a compressed file (gzip)"),
    QT_TRANSLATE_NOOP("Told", "is an archive (7z)"),
    QT_TRANSLATE_NOOP("Told", "is an archive (RAR)"),
    QT_TRANSLATE_NOOP("Told", "is an archive or an Office document (zip)"),
    QT_TRANSLATE_NOOP("Told", "is a program"),
    QT_TRANSLATE_NOOP("Told", "is a web page"),
    QT_TRANSLATE_NOOP("Told", "is an SVG drawing"),
    QT_TRANSLATE_NOOP("Told", "is an XML file"),
    QT_TRANSLATE_NOOP("Told", "holds text, whatever its name says"),
    # What to do with it.
    QT_TRANSLATE_NOOP(
        "Told",
        "Open it in a program that reads such pictures (GIMP, for one), save it as PNG, TIFF or "
        "JPEG there, and open that.",
    ),
    QT_TRANSLATE_NOOP(
        "Told",
        "Open it in the program it was made with, save it as PNG, TIFF or JPEG there, and open "
        "that.",
    ),
    QT_TRANSLATE_NOOP(
        "Told",
        "Develop it to ordinary brightness in a program that reads such pictures (darktable, "
        "GIMP), save it as 16-bit TIFF or PNG, and open that.",
    ),
    QT_TRANSLATE_NOOP(
        "Told",
        'Install the extra "heic" (pip install "s2flow-app[heic]"). Or set the phone or camera to '
        "JPEG (on an iPhone: Formats, Most Compatible), or convert it to JPEG or PNG, and open "
        "that.",
    ),
    QT_TRANSLATE_NOOP(
        "Told",
        "Export it as PNG from the program that it was drawn with, and open that.",
    ),
    QT_TRANSLATE_NOOP("Told", "Take the picture out of it, save it as PNG or JPEG, and open that."),
    QT_TRANSLATE_NOOP("Told", "Save one frame as PNG or JPEG in a video player, and open that."),
    QT_TRANSLATE_NOOP("Told", "Unpack it and open the photo in it."),
    QT_TRANSLATE_NOOP("Told", "Save the picture that it shows, and open that."),
)
