"""Who signs, as the user asked for."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from gatekeeper.attest.identity_tokens import IdentityToken, ambient_token, token_from_file, token_from_variable
from gatekeeper.attest.logs import API_VERSION
from gatekeeper.attest.recording import RecordingSigner
from gatekeeper.attest.signers import Signer, load_signer
from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.errors import UsageError
from gatekeeper.formats.files import read_named
from gatekeeper.formats.sigstore.signing_config import TrustConfig
from gatekeeper.roads.checked import CheckedSigner
from gatekeeper.verification.core.trust import Need, Root, Trust

PUBLIC = "public"
PUBLIC_NOTICE = (
    "the public Sigstore publishes for ever, for everybody to search: who signs (the e-mail address, or repository,"
    " workflow, commit and branch), when, and the digests of what is signed"
)
VARIABLE_PREFIX = "env:"
MAX_CONFIG_BYTES = 1 << 20
_AUTHORITY_VERSIONS = (1,)
_URI = re.compile(r"[a-z][a-z0-9+]+:")


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """Who signs: ``keyless``, or a ``key``, a file or a URI that needs its ``public_key``.

    ``trust_config`` is a file or ``public``: with which Sigstore; a key needs none. ``identity_token`` is a file or
    ``env:NAME``; "" takes the token of the job in which this runs. ``secret`` gives password or PIN of a key, and is
    called only where one is needed. ``clock`` is the machine's own.
    """

    clock: Callable[[], datetime.datetime]
    secret: Callable[[], bytes]
    environment: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    public_key: Path | None = None
    keyless: bool = False
    trust_config: str = ""
    identity_token: str = ""


def open_signer(request: SigningRequest) -> CheckedSigner:
    """The signer that a request names, known to sign: a key that is kept elsewhere tries.

    Services of a Sigstore are not asked yet, but for the identity token of a job.

    Raises:
        UsageError: key, token or trust configuration are missing, malformed, or cannot be used together.
        GatekeeperError: the issuer of identity tokens could not be asked.
    """
    config = _trust_config(request.trust_config) if request.trust_config else None
    if request.keyless:
        if config is None:
            raise UsageError("without a key a Sigstore must sign", hint="--trust-config FILE, or --trust-config public")
        return _keyless(request, config)
    return _with_key(request, config)


def _keyless(request: SigningRequest, data: bytes) -> CheckedSigner:
    from gatekeeper.attest.keyless import KeylessSigner  # noqa: PLC0415 - it loads slowly

    config = _decode(data)
    token = partial(_token, request)
    first = token()
    first.check(request.clock())
    signer = KeylessSigner(data, first, clock=request.clock, renew=token)
    stamped = Need.REQUIRED if config.signing.timestamp_authorities.members else Need.OPTIONAL
    return CheckedSigner(signer, Trust(Root.load(config.trusted_root), timestamp=stamped), signer.identity)


def _token(request: SigningRequest) -> IdentityToken:
    if not request.identity_token:
        return ambient_token(request.environment)
    kind, prefix, name = request.identity_token.partition(VARIABLE_PREFIX)
    if prefix and not kind:
        return token_from_variable(name, request.environment)
    return token_from_file(Path(request.identity_token))


def _with_key(request: SigningRequest, data: bytes | None) -> CheckedSigner:
    signer, key = _key_signer(request)
    if data is None:
        return CheckedSigner(signer, Trust(key=key, log=Need.ABSENT, timestamp=Need.ABSENT))
    config, now = _decode(data), request.clock()
    services = config.signing
    try:
        logs = services.logs.choose((API_VERSION,), now) if services.logs.members else ()
        authorities = (
            services.timestamp_authorities.choose(_AUTHORITY_VERSIONS, now)
            if services.timestamp_authorities.members
            else ()
        )
        root = Root.load(config.trusted_root)
    except ValueError as error:
        raise UsageError(
            f"the trust configuration cannot be used with a key: {error}",
            hint=f"keys are recorded by logs of version {API_VERSION}; sign without --trust-config, or --keyless",
        ) from None
    if logs and not authorities:
        raise UsageError(
            "the trust configuration has no timestamp authority, and its log has no clock",
            hint="a log entry without a trusted time would be refused by everybody",
        )
    recording = RecordingSigner(
        signer,
        key,
        log_urls=[one.url for one in logs],
        authority_urls=[one.url for one in authorities],
        clock=request.clock,
    )
    needs = {True: Need.REQUIRED, False: Need.ABSENT}
    trust = Trust(root, key, log=needs[bool(logs)], timestamp=needs[bool(authorities)])
    return CheckedSigner(recording, trust)


def _key_signer(request: SigningRequest) -> tuple[Signer, PublicKey]:
    is_uri = bool(_URI.match(request.key)) and not Path(request.key).exists()
    if request.public_key is None:
        if is_uri:
            raise UsageError(
                f"{request.key.partition(':')[0]}: keys in other places need their public key",
                hint="--public-key FILE",
            )
        signer = load_signer(Path(request.key), request.secret)
        return signer, public_keys.supported(signer.key.public_key())
    from gatekeeper.attest.securesystems import load_uri_signer  # noqa: PLC0415 - it loads slowly

    public = _public_key(request.public_key)
    away = load_uri_signer(request.key if is_uri else f"file2:{request.key}", public, request.secret)
    away.check()
    return away, public


def _public_key(path: Path) -> PublicKey:
    try:
        return public_keys.load(read_named("the public key", path, public_keys.MAX_BYTES))
    except ValueError as error:
        raise UsageError(f"{path}: {error}", hint="--public-key takes a public key in PEM") from None


def _trust_config(name: str) -> bytes:
    if name == PUBLIC:
        from gatekeeper.attest.keyless import public_trust_config  # noqa: PLC0415 - it loads slowly

        return public_trust_config()
    hint = f"name a file, or `{PUBLIC}`; docs/private-sigstore.md shows how one is made"
    return read_named("the trust configuration", Path(name), MAX_CONFIG_BYTES, hint=hint)


def _decode(data: bytes) -> TrustConfig:
    try:
        return TrustConfig.decode(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"the trust configuration cannot be used: {error}", hint="docs/private-sigstore.md shows one"
        ) from None
