"""What is open in the window: how pictures come in, are kept and go out again."""

from ganstudio.ui.documents.documents import Arrival, Documents
from ganstudio.ui.documents.dropping import accepts, handle_drop, handle_paste
from ganstudio.ui.documents.open_document import OpenDocument
from ganstudio.ui.documents.tabs import DocumentTabs

__all__ = [
    "Arrival",
    "DocumentTabs",
    "Documents",
    "OpenDocument",
    "accepts",
    "handle_drop",
    "handle_paste",
]
