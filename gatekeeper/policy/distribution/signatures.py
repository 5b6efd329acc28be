"""``.signatures.json``: one JWT that lists the digests of all other files, as OPA reads it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jwt
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import jsonable, strict_json
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.distribution import digests
from gatekeeper.policy.distribution.archive import MANIFEST, SIGNATURES

_PLUGIN = "_default"  # how OPA calls its own way of signing


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key, the one algorithm that it signs with, and the last moment at which its signatures count."""

    id: str
    key: PublicKeyTypes
    algorithm: str
    not_after: datetime.datetime | None = None


def sign(
    files: Mapping[str, bytes],
    key: PrivateKeyTypes,
    key_id: str,
    algorithm: str,
    clock: datetime.datetime,
    expires: datetime.datetime | None,
) -> dict[str, bytes]:
    """The files with ``.signatures.json``; an earlier one is replaced."""
    signed = {name: data for name, data in files.items() if name != SIGNATURES}
    payload: JsonObject = {
        "files": [
            {"name": name, "hash": digests.digest(name, data), "algorithm": digests.ALGORITHM}
            for name, data in sorted(signed.items())
        ],
        "iat": int(clock.timestamp()),
    }
    if expires is not None:
        payload["exp"] = int(expires.timestamp())
    token = jwt.api_jws.PyJWS().encode(jsonable.dumps(payload), key, algorithm, headers={"kid": key_id})  # type: ignore[arg-type]  # P-256 or Ed25519
    return signed | {SIGNATURES: jsonable.dumps({"signatures": [token]})}


def verify(files: Mapping[str, bytes], keys: Sequence[TrustedKey], clock: datetime.datetime) -> TrustedKey:
    """The key that signed exactly these files.

    Raises:
        VerificationFailure: there is not exactly one JWT by a trusted key that still counts, or a file is missing, is
            not listed, is listed twice or was changed.
    """
    token = _token(files)
    key, payload = _payload(token, keys)
    _check_time(payload, key, clock)
    _check_files(files, payload)
    return key


def revision(files: Mapping[str, bytes]) -> int:
    """The revision in the manifest; 0 where it is no integer.

    Raises:
        VerificationFailure: the manifest is malformed.
    """
    try:
        manifest = strict_json.loads(files.get(MANIFEST, b"{}"))
    except ValueError as error:
        raise VerificationFailure(f"{MANIFEST}: {error}", hint="build the archive anew") from None
    value = manifest.get("revision", "") if isinstance(manifest, dict) else ""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19 else 0


def _token(files: Mapping[str, bytes]) -> str:
    if SIGNATURES not in files:
        raise VerificationFailure(f"the archive has no {SIGNATURES}", hint="sign it with `gatekeeper policy sign`")
    value = _loads(SIGNATURES, files[SIGNATURES])
    tokens = value.get("signatures") if isinstance(value, dict) else None
    if (
        not isinstance(tokens, list)
        or len(tokens) != 1
        or not isinstance(tokens[0], str)
        or value.get("plugin", _PLUGIN) != _PLUGIN
    ):
        raise VerificationFailure(
            f"{SIGNATURES} does not hold exactly one JWT", hint="sign the archive with `gatekeeper policy sign`"
        )
    return str(tokens[0])


def _payload(token: str, keys: Sequence[TrustedKey]) -> tuple[TrustedKey, JsonObject]:
    try:
        claimed = jwt.get_unverified_header(token).get("kid") or _claimed_key(token)
    except jwt.PyJWTError as error:
        raise VerificationFailure(f"{SIGNATURES}: no JWT: {error}", hint="copy the archive anew") from None
    key = next((key for key in keys if key.id == claimed), None)
    if key is None:
        known = ", ".join(key.id for key in keys) or "none"
        raise VerificationFailure(
            "signed with a key that is not trusted",
            expected=f"one of {known}",
            found=f"{claimed!r:.80}",
            hint="add the key to policy.keys of the organisation's settings, if it is one of yours",
        )
    try:
        # The algorithm is the key's, never what the token asks for.
        data = jwt.api_jws.PyJWS().decode(token, key.key, algorithms=[key.algorithm])  # type: ignore[arg-type]  # P-256 or Ed25519
    except jwt.PyJWTError as error:
        raise VerificationFailure(
            f"the signature of the archive does not hold: {error}",
            expected=f"{key.algorithm} by {key.id}",
            hint="copy the archive anew from where it was signed",
        ) from None
    payload = _loads("the payload of the JWT", data)
    if not isinstance(payload, dict):
        raise VerificationFailure("the payload of the JWT is no object", hint="sign the archive anew")
    return key, payload


def _claimed_key(token: str) -> Json:
    """Where OPA's own signer names the key. It only chooses among trusted keys: nothing else is believed unverified."""
    payload = jwt.api_jws.PyJWS().decode(token, options={"verify_signature": False})
    value = _loads("the payload of the JWT", payload)
    return value.get("keyid") if isinstance(value, dict) else None


def _check_time(payload: JsonObject, key: TrustedKey, clock: datetime.datetime) -> None:
    expiry = payload.get("exp")
    if expiry is not None and not (isinstance(expiry, int) and clock.timestamp() < expiry):
        raise VerificationFailure(
            "the signature of the archive has expired", found=f"exp {expiry!r:.40}", hint="sign the archive anew"
        )
    issued = payload.get("iat")
    if key.not_after is not None and not (
        isinstance(issued, int) and issued <= key.not_after.timestamp() and clock <= key.not_after
    ):
        raise VerificationFailure(
            f"the key {key.id} counts no longer",
            expected=f"not after {key.not_after:%Y-%m-%d}",
            hint="sign the archive with a key that still counts",
        )
    if payload.get("scope"):
        raise VerificationFailure(
            "the signature is for another scope",
            expected="none",
            found=f"{payload['scope']!r:.80}",
            hint="sign the archive with `gatekeeper policy sign`",
        )


def _check_files(files: Mapping[str, bytes], payload: JsonObject) -> None:
    listed = _listed(payload)
    present = files.keys() - {SIGNATURES}
    for name in sorted(present - listed.keys()):
        raise VerificationFailure(f"{name} is in the archive, but not signed", hint="copy the archive anew")
    for name in sorted(listed.keys() - present):
        raise VerificationFailure(f"{name} was signed, but is not in the archive", hint="copy the archive anew")
    for name in sorted(present):
        try:
            found = digests.digest(name, files[name])
        except ValueError as error:
            raise VerificationFailure(f"{name}: {error}", hint="build the archive anew") from None
        if found != listed[name]:
            raise VerificationFailure(
                f"{name} was changed after it was signed",
                expected=listed[name],
                found=found,
                hint="copy the archive anew",
            )


def _listed(payload: JsonObject) -> dict[str, str]:
    entries: Json = payload.get("files")
    listed: dict[str, str] = {}
    for entry in entries if isinstance(entries, list) else [None]:
        fields = entry if isinstance(entry, dict) else {}
        name, value = fields.get("name"), fields.get("hash")
        if not isinstance(name, str) or not isinstance(value, str) or fields.get("algorithm") != digests.ALGORITHM:
            raise VerificationFailure(
                f"the JWT does not list each file with its {digests.ALGORITHM} digest",
                hint="sign the archive with `gatekeeper policy sign`",
            )
        if name in listed:
            raise VerificationFailure(f"the JWT lists {name!r:.80} twice", hint="sign the archive anew")
        listed[name] = value
    return listed


def _loads(what: str, data: bytes) -> Json:
    try:
        return strict_json.loads(data)
    except ValueError as error:
        raise VerificationFailure(f"{what}: {error}", hint="copy the archive anew") from None
