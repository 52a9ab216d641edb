"""What the spec needs on Windows and macOS alone: names of the programs, the bundle's facts. Nothing here needs
PyInstaller; ganstudio.spec asks this module.
"""

from __future__ import annotations

from typing import Any

WINDOW_EXE = "GANStudio-window"  # Windows: the second executable, without a console (windows/ganstudio.nsi names it)
APP = "GANStudio.app"
BUNDLE_ID = "org.ganstudio.GANStudio"
_PICTURES = (
    "public.jpeg", "public.png", "org.webmproject.webp", "public.tiff", "public.avif", "public.heic",
    "com.microsoft.bmp", "com.compuserve.gif",
)  # fmt: skip
_PROJECT = "org.ganstudio.project"


def info_plist(version: str) -> dict[str, Any]:
    """The facts of the macOS bundle: an editor among others for pictures, the owner of its own projects."""
    return {
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "LSMinimumSystemVersion": "14.0",
        "LSApplicationCategoryType": "public.app-category.photography",
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,
        "NSHumanReadableCopyright": "Apache License 2.0",
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "Picture",
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": list(_PICTURES),
            },
            {
                "CFBundleTypeName": "GANStudio project",
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [_PROJECT],
            },
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": _PROJECT,
                "UTTypeDescription": "GANStudio project",
                "UTTypeConformsTo": ["public.data"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": ["ganstudio"],
                    "public.mime-type": ["application/vnd.ganstudio.project+zip"],
                },
            }
        ],
    }
