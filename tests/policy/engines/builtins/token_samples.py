"""Keys and tokens, sound and broken."""

from __future__ import annotations

import datetime
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from gatekeeper.model.json import Json, JsonObject

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
SECRET = "secret" * 11
NOW = 1_700_000_000


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class Keys:
    """Private keys."""

    main: rsa.RSAPrivateKey
    other: rsa.RSAPrivateKey
    short: rsa.RSAPrivateKey
    p256: ec.EllipticCurvePrivateKey
    p384: ec.EllipticCurvePrivateKey
    p521: ec.EllipticCurvePrivateKey
    ed25519: ed25519.Ed25519PrivateKey


@cache
def keys() -> Keys:
    return Keys(
        main=rsa.generate_private_key(65537, 2048),
        other=rsa.generate_private_key(65537, 2048),
        short=rsa.generate_private_key(65537, 1024),
        p256=ec.generate_private_key(ec.SECP256R1()),
        p384=ec.generate_private_key(ec.SECP384R1()),
        p521=ec.generate_private_key(ec.SECP521R1()),
        ed25519=ed25519.Ed25519PrivateKey.generate(),
    )


def pem(key: Private) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def certificate(key: Private) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    built = built.not_valid_after(datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC))
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return built.sign(key, digest).public_bytes(Encoding.PEM).decode()


def web_key(key: Private, *, private: bool = False, **fields: Json) -> JsonObject:
    part = key if private else key.public_key()
    if isinstance(part, rsa.RSAPrivateKey | rsa.RSAPublicKey):
        text = RSAAlgorithm.to_jwk(part)
    elif isinstance(part, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        text = ECAlgorithm.to_jwk(part)
    else:
        text = OKPAlgorithm.to_jwk(part)
    read: JsonObject = json.loads(text)
    read.pop("key_ops", None)
    return read | fields


@cache
def written_keys() -> dict[str, str]:
    """Keys as the second operand has them."""
    k = keys()
    oct_key = {"kty": "oct", "k": encoded(SECRET.encode())}
    known = [web_key(k.other, kid="a"), web_key(k.main, kid="b", alg="RS256"), web_key(k.p256, kid="c")]
    unnamed = [web_key(key) for key in (k.p256, k.other, k.main, k.ed25519, k.p384, k.p521)]
    texts = {
        "rsa": pem(k.main),
        "other": pem(k.other),
        "short": pem(k.short),
        "p256": pem(k.p256),
        "p384": pem(k.p384),
        "p521": pem(k.p521),
        "ed25519": pem(k.ed25519),
        "certificate": certificate(k.main),
        "certificate p256": certificate(k.p256),
        "certificate ed25519": certificate(k.ed25519),
        "crlf": pem(k.main).replace("\n", "\r\n"),
        "no end of line": pem(k.main).rstrip("\n"),
        "two ends of line": pem(k.main) + "\n",
        "text before": "hello\n" + pem(k.main),
        "indented": " " + pem(k.main),
        "two": pem(k.main) + pem(k.other),
        "private": k.main.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "pkcs1": k.main.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode(),
        "garbage": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "secret": SECRET,
        "empty": "",
    }
    values: dict[str, Json] = {
        "jwk": web_key(k.main),
        "jwk p256": web_key(k.p256),
        "jwk ed25519": web_key(k.ed25519),
        "set": {"keys": [*known, web_key(k.ed25519, kid="d", alg="EdDSA")]},
        "set unnamed": {"keys": unnamed},
        "set for encryption": {"keys": [web_key(k.other, alg="RSA-OAEP"), web_key(k.main, alg="RS256")]},
        "set with secret": {"keys": [oct_key, web_key(k.main)]},
        "set broken": {"keys": [{"kty": "x"}, web_key(k.main)]},
        "set empty": {"keys": []},
        "another algorithm": web_key(k.main, alg="RS512"),
        "unknown algorithm": web_key(k.main, alg="XX"),
        "oct": oct_key,
        "jwk private": web_key(k.main, private=True),
        "jwk private p256": web_key(k.p256, private=True),
        "no key": {},
        "number as kid": web_key(k.main, kid=1),
        "list": [web_key(k.main)],
        "bad number": web_key(k.main, n="!!"),
        "padded": web_key(k.main, e="AQAB="),
    }
    return texts | {name: json.dumps(value) for name, value in values.items()}


def signed(header: Json, payload: Json) -> str:
    """A token by the RSA key, whatever its header says."""
    parts = (part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload))
    message = ".".join(map(encoded, parts))
    return f"{message}.{encoded(keys().main.sign(message.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@cache
def sound_tokens() -> dict[str, str]:
    """One for each algorithm, and some with a ``kid``."""
    k = keys()
    by: dict[str, Json] = {"ES256": k.p256, "ES384": k.p384, "ES512": k.p521, "EdDSA": k.ed25519}
    names = ("RS256", "RS384", "RS512", "PS256", "PS512", *by, "HS256", "HS384", "HS512")
    claims = {"iss": "i", "aud": "a"}
    tokens = {
        name: jwt.encode(claims, by.get(name, SECRET if name[0] == "H" else k.main), algorithm=name) for name in names
    }
    for identifier in "abz":
        tokens[f"kid {identifier}"] = jwt.encode(claims, k.main, algorithm="RS256", headers={"kid": identifier})
    return tokens


@cache
def odd_tokens() -> dict[str, Json]:
    """Tokens that are broken, unusual, or none."""
    rs = {"alg": "RS256"}
    good, unusual = sound_tokens()["RS256"], rs | {"x": 1}
    return {
        "short key": jwt.encode({"a": 1}, keys().short, algorithm="RS256"),
        "altered": good[:-6] + "AAAAAA",
        "cut": sound_tokens()["ES256"][:-8],
        "no algorithm": signed({}, {"a": 1}),
        "none": signed({"alg": "none"}, {}).rpartition(".")[0] + ".",
        "algorithm no text": signed({"alg": 1}, {}),
        "kid no text": signed(rs | {"kid": 1}, {}),
        "encrypted": signed(rs | {"enc": "x"}, {}),
        **{
            f"critical {listed}": signed(unusual | {"crit": listed}, {})
            for listed in (["x"], ["y"], [], [1, "x"], ["x", 1], "x", ["alg"])
        },
        "a list": signed(rs, [1]),
        "no json": signed(rs, b"{x"),
        "header no object": signed(b"[]", {}),
        "twice": signed(b'{"alg":"none","alg":"RS256"}', b'{"a":1,"a":2}'),
        "no utf-8": signed(b'{"alg":"RS256","x":"\xff\xe2\x82"}', b'{"a":"\xff"}'),
        "numbers": signed(rs, b'{"a":1.50,"b":1e3,"c":123}'),
        "white space": signed(rs, b' {"a":1}\n'),
        "more behind": signed(rs, b'{"a":1} x'),
        "not a number": signed(rs, b'{"a":NaN}'),
        "control character": signed(rs, b'{"a":"\n"}'),
        "half a pair": signed(rs, b'{"a":"\\ud800","b":"\\\\ud800","c":"\\ud83d\\ude00","d":"\\udc00\\ud800x"}'),
        "nested": signed(rs | {"cty": "JWT"}, good.encode()),
        "nested in quotes": signed(rs | {"cty": "JWT"}, f'"{good}"'.encode()),
        "nested in lower case": signed(rs | {"cty": "jwt"}, good.encode()),
        **{text: text for text in ("a.b", "a.b.c.d", "", "..", "e30=.e30=.", "e30.e30.", "e31.e31.", "e3\n0.e30.")},
        **{text: text for text in ("e30\n.e30.", "e30.e30.-_+/", "e 30.e30.", "é.e30.", "e30.e30.a", "e30.e30.ab")},
        "number": 1,
        "null": None,
    }
