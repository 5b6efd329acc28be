"""What attestations claim about themselves, as a person is shown it before anything is trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gatekeeper.crypto import certificates
from gatekeeper.errors import UsageError, VerificationFailure
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.certificates import from_pem
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.predicates.summary import Summary
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement
from gatekeeper.model.finding import Stage
from gatekeeper.model.json import Json
from gatekeeper.verification.trust import identities
from gatekeeper.verification.trust.builds import parameters
from gatekeeper.verification.trust.contents import provenance, release, verification_summary
from gatekeeper.verification.trust.model import SIGNATURE

_SOURCE = "source_repository_uri"


@dataclass(frozen=True, slots=True)
class Claim:
    """What an attestation claims about itself; nothing of it is verified. What it does not say is "" or empty.

    ``statement`` is None where the signature is over a file. ``source`` is the certificate's, or that of a release;
    ``ids`` are those of its owner and of itself. ``parameters`` are provenance's external ones by their paths.
    """

    attestation: Attestation
    identity: str = ""
    issuer: str = ""
    certified: Mapping[str, str] = field(default_factory=dict)
    key_hint: str = ""
    predicate_type: str = SIGNATURE
    statement: Statement | None = None
    builder: str = ""
    parameters: Mapping[str, Json] = field(default_factory=dict)
    summary: Summary | None = None
    source: str = ""
    ids: tuple[str, str] = ("", "")

    @property
    def subjects(self) -> tuple[str, ...]:
        """The names of what it is about."""
        return tuple(one.name or one.uri for one in self.statement.subjects) if self.statement else ()

    @property
    def verifier(self) -> str:
        """verifier.id of a VSA."""
        return self.summary.verifier_id if self.summary else ""

    @property
    def stage(self) -> str:
        """The stage that a VSA says was passed, where it is one of ours."""
        return self.summary.stage if self.summary and self.summary.stage in tuple(Stage) else ""

    @property
    def resource(self) -> str:
        """resourceUri of a VSA."""
        return self.summary.resource_uri if self.summary else ""

    @property
    def policies(self) -> str:
        """The digest of a VSA's policies, else their URI."""
        if self.summary is None:
            return ""
        digest = self.summary.policy.digests.get("sha256", "")
        return f"sha256:{digest}" if digest else self.summary.policy.uri

    @property
    def time(self) -> str:
        """When a VSA says that it was verified."""
        said = self.summary.time_verified if self.summary else None
        return said.isoformat() if said else ""

    @property
    def is_shared(self) -> bool:
        """Whether who signs it signs for others, too: a workflow that others call, or a platform."""
        own = identities.split(self.identity)[0]
        return bool(self.identity and self.source) and not own.startswith(f"{self.source}/")

    @property
    def witnesses(self) -> tuple[bool, bool]:
        """Whether it shows log entries, and timestamps."""
        content = self.attestation.content
        return (bool(content.entries), bool(content.timestamps)) if isinstance(content, Bundle) else (False, False)


def claim_of(attestation: Attestation) -> Claim:
    """What an attestation claims.

    Raises:
        UsageError: its certificate or statement cannot be read.
    """
    content = attestation.content
    try:
        chain, hint = _material(content)
        identity = certificates.identity(certificates.load(chain[0])) if chain else certificates.Identity("")
        envelope = content if isinstance(content, Envelope) else content.content
        certified = identity.claims
        named = (attestation, identity.subject, identity.issuer, certified, hint)
        ids = certified.get(certificates.OWNER_ID, ""), certified.get(certificates.REPOSITORY_ID, "")
        if not isinstance(envelope, Envelope):
            return Claim(*named, source=certified.get(_SOURCE, ""), ids=ids)
        statement = Statement.decode(envelope.payload)
        build, summary, published = provenance(statement), verification_summary(statement), release(statement)
    except (ValueError, VerificationFailure) as error:
        raise UsageError(f"{attestation.name}: {error}") from None
    return Claim(
        *named,
        predicate_type=statement.predicate_type,
        statement=statement,
        builder=build.builder_id if build else "",
        parameters=dict(parameters(build.external_parameters)) if build else {},
        summary=summary,
        source=certified.get(_SOURCE) or (published.source.repository if published else ""),
        ids=(published.owner_id, published.repository_id) if published else ids,
    )


def _material(content: Bundle | Envelope) -> tuple[Sequence[bytes], str]:
    if isinstance(content, Bundle):
        return content.certificates, content.key_hint
    first = content.signatures[0]
    return (from_pem(first.certificate) if first.certificate else ()), first.key_id
