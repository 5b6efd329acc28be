"""The second road: bundles go in, signatures and statements are checked; out comes what was gated."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

from gatekeeper.crypto import public_keys
from gatekeeper.errors import UsageError, VerificationFailure
from gatekeeper.formats.files import read_regular
from gatekeeper.formats.predicates import CYCLONEDX, DECISION, VSA
from gatekeeper.model.verification import Verification
from gatekeeper.verification.bundles import Refused, Verified, check, find_bundles
from gatekeeper.verification.summary import Expectations, complete


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """What is verified, with which key, and what is expected."""

    artifact: Path
    key: Path
    clock: datetime.datetime
    attestations: Path | None = None
    expectations: Expectations = field(default_factory=Expectations)


def verify(request: VerifyRequest) -> Verification:
    """Walk the road once; without a network, and without the source.

    Raises:
        UsageError: a file is missing, or the key is none.
        VerificationFailure: a signature, a statement or an expectation does not hold.
    """
    key = _key(request.key)
    sha256 = _digest(request.artifact)
    bundles = find_bundles(request.attestations or request.artifact.parent)
    if not bundles:
        raise VerificationFailure(
            "no attestations",
            expected=f"bundles *.sigstore.json in {request.attestations or request.artifact.parent}",
            found="none",
            hint="name their file or folder with --attestations; an artifact that was rejected has none",
        )
    checked = [check(name, data, sha256, key) for name, data in bundles]
    verified = [one for one in checked if isinstance(one, Verified)]
    refused = [one for one in checked if isinstance(one, Refused)]
    try:
        chosen = complete(verified, request.clock, request.expectations)
    except VerificationFailure as failure:
        raise _with_reasons(failure, refused) from None
    return Verification(
        name=request.artifact.name,
        sha256=sha256,
        key=public_keys.hint(key),
        summary=chosen[VSA].statement.predicate,
        decision=chosen[DECISION].statement.predicate,
        sbom=chosen[CYCLONEDX].statement.predicate,
        bundles=tuple(one.name for one in chosen.values()),
    )


def _with_reasons(failure: VerificationFailure, refused: Sequence[Refused]) -> VerificationFailure:
    """Where a statement is missing, the first bundle that was refused is usually the reason: tell all of them."""
    if failure.found != "none" or not refused:
        return failure
    first = refused[0].failure
    others = "".join(f"; {one.name}: {one.failure.message}" for one in refused[1:4])
    more = f"; and {len(refused) - 4} more" if len(refused) > 4 else ""
    return VerificationFailure(
        f"{failure.message}: {refused[0].name}: {first.message}{others}{more}",
        expected=first.expected or failure.expected,
        found=first.found or failure.found,
        hint=first.hint,
    )


def _key(path: Path) -> public_keys.PublicKey:
    try:
        return public_keys.load(read_regular(path, public_keys.MAX_BYTES))
    except OSError as error:
        raise UsageError(f"the key {path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"{path}: {error}", hint="--key takes the public key: NAME.pub") from None


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"the artifact {path} cannot be read: {error.strerror}") from None
