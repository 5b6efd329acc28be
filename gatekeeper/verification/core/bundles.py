"""The order of the steps: material, times, certificate, certificate log, log entries, signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gatekeeper.crypto import certificates, public_keys
from gatekeeper.crypto.public_keys import Message, PublicKey
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.sigstore.hashes import HASHLIB_NAMES
from gatekeeper.formats.sigstore.log_entry import LogEntry
from gatekeeper.verification.core import chain, inclusion, promise, sct, timestamps
from gatekeeper.verification.core.hints import COPY_ANEW
from gatekeeper.verification.core.log_body import check_body
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.core.results import Signed, Signer, TrustedTime
from gatekeeper.verification.core.signature import verifies_message
from gatekeeper.verification.core.trust import Log, Need, Root, Trust


@dataclass(slots=True)
class _Findings:
    """What the steps found so far."""

    times: list[TrustedTime] = field(default_factory=list)
    counting: list[tuple[LogEntry, Log]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify_bundle(bundle: Bundle, trust: Trust) -> Signed:
    """Verify a bundle that signs an envelope; what that says, and about what, is not looked at.

    Raises:
        VerificationFailure: a step does not hold; the first that does not is named.
    """
    content = bundle.content
    if not isinstance(content, Envelope):
        raise VerificationFailure("the bundle signs a file, not a statement", step="content")
    return _verify(bundle, trust, InMemory(content.message), content.signatures[0].signature, "the payload")


def verify_file(bundle: Bundle, trust: Trust, message: Message) -> Signed:
    """Verify a bundle that signs ``message``, the bytes themselves.

    Raises:
        VerificationFailure: a step does not hold; the first that does not is named.
    """
    content = bundle.content
    if isinstance(content, Envelope):
        # An envelope verifies by itself: it says nothing about these bytes.
        raise VerificationFailure(
            "the bundle signs a statement, not the file",
            expected="a signature over the file's bytes",
            found=content.payload_type,
            step="content",
        )
    _check_hint(content.algorithm, content.digest, message)
    return _verify(bundle, trust, message, content.signature, "the file")


def _verify(bundle: Bundle, trust: Trust, message: Message, signature: bytes, what: str) -> Signed:
    found = _Findings()
    _choose_entries(bundle, trust, found)
    _establish_times(bundle, signature, trust, found)
    signer, material = _signer(bundle, trust, found.times)
    for entry, log in found.counting:
        _check_entry(entry, log, bundle, found)
        check_body(entry, bundle, message, signature, material)
    if not verifies_message(signer.key, signature, message):
        if not bundle.certificates and bundle.key_hint != public_keys.hint(signer.key):
            # The hint is not signed: it explains a refusal, and never causes one.
            raise VerificationFailure(
                "signed with another key",
                expected=public_keys.hint(signer.key),
                found=bundle.key_hint or "a bundle that names no key",
                hint="verify with the signer's public key",
                step="signature",
            )
        raise VerificationFailure(
            f"the signature does not fit {what}",
            expected="a signature by the given key over exactly this content",
            found="content or signature were changed",
            hint=COPY_ANEW,
            step="signature",
        )
    names = tuple(dict.fromkeys(log.name for _, log in found.counting))
    times = tuple(sorted(found.times, key=lambda one: one.time))
    return Signed(bundle.content, signer, times, names, tuple(found.notes))


def _check_hint(algorithm: str, digest: bytes, artifact: Message) -> None:
    if not algorithm:
        return
    name = HASHLIB_NAMES.get(algorithm)
    if name is None:
        raise VerificationFailure(
            "an unknown digest", expected=", ".join(HASHLIB_NAMES), found=algorithm, step="content"
        )
    if artifact.digest(name) != digest:
        raise VerificationFailure(
            "about another file, or the file was changed after it was signed",
            expected=artifact.digest(name).hex(),
            found=digest.hex(),
            step="subject",
        )


def _choose_entries(bundle: Bundle, trust: Trust, found: _Findings) -> None:
    """Which entries count: those of the logs that the root knows, by their ids."""
    if trust.log is Need.ABSENT:
        if bundle.entries:
            raise VerificationFailure("an entry of a log", expected="none, says the trust", step="log entry")
        return
    for entry in bundle.entries:
        log = trust.root.logs.get(entry.log_id)
        if log is None:
            found.notes.append(f"an entry of the unknown log {entry.log_id.hex()[:16]} was not looked at")
        else:
            found.counting.append((entry, log))
    if trust.log is Need.REQUIRED and not found.counting:
        raise _unknown_log(bundle.entries, trust.root)


def _unknown_log(entries: Sequence[LogEntry], root: Root) -> VerificationFailure:
    """No entry counts. The time that an entry claims is good enough to say what may help."""
    times = [entry.integrated_time for entry in entries]
    if not entries:
        message, hint = "there is no entry of a log", ""
    elif root.newest is not None and any(not time or time > root.newest.timestamp() for time in times):
        message = f"the log is newer than your trusted root of {root.newest.date()}, or of another Sigstore"
        hint = f"{root.age}: a newer root (`gatekeeper trust refresh`) may know the log"
    else:
        message = "the log is unknown to the trusted root"
        hint = f"{root.age}, and the entry claims to be older: it is of another Sigstore, whose root is needed"
    return VerificationFailure(
        message,
        expected=", ".join(f"{log.name} {log_id.hex()[:16]}" for log_id, log in root.logs.items())
        or "a trusted root with logs",
        found=", ".join(entry.log_id.hex()[:16] for entry in entries) or "none",
        hint=hint,
        step="log entry",
    )


def _establish_times(bundle: Bundle, signature: bytes, trust: Trust, found: _Findings) -> None:
    for entry, log in found.counting:
        if entry.promise:
            found.times.append(promise.promised_time(entry, log))
    stamped = 0
    if trust.timestamp is Need.ABSENT and bundle.timestamps:
        raise VerificationFailure("a timestamp", expected="none, says the trust", step="timestamp")
    for stamp in bundle.timestamps:
        time = timestamps.timestamped(stamp, signature, trust.root)
        if time is None:
            found.notes.append("a timestamp of an unknown authority was not looked at")
        else:
            stamped += 1
            found.times.append(time)
    if trust.timestamp is Need.REQUIRED and not stamped:
        raise VerificationFailure("there is no timestamp of a known authority", step="timestamp")


def _signer(bundle: Bundle, trust: Trust, times: Sequence[TrustedTime]) -> tuple[Signer, bytes]:
    """Whose signature it must be, and what the log must name: the DER of a certificate or key."""
    if trust.key is not None:
        return Signer(trust.key), _check_key(bundle, trust.key)
    if not bundle.certificates:
        raise VerificationFailure(
            "signed with a key",
            expected="a certificate of a trusted authority",
            found=f"the key {bundle.key_hint or 'without a hint'}",
            hint="verify it with the signer's public key",
            step="signer",
        )
    loaded = chain.load_certificates(bundle.certificates)
    if not times:
        raise VerificationFailure(
            "no trusted time",
            expected="a log's promise or a timestamp of a known authority: certificates live for minutes",
            found="none",
            hint="see that the root of the trust file has the logs and timestamp authorities of who signed this",
            step="time",
        )
    issuer = chain.check_chain(loaded, trust.root, [time.time for time in times])
    if trust.sct is not Need.ABSENT and (trust.sct is Need.REQUIRED or sct.is_there(loaded[0])):
        sct.check_sct(loaded[0], issuer, trust.root)
    try:
        key = certificates.public_key(loaded[0])
        identity = certificates.identity(loaded[0])
    except ValueError as error:
        raise VerificationFailure(f"the certificate: {error}", step="certificate") from None
    return Signer(key, loaded[0], identity), bundle.certificates[0]


def _check_key(bundle: Bundle, key: PublicKey) -> bytes:
    if bundle.certificates:
        if public_keys.der(key) != _certified_key(bundle.certificates[0]):
            raise VerificationFailure("signed with another key, in a certificate", step="signer")
        return bundle.certificates[0]
    return public_keys.der(key)


def _certified_key(certificate: bytes) -> bytes:
    loaded = chain.load_certificates([certificate])[0]
    try:
        return public_keys.der(certificates.public_key(loaded))
    except ValueError as error:
        raise VerificationFailure(f"the certificate: {error}", step="certificate") from None


def _check_entry(entry: LogEntry, log: Log, bundle: Bundle, found: _Findings) -> None:
    """Inclusion and checkpoint; in bundles of version 0.1 the promise, and the proof where there is one."""
    proof = entry.proof
    if bundle.version == "0.1" and not entry.promise:
        raise VerificationFailure(
            "the log entry has no promise", expected="one in a bundle 0.1", found="none", step="log promise"
        )
    if proof is None:
        if bundle.version == "0.1":
            return
        raise VerificationFailure(
            "the log entry has no inclusion proof", expected=f"one in a bundle {bundle.version}", step="inclusion proof"
        )
    inclusion.check_inclusion(entry, proof)
    if proof.checkpoint or bundle.version != "0.1":
        ignored = inclusion.check_checkpoint(proof, log)
        if ignored:
            found.notes.append(f"{ignored} signatures of unknown witnesses of the checkpoint were not looked at")
    if not entry.promise:
        _check_window(log, found.times)


def _check_window(log: Log, times: Sequence[TrustedTime]) -> None:
    """A log without a clock was in use when the signature was first seen."""
    first = min((time.time for time in times), default=None)
    if first is None:
        raise VerificationFailure(
            f"no trusted time: the log {log.name} has no clock",
            expected="a timestamp of a known authority",
            found="none",
            step="time",
        )
    if first not in log.window:
        raise VerificationFailure(
            f"the log's key was not in use when it was signed ({log.name})",
            expected=str(log.window),
            found=first.isoformat(),
            step="log entry",
        )
