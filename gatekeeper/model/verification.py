"""What a verification found out about subjects, as people and programs are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatekeeper.model.json import JsonObject

if TYPE_CHECKING:
    from gatekeeper.model.release import ReleaseVerdict


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something does not count. ``step`` is the first that did not hold, "" where there are no steps."""

    step: str
    message: str
    expected: str = ""
    found: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ShownTime:
    """When something was signed at the latest (RFC 3339), and who vouches for it."""

    time: str
    source: str


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """What a rule says to an attestation: as whose it satisfies the rule, or why it does not."""

    rule: str
    signer: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class ShownAttestation:
    """An attestation that was looked at; only its name, format and sha256 are filled where it does not count.

    ``kind`` is the predicate type, ``signers`` are names in the trust file, ``identity`` and ``issuer`` are the
    certificate's, ``key`` is the fingerprint of a key that is trusted itself.
    """

    name: str
    format: str
    sha256: str
    refusal: Refusal | None = None
    kind: str = ""
    signers: tuple[str, ...] = ()
    identity: str = ""
    issuer: str = ""
    key: str = ""
    times: tuple[ShownTime, ...] = ()
    logs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rules: tuple[RuleAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleResult:
    """Whether a rule of the trust file holds, and by which attestations."""

    rule: str
    satisfied_by: tuple[str, ...]
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Gated:
    """What our own gate signed about a subject: the predicates, and the bundles that they stand in.

    ``signer`` is who signed the summary: a certificate's identity, or ``key`` and its fingerprint.
    """

    signer: str
    summary: JsonObject
    decision: JsonObject
    sbom: JsonObject
    bundles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerifiedSubject:
    """What became of a subject. ``digests`` are empty where it could not be had.

    ``others`` counts the attestations that were found and are about something else.
    """

    uri: str
    name: str
    digests: Mapping[str, str]
    refusal: Refusal | None = None
    rules: tuple[RuleResult, ...] = ()
    attestations: tuple[ShownAttestation, ...] = ()
    others: int = 0
    gated: Gated | None = None

    @property
    def verified(self) -> bool:
        """Whether it is accepted."""
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Verification:
    """All subjects, judged at ``time`` (RFC 3339) by the trust file ``trust_name`` with the sha256 ``trust``.

    ``release`` is what policies say about it: None where none are asked, or a subject is refused anyway.
    """

    time: str
    trust: str
    trust_name: str
    subjects: tuple[VerifiedSubject, ...]
    release: ReleaseVerdict | None = None

    @property
    def refused(self) -> tuple[VerifiedSubject, ...]:
        """Those that are not accepted."""
        return tuple(one for one in self.subjects if not one.verified)

    @property
    def accepted(self) -> bool:
        """Whether all subjects are, and policies do not reject them."""
        return not self.refused and (self.release is None or self.release.exit_code == 0)
