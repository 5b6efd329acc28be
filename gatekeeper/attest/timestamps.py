"""Timestamps of authorities (RFC 3161) for signatures."""

from __future__ import annotations

import datetime
from hashlib import sha256

from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response
from rfc3161_client.tsp import PKIStatus

from gatekeeper.attest.services import Service, ask

NAME = "the timestamp authority"
SECONDS = 15.0


def timestamp(url: str, signature: bytes) -> bytes:
    """A TimeStampResp in DER over the sha256 of ``signature``, which the authority at ``url`` made just now.

    Its own signature is not looked at: whoever verifies the bundle does that.

    Raises:
        GatekeeperError: the authority cannot be reached, refuses, or answers another question.
        UsageError: it has no usable address.
    """
    authority = Service(NAME, url)
    request = TimestampRequestBuilder().hash_algorithm(HashAlgorithm.SHA256).data(signature).nonce(nonce=True).build()
    kind = "application/timestamp"
    answer = ask(
        authority,
        "",
        body=request.as_bytes(),
        media_type=f"{kind}-query",
        accept=f"{kind}-reply",
        seconds=SECONDS,
    )
    try:
        response = decode_timestamp_response(answer)
        granted = response.status in (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS)
        ours = granted and (response.tst_info.nonce, response.tst_info.message_imprint.message) == (
            request.nonce,
            sha256(signature).digest(),
        )
    except ValueError:
        raise authority.failed("answered with no timestamp", "see whether the address is right") from None
    if not granted:
        raise authority.failed(f"refused (status {response.status})", "see whether it signs SHA-256")
    if not ours:
        raise authority.failed("stamped another request", "see who answers there")
    return answer


def time_of(stamp: bytes) -> datetime.datetime:
    """When a timestamp was made, in UTC.

    Raises:
        ValueError: it is none.
    """
    return decode_timestamp_response(stamp).tst_info.gen_time
