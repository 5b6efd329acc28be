"""Signing without keys: the one module that imports sigstore, pinned exactly since this leans on its inner parts.

sigstore makes the short-lived key, asks for its certificate, checks the certificate log's promise, signs, and puts the
bundle together. Its requests are replaced by our own: its clients wait for ever, follow redirections, lose what Fulcio
said, and go on without a timestamp where the authority is down.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.resources import files

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import TimeStampResponse, decode_timestamp_response
from sigstore import dsse
from sigstore._internal.fulcio import ExpiredCertificate, FulcioCertificateSigningResponse, FulcioClient
from sigstore._internal.fulcio.client import FulcioSigningCert
from sigstore._internal.rekor import EntryRequestBody, RekorLogSubmitter
from sigstore._internal.rekor.client import RekorClient
from sigstore._internal.timestamp import TimestampAuthorityClient
from sigstore.errors import Error as SigstoreError
from sigstore.hashes import Hashed
from sigstore.models import Bundle as SigstoreBundle
from sigstore.models import ClientTrustConfig, TransparencyLogEntry
from sigstore.oidc import IdentityToken as SigstoreToken
from sigstore.sign import Signer as SigstoreSigner
from sigstore.sign import SigningContext
from sigstore_models.rekor.v1 import TransparencyLogEntry as EntryModel

from gatekeeper.attest import logs, timestamps
from gatekeeper.attest.identity_tokens import IdentityToken
from gatekeeper.attest.services import Service, ask
from gatekeeper.crypto import certificates, public_keys
from gatekeeper.crypto.certificates import Identity
from gatekeeper.errors import UsageError, in_short
from gatekeeper.formats import base64, jsonable
from gatekeeper.formats.sigstore import signing_config
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.sigstore.signing_config import TRUST_CONFIG, TrustConfig
from gatekeeper.formats.statement import Statement

AUTHORITY = "the certificate authority"
SECONDS = 30.0
_FULCIO_VERSIONS = (1,)
_AUTHORITY_VERSIONS = (1,)
_LOG_VERSIONS = (1, logs.API_VERSION)
_PUBLIC_FOLDER = "https%3A%2F%2Ftuf-repo-cdn.sigstore.dev"


class KeylessSigner:
    """Signs with keys that live for minutes, certified for the identity of a token."""

    def __init__(
        self,
        trust_config: bytes,
        token: IdentityToken,
        *,
        clock: Callable[[], datetime.datetime],
        renew: Callable[[], IdentityToken] | None = None,
    ) -> None:
        """``trust_config`` is a client trust configuration (JSON): which services take part. Asks nobody yet.

        ``renew`` is asked for another token where this one has expired: judging may take longer than tokens live.

        Raises:
            UsageError: the configuration is malformed, or its services cannot be used.
        """
        self._token = token
        self._renew = renew
        self._clock = clock
        try:
            services = TrustConfig.decode(trust_config).signing
            now = clock()
            [authority] = services.certificate_authorities.choose(_FULCIO_VERSIONS, now)
            [log, *others] = services.logs.choose(_LOG_VERSIONS, now)
            stamping = services.timestamp_authorities
            authorities = stamping.choose(_AUTHORITY_VERSIONS, now) if stamping.members else ()
            root = ClientTrustConfig.from_json(trust_config.decode()).trusted_root
        except (ValueError, SigstoreError) as error:
            raise UsageError(
                f"the trust configuration cannot be used: {in_short(error)}",
                hint="`docs/private-sigstore.md` shows one",
            ) from None
        if others:
            raise UsageError(
                "the trust configuration asks for more than one log", hint="set its rekorTlogConfig to ANY"
            )
        if log.version == logs.API_VERSION and not authorities:
            raise UsageError(
                "the trust configuration has no timestamp authority, and its log has no clock",
                hint="a signature without a trusted time would be refused by everybody",
            )
        self._authority = _Authority(Service(AUTHORITY, authority.url.rstrip("/")))
        self._context = SigningContext(
            fulcio=self._authority,
            rekor=_log(log),
            trusted_root=root,
            tsa_clients=[_Timestamps(one.url) for one in authorities],
        )
        self._signer: SigstoreSigner | None = None

    def sign(self, statement: Statement) -> Bundle:
        """The statement in an envelope in a bundle, with certificate, log entry and timestamps.

        Raises:
            UsageError: the token is not valid now.
            GatekeeperError: a service could not do its part, or a clock is wrong.
        """
        payload = _Payload(statement.encode())
        return self._signed(lambda signer: signer.sign_dsse(payload))

    def sign_file(self, data: bytes) -> Bundle:
        """Like ``sign``, of a file's bytes."""
        return self._signed(lambda signer: signer.sign_artifact(data))

    def identity(self) -> Identity:
        """Whom the certificate names that signs next, so far as it lives: nobody has verified it yet.

        Raises: as ``sign`` does.
        """
        with self._certificate_errors():
            return certificates.identity(self._certified()._signing_cert())

    def _signed(self, sign: Callable[[SigstoreSigner], SigstoreBundle]) -> Bundle:
        with self._certificate_errors():
            try:
                signed = sign(self._certified())
            except ExpiredCertificate:
                self._signer = None
                signed = sign(self._certified())
            bundle = Bundle.decode(signed.to_json().encode())
        self._check_times(bundle)
        return bundle

    @contextmanager
    def _certificate_errors(self) -> Iterator[None]:
        try:
            yield
        except (SigstoreError, ExpiredCertificate, ValueError) as error:
            raise self._authority.service.failed(
                f"gave no certificate that can be signed with: {in_short(error)}",
                "see whether the trust configuration is the one of these services, and whether the clock here is right",
            ) from None

    def _certified(self) -> SigstoreSigner:
        """The signer, with a key and its certificate, which serves until it ends."""
        if self._signer is None:
            self._check_token()
            try:
                token = SigstoreToken(self._token.raw)
            except SigstoreError as error:
                raise UsageError(
                    f"the identity token of {self._token.source} cannot be used: {in_short(error)}",
                    hint="get a new token, and see whether this machine's clock is right",
                ) from None
            with self._context.signer(token) as signer:
                self._signer = signer
        return self._signer

    def _check_token(self) -> None:
        now = self._clock()
        if self._renew is not None and now >= self._token.end:
            self._token = self._renew()
        self._token.check(now)

    def _check_times(self, bundle: Bundle) -> None:
        """Where clocks differ, nobody could verify the bundle later."""
        certificate = x509.load_der_x509_certificate(bundle.certificates[0])
        start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        for stamp in bundle.timestamps:
            time = timestamps.time_of(stamp)
            if not start <= time <= end:
                raise self._authority.service.failed(
                    f"gave a certificate from {start.isoformat()} to {end.isoformat()}, and a timestamp authority says"
                    f" it is {time.isoformat()}",
                    "set the clock that is wrong",
                )


def public_trust_config() -> bytes:
    """The trust configuration of the public Sigstore, as the pinned sigstore ships it.

    What is signed with it becomes public for ever: identity, time, digest.
    """
    folder = files("sigstore._store") / _PUBLIC_FOLDER
    parts = {"trustedRoot": "trusted_root.json", "signingConfig": "signing_config.v0.2.json"}
    documents = {name: jsonable.loads((folder / file).read_bytes()) for name, file in parts.items()}
    return jsonable.dumps({"mediaType": TRUST_CONFIG, **documents})


class _Payload(dsse.Statement):
    """A statement as it is: sigstore's model refuses subjects without a name, and digests like ``gitTree``."""

    def __init__(self, contents: bytes) -> None:
        self._contents = contents


class _Authority(FulcioClient):
    def __init__(self, service: Service) -> None:
        super().__init__(service.url)
        self.service = service

    @property
    def signing_cert(self) -> FulcioSigningCert:
        return _Certificates(self.service, self)


class _Certificates(FulcioSigningCert):
    def __init__(self, service: Service, client: FulcioClient) -> None:
        super().__init__(service.url, client.session)
        self._service = service

    def post(self, req: x509.CertificateSigningRequest, identity: SigstoreToken) -> FulcioCertificateSigningResponse:
        body = {"certificateSigningRequest": base64.encode(req.public_bytes(Encoding.PEM))}
        answer = ask(
            self._service, "/api/v2/signingCert", body=jsonable.dumps(body), token=str(identity), seconds=SECONDS
        )
        try:
            value = jsonable.loads(answer)
            if isinstance(value, dict) and "signedCertificateDetachedSct" in value:
                raise ValueError("it has no certificate log")
            chain = value["signedCertificateEmbeddedSct"]["chain"]["certificates"]
            leaf, *issuers = [x509.load_pem_x509_certificate(one.encode()) for one in chain]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = str(error) if isinstance(error, ValueError) and "log" in str(error) else "no chain of certificates"
            raise self._service.failed(
                f"answered with no certificate: {reason}", "see whether its address is right, and how it is configured"
            ) from None
        return FulcioCertificateSigningResponse(leaf, issuers)


class _Timestamps(TimestampAuthorityClient):
    def request_timestamp(self, signature: bytes) -> TimeStampResponse:
        return decode_timestamp_response(timestamps.timestamp(self.url, signature))


class _Log(RekorLogSubmitter):
    """Rekor v2."""

    def __init__(self, url: str) -> None:
        self._url = url

    def create_entry(self, request: EntryRequestBody) -> TransparencyLogEntry:
        entry = logs.submit(self._url, request)
        try:
            return TransparencyLogEntry(EntryModel.from_dict(entry.to_json()))
        except (ValueError, SigstoreError) as error:
            raise Service(logs.NAME, self._url).failed(
                f"answered with an entry that proves nothing: {in_short(error)}",
                "see whether it is a Rekor of version 2",
            ) from None

    @classmethod
    def _build_hashed_rekord_request(
        cls, hashed_input: Hashed, signature: bytes, certificate: x509.Certificate
    ) -> EntryRequestBody:
        return cls._request(hashed_input.digest, signature, certificate)

    @classmethod
    def _build_dsse_request(cls, envelope: dsse.Envelope, certificate: x509.Certificate) -> EntryRequestBody:
        return cls._request(sha256(envelope.pae()).digest(), envelope.signature, certificate)

    @staticmethod
    def _request(digest: bytes, signature: bytes, certificate: x509.Certificate) -> EntryRequestBody:
        key = public_keys.supported(certificate.public_key())
        return EntryRequestBody(logs.request(digest, signature, key, certificate.public_bytes(Encoding.DER)))


class _FirstLog(RekorClient):
    """Rekor v1, which the public Sigstore still signs with; sigstore knows its requests and answers."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._service = Service(logs.NAME, url.rstrip("/"))

    def create_entry(self, request: EntryRequestBody) -> TransparencyLogEntry:
        answer = ask(self._service, "/api/v1/log/entries", body=jsonable.dumps(request), seconds=logs.SECONDS)
        try:
            return TransparencyLogEntry._from_v1_response(json.loads(answer))
        except (ValueError, KeyError, TypeError, AttributeError, SigstoreError):
            raise self._service.failed("answered with no entry", "see whether it is a Rekor of version 1") from None


def _log(log: signing_config.Service) -> RekorLogSubmitter:
    return _Log(log.url) if log.version == logs.API_VERSION else _FirstLog(log.url)
