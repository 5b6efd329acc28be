"""Which versions an OSV record affects (OSV schema, "Evaluation")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatekeeper.analyze.vulnerabilities.versions import Ordered, parse
from gatekeeper.model.json import Json, JsonObject


def is_affected(ecosystem: str, affected: JsonObject, version: Ordered) -> bool:
    """Whether a version lies in the record's list or in one of its ranges. Versions are compared parsed.

    Raises:
        ValueError: the record holds a version that its ecosystem does not know.
    """
    for text in affected.get("versions") or ():
        # Lists name whatever was ever uploaded; what is no version cannot be the pin's.
        try:
            if parse(ecosystem, text) == version:
                return True
        except ValueError:
            continue
    return any(_in_range(ecosystem, events, version) for events in _ranges(affected))


def fixes(ecosystem: str, affected: JsonObject, version: Ordered) -> list[str]:
    """Versions above ``version`` in which the flaw is mended, in order."""
    found = {
        event["fixed"]: parse(ecosystem, event["fixed"])
        for events in _ranges(affected)
        for event in events
        if "fixed" in event
    }
    return sorted((text for text, parsed in found.items() if parsed > version), key=lambda text: found[text])


def _ranges(affected: JsonObject) -> Iterator[Sequence[JsonObject]]:
    for one in affected.get("ranges") or ():
        if one.get("type") in ("ECOSYSTEM", "SEMVER"):
            yield one.get("events") or ()


def _in_range(ecosystem: str, events: Sequence[JsonObject], version: Ordered) -> bool:
    vulnerable = False
    for position, kind in sorted((_position(ecosystem, event) for event in events), key=lambda pair: pair[0]):
        reached = position[0] == 0 or position[1] <= version
        if kind == "last_affected":
            vulnerable = vulnerable and not (reached and position[1] < version)
        elif reached:
            vulnerable = kind == "introduced"
    return vulnerable


def _position(ecosystem: str, event: JsonObject) -> tuple[tuple[int, Json], str]:
    """A key that sorts events ("0" is before everything), and the event's kind."""
    for kind in ("introduced", "fixed", "last_affected", "limit"):
        if kind in event:
            text = event[kind]
            return ((0, 0) if text == "0" else (1, parse(ecosystem, text))), kind
    raise ValueError(f"an event without introduced, fixed, last_affected or limit: {sorted(event)}")
