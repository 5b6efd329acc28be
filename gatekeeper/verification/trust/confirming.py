"""What a person confirmed of claims: whether that is enough, and whether anybody claims it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gatekeeper.errors import UsageError
from gatekeeper.formats import globs
from gatekeeper.verification.subjects.naming import IMAGE, LAYOUT, TREE
from gatekeeper.verification.trust import identities
from gatekeeper.verification.trust.claiming import Claim
from gatekeeper.verification.trust.model import Authority

SIGSTORE, KEY = "sigstore", "key"
# How subjects are named that are no files; which of their names a statement has is not known.
_NO_FILES = (IMAGE, LAYOUT, TREE)
_PURL = re.compile(r"pkg:(?P<kind>[^/]+)/(?:.*/)?(?P<name>[^/@]+)(?:@.*)?\Z")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person confirmed.

    Patterns of identities, issuers, verifiers and stages of VSAs, globs over subjects, source repositories, and the
    paths of external parameters of provenance.
    """

    identities: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    verifiers: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()

    def pattern(self, claim: Claim) -> str:
        """The pattern that its identity matches, else ""."""
        return next((one for one in self.identities if identities.matches(one, claim.identity)), "")

    def source(self, claim: Claim) -> str:
        """The confirmed source that its own matches, else ""."""
        return next((one for one in self.sources if identities.path_matches(one, claim.source)), "")


def missing(claim: Claim, authorities: Sequence[Authority], confirmed: Confirmed) -> list[str]:
    """The flags that would confirm the rest of a claim, with what it claims; none where it is confirmed."""
    known = {one.name for one in authorities}
    flags = []
    if claim.identity:
        flags += ["--root public or FILE"] * (SIGSTORE not in known)
        flags += [f"--identity {claim.identity}"] * (not confirmed.pattern(claim))
        flags += ["--issuer " + (claim.issuer or '""')] * (claim.issuer not in confirmed.issuers)
        flags += [f"--source {claim.source}"] * (claim.is_shared and not confirmed.source(claim))
    else:
        flags += ["--key FILE"] * (KEY not in known)
    flags += [f"--verifier {claim.verifier}"] * (claim.verifier not in ("", *confirmed.verifiers))
    other_stage = bool(claim.stage and confirmed.stages) and claim.stage not in confirmed.stages
    return [*flags, *[f"--stage {claim.stage}"] * other_stage]


def chosen(claims: Sequence[Claim], authorities: Sequence[Authority], confirmed: Confirmed) -> list[Claim]:
    """The claims that are confirmed.

    Raises:
        UsageError: something that was confirmed is claimed by nobody, or something that is needed was not confirmed.
    """
    _check_patterns(confirmed)
    lacking = [missing(claim, authorities, confirmed) for claim in claims]
    for claim, flags in zip(claims, lacking, strict=True):
        if flags == [f"--source {claim.source}"] and not confirmed.sources:
            raise UsageError(
                f"--source is missing: {claim.identity} signs for other repositories, too",
                hint=f"claimed: {claim.source}",
            )
    found = [claim for claim, flags in zip(claims, lacking, strict=True) if not flags]
    _check_values(found, claims, lacking, confirmed)
    if not found:
        raise UsageError(
            "nothing is confirmed", hint="; ".join(dict.fromkeys(f"confirm {' '.join(flags)}" for flags in lacking))
        )
    _check_authorities(found, authorities)
    if not confirmed.subjects:
        raise UsageError("--subject is missing: what the signers are trusted with", hint='--subject "**" is everything')
    return found


def notes(claims: Sequence[Claim], authorities: Sequence[Authority], confirmed: Confirmed) -> Iterator[str]:
    """What is not trusted of that what was given, and subjects that may never be met.

    Raises:
        UsageError: a subject that was confirmed can never be met.
    """
    trusted = []
    for claim in claims:
        if flags := missing(claim, authorities, confirmed):
            what = f"{claim.attestation.name} ({claim.predicate_type})"
            yield f"{what} is not trusted: not confirmed are {' '.join(flags)}"
        else:
            trusted.append(claim)
    named = [claim for claim in trusted if any(claim.subjects)]
    if named:
        yield from _about_subjects(named, confirmed.subjects)


def _check_patterns(confirmed: Confirmed) -> None:
    for pattern in confirmed.identities:
        try:
            if "**" in pattern:
                raise ValueError("* stays inside one segment of the path, and so does **")
            identities.check(pattern)
        except ValueError as error:
            raise UsageError(
                f"--identity {pattern}: {error}", hint="write one * for each segment between two / that may differ"
            ) from None


def _check_values(
    found: Sequence[Claim], claims: Sequence[Claim], lacking: Sequence[Sequence[str]], confirmed: Confirmed
) -> None:
    """See that each value is one of a claim that is confirmed."""
    values: list[tuple[str, tuple[str, ...], Callable[[str, Claim], bool], Callable[[Claim], str]]] = [
        ("--source", confirmed.sources, _has_source, lambda claim: claim.source),
        ("--identity", confirmed.identities, _has_identity, lambda claim: claim.identity),
        ("--issuer", confirmed.issuers, lambda one, claim: one == claim.issuer, lambda claim: claim.issuer),
        ("--verifier", confirmed.verifiers, lambda one, claim: one == claim.verifier, lambda claim: claim.verifier),
        ("--stage", confirmed.stages, lambda one, claim: one == claim.stage, lambda claim: claim.stage),
        ("--parameter", confirmed.parameters, lambda one, claim: one in claim.parameters, _parameters),
    ]
    for flag, given, fits, claimed in values:
        for value in given:
            if not any(fits(value, claim) for claim in claims):
                known = ", ".join(dict.fromkeys(filter(None, map(claimed, claims)))) or "nothing"
                raise UsageError(f"{flag} {value}: no bundle claims that", hint=f"claimed: {known}")
    for flag, given, fits, _ in values:
        for value in given:
            if any(fits(value, claim) for claim in found):
                continue
            claim, flags = next(pair for pair in zip(claims, lacking, strict=True) if fits(value, pair[0]))
            raise UsageError(
                f"{flag} {value}: {claim.attestation.name} claims that, but not all of it is confirmed",
                hint=f"confirm the rest, too, if it is right: {' '.join(flags)}",
            )


def _has_source(pattern: str, claim: Claim) -> bool:
    return identities.path_matches(pattern, claim.source)


def _has_identity(pattern: str, claim: Claim) -> bool:
    return bool(claim.identity) and identities.matches(pattern, claim.identity)


def _parameters(claim: Claim) -> str:
    return ", ".join(sorted(claim.parameters))


def _check_authorities(found: Sequence[Claim], authorities: Sequence[Authority]) -> None:
    for authority in authorities:
        if authority.name == KEY and all(claim.identity for claim in found):
            raise UsageError(
                f"--key {authority.key}: no bundle that is confirmed is signed with a key",
                hint="leave it out, or confirm what is signed with it",
            )
        others = [one.root for one in authorities if one is not authority]
        if authority.name == SIGSTORE and not any(claim.identity for claim in found) and authority.root not in others:
            raise UsageError(
                f"--root {authority.root}: no bundle that is confirmed has a certificate, log entry or timestamp",
                hint="leave it out, or confirm what is signed with a certificate",
            )


def _about_subjects(claims: Sequence[Claim], subjects: Sequence[str]) -> Iterator[str]:
    names = list(dict.fromkeys(name for claim in claims for name in claim.subjects if name))
    for glob in subjects:
        if glob.startswith("pkg:"):
            raise UsageError(
                f"--subject {glob}: verify knows a file by its name, and never by the name of a package",
                hint=f"--subject '{_file_of(glob, names)}', or as the file is called",
            )
    met = [name for claim in claims for name in _names(claim) if any(globs.matches(glob, name) for glob in subjects)]
    shown = ", ".join(names[:5])
    if met or any(glob.startswith(_NO_FILES) for glob in subjects):
        return
    files = all("/" not in name and not _PURL.match(name) for name in names)
    what = "of which none matches --subject" if files else "which verify does not call files"
    yield f"claimed are {shown}, {what}: see that --subject is how the file is called that will be verified"


def _names(claim: Claim) -> Iterator[str]:
    """How verify may call what a claim is about."""
    assert claim.statement is not None, "only statements name subjects"
    for one in claim.statement.subjects:
        for name in filter(None, (one.name, one.uri)):
            if not _PURL.match(name):
                yield from (name, f"file:{name}", f"oci://{name}@sha256:{one.sha256}")


def _file_of(glob: str, names: Sequence[str]) -> str:
    """How a package's file is usually called, for a glob."""
    purl = next((match for one in (glob, *names) if (match := _PURL.match(one))), None)
    if purl is None:
        return "**"
    return f"{purl['name']}-*{'.tgz' if purl['kind'] == 'npm' else ''}"
