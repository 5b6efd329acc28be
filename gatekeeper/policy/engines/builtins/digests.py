"""``crypto.md5``, ``crypto.sha1``, ``crypto.sha256`` and ``crypto.hmac.*``: of texts in UTF-8, in hexadecimal."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from gatekeeper.model.json import Json
from gatekeeper.policy.engines.builtins.base import Functions, text


def _digest(algorithm: str) -> Callable[[Json], Json]:
    def digest(message: Json) -> Json:
        return hashlib.new(algorithm, text(message, 1).encode(), usedforsecurity=False).hexdigest()

    return digest


def _hmac(algorithm: str) -> Callable[[Json, Json], Json]:
    def digest(message: Json, key: Json) -> Json:
        return hmac.new(text(key, 2).encode(), text(message, 1).encode(), algorithm).hexdigest()

    return digest


def _equal(first: Json, second: Json) -> Json:
    return hmac.compare_digest(text(first, 1).encode(), text(second, 2).encode())


FUNCTIONS: Functions = {
    **{f"crypto.{algorithm}": _digest(algorithm) for algorithm in ("md5", "sha1", "sha256")},
    **{f"crypto.hmac.{algorithm}": _hmac(algorithm) for algorithm in ("md5", "sha1", "sha256", "sha512")},
    "crypto.hmac.equal": _equal,
}
