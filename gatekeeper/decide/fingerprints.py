"""A name for what a finding is about, which survives moved lines, reformatting and renamed files."""

from __future__ import annotations

import re
from hashlib import sha256

from gatekeeper.formats import jsonable
from gatekeeper.model.finding import Finding

# An advisory is what such a finding is about: another one on the same package is another finding.
_ADVISORY = re.compile(r"(?:CVE|GHSA|GO|MAL|OSV|PYSEC|RUSTSEC)-[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*")
_LINE = re.compile(r"\b(lines?|columns?) \d+", re.IGNORECASE)


def fingerprint(finding: Finding, *, foreign: bool = False) -> str:
    """Hex of 16 bytes of a sha256 over rule, subject and the names on the path of keys.

    Neither file nor lines, columns and severity count, nor do indexes of lists: an element in front must not change
    the name of its neighbour's finding. Messages hold counts and wording that change, so of a message only the id of
    an advisory counts, in front of it; but that of a ``foreign`` rule, which often says no more than a message, counts
    as a whole, without white space, lines and the path. Findings may be equal in all this: whoever compares counts
    them. Nothing goes in that a report does not show; values of secrets are masked long before.
    """
    context: list[str] = [key for key in finding.at.keys if isinstance(key, str)]
    if foreign:
        context.append(_LINE.sub(r"\1", _normal(finding.message, finding.at.path)))
    elif advisory := _ADVISORY.match(finding.message):
        context.append(advisory[0])
    subject = _normal(finding.subject, finding.at.path)
    return sha256(jsonable.dumps([finding.rule, subject, context])).hexdigest()[:32]


def _normal(text: str, path: str) -> str:
    """``text`` with single spaces, and the path of its file, perhaps with a line, taken out."""
    if path and path in text:
        text = re.sub(rf"(?<![\w./-]){re.escape(path)}(?::\d+)*(?![\w/-]|\.\w)", "<path>", text)
    return " ".join(text.split())
