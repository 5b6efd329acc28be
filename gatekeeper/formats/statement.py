"""in-toto statements v1 (https://in-toto.io/Statement/v1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gatekeeper.formats import jsonable, strict_json
from gatekeeper.model.json import JsonObject

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is about."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A predicate about subjects."""

    subjects: tuple[Subject, ...]
    predicate_type: str
    predicate: JsonObject

    def encode(self) -> bytes:
        """Canonical JSON."""
        return jsonable.dumps(
            {
                "_type": STATEMENT_TYPE,
                "subject": [{"name": s.name, "digest": {"sha256": s.sha256}} for s in self.subjects],
                "predicateType": self.predicate_type,
                "predicate": self.predicate,
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Statement:
        """The statement.

        Raises:
            ValueError: it is no statement v1, or a subject has no sha256.
        """
        value = strict_json.loads(data)
        if not isinstance(value, dict) or value.get("_type") != STATEMENT_TYPE:
            raise ValueError(f"no in-toto statement of type {STATEMENT_TYPE}")
        subjects, kind, predicate = value.get("subject"), value.get("predicateType"), value.get("predicate")
        if not isinstance(kind, str) or not isinstance(predicate, dict):
            raise ValueError("a statement has a predicateType and a predicate")
        if not isinstance(subjects, list) or not subjects:
            raise ValueError("a statement has subjects")
        return cls(tuple(_subject(subject) for subject in subjects), kind, predicate)


def _subject(value: object) -> Subject:
    digests = value.get("digest") if isinstance(value, dict) else None
    sha256 = digests.get("sha256") if isinstance(digests, dict) else None
    if not isinstance(value, dict) or not isinstance(sha256, str) or not _SHA256.match(sha256):
        raise ValueError("a subject has a digest sha256 of 64 hexadecimal digits")
    return Subject(str(value.get("name", "")), sha256)
