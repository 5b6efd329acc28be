"""A name for a finding that survives moved lines."""

from __future__ import annotations

from hashlib import sha256

from gatekeeper.formats import jsonable
from gatekeeper.model.finding import Finding


def fingerprint(finding: Finding) -> str:
    """Hex of a sha256 over rule, subject, file and path of keys; never over lines, columns or messages.

    Indexes of lists are left out: an element in front must not change the name of its neighbour's finding. Two equal
    findings have equal fingerprints; whoever compares sets of findings counts them.
    """
    keys = [key for key in finding.at.keys if isinstance(key, str)]
    return sha256(jsonable.dumps([finding.rule, finding.subject, finding.at.path, keys])).hexdigest()[:32]
