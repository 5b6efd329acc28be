"""What bundles are verified against: a trusted root or a key, and what must be there."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography import x509

from gatekeeper.crypto import certificates, public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.formats.sigstore import trusted_root
from gatekeeper.formats.sigstore.trusted_root import TrustedRoot, Window


class Need(StrEnum):
    """Whether a proof must be there (``required``), counts where it is (``optional``), or may not be (``absent``)."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Log:
    """A log of certificates or signatures. ``checkpoint_id`` begins with what names its key in checkpoints."""

    name: str
    log_id: bytes
    key: PublicKey
    window: Window
    checkpoint_id: bytes = b""


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate or timestamp authority: its chain, the root last."""

    name: str
    chain: tuple[x509.Certificate, ...]
    window: Window


@dataclass(frozen=True, slots=True)
class Root:
    """A trusted root with its keys and certificates loaded; logs by their ids.

    Logs whose keys are of a kind that is not supported are left out: what only they recorded is refused.
    """

    logs: dict[bytes, Log] = field(default_factory=dict)
    ct_logs: dict[bytes, Log] = field(default_factory=dict)
    certificate_authorities: tuple[Authority, ...] = ()
    timestamp_authorities: tuple[Authority, ...] = ()
    newest: datetime.datetime | None = None

    @classmethod
    def load(cls, data: bytes) -> Root:
        """A root from its JSON.

        Raises:
            ValueError: it is malformed, or a key or certificate in it is.
        """
        root = TrustedRoot.decode(data)
        return cls(
            _logs(root.logs),
            _logs(root.ct_logs),
            tuple(_authority(one) for one in root.certificate_authorities),
            tuple(_authority(one) for one in root.timestamp_authorities),
            root.newest,
        )

    @property
    def age(self) -> str:
        """For messages: what the root cannot know."""
        return f"the newest member of the trusted root is of {self.newest.date()}" if self.newest else "it is empty"


@dataclass(frozen=True, slots=True)
class Trust:
    """Who is believed. With a ``key`` bundles must be signed by it, else by a certificate of the root's authorities."""

    root: Root = field(default_factory=Root)
    key: PublicKey | None = None
    log: Need = Need.REQUIRED
    sct: Need = Need.REQUIRED
    timestamp: Need = Need.OPTIONAL


def _logs(logs: Sequence[trusted_root.LogKey]) -> dict[bytes, Log]:
    result: dict[bytes, Log] = {}
    seen: set[bytes] = set()
    for log in logs:
        if log.log_id in seen:
            raise ValueError(f"two logs with the id {log.log_id.hex()}")
        seen.add(log.log_id)
        try:
            key = public_keys.load_der(log.key)
        except public_keys.UnsupportedKey:
            continue
        checkpoint_id = log.checkpoint_key_id or log.log_id
        result[log.log_id] = Log(log.base_url, log.log_id, key, log.window, checkpoint_id)
    return result


def _authority(authority: trusted_root.Authority) -> Authority:
    return Authority(authority.uri, tuple(certificates.load(one) for one in authority.chain), authority.window)
