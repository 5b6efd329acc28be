"""Signatures that gatekeeper itself accepts: no others leave. Each road that signs sees to it by ``checked``."""

from __future__ import annotations

from collections.abc import Callable

from gatekeeper.attest.signers import KeySigner, Signer
from gatekeeper.crypto.certificates import Identity
from gatekeeper.crypto.public_keys import Message
from gatekeeper.errors import UsageError, VerificationFailure
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement
from gatekeeper.verification.core.bundles import verify_bundle, verify_file
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.core.results import Signed
from gatekeeper.verification.core.trust import Need, Trust


class CheckedSigner:
    """Lets another one sign, and verifies each bundle before anybody gets it."""

    def __init__(self, signer: Signer, trust: Trust, identify: Callable[[], Identity] | None = None) -> None:
        """``identify`` tells whom certificates name; None where a key signs."""
        self._signer = signer
        self._trust = trust
        self._identify = identify

    def sign(self, statement: Statement) -> Bundle:
        """The statement in an envelope in a bundle.

        Raises:
            UsageError: key or token cannot be used.
            GatekeeperError: a service could not do its part, or a clock is wrong.
            VerificationFailure: what was signed does not verify.
        """
        return self._signed(statement)[0]

    def sign_file(self, data: bytes) -> Bundle:
        """Like ``sign``, of a file's bytes."""
        bundle = self._signer.sign_file(data)
        self._check(bundle, InMemory(data))
        return bundle

    @property
    def certified(self) -> bool:
        """Whether certificates name who signs; a key does else."""
        return self._identify is not None

    def identity(self) -> Identity | None:
        """Whom the next bundles' certificate will name, not verified yet; None where a key signs.

        Raises: as ``sign`` does.
        """
        return self._identify() if self._identify else None

    def sign_as(self, statement: Statement, identity: Identity) -> Bundle:
        """Like ``sign``, of a statement that rests on what a certificate says: it is the one that is verified.

        Raises:
            VerificationFailure: the certificate says something else.
        """
        bundle, signed = self._signed(statement)
        if signed.signer.identity != identity:
            raise VerificationFailure("the certificate says something else than the one before", step="certificate")
        return bundle

    def _signed(self, statement: Statement) -> tuple[Bundle, Signed]:
        bundle = self._signer.sign(statement)
        signed = self._check(bundle, None)
        if bundle.envelope.payload != statement.encode():
            raise VerificationFailure("what was signed is another statement; nothing was written", step="content")
        return bundle, signed

    def _check(self, bundle: Bundle, message: Message | None) -> Signed:
        try:
            decoded = Bundle.decode(bundle.encode())
            if message is None:
                return verify_bundle(decoded, self._trust)
            return verify_file(decoded, self._trust, message)
        except ValueError as error:
            raise VerificationFailure(
                f"what was signed cannot be read: {error}; nothing was written", step="bundle"
            ) from None
        except VerificationFailure as failure:
            raise VerificationFailure(
                f"what was signed does not verify: {failure.message}; nothing was written",
                expected=failure.expected,
                found=failure.found,
                hint="see whether trust configuration and services are of the same Sigstore, and whether clocks differ",
                step=failure.step,
            ) from None


def checked(signer: Signer) -> CheckedSigner:
    """The signer itself where it checks already; a key's is checked by its public key.

    Raises:
        UsageError: nobody could know by what its signatures are verified.
    """
    if isinstance(signer, CheckedSigner):
        return signer
    if isinstance(signer, KeySigner):
        return CheckedSigner(signer, Trust(key=signer.key.public_key(), log=Need.ABSENT, timestamp=Need.ABSENT))
    raise UsageError(
        f"what a {type(signer).__name__} signs cannot be verified before it is written",
        hint="sign with gatekeeper.load_signer, or wrap the signer: CheckedSigner(signer, trust)",
    )
