"""A name for a finding that survives moved lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

from gatekeeper.formats import jsonable
from gatekeeper.model.finding import Finding


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """For each finding, hex of 16 bytes of a sha256 over rule, subject, file, path of keys, and its ordinal.

    Lines, columns and messages do not count. Neither do indexes of lists: an element in front must not change the name
    of its neighbour's finding. What is then equal is numbered in the given order, so that a name means one finding.
    """
    seen: Counter[bytes] = Counter()
    names = []
    for finding in findings:
        keys = [key for key in finding.at.keys if isinstance(key, str)]
        context = jsonable.dumps([finding.rule, finding.subject, finding.at.path, keys])
        names.append(sha256(context + b" %d" % seen[context]).hexdigest()[:32])
        seen[context] += 1
    return names
