"""What a verification found out about subjects, as people and programs are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from gatekeeper.model.json import JsonObject

if TYPE_CHECKING:
    from gatekeeper.model.release import ReleaseVerdict


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something does not count. ``step`` is the first that did not hold, "" where there are no steps."""

    step: Annotated[str, "First step that did not hold, e.g. signature, identity or subject; empty: there are no steps"]
    message: Annotated[str, "What is wrong"]
    expected: Annotated[str, "What was expected"] = ""
    found: Annotated[str, "What was found instead"] = ""
    hint: Annotated[str, "What to do"] = ""


@dataclass(frozen=True, slots=True)
class ShownTime:
    """When something was signed at the latest (RFC 3339), and who vouches for it."""

    time: Annotated[str, "RFC 3339, in UTC"]
    source: Annotated[str, "Who vouches for it: a log or a timestamp authority"]


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """What a rule says to an attestation: as whose it satisfies the rule, or why it does not."""

    rule: Annotated[str, "Name of the rule"]
    signer: Annotated[str, "Name of the signer as whom it satisfies the rule; empty: it does not"] = ""
    refusal: Annotated[Refusal | None, "Why it does not satisfy the rule"] = None


@dataclass(frozen=True, slots=True)
class ShownAttestation:
    """An attestation that was looked at; only name, format and digests are filled where it does not count.

    ``kind`` is the predicate type, ``signers`` are names in the trust file, ``identity`` and ``issuer`` are the
    certificate's, ``key`` is the fingerprint of a key that is trusted itself.
    """

    name: Annotated[str, "Where it was found: a file, and number within it"]
    format: Annotated[str, "How its format is called"]
    sha256: Annotated[str, "Hex digest of its own bytes; empty: it could not be read"]
    refusal: Annotated[Refusal | None, "Why it does not count; null: its signature holds, and is of a known signer"] = (
        None
    )
    kind: Annotated[str, "Predicate type; signature for a signature over the subject itself"] = ""
    signers: Annotated[tuple[str, ...], "Signers of the trust file that it is of"] = ()
    identity: Annotated[str, "Identity of the certificate"] = ""
    issuer: Annotated[str, "Who told the certificate's authority"] = ""
    key: Annotated[str, "Fingerprint of a key that is trusted itself"] = ""
    times: Annotated[tuple[ShownTime, ...], "Trusted times at which it was there"] = ()
    logs: Annotated[tuple[str, ...], "Logs that recorded it"] = ()
    notes: Annotated[tuple[str, ...], "What was there and not looked at"] = ()
    rules: Annotated[tuple[RuleAnswer, ...], "What each rule says to it"] = ()
    signed_sha256: Annotated[
        str, "Hex digest of what is signed, however it is written, for [[revoke]]; empty: it could not be read"
    ] = ""

    @property
    def unread(self) -> bool:
        """Whether it could not be read."""
        return not self.sha256 and self.refusal is not None


@dataclass(frozen=True, slots=True)
class RuleResult:
    """Whether a rule of the trust file holds, and by which attestations."""

    rule: Annotated[str, "Name of the rule"]
    satisfied_by: Annotated[tuple[str, ...], "Names of the attestations that satisfy it"]
    refusal: Annotated[Refusal | None, "Why it does not hold; null: it holds"] = None
    age: Annotated[
        str, "By whose word it is not too old, where that is not a trusted time; empty: it is, or any age"
    ] = ""


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

    ``release`` is what policies say about it: None where none are asked, or a subject is refused anyway. ``left_out``
    are the files of folders that are nothing but attestations which count for a subject.
    """

    time: str
    trust: str
    trust_name: str
    subjects: tuple[VerifiedSubject, ...]
    release: ReleaseVerdict | None = None
    left_out: tuple[str, ...] = ()

    @property
    def refused(self) -> tuple[VerifiedSubject, ...]:
        """Those that are not accepted."""
        return tuple(one for one in self.subjects if not one.verified)

    @property
    def accepted(self) -> bool:
        """Whether all subjects are, and policies do not reject them."""
        return not self.refused and (self.release is None or self.release.exit_code == 0)
