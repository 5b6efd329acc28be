"""Keys that tokens are verified with: a PEM certificate or public key, or a JSON Web Key (Set), RFC 7517."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import orjson
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.engines.builtins.base import BuiltinError

PublicKey: TypeAlias = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
Material: TypeAlias = PublicKey | bytes

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
SECRET_ALGORITHMS = ("HS256", "HS384", "HS512")
# Names of RFC 7518 for other purposes: keys of these are passed over.
_OTHER_ALGORITHMS = (
    *("none", "ES256K", "RSA1_5", "RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512", "dir"),
    *("A128KW", "A192KW", "A256KW", "A128GCMKW", "A192GCMKW", "A256GCMKW"),
    *("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"),
    *("PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW"),
)
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "256": hashes.SHA256,
    "384": hashes.SHA384,
    "512": hashes.SHA512,
}
_CURVES: dict[str, Callable[[], ec.EllipticCurve]] = {
    "P-256": ec.SECP256R1,
    "P-384": ec.SECP384R1,
    "P-521": ec.SECP521R1,
}
_PEM = re.compile(
    r"(?:^|\n)-----BEGIN (?P<kind>CERTIFICATE|PUBLIC KEY)-----\r?\n"
    r"[A-Za-z0-9+/=\s]+-----END (?P=kind)-----[ \t]*(?:\r?\n)?"
)
_MIN_RSA_BITS = 1024


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, or a secret. ``private``: the private half came with it."""

    material: Material
    identifier: str = ""
    algorithm: str = ""
    private: bool = False


@lru_cache(maxsize=64)
def read_keys(text: str) -> Sequence[Key]:
    """All keys of a PEM block or of a JSON Web Key (Set).

    Raises:
        BuiltinError: it is neither, or holds a key that cannot be read.
    """
    if "-----BEGIN" in text:
        return [Key(_pem(text))]
    try:
        value = orjson.loads(text)
    except ValueError:
        raise BuiltinError("failed to parse a JWK key (set)") from None
    listed = value.get("keys", [value]) if isinstance(value, dict) else None
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise BuiltinError("failed to parse a JWK key (set)")
    keys = [_web_key(item) for item in listed]
    return [key for key in keys if key.algorithm in ("", *ALGORITHMS, *SECRET_ALGORITHMS)]


def verifies(key: Key, algorithm: str, message: bytes, signature: bytes) -> bool:
    """Whether a signature holds; False too where the key is not one for the algorithm (RFC 7518, RFC 8037)."""
    try:
        _VERIFIERS[algorithm[:2]](key.material, algorithm[2:], message, signature)
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True


def _pem(text: str) -> PublicKey:
    found = _PEM.search(text)
    if found is None or found.end() < len(text) or text.count("-----BEGIN") > 1:
        raise BuiltinError("failed to extract a Key from the PEM certificate: one certificate or public key, no more")
    try:
        if found["kind"] == "CERTIFICATE":
            public = x509.load_pem_x509_certificate(text.encode()).public_key()
        else:
            public = serialization.load_pem_public_key(text.encode())  # type: ignore[assignment]  # narrowed below
    except (ValueError, UnsupportedAlgorithm):
        raise BuiltinError("failed to parse a PEM certificate or public key") from None
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey):
        raise BuiltinError("failed to parse a PEM key: of a kind that signs no tokens")
    return public


def _web_key(value: JsonObject) -> Key:
    kind, identifier, algorithm = (value.get(name, "") for name in ("kty", "kid", "alg"))
    if not isinstance(identifier, str) or not isinstance(algorithm, str):
        raise BuiltinError("failed to parse a JWK key (set): kid and alg must be strings")
    if algorithm not in ("", *ALGORITHMS, *SECRET_ALGORITHMS, *_OTHER_ALGORITHMS):
        raise BuiltinError(f"failed to parse a JWK key (set): unknown alg {algorithm!r:.40}")
    try:
        material = _READERS[kind](value)
    except (KeyError, TypeError, ValueError, UnsupportedAlgorithm):
        raise BuiltinError("failed to parse a JWK key (set)") from None
    return Key(material, identifier, algorithm, private="d" in value)


def _rsa(value: JsonObject) -> PublicKey:
    return rsa.RSAPublicNumbers(_integer(value["e"]), _integer(value["n"])).public_key()


def _elliptic(value: JsonObject) -> PublicKey:
    curve = _CURVES[value["crv"]]()
    return ec.EllipticCurvePublicNumbers(_integer(value["x"]), _integer(value["y"]), curve).public_key()


def _edwards(value: JsonObject) -> PublicKey:
    if value["crv"] != "Ed25519":
        raise ValueError(value["crv"])
    return ed25519.Ed25519PublicKey.from_public_bytes(_bytes(value["x"]))


def _secret(value: JsonObject) -> Material:
    return _bytes(value["k"])


_READERS: dict[Json, Callable[[JsonObject], Material]] = {
    "RSA": _rsa,
    "EC": _elliptic,
    "OKP": _edwards,
    "oct": _secret,
}


def _bytes(value: str) -> bytes:
    if not _BASE64URL.fullmatch(value):
        raise ValueError(value)
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


def _integer(value: str) -> int:
    return int.from_bytes(_bytes(value))


def _verify_rsa(key: Material, size: str, message: bytes, signature: bytes) -> None:
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < _MIN_RSA_BITS:
        raise ValueError
    key.verify(signature, message, padding.PKCS1v15(), _HASHES[size]())


def _verify_pss(key: Material, size: str, message: bytes, signature: bytes) -> None:
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < _MIN_RSA_BITS:
        raise ValueError
    algorithm = _HASHES[size]()
    key.verify(signature, message, padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO), algorithm)


def _verify_elliptic(key: Material, size: str, message: bytes, signature: bytes) -> None:
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError
    half = len(signature) // 2
    numbers = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
    key.verify(encode_dss_signature(*numbers), message, ec.ECDSA(_HASHES[size]()))


def _verify_edwards(key: Material, size: str, message: bytes, signature: bytes) -> None:
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise ValueError
    key.verify(signature, message)


def _verify_secret(key: Material, size: str, message: bytes, signature: bytes) -> None:
    if not isinstance(key, bytes) or not hmac.compare_digest(signature, hmac.digest(key, message, f"sha{size}")):
        raise ValueError


_VERIFIERS = {"HS": _verify_secret, "RS": _verify_rsa, "PS": _verify_pss, "ES": _verify_elliptic, "Ed": _verify_edwards}
