from __future__ import annotations

import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from gatekeeper.attest.timestamps import time_of, timestamp
from gatekeeper.errors import GatekeeperError
from gatekeeper.verification.core.timestamps import timestamped
from gatekeeper.verification.core.trust import Root
from tests.attest.samples import clock
from tests.services.sigstore import SigstoreStack
from tests.services.stub import closed_url, stub

NAME = r"the timestamp authority \(http://127.0.0.1:\d+\)"


@pytest.mark.services
def test_a_real_authority_stamps_a_signature_now(sigstore_stack: SigstoreStack) -> None:
    stamp = timestamp(sigstore_stack.timestamps, b"a signature")
    verified = timestamped(stamp, b"a signature", Root.load(sigstore_stack.trusted_root.read_bytes()))
    assert verified is not None
    assert verified.time == time_of(stamp)
    assert abs((clock() - verified.time).total_seconds()) < 5


@pytest.mark.services
def test_the_stamp_of_another_request_is_refused(sigstore_stack: SigstoreStack) -> None:
    older = timestamp(sigstore_stack.timestamps, b"a signature")
    with stub(body=older) as replaying, pytest.raises(GatekeeperError, match=f"{NAME} stamped another request"):
        timestamp(replaying.url, b"a signature")


def test_the_authority_is_down() -> None:
    with pytest.raises(GatekeeperError, match=f"{NAME} did not answer") as caught:
        timestamp(closed_url(), b"a signature")
    assert "nothing was written" in caught.value.hint


@pytest.mark.parametrize("answer", [b"", b"<html>", b"0\x80", b"\x30\x03\x02\x01\x00"])
def test_what_is_no_timestamp_is_refused(answer: bytes) -> None:
    with stub(body=answer) as server, pytest.raises(GatekeeperError, match=NAME):
        timestamp(server.url, b"a signature")


def test_a_rejection_is_told() -> None:
    # TimeStampResp with PKIStatus 2 (rejection) and no token
    with stub(body=bytes.fromhex("30053003020102")) as server:
        with pytest.raises(GatekeeperError, match=r"refused \(status 2\)"):
            timestamp(server.url, b"a signature")
        [(_, headers, body)] = server.asked
    assert headers["Content-Type"] == "application/timestamp-query"
    ours = TimestampRequestBuilder().hash_algorithm(HashAlgorithm.SHA256).data(b"a signature").build()
    assert ours.message_imprint.message in body
