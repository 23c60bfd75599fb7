"""The Info.plist of the bundle for macOS: what it is called, and what it opens."""

from typing import Any, Final

IDENTIFIER: Final = "io.github.s2flow.studio"
PROJECT_TYPE: Final = f"{IDENTIFIER}.project"
PHOTO_TYPES: Final = (
    "public.jpeg", "public.png", "public.tiff", "org.webmproject.webp", "com.microsoft.bmp",
    "com.compuserve.gif", "public.heic", "public.avif",
)  # fmt: skip
LEAST_SYSTEM: Final = "12.0"
"""Qt 6.8 and later, and PyTorch's wheels, ask for it."""


def info_plist(version: str) -> dict[str, Any]:
    """The entries beside those that PyInstaller makes itself."""
    return {
        "CFBundleName": "S2-Flow Studio",
        "CFBundleDisplayName": "S2-Flow Studio",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": ["en", "de"],
        "LSApplicationCategoryType": "public.app-category.photography",
        "LSMinimumSystemVersion": LEAST_SYSTEM,
        "NSHighResolutionCapable": True,
        "NSSupportsAutomaticGraphicsSwitching": True,
        "NSHumanReadableCopyright": "Apache License 2.0; the model pack for research use only",
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": PROJECT_TYPE,
                "UTTypeDescription": "S2-Flow project",
                # A zip that the Finder does not unpack: data, and content of its own.
                "UTTypeConformsTo": ["public.data", "public.content"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": ["s2flow"],
                    "public.mime-type": ["application/x-s2flow"],
                },
            }
        ],
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "S2-Flow project",
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [PROJECT_TYPE],
            },
            {
                "CFBundleTypeName": "Photo",
                "CFBundleTypeRole": "Editor",
                # Offered under "Open with", and nobody's default.
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": list(PHOTO_TYPES),
            },
        ],
    }
