"""Whose signatures many attestations have: each found out once, in worker processes where that pays.

``attributions`` and ``attributions_prepare`` run in workers. What a worker tells is as good as what this process would
find out: it is the same code, with the same trust file.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from gatekeeper.crypto import certificates, public_keys
from gatekeeper.crypto.public_keys import Message
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import base64
from gatekeeper.formats.attestations.base import Attestation
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.verification.core.results import Signed, Signer, TrustedTime
from gatekeeper.verification.trust.attribution import Attributed, attribute
from gatekeeper.verification.trust.loading import TrustFile, parse_trust

# Starting workers costs as much as some hundred bundles with certificates.
MANY = 250
_CHUNK = 16
_TASK = f"{__name__}:attributions"

_trust: list[TrustFile] = []


class Attributions:
    """Whose the attestations are; each of those over a statement is verified once, whatever the subject."""

    def __init__(self, trust: TrustFile, folder: Path) -> None:
        self._trust_file = trust
        self._folder = folder
        self._known: dict[str, tuple[Attributed, ...] | VerificationFailure] = {}

    def learn(self, attestations: Sequence[Attestation]) -> None:
        """Find out ahead what is asked for later, if there is so much of it that workers pay.

        Raises:
            GatekeeperError: a worker was lost.
        """
        wanted = {one.sha256: one for one in attestations if _is_costly(one)}
        if len(wanted) < MANY:
            return
        import pickle  # noqa: PLC0415 - a few bundles need no processes

        from gatekeeper.workers import Item, Pool  # noqa: PLC0415

        ordered = list(wanted.values())
        chunks = [ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK)]
        prepare = Item("trust", [self._trust_file.name, str(self._folder)], self._trust_file.data)
        items = (Item("bundles", payload=pickle.dumps(chunk)) for chunk in chunks)
        with Pool() as pool:
            for chunk, outcome in zip(chunks, pool.map(_TASK, items, prepare=prepare), strict=True):
                for one, answer in zip(chunk, outcome.unwrap(), strict=True):
                    self._known[one.sha256] = self._rebuilt(one, answer)

    def __call__(self, attestation: Attestation, trust: TrustFile, message: Message | None) -> tuple[Attributed, ...]:
        """See ``attribute``."""
        if not _is_statement(attestation):
            return attribute(attestation, trust, message)
        known = self._known.get(attestation.sha256)
        if known is None:
            try:
                known = attribute(attestation, trust, message)
            except VerificationFailure as failure:
                known = failure
            self._known[attestation.sha256] = known
        if isinstance(known, VerificationFailure):
            raise known.with_traceback(None)  # it is raised for each subject anew
        return known

    def _rebuilt(self, attestation: Attestation, answer: JsonObject) -> tuple[Attributed, ...] | VerificationFailure:
        if "failure" in answer:
            return VerificationFailure(**answer["failure"])
        bundle = attestation.content
        assert isinstance(bundle, Bundle)
        by_name = {signer.name: signer for signer in self._trust_file.document.signer}
        return tuple(
            Attributed(_signed(bundle, one), tuple(by_name[name] for name in one["signers"]))
            for one in answer["signed"]
        )


def attributions_prepare(arguments: Json, payload: bytes) -> None:
    """Load the trust file ``payload``; ``arguments`` are its name and the folder from where it names files."""
    name, folder = arguments
    _trust[:] = [parse_trust(payload, name, Path(folder))]


def attributions(arguments: Json, payload: bytes) -> list[JsonObject]:
    """Of each attestation, ``signed`` (see ``_signed``) or the fields of the ``failure``."""
    import pickle  # noqa: PLC0415 - workers only

    return [_answer(one) for one in pickle.loads(payload)]  # noqa: S301 - the process that started this one made it


def _answer(attestation: Attestation) -> JsonObject:
    try:
        found = attribute(attestation, _trust[0], None)
    except VerificationFailure as failure:
        fields = ("message", "expected", "found", "hint", "step")
        return {"failure": {name: getattr(failure, name) for name in fields}}
    return {"signed": [_plain(one) for one in found]}


def _plain(one: Attributed) -> JsonObject:
    return {
        "key": base64.encode(public_keys.der(one.signed.signer.key)),
        "certified": one.signed.signer.certificate is not None,
        "times": [[trusted.time.isoformat(), trusted.source] for trusted in one.signed.times],
        "logs": list(one.signed.logs),
        "notes": list(one.signed.notes),
        "signers": [signer.name for signer in one.signers],
    }


def _signed(bundle: Bundle, value: JsonObject) -> Signed:
    """What ``_plain`` made of it; certificate and identity are read from the bundle again."""
    signer = Signer(public_keys.load_der(base64.decode(value["key"])))
    if value["certified"]:
        certificate = certificates.load(bundle.certificates[0])
        signer = Signer(signer.key, certificate, certificates.identity(certificate))
    times = tuple(TrustedTime(datetime.datetime.fromisoformat(time), source) for time, source in value["times"])
    return Signed(bundle.content, signer, times, tuple(value["logs"]), tuple(value["notes"]))


def _is_statement(attestation: Attestation) -> bool:
    content = attestation.content
    return isinstance(content, Envelope) or isinstance(content.content, Envelope)


def _is_costly(attestation: Attestation) -> bool:
    """Whether chains and proofs have to be checked, and for no message but its own."""
    return (
        isinstance(attestation.content, Bundle)
        and bool(attestation.content.certificates)
        and _is_statement(attestation)
    )
