"""``file:PATH``: a file; its name is the path's last part."""

from __future__ import annotations

from pathlib import Path

from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.subjects.reading import FileMessage, digest_file


def resolve(location: str) -> Subject:
    """The file, with sha256, sha384 and sha512.

    Raises:
        UsageError: there is no such file.
        UnreadableInput: it is no regular file, cannot be read, or changed meanwhile.
    """
    path = Path(location)
    digests = digest_file(path)
    return Subject(f"file:{location}", path.name, digests, FileMessage(path, digests))
