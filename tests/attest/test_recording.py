from __future__ import annotations

import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from gatekeeper.attest.recording import RecordingSigner
from gatekeeper.attest.signers import KeySigner
from gatekeeper.errors import GatekeeperError, UsageError
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.verification.core.bundles import verify_bundle, verify_file
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.core.trust import Need, Root, Trust
from tests.attest.samples import STATEMENT, clock
from tests.services.sigstore import SigstoreStack
from tests.services.stub import closed_url, stub

KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = KEY.public_key()


def recording(*, log: str = "", authority: str = "", shift: float = 0.0) -> RecordingSigner:
    return RecordingSigner(
        KeySigner(KEY),
        PUBLIC,
        log_urls=[log] if log else [],
        authority_urls=[authority] if authority else [],
        clock=lambda: clock() + datetime.timedelta(seconds=shift),
    )


@pytest.mark.services
def test_key_log_and_timestamp_verify_with_the_root_and_the_key(sigstore_stack: SigstoreStack) -> None:
    root = Root.load(sigstore_stack.trusted_root.read_bytes())
    signer = recording(log=sigstore_stack.rekor, authority=sigstore_stack.timestamps)
    bundle = Bundle.decode(signer.sign(STATEMENT).encode())
    trust = Trust(root, PUBLIC, log=Need.REQUIRED, timestamp=Need.REQUIRED)
    signed = verify_bundle(bundle, trust)
    assert signed.logs == (sigstore_stack.rekor,)
    assert len(signed.times) == 1
    of_a_file = Bundle.decode(signer.sign_file(b"hello").encode())
    assert verify_file(of_a_file, trust, InMemory(b"hello")).logs == (sigstore_stack.rekor,)


@pytest.mark.services
def test_a_timestamp_without_a_log(sigstore_stack: SigstoreStack) -> None:
    root = Root.load(sigstore_stack.trusted_root.read_bytes())
    keys = ed25519.Ed25519PrivateKey.generate()
    signer = RecordingSigner(
        KeySigner(keys), keys.public_key(), authority_urls=[sigstore_stack.timestamps], clock=clock
    )
    trust = Trust(root, keys.public_key(), log=Need.ABSENT, timestamp=Need.REQUIRED)
    assert len(verify_bundle(signer.sign(STATEMENT), trust).times) == 1


@pytest.mark.services
@pytest.mark.parametrize("shift", [-3600.0, 3600.0])
def test_a_clock_that_is_off_is_told(sigstore_stack: SigstoreStack, shift: float) -> None:
    with pytest.raises(GatekeeperError, match=r"the timestamp authority .* and the clock here says") as caught:
        recording(authority=sigstore_stack.timestamps, shift=shift).sign(STATEMENT)
    assert "set the clock" in caught.value.hint


def test_a_log_is_not_asked_where_the_authority_is_down() -> None:
    with stub() as log:
        with pytest.raises(GatekeeperError, match="the timestamp authority"):
            recording(log=log.url, authority=closed_url()).sign(STATEMENT)
        assert log.asked == []


def test_a_key_that_no_log_takes_asks_nobody() -> None:
    keys = ed25519.Ed25519PrivateKey.generate()
    with stub() as server:
        signer = RecordingSigner(
            KeySigner(keys), keys.public_key(), log_urls=[server.url], authority_urls=[server.url], clock=clock
        )
        with pytest.raises(UsageError, match="takes no signatures of this key"):
            signer.sign(STATEMENT)
        assert server.asked == []
