"""Who signed something: which of the trust file's signers its key or certificate is."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gatekeeper.crypto import public_keys
from gatekeeper.crypto.certificates import OWNER_ID, REPOSITORY_ID, Identity
from gatekeeper.crypto.public_keys import Message, PublicKey
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.attestations.certificates import from_pem
from gatekeeper.formats.dsse import Envelope, EnvelopeSignature
from gatekeeper.formats.sigstore.bundle import Bundle, MessageSignature
from gatekeeper.verification.core.bundles import verify_bundle, verify_file
from gatekeeper.verification.core.chain import without_root
from gatekeeper.verification.core.results import Signed
from gatekeeper.verification.core.trust import Trust
from gatekeeper.verification.trust import identities
from gatekeeper.verification.trust.loading import TrustFile
from gatekeeper.verification.trust.model import Signer

IDENTITY = "identity"
# The later a step is, the more it tells: of several authorities the one that got furthest was meant.
_STEPS = (
    "content",
    "log entry",
    "log promise",
    "timestamp",
    "signer",
    "time",
    "certificate",
    "certificate log",
    "inclusion proof",
    "checkpoint",
    "signature",
    IDENTITY,
)


@dataclass(frozen=True, slots=True)
class Attributed:
    """A signature that holds, and the signers of the trust file that it is of."""

    signed: Signed
    signers: tuple[Signer, ...]


def attribute(attestation: Attestation, trust: TrustFile, message: Message | None) -> tuple[Attributed, ...]:
    """Whose it is: one entry for a bundle, one for each signature of a bare envelope that is a known signer's.

    ``message`` is what a signature without a statement is over.

    Raises:
        VerificationFailure: it is nobody's whom the trust file names, or the signature does not hold.
    """
    content = attestation.content
    signers: dict[str, list[Signer]] = {}
    for signer in trust.document.signer:
        signers.setdefault(signer.authority, []).append(signer)
    found: list[Attributed] = []
    failures: list[tuple[bool, VerificationFailure]] = []
    for bundle in [_anchored(attestation, content)] if isinstance(content, Bundle) else list(_bundles(content)):
        for name, named in signers.items():
            authority = trust.trusts[name]
            try:
                signed = _verify(bundle, authority, message, bare=isinstance(content, Envelope))
                found.append(Attributed(signed, _named(signed, named)))
            except VerificationFailure as failure:
                failures.append((bool(bundle.certificates) == (authority.key is None), failure))
    if not found:
        raise _clearest(failures)
    return tuple(_joined(found))


def _anchored(attestation: Attestation, bundle: Bundle) -> Bundle:
    """The bundle as the core takes it: its anchors come from the trust file only."""
    return replace(bundle, certificates=without_root(bundle.certificates)) if attestation.with_root else bundle


def _bundles(envelope: Envelope) -> Iterator[Bundle]:
    """Each signature of a bare envelope as a bundle of its own, without anything that shows when it was made."""
    for signature in envelope.signatures:
        single = Envelope(envelope.payload_type, envelope.payload, (signature,))
        chain: tuple[bytes, ...] = ()
        if signature.certificate:
            try:
                chain = from_pem(signature.certificate)
            except ValueError as error:
                raise VerificationFailure(f"the envelope's certificate: {error}", step="certificate") from None
        yield Bundle(single, chain, signature.key_id)


def _verify(bundle: Bundle, authority: Trust, message: Message | None, *, bare: bool) -> Signed:
    if not bare:
        if message is not None and isinstance(bundle.content, MessageSignature):
            return verify_file(bundle, authority, message)
        return verify_bundle(bundle, authority)
    if authority.key is not None:
        return verify_bundle(_with_der_signature(bundle, authority.key), authority)
    raise VerificationFailure(
        "no trusted time" if bundle.certificates else "signed with a key",
        expected="a bundle with a log's promise or a timestamp: certificates live for minutes"
        if bundle.certificates
        else "a certificate of a trusted authority",
        found="a bare envelope, which shows no time" if bundle.certificates else bundle.key_hint or "no key id",
        hint="verify the bundle that its maker published beside it"
        if bundle.certificates
        else "name the key as an authority in the trust file",
        step="time" if bundle.certificates else "signer",
    )


def _with_der_signature(bundle: Bundle, key: PublicKey) -> Bundle:
    envelope = bundle.envelope
    (one,) = envelope.signatures
    signature = EnvelopeSignature(public_keys.in_der(key, one.signature), one.key_id)
    return Bundle(Envelope(envelope.payload_type, envelope.payload, (signature,)), key_hint=bundle.key_hint)


def _named(signed: Signed, signers: Sequence[Signer]) -> tuple[Signer, ...]:
    identity = signed.signer.identity
    if identity is None:
        named = tuple(signers)
        mismatches = [(0, "a key that no signer has", "", public_keys.hint(signed.signer.key))]
    else:
        compared = [(signer, _mismatch(signer, identity)) for signer in signers]
        named = tuple(signer for signer, mismatch in compared if mismatch is None)
        mismatches = [mismatch for _, mismatch in compared if mismatch is not None]
    if named:
        return named
    furthest = max(mismatches, key=lambda one: one[0], default=(0, "an authority that vouches for no signer", "", ""))
    raise VerificationFailure(
        f"signed by somebody whom the trust file does not name: {furthest[1]}",
        expected=furthest[2],
        found=furthest[3],
        hint="who it claims to be is shown by `gatekeeper trust init --from BUNDLE`",
        step=IDENTITY,
    )


def is_named(signer: Signer, identity: Identity) -> bool:
    """Whether a signer may be the one whom a certificate names, whoever issued that and whatever else it claims."""
    return (
        bool(signer.identity)
        and identity.issuer == signer.issuer
        and identities.matches(signer.pattern, identity.subject)
    )


def _mismatch(signer: Signer, identity: Identity) -> tuple[int, str, str, str] | None:
    """How far they agree, what is different, expected and found; None where it is the signer."""
    if not identities.matches(signer.pattern, identity.subject):
        progress = 1 if identities.matches(signer.identity, identities.split(identity.subject)[0]) else 0
        return progress, "another identity", signer.pattern, identity.subject
    if identity.issuer != signer.issuer:
        return 2, "another issuer", signer.issuer or "no issuer", identity.issuer or "no issuer"
    wanted = {**signer.claims}
    if signer.owner_id:
        wanted[OWNER_ID] = signer.owner_id
    if signer.repository_id:
        wanted[REPOSITORY_ID] = signer.repository_id
    for claim, expected in wanted.items():
        found = identity.claims.get(claim)
        if found != expected:
            return 3, f"the certificate's {claim}", expected, "none" if found is None else found
    return None


def _clearest(failures: Sequence[tuple[bool, VerificationFailure]]) -> VerificationFailure:
    """The failure that tells most: of an authority of the bundle's kind, and there of the last step."""

    def progress(one: tuple[bool, VerificationFailure]) -> tuple[bool, int]:
        fits, failure = one
        return fits, _STEPS.index(failure.step) if failure.step in _STEPS else 0

    nobody = VerificationFailure("the trust file names no signer", step="signer")
    return max(failures, key=progress, default=(False, nobody))[1]


def _joined(found: Sequence[Attributed]) -> Iterator[Attributed]:
    """One entry a key: what several authorities say about one signature is joined, with all times that any knows."""
    keys: dict[bytes, list[Attributed]] = {}
    for one in found:
        keys.setdefault(public_keys.der(one.signed.signer.key), []).append(one)
    for same in keys.values():
        signed = [one.signed for one in same]
        signers = {signer.name: signer for one in same for signer in one.signers}
        times = dict.fromkeys(time for one in signed for time in one.times)
        joined = dataclasses.replace(
            signed[0],
            signer=next((one.signer for one in signed if one.signer.identity), signed[0].signer),
            times=tuple(sorted(times, key=lambda one: one.time)),
            logs=tuple(dict.fromkeys(log for one in signed for log in one.logs)),
            notes=tuple(dict.fromkeys(note for one in signed for note in one.notes)),
        )
        yield Attributed(joined, tuple(signers.values()))
