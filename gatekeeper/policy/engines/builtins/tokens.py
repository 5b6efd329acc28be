"""``io.jwt.decode``, ``io.jwt.verify_*`` and ``io.jwt.decode_verify``: JSON Web Tokens, RFC 7519, in compact form."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.engines.builtins.base import BuiltinError, Functions, mapping, text
from gatekeeper.policy.engines.builtins.keys import ALGORITHMS, SECRET_ALGORITHMS, Key, read_keys, verifies

MAX_NESTED = 16
_TEXT_FIELDS = ("alg", "kid", "typ", "cty")
_KNOWN_FIELDS = (*_TEXT_FIELDS, "crit")
_ESCAPES = re.compile(
    r"""\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)""",
    re.DOTALL,
)
_UNVERIFIED: Json = (False, {}, {})


@dataclass(frozen=True, slots=True)
class _Token:
    """The three parts of a token as they are written."""

    header: str
    payload: str
    signature: str

    @property
    def signed(self) -> bytes:
        """What the signature covers."""
        return f"{self.header}.{self.payload}".encode()

    def decoded_header(self) -> JsonObject:
        """The header; encrypted tokens are refused."""
        header = _json_object(_decode(self.header), "bad JWT header")
        if "enc" in header:
            raise BuiltinError("JWT is a JWE object, which is not supported")
        return header

    def fields(self) -> JsonObject:
        """The header, of which the fields that this module reads have the right types."""
        header = self.decoded_header()
        for name in _TEXT_FIELDS:
            if not isinstance(header.get(name, ""), str):
                raise BuiltinError(f"{name}: must be a string")
        if "crit" in header and not _critical(header):
            raise BuiltinError("crit: must be a nonempty list of strings")
        return header


def decode(token: Json) -> Json:
    """``[header, payload, signature in hexadecimal]``; nothing is verified. Of nested tokens, the innermost."""
    for _ in range(MAX_NESTED):
        parts = _split(token)
        header, payload = parts.decoded_header(), _decode(parts.payload)
        kind = header.get("cty", "")
        if not isinstance(kind, str):
            raise BuiltinError("cty: must be a string")
        if kind != "JWT":
            return (header, _json_object(payload, "bad JWT payload"), _decode(parts.signature).hex())
        token = _text(payload).strip("\"'")
    raise BuiltinError("tokens nest too deeply")


def _verify(algorithm: str) -> Callable[[Json, Json], Json]:
    def verify(token: Json, key: Json) -> Json:
        parts = _split(token)
        keys = [key for key in read_keys(text(key, 2)) if not key.private]
        signature = _decode(parts.signature)
        header = parts.fields()
        return _signed(parts, header, keys, algorithm, signature)

    return verify


def _verify_secret(algorithm: str) -> Callable[[Json, Json], Json]:
    def verify(token: Json, secret: Json) -> Json:
        key = text(secret, 2)
        parts = _split(token)
        return _is_by(key, parts, algorithm, _decode(parts.signature))

    return verify


def decode_verify(token: Json, constraints: Json) -> Json:
    """``[True, header, payload]`` where the signature and all constraints hold, else ``[False, {}, {}]``.

    A token that expires or is not yet valid is only judged at the ``time`` (nanoseconds) of the constraints: what
    hangs on the clock could not be repeated.
    """
    wanted = _Constraints.read(mapping(constraints, 2))
    for _ in range(MAX_NESTED):
        parts = _split(token)
        header = parts.fields()
        algorithm = header.get("alg", "")
        unknown = _critical(header) & (header.keys() - set(_KNOWN_FIELDS))
        if not algorithm or unknown or wanted.algorithm not in ("", algorithm):
            return _UNVERIFIED
        if not wanted.verify(parts, header, algorithm, _decode(parts.signature)):
            return _UNVERIFIED
        payload = _decode(parts.payload)
        if header.get("cty", "").casefold() != "jwt":
            claims = _json_object(payload, "bad JWT payload")
            return (True, header, claims) if wanted.accept(claims) else _UNVERIFIED
        token = _text(payload)
    raise BuiltinError("tokens nest too deeply")


@dataclass(frozen=True, slots=True)
class _Constraints:
    """The second operand of ``decode_verify``."""

    keys: Sequence[Key] | None = None
    secret: str = ""
    algorithm: str = ""
    issuer: str = ""
    audience: str = ""
    time: float | None = None

    @classmethod
    def read(cls, value: JsonObject) -> _Constraints:
        """Everything unknown is refused."""
        for name, item in value.items():
            if name not in ("cert", "secret", "alg", "iss", "aud", "time"):
                raise BuiltinError(f"unknown token validation constraint: {name}")
            if name == "time":
                if isinstance(item, bool) or not isinstance(item, int | float) or item < 0:
                    raise BuiltinError("token time constraint: must be a number that is not negative")
            elif not isinstance(item, str):
                raise BuiltinError(f"{name} constraint: must be a string")
        read = cls(
            keys=read_keys(value["cert"]) if "cert" in value else None,
            secret=value.get("secret", ""),
            algorithm=value.get("alg", ""),
            issuer=value.get("iss", ""),
            audience=value.get("aud", ""),
            time=value.get("time"),
        )
        if (read.keys is None) == (not read.secret):
            raise BuiltinError("no key constraint" if not read.secret else "duplicate key constraints")
        return read

    def verify(self, parts: _Token, header: JsonObject, algorithm: str, signature: bytes) -> bool:
        """Whether the signature holds by one of the keys that are to be trusted."""
        if self.keys is not None:
            known = algorithm in (*ALGORITHMS, *SECRET_ALGORITHMS)
            return known and _signed(parts, header, self.keys, algorithm, signature)
        return algorithm in SECRET_ALGORITHMS and _is_by(self.secret, parts, algorithm, signature)

    def accept(self, claims: JsonObject) -> bool:
        """Whether issuer, audience and time are right."""
        issuer = claims.get("iss")
        if self.issuer and issuer != self.issuer:
            if "iss" in claims and not isinstance(issuer, str):
                raise BuiltinError("iss value must be a string")
            return False
        return self._is_audience(claims) and self._in_time(claims)

    def _is_audience(self, claims: JsonObject) -> bool:
        if "aud" not in claims:
            return not self.audience
        audience = claims["aud"]
        return self.audience in audience if isinstance(audience, list) else bool(audience == self.audience)

    def _in_time(self, claims: JsonObject) -> bool:
        for name in ("exp", "nbf"):
            if name not in claims:
                continue
            value = claims[name]
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise BuiltinError(f"{name} value must be a number")
            if self.time is None:
                raise BuiltinError("give the constraint `time`: a decision must be repeatable")
            seconds = self.time / 1_000_000_000
            if (name == "exp" and seconds >= value) or (name == "nbf" and seconds < value):
                return False
        return True


def _signed(parts: _Token, header: JsonObject, keys: Sequence[Key], algorithm: str, signature: bytes) -> bool:
    """By the key that the header names, else by any that does not name another algorithm."""
    named = [key for key in keys if key.identifier == header.get("kid")] if header.get("kid") else []
    candidates = named[:1] or [key for key in keys if key.algorithm in ("", header.get("alg", ""))]
    return any(verifies(key, algorithm, parts.signed, signature) for key in candidates)


def _is_by(secret: str, parts: _Token, algorithm: str, signature: bytes) -> bool:
    return verifies(Key(secret.encode()), algorithm, parts.signed, signature)


def _critical(header: JsonObject) -> set[str]:
    """Names in ``crit`` up to the first that is no string."""
    names: set[str] = set()
    listed = header.get("crit")
    for name in listed if isinstance(listed, list) else []:
        if not isinstance(name, str):
            break
        names.add(name)
    return names


def _split(token: Json) -> _Token:
    parts = text(token, 1).split(".")
    if len(parts) != 3:
        raise BuiltinError(f"encoded JWT must have 3 sections, found {len(parts)}")
    return _Token(*parts)


def _decode(part: str) -> bytes:
    """Base64url as Go reads it: with or without padding, line ends ignored."""
    try:
        padded = part if part.endswith("=") else part + "=" * (-len(part.encode()) % 4)
        joined = padded.replace("\r", "").replace("\n", "")
        if len(joined) % 4 or "+" in joined or "/" in joined:
            raise ValueError
        return b64decode(joined.replace("-", "+").replace("_", "/"), validate=True)
    except ValueError:
        raise BuiltinError("illegal base64url") from None


def _text(data: bytes) -> str:
    """Each byte that is no UTF-8 becomes a replacement character."""
    escaped = data.decode("utf-8", "surrogateescape")
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in escaped)


def _json_object(data: bytes, what: str) -> JsonObject:
    try:
        value = json.loads(_ESCAPES.sub(_paired, _text(data)), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BuiltinError(f"{what}: invalid JSON") from None
    if not isinstance(value, dict):
        raise BuiltinError(f"{what}: decoded JSON type was not an object")
    return value


def _paired(escape: re.Match[str]) -> str:
    # Half a surrogate pair is a replacement character in Go, and would crash the engine.
    return "\\ufffd" if escape["lone"] else escape[0]


def _refuse(constant: str) -> Json:
    raise ValueError(constant)


FUNCTIONS: Functions = {
    "io.jwt.decode": decode,
    "io.jwt.decode_verify": decode_verify,
    **{f"io.jwt.verify_{name.lower()}": _verify(name) for name in ALGORITHMS},
    **{f"io.jwt.verify_{name.lower()}": _verify_secret(name) for name in SECRET_ALGORITHMS},
}
