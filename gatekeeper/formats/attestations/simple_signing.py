"""What cosign's old signatures are over: "simple signing" (containers/image, ``containers-signature(5)``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gatekeeper.formats import strict_json
from gatekeeper.formats.json_values import text_at

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
    kind = text_at(value, "critical", "type")
    if kind not in KINDS:
        raise ValueError(f"no simple signing of an image: critical.type is {kind!r:.60}")
    match = _DIGEST.match(text_at(value, "critical", "image", "docker-manifest-digest"))
    if match is None:
        raise ValueError("critical.image.docker-manifest-digest is no sha256:HEX")
    return SignedImage(match[1], text_at(value, "critical", "identity", "docker-reference"))
