"""in-toto statements v0.1 and v1 (https://in-toto.io/Statement/v1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gatekeeper.formats import jsonable, limits, strict_json
from gatekeeper.model.json import Json, JsonObject

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
STATEMENT_TYPE_V01 = "https://in-toto.io/Statement/v0.1"
MAX_VALUES = 2_000_000
MAX_DEPTH = 200
TYPES = (STATEMENT_TYPE, STATEMENT_TYPE_V01)
_HEX = re.compile(r"[0-9a-f]+\Z")
# Lengths in hexadecimal digits; git has repositories of SHA-1 and of SHA-256.
_LENGTHS = {
    "md5": (32,),
    "sha1": (40,),
    "sha224": (56,),
    "sha256": (64,),
    "sha384": (96,),
    "sha512": (128,),
    "sha512_224": (56,),
    "sha512_256": (64,),
    "sha3_224": (56,),
    "sha3_256": (64,),
    "sha3_384": (96,),
    "sha3_512": (128,),
    "dirHash": (64,),
    "gitBlob": (40, 64),
    "gitCommit": (40, 64),
    "gitTag": (40, 64),
    "gitTree": (40, 64),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is about: hex digests by the names of their algorithms; ``name`` and ``uri`` may be ""."""

    name: str
    digests: Mapping[str, str]
    uri: str = ""

    @property
    def sha256(self) -> str:
        """The sha256 in hex; "" where there is none."""
        return self.digests.get("sha256", "")


@dataclass(frozen=True, slots=True)
class Statement:
    """A predicate about subjects; one that is null or absent is empty."""

    subjects: tuple[Subject, ...]
    predicate_type: str
    predicate: JsonObject
    type: str = STATEMENT_TYPE

    def encode(self) -> bytes:
        """Canonical JSON."""
        return jsonable.dumps(
            {
                "_type": self.type,
                "subject": [_to_json(subject) for subject in self.subjects],
                "predicateType": self.predicate_type,
                "predicate": self.predicate,
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Statement:
        """The statement; unknown fields are passed over, as the specification demands.

        Raises:
            ValueError: it is no statement of a known version, is too large or too deep, or the digests of a subject
                are missing or malformed.
        """
        limits.check_json(data, values=MAX_VALUES, depth=MAX_DEPTH)
        value = strict_json.loads(data)
        if not isinstance(value, dict):
            raise ValueError("no in-toto statement: an object is expected")
        kind = value.get("_type")
        if kind not in TYPES:
            raise ValueError(f"no in-toto statement v0.1 or v1: its _type is {kind!r:.80}")
        subjects, predicate_type, predicate = value.get("subject"), value.get("predicateType"), value.get("predicate")
        if not isinstance(predicate_type, str) or not predicate_type:
            raise ValueError("a statement has a predicateType")
        if predicate is not None and not isinstance(predicate, dict):
            raise ValueError("the predicate of a statement is an object")
        if not isinstance(subjects, list) or not subjects:
            raise ValueError("a statement has subjects")
        found = tuple(_subject(subject, f"subject[{index}]") for index, subject in enumerate(subjects))
        return cls(found, predicate_type, predicate or {}, kind)


def _to_json(subject: Subject) -> JsonObject:
    named = {"name": subject.name, "uri": subject.uri}
    return {**{key: text for key, text in named.items() if text}, "digest": dict(subject.digests)}


def _subject(value: Json, where: str) -> Subject:
    if not isinstance(value, dict):
        raise ValueError(f"{where}: an object is expected")
    name, uri, digests = value.get("name"), value.get("uri"), value.get("digest")
    if not isinstance(name, str | None) or not isinstance(uri, str | None):
        raise ValueError(f"{where}: name and uri are texts")
    if not isinstance(digests, dict) or not digests:
        raise ValueError(f"{where}: it has no digest")
    for algorithm, digest in digests.items():
        lengths = _LENGTHS.get(algorithm)
        if not isinstance(digest, str) or not _HEX.match(digest) or (lengths and len(digest) not in lengths):
            raise ValueError(f"{where}: {digest!r:.80} is no digest {algorithm!r:.40} in lower-case hexadecimal digits")
    return Subject(name or "", digests, uri or "")
