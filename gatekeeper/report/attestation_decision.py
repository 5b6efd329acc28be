"""What a decision of our gate says, so that whoever approves it can read what they approve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gatekeeper.formats.predicates.claims import Claims
from gatekeeper.model.finding import Severity
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.report.printable import printable

_SHOWN = 50
_EVERYTHING = "--output json lists all"
_WAIVER = ("rule", "path", "subject", "owner", "reason", "expires", "ticket", "origin")


def read(predicate: JsonObject) -> JsonObject:
    """The facts: verdict, policies, artifacts, findings with their number by severity, waivers, warnings, coverage.

    Raises:
        ValueError: a field is missing, or of another type.
    """
    claims = Claims(predicate)
    ruling, policies, source = claims.inner("decision"), claims.inner("policies"), claims.inner("source")
    findings = [_finding(one) for one in _each(claims, "findings")]
    found = Counter(one["severity"] for one in findings)
    coverage = claims.inner("coverage")
    return {
        "verdict": ruling.required("verdict"),
        "stage": ruling.required("stage"),
        "time": ruling.required("time"),
        "fail_on": ruling.text("fail_on"),
        "verifier_id": claims.inner("verifier").text("id"),
        "policies": {name: policies.text(name) for name in ("digest", "engine", "engine_version", "revision")}
        | {"rules": list(policies.texts("rules"))},
        "source": {"repository": source.text("repository"), "ref": "", "commit": source.text("commit")},
        "clean": source.raw("clean") is True,
        "artifacts": [
            {"name": one.text("name"), "digests": {"sha256": one.text("sha256")}} for one in _each(claims, "artifacts")
        ],
        "severities": {name.value: found[name.value] for name in Severity if found[name.value]},
        "findings": findings,
        "waivers": [_texts(one, _WAIVER) for one in _each(claims, "waivers")],
        "warnings": [
            *(f"{one.text('component')}: {one.text('message')}" for one in _each(claims, "failures")),
            *claims.texts("notes"),
            *(f"not looked at: {_gap(one)}" for one in coverage.array("gaps")),
        ],
        "coverage": coverage.object("counts"),
    }


def lines(decision: JsonObject) -> Iterator[str]:
    """The same for a person."""
    limit = f", fails from {decision['fail_on']}" if decision["fail_on"] else ""
    yield _line("verdict", f"{decision['verdict']} at the stage {decision['stage']}, {decision['time']}{limit}")
    policies = decision["policies"]
    engine = f"{policies['engine']} {policies['engine_version']}".strip()
    yield _line("policies", f"{policies['digest']} ({len(policies['rules'])} rules, {engine}; {policies['revision']})")
    if decision["source"]["commit"] and not decision["clean"]:
        yield _line("source", "the inspected files are not those of the commit")
    for one in decision["artifacts"][:_SHOWN]:
        yield _line("artifact", f"{one['name']} sha256:{one['digests']['sha256']}")
    counts = ", ".join(f"{number} {severity}" for severity, number in decision["severities"].items())
    yield _line("findings", counts or "none")
    yield from _some("finding", [_shown(one) for one in decision["findings"]])
    yield from _some("waiver", [_waiver(one) for one in decision["waivers"]])
    yield from _some("warning", decision["warnings"])
    yield _line("looked at", ", ".join(f"{number} {status}" for status, number in decision["coverage"].items()))


def _finding(claims: Claims) -> JsonObject:
    location = claims.inner("location")
    line = location.inner("span").raw("line")
    path = location.text("path")
    return {
        **_texts(claims, ("rule", "severity", "effect", "status", "message", "subject", "note")),
        "place": f"{path}:{line}" if isinstance(line, int) else path,
        "waiver": _texts(claims.inner("waiver"), _WAIVER) if claims.raw("waiver") else None,
    }


def _shown(one: JsonObject) -> str:
    waiver = f", {_waiver(one['waiver'])}" if one["waiver"] else ""
    note = f", {one['note']}" if one["note"] else ""
    where = f" ({one['place']})" if one["place"] else ""
    counts = f"{one['status']}, counts as {one['effect']}"
    return f"{one['severity']} {one['rule']}: {one['message']}{where}; {counts}{waiver}{note}"


def _waiver(one: JsonObject) -> str:
    where = " ".join(filter(None, (one["path"], one["subject"])))
    about = f" for {where}" if where else ""
    return f"{one['rule']} waived{about} by {one['owner']} until {one['expires']}: {one['reason']} ({one['origin']})"


def _gap(value: Json) -> str:
    if not isinstance(value, dict):
        return str(value)
    return ", ".join(str(text) for text in value.values() if text not in ("", None, []))


def _each(claims: Claims, name: str) -> list[Claims]:
    return [Claims(value, f"{claims.where}.{name}[{index}]") for index, value in enumerate(claims.array(name))]


def _texts(claims: Claims, names: tuple[str, ...]) -> JsonObject:
    return {name: claims.text(name) for name in names}


def _some(label: str, texts: list[str]) -> Iterator[str]:
    for text in texts[:_SHOWN]:
        yield _line(label, text)
    if len(texts) > _SHOWN:
        yield _line(label, f"and {len(texts) - _SHOWN} more; {_EVERYTHING}")


def _line(label: str, text: str) -> str:
    return f"  {f'{label}:':<13} {printable(text)}"
