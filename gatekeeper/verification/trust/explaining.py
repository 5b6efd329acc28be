"""A trust file in words: who is trusted with what, and what that leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatekeeper.crypto import public_keys
from gatekeeper.model.finding import Stage
from gatekeeper.verification import roots
from gatekeeper.verification.core.trust import Need, Trust
from gatekeeper.verification.trust import checking, identities
from gatekeeper.verification.trust.contents import SUMMARIES
from gatekeeper.verification.trust.loading import TrustFile
from gatekeeper.verification.trust.model import (
    ANY_VERIFIER,
    PUBLIC,
    AgeBy,
    Authority,
    Builder,
    Document,
    Revocation,
    Rule,
    Signer,
)
from gatekeeper.verification.trust.pins import pins

_NEEDS = {
    Need.REQUIRED: "must be there",
    Need.OPTIONAL: "counts where it is there",
    Need.ABSENT: "may not be there",
}
_CLOCKS = {AgeBy.TRUSTED: "trusted time", AgeBy.SIGNER: "trusted time, else by the signer's own clock"}
_PUBLIC_HOSTS = ("https://github.com/", "https://gitlab.com/")
# Workflows that the whole world calls.
_SHARED = ("https://github.com/slsa-framework/",)


def explain(trust: TrustFile) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Headings and the sentences below each."""
    document = trust.document
    sections = [
        ("Authorities", [_authority(one, trust.trusts[one.name]) for one in document.authority]),
        ("Signers", [_signer(one, document.authority) for one in document.signer]),
        ("Builders", [_builder(one) for one in document.builder]),
        ("Rules", [_rule(one, document.signer) for one in document.rule]),
        ("Revoked", [_revocation(one) for one in document.revoke]),
        ("Notes", list(notes(trust))),
    ]
    return tuple((heading, tuple(sentences)) for heading, sentences in sections if sentences)


def notes(trust: TrustFile) -> Iterator[str]:
    """What is allowed, and what whoever wrote it may not have meant."""
    document = trust.document
    used = {signer.name for rule in document.rule for signer in checking.members(rule, document.signer)}
    for signer in document.signer:
        if signer.name not in used:
            yield f"no rule is about the signer {signer.name}"
        if signer.identity.startswith(_PUBLIC_HOSTS) and not _is_pinned(signer, document):
            yield (
                f"signer {signer.name} has neither owner_id nor repository_id: whoever registers that name anew after"
                " its owner left is trusted as well; a rule can have them, too, where a workflow is called by others"
            )
    yield from _same_addresses(document.signer)
    for rule in document.rule:
        yield from (
            f"signer {signer.name} signs for whoever calls it, and rule {rule.name} has no source: anybody's build"
            ' counts; add source = "https://github.com/OWNER/NAME"'
            for signer in checking.members(rule, document.signer)
            if _is_anybodys(signer, rule)
        )
        if rule.verifier == ANY_VERIFIER:
            yield f"rule {rule.name} believes any verifier.id that its signers state"
        if rule.stage and rule.stage not in tuple(Stage):
            yield f"rule {rule.name} asks for the stage {rule.stage}, and our gate has {', '.join(Stage)}: nothing fits"
        summed_up = any(one in SUMMARIES for one in rule.predicate) and rule.verifier != ANY_VERIFIER
        if summed_up and not rule.stage and not rule.levels:
            yield (
                f"rule {rule.name} asks for no stage: where its verifier is a gate of ours, what passed as a mere"
                ' change counts as well; add stage = "build", or levels where it is none of ours'
            )
        if rule.age_by is AgeBy.SIGNER:
            yield (
                f"rule {rule.name} believes the signer's own clock where there is no trusted time: then max_age holds"
                " by the signer's word only"
            )
    for authority in document.authority:
        for name, file, digest in pins(authority):
            if not digest:
                yield f"authority {authority.name}: the digest of this trust file does not cover {file}: add {name}"
        if authority.name not in {signer.authority for signer in document.signer}:
            yield f"the authority {authority.name} vouches for no signer"


def _same_addresses(signers: Sequence[Signer]) -> Iterator[str]:
    first: dict[str, Signer] = {}
    for signer in signers:
        other = first.setdefault(signer.pattern, signer) if signer.identity else signer
        if other.who != signer.who:
            yield (
                f"signers {other.name} and {signer.name} have one identity, {signer.pattern}, of two issuers, and count"
                " as two persons: give both the same person if that is one"
            )


def _is_pinned(signer: Signer, document: Document) -> bool:
    """Whether ids of the source are asked: by the signer, or by all rules that it may sign for."""
    rules = [rule for rule in document.rule if signer in checking.members(rule, document.signer)]
    by_rules = bool(rules) and all(rule.owner_id or rule.repository_id for rule in rules)
    return bool(signer.owner_id or signer.repository_id) or by_rules


def _is_anybodys(signer: Signer, rule: Rule) -> bool:
    """Whether who signs does so for all who call it, and nothing says for whom."""
    ids = (signer.owner_id, signer.repository_id, rule.owner_id, rule.repository_id)
    of_source = any(name.startswith("source_repository") for name in signer.claims)
    return signer.identity.startswith(_SHARED) and not (rule.source or rule.commit or of_source or any(ids))


def _authority(authority: Authority, trust: Trust) -> str:
    if authority.key and trust.key is not None:
        what = f"the public key {authority.key}, {public_keys.hint(trust.key)}"
    elif authority.certificate:
        first = trust.root.certificate_authorities[0].chain[0].subject.rfc4514_string()
        what = f"the certificate authority {first or 'without a name'} in {authority.certificate}"
    elif authority.root == PUBLIC:
        what = f"the public Sigstore, with the root of {roots.PUBLIC_ROOT_DATE} that ships with gatekeeper"
    else:
        what = f"the Sigstore of {authority.root}, whose newest member is of {_newest(trust)}"
    times = (
        f"; logs and timestamps of {authority.root}"
        if authority.root and (authority.key or authority.certificate)
        else ""
    )
    sct = "" if trust.key is not None else f", a proof that the certificate was logged {_NEEDS[trust.sct]}"
    return (
        f"{authority.name} is {what}{times}. A log entry {_NEEDS[trust.log]}{sct}, a timestamp"
        f" {_NEEDS[trust.timestamp]}."
    )


def _newest(trust: Trust) -> str:
    return trust.root.newest.date().isoformat() if trust.root.newest else "no date"


def _signer(signer: Signer, authorities: tuple[Authority, ...]) -> str:
    is_key = any(one.name == signer.authority and one.key for one in authorities)
    if is_key:
        whom = f"whoever holds the key of the authority {signer.authority}"
    else:
        path, ref = identities.split(signer.identity)
        ref = signer.ref or ref
        at = f" at {ref}" if ref else ""
        issuer = f"on the word of {signer.issuer}" if signer.issuer else "without naming an issuer"
        whom = f"{path}{at}, as {signer.authority} certifies {issuer}"
    wanted = {"owner_id": signer.owner_id, "repository_id": signer.repository_id, **signer.claims}
    claims = ", ".join(f"{name} {value}" for name, value in wanted.items() if value)
    roles = f", in the role{'s' if len(signer.roles) > 1 else ''} {', '.join(signer.roles)}" if signer.roles else ""
    person = f" It is {signer.person}{roles}." if signer.person else f" It acts{roles[1:]}." if roles else ""
    return f"{signer.name} is {whom}{f', with {claims}' if claims else ''}.{person}"


def _builder(builder: Builder) -> str:
    return f"Provenance by {builder.signer} of the builder {builder.id} has SLSA build level {builder.level}."


def _rule(rule: Rule, signers: tuple[Signer, ...]) -> str:
    members = ", ".join(signer.name for signer in checking.members(rule, signers))
    persons = f"{rule.threshold} distinct persons of {members}" if rule.threshold > 1 else f"one of {members}"
    if rule.role:
        persons += f" (role {rule.role}; who built or judged it, or may, does not count)"
    parts = [
        f"{rule.name}: for {' or '.join(rule.subject)} there must be {' or '.join(rule.predicate)}, signed by {persons}"
    ]
    age = rule.max_age and f"at most {rule.max_age} old, by {_CLOCKS[rule.age_by]}"
    demands = [
        ("", age),
        ("by our own gate " if rule.stage else "by the verifier ", "" if rule.verifier == "*" else rule.verifier),
        ("for the stage ", rule.stage),
        ("for the resource ", rule.resource),
        ("by the policies ", rule.policies),
        ("with the levels ", ", ".join(rule.levels)),
        ("with the result ", " or ".join(rule.result)),
        ("by the builder ", rule.builder),
        ("with at least SLSA build level ", str(rule.level) if rule.level else ""),
        ("from the source ", rule.source),
        ("at the ref ", rule.ref),
        ("at the commit ", rule.commit),
        ("whose owner has the id ", rule.owner_id),
        ("whose repository has the id ", rule.repository_id),
        ("with no external parameters but ", ", ".join(rule.parameters)),
    ]
    parts += [f"{words}{value}" for words, value in demands if value]
    return ", ".join(parts) + "."


def _revocation(revocation: Revocation) -> str:
    what = next(
        f"{name} {value}"
        for name, value in (
            ("signer", revocation.signer),
            ("key", revocation.key),
            ("bundle", revocation.bundle),
        )
        if value
    )
    since = f" from {revocation.from_} on" if revocation.from_ else ""
    return f"{what}{since}{f': {revocation.reason}' if revocation.reason else ''}."
