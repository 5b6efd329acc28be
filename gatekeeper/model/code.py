"""Evidence from scanners of source code: secrets and SAST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from gatekeeper.model.place import Place


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that stands in a file. Neither its text nor a digest of it is kept."""

    at: Annotated[Place, "The secret"]
    detector: Annotated[str, "What kind of secret, e.g. AWS Access Key"]
    key: Annotated[str, "Name that it is assigned to, else empty"]
    ordinal: Annotated[int, "Ordinal among the secrets of the same detector and key in the file, from 0"]


@dataclass(frozen=True, slots=True)
class CodeFinding:
    """A finding of the SAST scanner."""

    at: Annotated[Place, "The code"]
    check: Annotated[str, "Id of the scanner's rule, e.g. gatekeeper.python.sql-injection"]
    category: Annotated[str, "injection, path-traversal, deserialisation, personal-data-log or personal-data-prompt"]
    message: Annotated[str, "What is wrong"]
    remediation: Annotated[str, "How to mend it"]
    severity: Annotated[str, "critical, high, medium or low"]
    cwe: Annotated[tuple[str, ...], "CWE-89, ..."]
    suppression: Annotated[str, "Comment that asks to suppress it (reported, not obeyed), else empty"]


@dataclass(frozen=True, slots=True)
class Sast:
    """What the SAST scanner saw."""

    findings: Annotated[tuple[CodeFinding, ...], "Findings"] = ()
    scanned: Annotated[int, "Number of files scanned"] = 0
