"""Trusted roots of Sigstore (sigstore/protobuf-specs, ``sigstore_trustroot.proto``, versions 0.1 and 0.2)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from json import JSONDecodeError

from gatekeeper.formats.fields import Fields, parse
from gatekeeper.model.json import Json

MEDIA_TYPES = (
    "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    "application/vnd.dev.sigstore.trustedroot.v0.1+json",
    "application/vnd.dev.sigstore.trustedroot+json;version=0.2",
    "application/vnd.dev.sigstore.trustedroot.v0.2+json",
)
MAX_ITEMS = 256


@dataclass(frozen=True, slots=True)
class Window:
    """When something was in use; both ends belong to it, and without an end it still is."""

    start: datetime.datetime
    end: datetime.datetime | None = None

    def __contains__(self, time: datetime.datetime) -> bool:
        return self.start <= time and (self.end is None or time <= self.end)

    def __str__(self) -> str:
        return f"{self.start.isoformat()} to {self.end.isoformat() if self.end else 'now'}"


@dataclass(frozen=True, slots=True)
class LogKey:
    """A log of certificates or signatures. ``key`` is DER: SubjectPublicKeyInfo or, for old RSA keys, PKCS#1."""

    base_url: str
    log_id: bytes
    key: bytes
    window: Window
    checkpoint_key_id: bytes = b""


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate or timestamp authority: its chain in DER, the root last."""

    uri: str
    chain: tuple[bytes, ...]
    window: Window


@dataclass(frozen=True, slots=True)
class TrustedRoot:
    """Who issues certificates and times, and which logs are believed."""

    logs: tuple[LogKey, ...] = ()
    ct_logs: tuple[LogKey, ...] = ()
    certificate_authorities: tuple[Authority, ...] = ()
    timestamp_authorities: tuple[Authority, ...] = ()

    @property
    def newest(self) -> datetime.datetime | None:
        """When the newest of its members came into use: what is younger than this root is unknown to it."""
        logs, authorities = (*self.logs, *self.ct_logs), (*self.certificate_authorities, *self.timestamp_authorities)
        windows = [*(log.window for log in logs), *(authority.window for authority in authorities)]
        return max((window.start for window in windows), default=None)

    @classmethod
    def decode(cls, data: bytes) -> TrustedRoot:
        """The root.

        Raises:
            ValueError: it is malformed, of an unknown version, or a member does not say since when it is valid.
        """
        fields = Fields(_parsed(data), "trusted root")
        media_type = fields.text("mediaType")
        if media_type not in MEDIA_TYPES:
            raise ValueError(f"mediaType {media_type!r:.80} is no trusted root of version 0.1 or 0.2")
        root = cls(
            fields.array("tlogs", _log, MAX_ITEMS),
            fields.array("ctlogs", _log, MAX_ITEMS),
            fields.array("certificateAuthorities", _authority, MAX_ITEMS),
            fields.array("timestampAuthorities", _authority, MAX_ITEMS),
        )
        fields.done()
        return root


def _parsed(data: bytes) -> Json:
    try:
        return parse(data)
    except JSONDecodeError as error:
        if error.msg != "Extra data":
            raise
        # `gh attestation trusted-root` prints the public Sigstore's and GitHub's own, a line each.
        raise ValueError("several trusted roots, one a line: keep each in a file of its own, and name that") from None


def _log(fields: Fields) -> LogKey:
    key = fields.required("publicKey")
    raw = key.bytes("rawBytes")
    window = _window(key)
    key.ignore("keyDetails")  # the key's own DER says what it is
    key.done()
    ids = []
    for name in ("logId", "checkpointKeyId"):
        inner = fields.object(name)
        ids.append(inner.bytes("keyId") if inner else b"")
        if inner:
            inner.done()
    fields.ignore("operator")
    algorithm = fields.text("hashAlgorithm")
    if algorithm != "SHA2_256":
        raise ValueError(f"{fields.place('hashAlgorithm')}: SHA2_256 is expected, not {algorithm!r:.40}")
    if not raw or not ids[0]:
        raise ValueError(f"{fields.where}: a log has a key and an id")
    return LogKey(fields.text("baseUrl"), ids[0], raw, window, ids[1])


def _authority(fields: Fields) -> Authority:
    chain = fields.required("certChain")
    certificates = chain.array("certificates", lambda one: one.bytes("rawBytes"), MAX_ITEMS)
    chain.done()
    if not certificates:
        raise ValueError(f"{fields.where}: an authority has certificates")
    fields.ignore("subject", "operator")
    return Authority(fields.text("uri"), certificates, _window(fields))


def _window(fields: Fields) -> Window:
    inner = fields.required("validFor")
    start, end = inner.time("start"), inner.time("end")
    inner.done()
    if start is None:
        raise ValueError(f"{inner.where}: start is missing")
    return Window(start, end)
