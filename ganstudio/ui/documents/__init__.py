"""What is open in the window: how pictures come in, are kept and go out again.

`Documents` holds what is open; `DocumentActions`, `PictureActions`, `ModelImport` and `Recovery`, each made once with
it, bind the actions, take dropped models and offer what a crash left. `DocumentTabs` shows it.
"""

from ganstudio.ui.documents.arrivals import Arrival
from ganstudio.ui.documents.document_actions import DocumentActions
from ganstudio.ui.documents.documents import Documents
from ganstudio.ui.documents.dropping import accepts, handle_drop, handle_paste
from ganstudio.ui.documents.export_dialog import ExportDialog
from ganstudio.ui.documents.model_import import ModelImport
from ganstudio.ui.documents.open_document import OpenDocument
from ganstudio.ui.documents.picture_actions import PictureActions
from ganstudio.ui.documents.recovering import Recovery
from ganstudio.ui.documents.saving import SaveProject
from ganstudio.ui.documents.tabs import DocumentTabs

__all__ = [
    "Arrival",
    "DocumentActions",
    "DocumentTabs",
    "Documents",
    "ExportDialog",
    "ModelImport",
    "OpenDocument",
    "PictureActions",
    "Recovery",
    "SaveProject",
    "accepts",
    "handle_drop",
    "handle_paste",
]
