"""conftest's input formats, as conftest 0.71.1 gives them to policies.

``documents`` reads files in worker processes; ``format_of`` and ``is_supported`` tell conftest's choice for a name.
"""

from gatekeeper.conftest.documents.base import FORMATS, Format, Parsed, format_named, format_of, is_supported
from gatekeeper.conftest.documents.reading import Document, documents

__all__ = ["FORMATS", "Document", "Format", "Parsed", "documents", "format_named", "format_of", "is_supported"]
