"""What cosign's old signatures are over: "simple signing" (containers/image, ``containers-signature(5)``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gatekeeper.formats import strict_json
from gatekeeper.model.json import Json

KINDS = ("cosign container image signature", "atomic container signature")
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})\Z")


@dataclass(frozen=True, slots=True)
class SignedImage:
    """The manifest that was signed, and the name that the signer had for it, which is only claimed."""

    sha256: str
    reference: str


def read(payload: bytes) -> SignedImage:
    """The image that a payload is about.

    Raises:
        ValueError: it is no simple-signing document, or names no sha256.
    """
    value = strict_json.loads(payload)
    kind = _text(value, "critical", "type")
    if kind not in KINDS:
        raise ValueError(f"no simple signing of an image: critical.type is {kind!r:.60}")
    match = _DIGEST.match(_text(value, "critical", "image", "docker-manifest-digest"))
    if match is None:
        raise ValueError("critical.image.docker-manifest-digest is no sha256:HEX")
    return SignedImage(match[1], _text(value, "critical", "identity", "docker-reference"))


def _text(value: Json, *keys: str) -> str:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, str):
        raise ValueError(f"a text is missing at {'.'.join(keys)}")
    return value
