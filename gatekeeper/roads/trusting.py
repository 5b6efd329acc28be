"""Trust files: find them, tell what they say, and make one from bundles."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from gatekeeper.errors import UsageError, VerificationFailure
from gatekeeper.formats.attestations import simple_signing
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.reading import MAX_BYTES, read
from gatekeeper.formats.files import read_named
from gatekeeper.formats.sigstore.bundle import Bundle, MessageSignature
from gatekeeper.formats.sigstore.hashes import HASHLIB_NAMES
from gatekeeper.policy.schemas import render, schema
from gatekeeper.verification.core.subject import STRONG, digests_of
from gatekeeper.verification.core.trust import Need, Root
from gatekeeper.verification.judging import judge
from gatekeeper.verification.subjects.base import Subject
from gatekeeper.verification.trust.claiming import Claim, claim_of
from gatekeeper.verification.trust.confirming import KEY, SIGSTORE, Confirmed
from gatekeeper.verification.trust.flags import read_key
from gatekeeper.verification.trust.loading import TrustFile, parse_trust, read_trust
from gatekeeper.verification.trust.model import PUBLIC, Authority, Document, Rule
from gatekeeper.verification.trust.places import find_trust
from gatekeeper.verification.trust.proposing import propose
from gatekeeper.verification.trust.rules import judge_rule
from gatekeeper.verification.trust.writing import write

_ROOT = "--root takes public, or the JSON file of a trusted root"
_FROM = "--from takes a bundle, or another file of attestations, as `gatekeeper attestation show` shows them"


@dataclass(frozen=True, slots=True)
class Start:
    """How a trust file begins: bundles, what a person confirmed of their claims, and the folder where it will lie.

    Files in that folder and below it are named from there; without one, by where they are on this machine.
    """

    bundles: tuple[Path, ...]
    root: str = ""
    key: Path | None = None
    confirmed: Confirmed = field(default_factory=Confirmed)
    folder: Path | None = None


def trust_at(path: Path | None) -> TrustFile:
    """The trust file at a path, else the one that counts for the current folder.

    Raises:
        UsageError: there is none.
        SettingsError: it does not hold.
    """
    return read_trust(find_trust(path, os.environ, Path.cwd()))


def claims(start: Start) -> tuple[Claim, ...]:
    """What the bundles claim.

    Raises:
        UsageError: one cannot be read.
    """
    return tuple(claim_of(attestation) for path in start.bundles for attestation in _attestations(path))


@dataclass(frozen=True, slots=True)
class Begun:
    """A trust file, and what is to be known about it."""

    data: bytes
    notes: tuple[str, ...]


def begin(start: Start, claimed: Sequence[Claim], clock: datetime.datetime) -> Begun:
    """A trust file for the confirmed claims, by which every bundle that it trusts was verified.

    Raises:
        UsageError: what was confirmed is not what is claimed, or a file cannot be read.
        VerificationFailure: a bundle does not hold under what was confirmed.
    """
    proposal = propose(claimed, _authorities(start, claimed), start.confirmed)
    data = write(proposal.document)
    trust = parse_trust(data, "the trust file", start.folder or Path.cwd())
    rules = {rule.name: rule for rule in trust.document.rule}
    given = [claim.attestation for claim, _ in proposal.trusted]
    for claim, name in proposal.trusted:
        _verify(claim, rules[name], trust, given, clock)
    return Begun(data, proposal.notes)


def trust_schema() -> bytes:
    """The JSON Schema of trust files; ``python -m gatekeeper.roads.trusting`` writes it where it ships."""
    value = schema(Document, "trust", written_by_people=True)
    properties = value["$defs"]["Revocation"]["properties"]
    # A keyword of Python.
    value["$defs"]["Revocation"]["properties"] = {name.rstrip("_"): one for name, one in properties.items()}
    return render(value)


def _verify(claim: Claim, rule: Rule, trust: TrustFile, given: Sequence[Attestation], clock: datetime.datetime) -> None:
    """See that the rule accepts the bundle, among the others, for what it says itself that it is about."""
    judgement = judge(_subject(claim), given, trust, clock)
    outcome = judge_rule(rule, judgement.counted, trust.document, clock)
    if any(one.attestation is claim.attestation for one, _ in outcome.satisfying):
        return
    refused = [(one.attestation, one.failure) for one in judgement.refused]
    others = [*refused, *((one.attestation, failure) for one, failure in outcome.others)]
    failure = next(failure for attestation, failure in others if attestation is claim.attestation)
    hint = failure.hint
    if failure.step == "parameters":
        hint = f"--parameter NAME confirms one with its claimed value; there are: {', '.join(claim.parameters)}"
    raise VerificationFailure(
        f"{claim.attestation.name}: {failure.message}",
        expected=failure.expected,
        found=failure.found,
        hint=hint,
        step=failure.step,
    )


def _subject(claim: Claim) -> Subject:
    """What the bundle says that it is about; files are known by the digests that it states."""
    content = claim.attestation.content
    payload = claim.attestation.payload
    if claim.statement is not None:
        one = next((one for one in claim.statement.subjects if digests_of(one).keys() & {*STRONG}), None)
        one = one or claim.statement.subjects[0]
        return Subject(one.name or one.uri, one.name, digests_of(one))
    if payload is not None:
        try:
            return Subject("", "", {"sha256": simple_signing.read(payload).sha256})
        except ValueError as error:
            raise VerificationFailure(f"{claim.attestation.name}: {error}", step="statement") from None
    assert isinstance(content, Bundle), "a bare envelope holds a statement"
    assert isinstance(content.content, MessageSignature), "it is no statement"
    return Subject("", "", {}, _ByDigest(content.content))


@dataclass(frozen=True, slots=True)
class _ByDigest:
    """The file that a bundle signs, known by the digest in the bundle only: enough to see whose signature it is."""

    signature: MessageSignature

    def digest(self, algorithm: str) -> bytes:
        if HASHLIB_NAMES.get(self.signature.algorithm) != algorithm:
            raise VerificationFailure(f"the bundle does not name the {algorithm} of the file that it signs")
        return self.signature.digest

    def content(self) -> bytes:
        raise VerificationFailure("a key of this kind signs whole files, and the bundle alone does not hold the file")


def _authorities(start: Start, claimed: Sequence[Claim]) -> list[Authority]:
    """The root and the key, as far as they were named; a key has the root's logs where its bundles show them."""
    root = _of_root(start.root, start.folder) if start.root else None
    if start.key is None:
        return [root] if root else []
    digest = sha256(read_key(start.key)).hexdigest()
    key = Authority(KEY, key=_named(start.key, start.folder), sha256=digest)
    witnesses = [claim.witnesses for claim in claimed if not claim.identity]
    if root is None:
        return [key]
    if any(log or stamp for log, stamp in witnesses):
        logged = all(log for log, _ in witnesses)
        key = dataclasses.replace(
            root,
            name=KEY,
            key=key.key,
            key_sha256=digest,
            sct=None,
            log=root.log if logged else root.log or Need.OPTIONAL,
            timestamp=root.timestamp if logged or not all(stamp for _, stamp in witnesses) else Need.REQUIRED,
        )
        if all(not claim.identity for claim in claimed):
            return [key]
    return [root, key]


def _of_root(name: str, folder: Path | None) -> Authority:
    """A root's authority; what the root has nobody for is not asked, and written down."""
    if name == PUBLIC:
        return Authority(SIGSTORE, root=PUBLIC)
    path = Path(name)
    data = read_named("the root", path, MAX_BYTES, hint=_ROOT)
    try:
        root = Root.load(data)
    except ValueError as error:
        raise UsageError(f"{path} is no trusted root: {error}", hint=_ROOT) from None
    return Authority(
        SIGSTORE,
        root=_named(path, folder),
        sha256=sha256(data).hexdigest(),
        log=None if root.logs else Need.ABSENT,
        sct=None if root.ct_logs else Need.ABSENT,
        timestamp=None if root.logs else Need.REQUIRED,
    )


def _named(path: Path, folder: Path | None) -> str:
    """How a trust file in a folder names a file: from there, if it moves with it."""
    real = path.resolve()
    if folder is None or not real.is_relative_to(folder.resolve()):
        return str(real)
    name = real.relative_to(folder.resolve()).as_posix()
    return f"./{name}" if name == PUBLIC else name


def _attestations(path: Path) -> list[Attestation]:
    try:
        found = read(path.name, read_named("the attestations", path, MAX_BYTES, hint=_FROM))
    except ValueError as error:
        raise UsageError(f"{path}: {error}", hint=_FROM) from None
    if not found:
        raise UsageError(f"{path}: there are no attestations", hint=_FROM)
    return found


def main() -> None:
    """Write the schema where it ships."""
    from gatekeeper.verification import trust  # noqa: PLC0415 - only to find its folder

    (Path(trust.__file__).parent / "schema.json").write_bytes(trust_schema())


if __name__ == "__main__":
    main()
