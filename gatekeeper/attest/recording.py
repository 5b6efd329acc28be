"""Signatures of keys that are recorded in a log and stamped by an authority as they are made."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from hashlib import new as new_hash

from gatekeeper.attest import logs, timestamps
from gatekeeper.attest.services import Service
from gatekeeper.attest.signers import Signer
from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.statement import Statement

# What clocks may differ by before one of them is wrong.
MAX_DIFFERENCE = datetime.timedelta(minutes=5)


class RecordingSigner:
    """Lets another signer sign, and adds timestamps and log entries to its bundles."""

    def __init__(
        self,
        signer: Signer,
        key: PublicKey,
        *,
        log_urls: Sequence[str] = (),
        authority_urls: Sequence[str] = (),
        clock: Callable[[], datetime.datetime],
    ) -> None:
        """``key`` is the public key of ``signer``; ``clock`` is compared with the authorities'."""
        self._signer = signer
        self._key = key
        self._logs = tuple(log_urls)
        self._authorities = tuple(authority_urls)
        self._clock = clock

    def sign(self, statement: Statement) -> Bundle:
        """The statement in an envelope in a bundle.

        Raises:
            GatekeeperError: a service could not do its part, or a clock is wrong.
            UsageError: the logs take no keys of this kind.
        """
        bundle = self._signer.sign(statement)
        return self._recorded(bundle, bundle.envelope.message)

    def sign_file(self, data: bytes) -> Bundle:
        """Like ``sign``, of a file's bytes."""
        return self._recorded(self._signer.sign_file(data), data)

    def _recorded(self, bundle: Bundle, message: bytes) -> Bundle:
        content = bundle.content
        signature = content.signatures[0].signature if isinstance(content, Envelope) else content.signature
        digest = new_hash(public_keys.hash_name(self._key) or "sha512", message).digest()
        # What a log has recorded stays there: whatever else can fail comes before.
        proposed = [logs.request(digest, signature, self._key) for _ in self._logs]
        stamps = tuple(self._stamped(url, signature) for url in self._authorities)
        entries = tuple(logs.submit(url, request) for url, request in zip(self._logs, proposed, strict=True))
        return dataclasses.replace(bundle, entries=entries, timestamps=stamps)

    def _stamped(self, url: str, signature: bytes) -> bytes:
        stamp = timestamps.timestamp(url, signature)
        stamped, now = timestamps.time_of(stamp), self._clock()
        if abs(stamped - now) > MAX_DIFFERENCE:
            raise Service(timestamps.NAME, url).failed(
                f"says it is {stamped.isoformat()}, and the clock here says {now.replace(microsecond=0).isoformat()}",
                "set the clock that is wrong",
            )
        return stamp
