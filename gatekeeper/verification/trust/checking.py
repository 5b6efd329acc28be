"""Whether the parts of a trust file fit together, and can be meant."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from gatekeeper.crypto.certificates import CLAIMS
from gatekeeper.formats import base64
from gatekeeper.formats.predicates import APPROVAL, TEST_RESULT
from gatekeeper.verification.core.trust import Need
from gatekeeper.verification.trust import identities
from gatekeeper.verification.trust.ages import age
from gatekeeper.verification.trust.contents import PROVENANCES, RELEASES, SUMMARIES, is_authorship
from gatekeeper.verification.trust.model import (
    ANY,
    ANY_VERIFIER,
    PUBLIC,
    AgeBy,
    Authority,
    Document,
    Revocation,
    Rule,
    Signer,
)
from gatekeeper.verification.trust.reading import Misfit, Path

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?\Z")
MAX_LEVEL = 4
ONE_PERSON = "one key or identity is one person: give both the same person"
# What shells take for wildcards or alternatives: a rule that is about nothing would leave its subjects to laxer ones.
_NO_WILDCARD = re.compile(r"[\[\]{}]|,\s|^\s|\s$|^\.{1,2}/")
_OF_VSA = ("verifier", "stage", "policies", "resource", "levels")
_OF_PROVENANCE = ("builder", "level", "parameters")
_Entry = TypeVar("_Entry")
_Named = TypeVar("_Named", Authority, Signer)
_OF_CERTIFICATES = ("issuer", "identity", "ref", "owner_id", "repository_id", "claims")


def check(document: Document) -> None:
    """See that every name is known and every demand can be met.

    Raises:
        Misfit: one is not; its path says where.
    """
    for kind, names in (
        ("authority", [one.name for one in document.authority]),
        ("signer", [one.name for one in document.signer]),
        ("rule", [one.name for one in document.rule]),
    ):
        _check_names(kind, names)
    for path, authority in _each("authority", document.authority):
        _check_authority(authority, path)
    persons: dict[tuple[str, ...], Signer] = {}
    for path, signer in _each("signer", document.signer):
        _check_signer(signer, document, path)
        first = persons.setdefault(_certified(signer), signer)
        if first.who != signer.who:
            raise Misfit(path, f"is the same as {first.name}, but another person", ONE_PERSON)
    for path, builder in _each("builder", document.builder):
        _known(builder.signer, document.signer, (*path, "signer"))
        _pattern(identities.check, builder.id, (*path, "id"))
        _between(builder.level, MAX_LEVEL, (*path, "level"))
    if not document.rule:
        raise Misfit((), "there is no rule", "add a [[rule]]: what no rule matches is refused")
    for path, rule in _each("rule", document.rule):
        _check_rule(rule, document, path)
    for path, revocation in _each("revoke", document.revoke):
        _check_revocation(revocation, document, path)


def time(text: str) -> datetime.datetime:
    """A time with its zone.

    Raises:
        ValueError: it is none.
    """
    try:
        result = datetime.datetime.fromisoformat(text)
    except ValueError:
        result = datetime.datetime.min
    if result.tzinfo is None:
        raise ValueError(f"{text!r:.40} is no time with a zone; write 2026-01-31T12:00:00Z")
    return result


def fingerprint(text: str) -> bytes:
    """A key's sha256, from hex or base64.

    Raises:
        ValueError: it is none.
    """
    raw = bytes.fromhex(text) if _SHA256.match(text) else base64.decode(text)
    if len(raw) != 32:
        raise ValueError("a sha256 in hex or base64 is expected")
    return raw


def members(rule: Rule, signers: Sequence[Signer]) -> list[Signer]:
    """Who may sign for a rule: those that it names, with the role that it asks for."""
    named = [signer for signer in signers if not rule.signers or signer.name in rule.signers]
    return [signer for signer in named if not rule.role or rule.role in signer.roles]


def _certified(signer: Signer) -> tuple[str, ...]:
    """Who that is, whatever authority says so; of a key only its authority does."""
    return (signer.issuer or "", signer.pattern) if signer.identity else ("", "", signer.authority)


def _check_authority(authority: Authority, path: Path) -> None:
    if authority.key and authority.certificate:
        raise Misfit(path, "both a key and a certificate", "make two authorities of them")
    if not (authority.root or authority.key or authority.certificate):
        raise Misfit(path, "neither root nor key nor certificate", 'root = "public" is the public Sigstore')
    if authority.certificate and not authority.root:
        raise Misfit(
            path,
            "certificates count at a trusted time, and nobody is named who tells it",
            "add root: a trusted root with the logs or timestamp authorities that are believed",
        )
    if authority.root not in ("", PUBLIC) and not authority.sha256:
        raise Misfit((*path, "root"), "its digest is missing", "add sha256: `sha256sum` of the file")
    for name, file in (
        ("sha256", authority.root or authority.key),
        ("key_sha256", authority.key),
        ("certificate_sha256", authority.certificate),
    ):
        if digest := getattr(authority, name):
            _matches(_SHA256, digest, "64 hexadecimal digits in lower case", (*path, name))
            if not file:
                raise Misfit((*path, name), "there is no such file", "it is the digest of a file that this entry names")
    if not authority.root:
        for name, need in (("log", authority.log), ("timestamp", authority.timestamp)):
            if need is Need.REQUIRED:
                raise Misfit((*path, name), "required, but there is no root that names one", "add root")
    if authority.key and authority.sct is not None:
        raise Misfit((*path, "sct"), "is about certificates, and this is a key")


def _check_signer(signer: Signer, document: Document, path: Path) -> None:
    authority = _known(signer.authority, document.authority, (*path, "authority"))
    if authority.key:
        for name in _OF_CERTIFICATES:
            if getattr(signer, name) not in (None, "", {}):
                raise Misfit((*path, name), f"is about certificates, and {authority.name} is a key")
    else:
        if signer.issuer is None:
            raise Misfit(path, "issuer is missing", 'issuer = "" where the certificates name none')
        if not signer.identity:
            raise Misfit(path, "identity is missing", "`gatekeeper trust init --from BUNDLE` shows the claimed one")
        _pattern(identities.check, signer.identity, (*path, "identity"))
        if signer.ref:
            if identities.split(signer.identity)[1] is not None:
                raise Misfit((*path, "ref"), "the identity has a ref already", "write it in one place")
            _pattern(identities.check_path, signer.ref, (*path, "ref"))
        for claim in signer.claims:
            if claim not in CLAIMS.values():
                raise Misfit((*path, "claims", claim), "no claim", f"there are: {', '.join(CLAIMS.values())}")


def _check_subjects(rule: Rule, path: Path) -> None:
    if not rule.subject or not all(rule.subject):
        raise Misfit((*path, "subject"), "matches nothing", 'subject = ["**"] is every subject')
    for index, pattern in enumerate(rule.subject):
        if _NO_WILDCARD.search(pattern):
            raise Misfit(
                (*path, "subject", index),
                f"{pattern!r:.80} could match nothing",
                "wildcards are *, ** and ?; alternatives are items of the list, without blanks, ./ or ../",
            )


def _check_rule(rule: Rule, document: Document, path: Path) -> None:
    _check_subjects(rule, path)
    if not rule.predicate or not all(rule.predicate):
        raise Misfit((*path, "predicate"), "is empty")
    for index, name in enumerate(rule.signers):
        _known(name, document.signer, (*path, "signers", index))
    if not rule.signers and not rule.role:
        raise Misfit(path, "nobody may sign", "add signers or role")
    persons = {signer.who for signer in members(rule, document.signer)}
    if rule.threshold < 1 or rule.threshold > len(persons):
        raise Misfit(
            (*path, "threshold" if persons else "role"),
            f"{rule.threshold} distinct persons are needed, and {len(persons)} could sign",
        )
    if rule.max_age:
        _pattern(age, rule.max_age, (*path, "max_age"))
    for name, value in (("builder", rule.builder), ("source", rule.source)):
        if value:
            _pattern(identities.check, value, (*path, name))
    if rule.ref:
        _pattern(identities.check_path, rule.ref, (*path, "ref"))
    if rule.commit:
        _matches(_COMMIT, rule.commit, "40 or 64 hexadecimal digits", (*path, "commit"))
    _between(rule.level, MAX_LEVEL, (*path, "level"))
    _check_kind(rule, path)
    for name, value in rule.parameters.items():
        if value != ANY and not isinstance(value, list):
            raise Misfit((*path, "parameters", name), 'a list of values or "any" is expected')


def _check_kind(rule: Rule, path: Path) -> None:
    summaries = [one for one in rule.predicate if one in SUMMARIES]
    provenances = [one for one in rule.predicate if one in PROVENANCES]
    made = [one for one in rule.predicate if is_authorship(one)]
    if 0 < len(made) < len(rule.predicate) and (rule.role or APPROVAL in rule.predicate):
        raise Misfit(
            (*path, "predicate"),
            f"asks for what authors sign ({made[0]}) or what only others may",
            "make two rules of it: both must hold then",
        )
    for names, kind, count in ((_OF_VSA, "VSAs", len(summaries)), (_OF_PROVENANCE, "provenance", len(provenances))):
        for name in names:
            if getattr(rule, name) and count != len(rule.predicate):
                raise Misfit((*path, name), f"is about {kind}, and the rule is about {', '.join(rule.predicate)}")
    if rule.age_by is AgeBy.SIGNER and len(summaries) != len(rule.predicate):
        raise Misfit((*path, "age_by"), "only a VSA states when it was verified", 'age_by = "trusted" asks for a time')
    resulting = [one for one in rule.predicate if one in (*SUMMARIES, TEST_RESULT)]
    if rule.result and len(resulting) != len(rule.predicate):
        raise Misfit((*path, "result"), "only VSAs and test results have a result")
    if summaries and not rule.verifier:
        raise Misfit(
            path, "verifier is missing: a VSA counts for one pair of signer and verifier", 'add verifier = "URI"'
        )
    if rule.stage and rule.verifier == ANY_VERIFIER:
        raise Misfit(
            (*path, "stage"),
            "only our own gate has stages, and the rule believes any verifier",
            'name the gate\'s verifier.id: verifier = "URI"',
        )
    if any(one in RELEASES for one in rule.predicate) and not rule.source:
        raise Misfit(
            path,
            "source is missing: a platform signs the releases of all repositories as one signer",
            'add source = "https://github.com/OWNER/NAME"',
        )
    if rule.policies:
        _matches(
            _SHA256, rule.policies.removeprefix("sha256:"), "64 hexadecimal digits in lower case", (*path, "policies")
        )


def _check_revocation(revocation: Revocation, document: Document, path: Path) -> None:
    named = [name for name in ("signer", "key", "bundle") if getattr(revocation, name)]
    if len(named) != 1:
        raise Misfit(path, "exactly one of signer, key and bundle is revoked", "make several entries")
    if revocation.signer:
        _known(revocation.signer, document.signer, (*path, "signer"))
    if revocation.key:
        _pattern(fingerprint, revocation.key, (*path, "key"))
    if revocation.bundle:
        _matches(_SHA256, revocation.bundle, "64 hexadecimal digits in lower case", (*path, "bundle"))
    if revocation.from_:
        _pattern(time, revocation.from_, (*path, "from"))


def _each(kind: str, entries: Sequence[_Entry]) -> Iterator[tuple[Path, _Entry]]:
    for index, entry in enumerate(entries):
        yield (kind, index), entry


def _check_names(kind: str, names: Sequence[str]) -> None:
    for index, name in enumerate(names):
        if not name.strip() or not name.isprintable():
            raise Misfit((kind, index, "name"), "is empty or cannot be printed")
        if name in names[:index]:
            raise Misfit((kind, index, "name"), f"there is another {kind} {name}", "names are unique")


def _known(name: str, entries: Sequence[_Named], path: Path) -> _Named:
    for entry in entries:
        if entry.name == name:
            return entry
    raise Misfit(path, f"nobody is called {name!r:.60}", f"there are: {', '.join(one.name for one in entries)}")


def _pattern(check_one: Callable[[str], object], value: str, path: Path) -> None:
    try:
        check_one(value)
    except ValueError as error:
        text = str(error)
        raise Misfit(path, text if text.startswith(repr(value)) else f"{value!r:.120}: {text}") from None


def _matches(pattern: re.Pattern[str], value: str, what: str, path: Path) -> None:
    if not pattern.match(value):
        raise Misfit(path, f"{what} are expected, not {value!r:.80}")


def _between(value: int, most: int, path: Path) -> None:
    if not 0 <= value <= most:
        raise Misfit(path, f"a number between 0 and {most} is expected, not {value}")
