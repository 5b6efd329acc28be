"""A verification for a person. Texts from statements, certificates and names of files pass through ``printable``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.verification import Refusal, ShownAttestation, Verification, VerifiedSubject
from gatekeeper.report.printable import printable
from gatekeeper.report.verification_facts import gate_facts, unknown_shape

if TYPE_CHECKING:
    from gatekeeper.model.release import ReleaseVerdict

SHOWN = 10
_ALL = "(--output json lists all)"
_WIDTH = 10


def as_text(verification: Verification, *, explain: bool = False) -> str:
    """A few lines a subject for a release manager; with ``explain``, all that was found out about each attestation.

    Raises:
        VerificationFailure: a gate's statement lacks something that is shown.
    """
    lines: list[str] = []
    for subject in verification.subjects:
        lines += ["", *_subject(subject, explain=explain)] if lines else _subject(subject, explain=explain)
        lines.append(_line("trust", f"sha256:{verification.trust} ({verification.trust_name})"))
        if explain:
            lines.append(_line("clock", verification.time))
    if verification.left_out:
        lines += ["", "LEFT OUT, being attestations of these"]
        lines += _some("file", [_shown(name) for name in verification.left_out])
    if verification.release is not None:
        lines += ["", *_release(verification.release)]
    return "".join(f"{line}\n" for line in lines)


def _release(release: ReleaseVerdict) -> Iterator[str]:
    yield f"{release.verdict} by {len(release.rules)} rules {_shown(release.policies)}".rstrip()
    for one in release.findings:
        yield f"  {_shown(one.rule)} {_shown(one.severity)} ({_shown(one.effect)}) {_shown(one.subject)}"
        yield f"    {_shown(one.message)}"
        yield from (f"    {text}" for text in (_shown(one.remediation), _shown(one.note)) if text)
    yield from (_line("failure", _shown(failure)) for failure in release.failures)
    yield from (_line("note", _shown(note)) for note in release.notes)


def _subject(subject: VerifiedSubject, *, explain: bool) -> Iterator[str]:
    digest = next((f"{name}:{value}" for name, value in subject.digests.items()), "")
    yield f"{'VERIFIED' if subject.verified else 'REFUSED'} {_shown(subject.name)} {_shown(digest)}".rstrip()
    if subject.refusal is not None:
        yield _line("reason", _why(subject.refusal))
        if not explain:
            yield from _looked_at(subject)
    if subject.gated is not None:
        facts = gate_facts(subject.gated)
        try:
            yield from _gate(facts)
        except (AttributeError, KeyError, TypeError) as error:
            raise unknown_shape(error) from error
    for rule in subject.rules:
        if rule.refusal is None:
            by = ", ".join(_shown(name) for name in rule.satisfied_by[:SHOWN])
            more = f" and {len(rule.satisfied_by) - SHOWN} more" if len(rule.satisfied_by) > SHOWN else ""
            yield _line("rule", f"{_shown(rule.rule)} holds by {by}{more}")
            yield from [_line("age", f"{_shown(rule.rule)}: {_shown(rule.age)}")] if rule.age else []
        elif explain:
            yield _line("rule", f"{_shown(rule.rule)} does not hold: {_why(rule.refusal)}{_difference(rule.refusal)}")
    if explain:
        yield from _explained(subject)
    else:
        # It may have said what somebody wants hidden, whatever the verdict is.
        unread = [(one.name, one.refusal) for one in subject.attestations if one.unread and one.refusal]
        yield from _some("not read", [f"{_shown(name)}: {_why(why)}" for name, why in unread])


def _looked_at(subject: VerifiedSubject) -> Iterator[str]:
    """Why each attestation did not help: itself, or to the rules that do not hold."""
    unmet = {rule.rule for rule in subject.rules if rule.refusal is not None}
    told = []
    for one in subject.attestations:
        if one.unread:
            continue
        answers = [answer.refusal for answer in one.rules if answer.refusal and answer.rule in unmet]
        reasons = [one.refusal] if one.refusal else answers
        words = "; ".join(_why(why) for why in reasons) or f"counts, {_shown(one.kind)}"
        told.append(f"{_shown(one.name)}: {words}")
    others = [f"{subject.others} more, about something else"] if subject.others else []
    yield from _some("looked at", told if subject.attestations else ["no attestations"])
    yield from (_line("", line) for line in others)


def _explained(subject: VerifiedSubject) -> Iterator[str]:
    for one in subject.attestations:
        yield f"  attestation {_shown(one.name)}"
        yield from (f"    {label + ':':<{_WIDTH}} {text}" for label, text in _attestation(one))
    if not subject.attestations:
        yield "  no attestations"
    if subject.others:
        yield f"  {subject.others} more attestations are about something else"


def _attestation(one: ShownAttestation) -> Iterator[tuple[str, str]]:
    digest = f", sha256:{one.sha256}" if one.sha256 else ""
    yield "format", _shown(f"{one.format}{digest}")
    if one.signed_sha256:
        yield "signed", f"sha256:{_shown(one.signed_sha256)}, what bundle in [[revoke]] takes"
    if one.refusal is not None:
        yield "refused", _why(one.refusal)
        yield from (
            (label, _shown(text))
            for label, text in (
                ("expected", one.refusal.expected),
                ("found", one.refusal.found),
                ("do", one.refusal.hint),
            )
            if text
        )
        return
    yield "kind", _shown(one.kind)
    who = f"{one.identity}, on the word of {one.issuer or 'an issuer without a name'}" if one.identity else one.key
    yield "signed by", _shown(f"{', '.join(one.signers)}: {who if one.identity else f'key {who}'}")
    for time in one.times:
        yield "time", _shown(f"{time.time}, {time.source}")
    if not one.times:
        yield "time", "no trusted time"
    for log in one.logs:
        yield "log", _shown(log)
    for note in one.notes:
        yield "note", _shown(note)
    for answer in one.rules:
        if answer.refusal is None:
            yield "rule", _shown(f"{answer.rule}: satisfied, as {answer.signer}")
        else:
            yield "rule", f"{_shown(answer.rule)}: not satisfied: {_why(answer.refusal)}{_difference(answer.refusal)}"


def _why(refusal: Refusal) -> str:
    return _shown(f"{refusal.step}: {refusal.message}" if refusal.step else refusal.message)


def _difference(refusal: Refusal) -> str:
    expected = f", expected {_shown(refusal.expected)}" if refusal.expected else ""
    return expected + (f", found {_shown(refusal.found)}" if refusal.found else "")


def _gate(facts: JsonObject) -> Iterator[str]:
    source, policies = facts["source"], facts["policies"]
    counts = facts["coverage"]["counts"]
    yield _line("verdict", f"{_shown(facts['verdict'])} at {_shown(facts['time'])}, stage {_shown(facts['stage'])}")
    yield _line("verifier", f"{_shown(facts['verifier']['id'])}, {_shown(facts['signer'])}")
    yield _line("resource", _shown(facts["resource"]))
    rules = len(policies["rules"])
    yield _line("policies", f"{_shown(policies['digest'])} ({_shown(policies['revision'])}), {rules} rules")
    if source["commit"]:
        state = "clean" if source["clean"] else "with changes that are not in the commit"
        yield _line("source", f"commit {_shown(source['commit'])}, {state}")
    yield _line("tree", _shown(source["tree_digest"]))
    read, searched, left_out = (_shown(counts[status]) for status in ("read", "unclaimed", "excluded"))
    yield _line("coverage", f"{read} file{'' if read == '1' else 's'} read, {searched} searched, {left_out} left out")
    yield _line("SBOM", f"{facts['components']} components")
    yield from _some("warning", [_warning(finding) for finding in facts["warnings"]])
    yield from _some("waiver", [_waiver(waiver) for waiver in facts["waivers"]])
    yield from _some("note", [_shown(note) for note in facts["notes"]])


def _some(what: str, lines: list[str]) -> Iterator[str]:
    yield from (_line(what, line) for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield _line(what, f"{len(lines) - SHOWN} more {_ALL}")


def _line(label: str, text: str) -> str:
    return f"  {f'{label}:' if label else '':<{_WIDTH}} {text}"


def _warning(finding: JsonObject) -> str:
    place = finding["location"]["path"] or finding["subject"]
    return f"{_shown(finding['rule'])} {_shown(place)}: {_shown(finding['message'])}"


def _waiver(waiver: JsonObject) -> str:
    reason, owner, expires = (_shown(waiver[key]) for key in ("reason", "owner", "expires"))
    return f"{_shown(waiver['rule'])}: {reason} ({owner}, until {expires})"


def _shown(value: Json) -> str:
    return printable(str(value))
