"""Entries in a transparency log: Rekor v2 (rekor-tiles, ``rekor/v2/entry.proto``), kind hashedrekord 0.0.2.

sigstore's client records only what a certificate signed; a key is recorded by a request of our own.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from gatekeeper.attest.services import Service, ask
from gatekeeper.crypto import public_keys
from gatekeeper.crypto.public_keys import PublicKey
from gatekeeper.errors import UsageError
from gatekeeper.formats import base64, jsonable
from gatekeeper.formats.fields import Fields, parse
from gatekeeper.formats.sigstore.log_entry import LogEntry
from gatekeeper.model.json import JsonObject

NAME = "the transparency log"
API_VERSION = 2
# The log answers when the entry is in its tree, which may take some of its rounds.
SECONDS = 60.0
_CURVES = {
    "secp256r1": "PKIX_ECDSA_P256_SHA_256",
    "secp384r1": "PKIX_ECDSA_P384_SHA_384",
    "secp521r1": "PKIX_ECDSA_P521_SHA_512",
}
_RSA_BITS = (2048, 3072, 4096)


def request(digest: bytes, signature: bytes, key: PublicKey, certificate: bytes = b"") -> JsonObject:
    """The request (protobuf's JSON) to record a signature.

    ``digest`` is what was signed, by the hash that goes with the key; the entry will name the ``certificate`` (DER), or
    the key where there is none.

    Raises:
        UsageError: the log takes no keys of this kind.
    """
    raw = certificate or public_keys.der(key)
    verifier = {
        "x509Certificate" if certificate else "publicKey": {"rawBytes": base64.encode(raw)},
        "keyDetails": _key_details(key),
    }
    signed = {"content": base64.encode(signature), "verifier": verifier}
    return {"hashedRekordRequestV002": {"digest": base64.encode(digest), "signature": signed}}


def submit(url: str, proposed: JsonObject) -> LogEntry:
    """The entry that the log at ``url`` made of a request.

    It is read strictly but not believed yet: whoever verifies the bundle does that.

    Raises:
        GatekeeperError: the log cannot be reached, refuses, or answers with no entry.
        UsageError: the log has no usable address.
    """
    log = Service(NAME, url.rstrip("/"))
    answer = ask(log, "/api/v2/log/entries", body=jsonable.dumps(proposed), seconds=SECONDS)
    try:
        fields = Fields(parse(answer), "log entry")
        entry = LogEntry.from_fields(fields)
        fields.done()
    except (ValueError, RecursionError) as error:
        raise log.failed(f"answered with no entry: {error}", "see whether it is a Rekor of version 2") from None
    return entry


def _key_details(key: PublicKey) -> str:
    """Its name in Sigstore's registry of algorithms."""
    if isinstance(key, EllipticCurvePublicKey):
        return _CURVES[key.curve.name]
    if isinstance(key, RSAPublicKey) and key.key_size in _RSA_BITS:
        return f"PKIX_RSA_PKCS1V15_{key.key_size}_SHA256"
    raise UsageError(
        "a transparency log takes no signatures of this key: it records digests, and Ed25519 signs none"
        if not isinstance(key, RSAPublicKey)
        else f"a transparency log takes no RSA keys of {key.key_size} bits",
        hint="sign with an ECDSA key, or without a log",
    )
