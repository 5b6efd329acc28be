"""Raw results of rules as findings."""

from __future__ import annotations

from gatekeeper.formats import jsonable
from gatekeeper.model.finding import Finding, Rule, Severity
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Key, Place

_REQUIRED = {"message", "subject", "at"}
_OPTIONAL = {"key", "severity", "remediation"}


def to_finding(rule: Rule, raw: Json, severity: Severity | None = None) -> Finding:
    """The finding {"message", "subject", "at"} of a rule, perhaps with "key", "severity" and "remediation".

    ``at`` is the place of an item of evidence, ``key`` the path of keys from there to the culprit. ``severity`` is
    what the settings say; it outweighs what the finding and the rule say.

    Raises:
        ValueError: it has another shape; the message says where.
    """
    if not isinstance(raw, dict):
        raise ValueError(f"a finding is an object, not {raw!r:.60}")
    for key in sorted(_REQUIRED - raw.keys()):
        raise ValueError(f"a finding has no {key!r}")
    for key in sorted(raw.keys() - _REQUIRED - _OPTIONAL):
        raise ValueError(f"a finding has an unknown field {key!r:.60}")
    return Finding(
        rule=rule.id,
        severity=severity or _severity(raw.get("severity", rule.severity)),
        message=_text(raw, "message"),
        subject=_text(raw, "subject"),
        at=place_of(raw),
        remediation=_text(raw, "remediation") if raw.get("remediation") else "",
    )


def place_of(raw: JsonObject) -> Place:
    """The place ``at`` of a finding, perhaps deepened by its ``key``.

    Raises:
        ValueError: either is malformed.
    """
    return _place(raw["at"]).below(*_keys(raw.get("key", [])))


def _text(raw: Json, key: str) -> str:
    value = raw[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"a finding's {key} is {value!r:.60}, which is no text")
    return value


def _severity(value: Json) -> Severity:
    try:
        return Severity(value)
    except ValueError:
        raise ValueError(f"a finding's severity is {value!r:.60}, which is none of {', '.join(Severity)}") from None


def _place(value: Json) -> Place:
    try:
        return jsonable.decode(Place, value)
    except ValueError as error:
        raise ValueError(f"a finding's `at` is no place of evidence: {error}") from None


def _keys(value: Json) -> tuple[Key, ...]:
    try:
        return jsonable.decode(tuple[Key, ...], value)
    except ValueError as error:
        raise ValueError(f"a finding's `key` is no path of keys: {error}") from None
