"""How bad an advisory is."""

from __future__ import annotations

from gatekeeper.model.json import JsonObject

# GitHub's word for medium differs.
WORDS = {"CRITICAL": "critical", "HIGH": "high", "MODERATE": "medium", "MEDIUM": "medium", "LOW": "low"}


def severity_of(record: JsonObject) -> str:
    """critical, high, medium, low, or unknown where neither a CVSS vector nor a word says.

    The worst vector counts. Malicious packages (``MAL-``) are critical whatever their record says.
    """
    if str(record.get("id", "")).startswith("MAL-"):
        return "critical"
    scores = [score for vector in record.get("severity") or () if (score := _score(vector)) is not None]
    if scores:
        return _level(max(scores))
    specific = record.get("database_specific")
    word = specific.get("severity") if isinstance(specific, dict) else None
    return WORDS.get(str(word).upper(), "unknown")


def _score(vector: JsonObject) -> float | None:
    from cvss import CVSS2, CVSS3, CVSS4  # noqa: PLC0415 - needed for records that matched only
    from cvss.exceptions import CVSSError  # noqa: PLC0415

    kinds = {"CVSS_V2": CVSS2, "CVSS_V3": CVSS3, "CVSS_V4": CVSS4}
    kind = kinds.get(str(vector.get("type")))
    try:
        return float(kind(vector["score"]).scores()[0]) if kind else None
    except (CVSSError, KeyError, TypeError):
        return None


def _level(score: float) -> str:
    """The qualitative scale of CVSS 3.1, section 5; 0.0 is unknown, for a record says that something is wrong."""
    for bound, level in ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low")):
        if score >= bound:
            return level
    return "unknown"
