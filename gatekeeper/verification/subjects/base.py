"""What a subject is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gatekeeper.crypto.public_keys import Message
from gatekeeper.verification.subjects import hashing
from gatekeeper.verification.subjects.naming import IMAGE, LAYOUT
from gatekeeper.verification.subjects.reading import FileMessage


@dataclass(frozen=True, slots=True)
class Subject:
    """What is verified.

    ``uri`` is how the user named it (``file:app.tar.gz``), ``digests`` are hex digests by their names in in-toto's
    digest sets (``sha256``, ``sha384``, ``sha512``), those that every subject has; ``gitTree-256`` is what is called
    ``gitTree`` there, in git's SHA-256 object format. ``message`` is what a signature
    without a statement is over; None where there is no such thing (a tree).
    """

    uri: str
    name: str
    digests: Mapping[str, str]
    message: Message | None = None

    @property
    def is_on_disk(self) -> bool:
        """Whether it is a file or folder, which may lie anywhere; the path of an image is its name."""
        return not self.uri.startswith((IMAGE, LAYOUT))

    def digests_beside(self, stated: Mapping[str, str]) -> Mapping[str, str]:
        """The digests, and those of ``stated`` (hex by names) that can be computed over the bytes as well.

        Raises:
            UnreadableInput: a file cannot be read, or was changed.
        """
        wanted = {
            name: len(value)
            for name, value in stated.items()
            if name not in self.digests and hashing.computable(name, len(value))
        }
        if not wanted or self.message is None:
            return self.digests
        if isinstance(self.message, FileMessage):
            return {**self.digests, **self.message.further(wanted)}
        content = self.message.content()
        return {**self.digests, **hashing.digests((content,), len(content), wanted)}
