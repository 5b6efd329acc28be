"""Find the bundles beside an artifact, and see which of them count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.errors import UsageError, VerificationFailure
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import SUFFIX, Bundle
from gatekeeper.formats.statement import PAYLOAD_TYPE, Statement
from gatekeeper.verification.core.bundles import verify_bundle
from gatekeeper.verification.core.trust import Need, Trust

MAX_BYTES = 64 << 20
MAX_BUNDLES = 1000


@dataclass(frozen=True, slots=True)
class Verified:
    """A statement whose signature holds and whose subject is the artifact."""

    name: str
    sha256: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class Refused:
    """A bundle that does not count, and why."""

    name: str
    failure: VerificationFailure


def find_bundles(location: Path) -> list[tuple[str, bytes]]:
    """Names and bytes of all bundles: of a folder each ``*.sigstore.json``, of a file each line (or the whole file).

    Raises:
        UsageError: there is no such file or folder, or too much of it.
    """
    found = []
    for name, data in _read(location):
        found.append((name, data))
        if len(found) > MAX_BUNDLES:
            raise UsageError(f"{location}: more than {MAX_BUNDLES} bundles", hint="name one file with --attestations")
    return found


def check(name: str, data: bytes, artifact_sha256: str, key: PublicKey) -> Verified | Refused:
    """Verify one bundle: format, key, signature, payload type, statement, subject; in this order."""
    try:
        return _checked(name, data, artifact_sha256, key)
    except VerificationFailure as failure:
        return Refused(name, failure)


def _checked(name: str, data: bytes, artifact_sha256: str, key: PublicKey) -> Verified:
    try:
        bundle = Bundle.decode(data)
    except ValueError as error:
        raise VerificationFailure(
            f"not a bundle that can be read: {error}", hint="copy it anew from the build"
        ) from None
    signed = verify_bundle(bundle, Trust(key=key, log=Need.OPTIONAL), None)
    envelope = signed.content
    if not isinstance(envelope, Envelope):
        raise VerificationFailure("signs a file, not a statement", step="content")
    if envelope.payload_type != PAYLOAD_TYPE:
        raise VerificationFailure("no in-toto payload", expected=PAYLOAD_TYPE, found=envelope.payload_type)
    try:
        statement = Statement.decode(envelope.payload)
    except ValueError as error:
        raise VerificationFailure(f"the signed payload is no statement: {error}") from None
    digests = [subject.sha256 for subject in statement.subjects]
    if artifact_sha256 not in digests:
        raise VerificationFailure(
            "about another artifact",
            expected=f"sha256:{artifact_sha256}",
            found=", ".join(f"{subject.name} sha256:{subject.sha256}" for subject in statement.subjects[:3]),
            hint="the artifact was changed, or the bundle belongs to another one",
        )
    return Verified(name, sha256(data).hexdigest(), statement)


def _read(location: Path) -> Iterator[tuple[str, bytes]]:
    try:
        if location.is_dir():
            for path in sorted(location.iterdir()):
                if path.name.endswith(SUFFIX) and path.is_file():
                    yield path.name, _bounded(path)
        else:
            data = _bounded(location)
            lines = [line for line in data.splitlines() if line.strip()] if location.suffix == ".jsonl" else [data]
            for number, line in enumerate(lines, 1):
                yield (f"{location.name}:{number}" if len(lines) > 1 else location.name), line
    except OSError as error:
        raise UsageError(f"attestations {location}: {error.strerror}") from None


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        # One byte more than is accepted: the codec then refuses it by its size.
        return file.read(MAX_BYTES + 1)
