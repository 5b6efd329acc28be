"""Trust files: find them, tell what they say, and make one from bundles."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from gatekeeper.errors import UsageError, VerificationFailure
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.reading import MAX_BYTES, read
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import MessageSignature
from gatekeeper.policy.schemas import render, schema
from gatekeeper.verification.core.trust import Need, Root
from gatekeeper.verification.trust.attribution import attribute
from gatekeeper.verification.trust.loading import TrustFile, parse_trust, read_trust
from gatekeeper.verification.trust.model import PUBLIC, Authority, Document
from gatekeeper.verification.trust.places import find_trust
from gatekeeper.verification.trust.proposing import KEY, SIGSTORE, Claim, Confirmed, claim_of, propose
from gatekeeper.verification.trust.writing import write

_HASHES = {"SHA2_256": "sha256", "SHA2_384": "sha384", "SHA2_512": "sha512"}


@dataclass(frozen=True, slots=True)
class Start:
    """How a trust file begins: bundles, and what a person confirmed of their claims."""

    bundles: tuple[Path, ...]
    root: str = ""
    key: Path | None = None
    confirmed: Confirmed = field(default_factory=Confirmed)


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


def begin(start: Start, claimed: Sequence[Claim]) -> bytes:
    """A trust file for the confirmed claims, by which every bundle that it trusts was verified.

    Raises:
        UsageError: what was confirmed is not what is claimed, or a file cannot be read.
        VerificationFailure: a bundle does not hold under what was confirmed.
    """
    data = write(propose(claimed, _authorities(start), start.confirmed))
    trust = parse_trust(data, "the trust file", Path.cwd())
    kinds = {kind for rule in trust.document.rule for kind in rule.predicate}
    for claim in claimed:
        if claim.predicate_type in kinds:
            _verify(claim.attestation, trust)
    return data


def trust_schema() -> bytes:
    """The JSON Schema of trust files; ``python -m gatekeeper.roads.trusting`` writes it where it ships."""
    value = schema(Document, "trust", written_by_people=True)
    properties = value["$defs"]["Revocation"]["properties"]
    # A keyword of Python.
    value["$defs"]["Revocation"]["properties"] = {name.rstrip("_"): one for name, one in properties.items()}
    return render(value)


def _verify(attestation: Attestation, trust: TrustFile) -> None:
    content = attestation.content if isinstance(attestation.content, Envelope) else attestation.content.content
    try:
        attribute(attestation, trust, None if isinstance(content, Envelope) else _ByDigest(content))
    except VerificationFailure as failure:
        raise VerificationFailure(
            f"{attestation.name}: {failure.message}",
            expected=failure.expected,
            found=failure.found,
            hint=failure.hint,
            step=failure.step,
        ) from None


@dataclass(frozen=True, slots=True)
class _ByDigest:
    """The file that a bundle signs, known by the digest in the bundle only: enough to see whose signature it is."""

    signature: MessageSignature

    def digest(self, algorithm: str) -> bytes:
        if _HASHES.get(self.signature.algorithm) != algorithm:
            raise VerificationFailure(f"the bundle does not name the {algorithm} of the file that it signs")
        return self.signature.digest

    def content(self) -> bytes:
        raise VerificationFailure("a key of this kind signs whole files, and the bundle alone does not hold the file")


def _authorities(start: Start) -> list[Authority]:
    result = []
    if start.root == PUBLIC:
        result.append(Authority(SIGSTORE, root=PUBLIC))
    elif start.root:
        result.append(_of_root(Path(start.root)))
    if start.key is not None:
        result.append(Authority(KEY, key=str(start.key.resolve()), sha256=_digest(start.key)))
    return result


def _of_root(path: Path) -> Authority:
    """A root's authority; what the root has nobody for is not asked, and written down."""
    data = _bytes(path)
    try:
        root = Root.load(data)
    except ValueError as error:
        raise UsageError(f"{path}: {error}", hint="--root takes public, or the JSON file of a trusted root") from None
    return Authority(
        SIGSTORE,
        root=str(path.resolve()),
        sha256=sha256(data).hexdigest(),
        log=None if root.logs else Need.ABSENT,
        sct=None if root.ct_logs else Need.ABSENT,
        timestamp=None if root.logs else Need.REQUIRED,
    )


def _digest(path: Path) -> str:
    return sha256(_bytes(path)).hexdigest()


def _attestations(path: Path) -> list[Attestation]:
    try:
        found = read(path.name, _bytes(path))
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None
    if not found:
        raise UsageError(f"{path}: there are no attestations")
    return found


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than is accepted: the reader then refuses it by its size.
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def main() -> None:
    """Write the schema where it ships."""
    from gatekeeper.verification import trust  # noqa: PLC0415 - only to find its folder

    (Path(trust.__file__).parent / "schema.json").write_bytes(trust_schema())


if __name__ == "__main__":
    main()
