"""Attestations for a person and for a program, with a first line that says that nothing was verified."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.report import attestation_decision
from gatekeeper.report.attestation_facts import facts
from gatekeeper.report.printable import listed, printable

SHOWN = 10
SHOWN_ATTESTATIONS = 50
_EVERYTHING = "--output json lists all"
# Fields of predicates that are texts, as people call them.
_LABELS = {
    "builder_id": "builder",
    "build_type": "build type",
    "invocation_id": "run",
    "started": "started",
    "finished": "finished",
    "verifier_id": "verifier",
    "result": "result",
    "resource_uri": "resource",
    "time_verified": "judged at",
    "name": "package",
    "version": "version",
    "registry": "registry",
    "purl": "release",
    "owner_id": "owner id",
    "repository_id": "repo id",
}


def as_json(name: str, attestations: Sequence[Attestation]) -> str:
    """All claims as a JSON document, in ASCII."""
    return json.dumps(facts(name, attestations), indent=2) + "\n"


def as_text(name: str, attestations: Sequence[Attestation]) -> str:
    """The claims that matter. Every text of the file passes through ``printable``."""
    return "".join(f"{line}\n" for line in _lines(facts(name, attestations[:SHOWN_ATTESTATIONS]), len(attestations)))


def _lines(document: JsonObject, total: int) -> Iterator[str]:
    yield f"NOT VERIFIED: this is what {printable(document['file'])} claims; no signature, time or digest was checked"
    for attestation in document["attestations"]:
        yield ""
        yield printable(attestation["name"])
        yield _line("format", attestation["format"])
        yield _line("sha256", attestation["sha256"])
        yield _line("signed", f"sha256:{attestation['signed_sha256']}, what bundle in [[revoke]] takes")
        yield from _each("signer", attestation["signers"], _signer)
        yield from _each("log entry", attestation["log_entries"], _entry)
        yield from _each("timestamp", attestation["timestamps"], _timestamp)
        if _has_no_time(attestation):
            yield _line("time", "none: a certificate counts only with a log entry or a timestamp")
        yield from _content(attestation["content"])
    if total > SHOWN_ATTESTATIONS:
        yield ""
        yield f"... and {total - SHOWN_ATTESTATIONS} more attestations; {_EVERYTHING}"


def _has_no_time(attestation: JsonObject) -> bool:
    proven = attestation["log_entries"] or attestation["timestamps"]
    return not proven and any("certificate" in signer for signer in attestation["signers"])


def _signer(signer: JsonObject) -> Iterator[str]:
    certificate = signer.get("certificate")
    if certificate is None:
        yield _line("signer", f"key {signer['key'] or 'without a name'}")
    elif problem := certificate.get("problem"):
        yield _line("signer", f"a certificate that cannot be read: {problem}")
    else:
        yield _line("signer", certificate["subject"])
        yield _line("issuer", certificate["issuer"] or "not named")
        for claim, text in certificate["claims"].items():
            yield f"    {claim}: {printable(text)}"
        yield _line("valid", f"{certificate['valid_from']} to {certificate['valid_to']}")


def _entry(entry: JsonObject) -> Iterator[str]:
    proofs = [what.replace("_", " ") for what in ("promise", "inclusion_proof") if entry[what]]
    proven = f"with {' and '.join(proofs)}" if proofs else "without a proof"
    time = f", {entry['time']}" if entry["time"] else ""
    yield _line("log entry", f"{entry['index']} of log {entry['log'][:16]} ({entry['kind']}){time}, {proven}")


def _timestamp(timestamp: JsonObject) -> Iterator[str]:
    yield _line("timestamp", timestamp.get("time") or timestamp["problem"])


def _content(content: JsonObject) -> Iterator[str]:
    if digest := content.get("digest"):
        yield _line("signs", f"a file, {digest['algorithm'] or 'digest'} {digest['value'] or 'not named'}")
    elif problem := content.get("problem"):
        yield _line("payload", content["payload_type"] or "of no type")
        yield _line("problem", problem)
    else:
        yield _line("statement", content["type"])
        yield from _each("subject", content["subjects"], _subject)
        yield _line("predicate", content["predicate_type"])
        yield from _predicate(content["predicate"])


def _subject(subject: JsonObject) -> Iterator[str]:
    names = [text for text in (subject["name"], subject["uri"]) if text]
    yield _line("subject", " ".join([*names, _digests(subject["digests"])]))


def _predicate(predicate: JsonObject) -> Iterator[str]:
    if problem := predicate.get("problem"):
        yield _line("problem", problem)
    if decision := predicate.get("decision"):
        yield from attestation_decision.lines(decision)
        predicate = {"source": decision["source"]} if any(decision["source"].values()) else {}
    for name, label in _LABELS.items():
        if predicate.get(name):
            yield _line(label, predicate[name])
    if source := predicate.get("source"):
        commit = f"commit {source['commit']}" if source["commit"] else ""
        yield _line(
            "source", " ".join(part for part in (source["repository"], source["ref"], commit) if part) or "none"
        )
    if policy := predicate.get("policy"):
        yield _line("policy", " ".join(part for part in (policy["uri"], _digests(policy["digests"])) if part))
    for name, label in (("external_parameters", "parameters"), ("verified_levels", "levels"), ("fields", "fields")):
        if texts := predicate.get(name):
            yield f"  {f'{label}:':<13} {listed(list(texts), SHOWN)}"
    for name, label in (("dependencies", "depends on"), ("inputs", "rests on")):
        yield from _each(label, predicate.get(name, []), partial(_descriptor, label))


def _descriptor(label: str, descriptor: JsonObject) -> Iterator[str]:
    parts = (descriptor["uri"] or descriptor["name"], _digests(descriptor["digests"]))
    yield _line(label, " ".join(part for part in parts if part) or "something without a name")


def _digests(digests: JsonObject) -> str:
    return " ".join(f"{algorithm}:{value}" for algorithm, value in digests.items())


def _each(label: str, values: list[JsonObject], lines: Callable[[JsonObject], Iterator[str]]) -> Iterator[str]:
    for value in values[:SHOWN]:
        yield from lines(value)
    if len(values) > SHOWN:
        yield _line(label, f"and {len(values) - SHOWN} more; {_EVERYTHING}")


def _line(label: str, text: Json) -> str:
    return f"  {f'{label}:':<13} {printable(str(text))}"
