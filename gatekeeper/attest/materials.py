"""What went into a build besides its source: models, prompts, datasets, as a file of the user names them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import UsageError
from gatekeeper.formats import jsonable
from gatekeeper.formats.files import read_named
from gatekeeper.model.json import JsonObject

VERSION = 1
MAX_BYTES = 1 << 20
MAX_MATERIALS = 1000
_HEX = re.compile(r"[0-9a-f]+\Z")
_DIGITS = {"sha256": (64,), "sha512": (128,), "gitCommit": (40, 64), "gitTree": (40, 64)}
_EXAMPLE = 'docs/signing.md shows one: version = 1, then [[material]] with name, kind, uri, digest = { sha256 = "..." }'


@dataclass(frozen=True, slots=True)
class Material:
    """Something by its digests; ``kind`` is the user's word: model, prompt, dataset."""

    name: str
    kind: str
    digest: dict[str, str]
    uri: str = ""

    def descriptor(self) -> JsonObject:
        """in-toto's ResourceDescriptor."""
        value: JsonObject = {"name": self.name, "digest": dict(self.digest), "annotations": {"kind": self.kind}}
        return {**value, "uri": self.uri} if self.uri else value


@dataclass(frozen=True, slots=True)
class _File:
    version: int
    material: tuple[Material, ...] = ()


def read_materials(path: Path) -> tuple[Material, ...]:
    """The materials that a file (TOML) names.

    Raises:
        UsageError: it cannot be read, is malformed, or a digest is none.
    """
    data = read_named("the materials", path, MAX_BYTES)
    try:
        document = jsonable.decode(_File, tomllib.loads(data.decode("utf-8")))
        if document.version != VERSION or len(document.material) > MAX_MATERIALS:
            raise ValueError(f"version = {VERSION} and at most {MAX_MATERIALS} materials are expected")
        for number, one in enumerate(document.material, 1):
            _check(one, f"material {number}")
        return document.material
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: {str(error) or type(error).__name__}", hint=_EXAMPLE) from None


def _check(entry: Material, where: str) -> None:
    if not entry.name or not entry.kind:
        raise ValueError(f"{where}: name and kind say something")
    if not entry.digest:
        raise ValueError(f"{where} ({entry.name}): what has no digest may be anything")
    for algorithm, digest in entry.digest.items():
        if algorithm not in _DIGITS:
            raise ValueError(f"{where}: the digest {algorithm!r:.40} is none of {', '.join(_DIGITS)}")
        if not _HEX.match(digest) or len(digest) not in _DIGITS[algorithm]:
            raise ValueError(f"{where}: {digest!r:.80} is no {algorithm} in lower-case hexadecimal digits")
