"""What a registry or platform says when it publishes a release (in-toto's release predicate, v0.1 and v0.2).

https://github.com/in-toto/attestation/blob/main/spec/predicates/release.md. GitHub, which signs all immutable releases,
names repository, tag and their ids beside the purl.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from gatekeeper.formats.predicates.claims import Claims
from gatekeeper.formats.predicates.provenance import Source
from gatekeeper.model.json import JsonObject

_GITHUB = re.compile(r"pkg:github/([^/@?#]+/[^/@?#]+)@([^@?#]+)\Z")


@dataclass(frozen=True, slots=True)
class Release:
    """A release. The source has a tag as its ref and no commit; it is empty where the purl names no repository."""

    purl: str
    source: Source
    owner_id: str = ""
    repository_id: str = ""


def read(predicate: JsonObject) -> Release:
    """What the predicate claims.

    Raises:
        ValueError: the purl is missing, a field is of another type, or purl and repository or tag are not the same.
    """
    claims = Claims(predicate)
    purl, repository, tag = claims.required("purl"), claims.text("repository"), claims.text("tag")
    ids = claims.text("ownerId"), claims.text("repositoryId")
    match = _GITHUB.match(purl)
    if match is None:
        return Release(purl, Source(), *ids)
    named, version = (unquote(part) for part in match.groups())
    # purl spells GitHub's names in lower case; the repository is written as it is.
    if (repository or named).lower() != named.lower() or (tag or version) != version:
        raise ValueError("predicate: purl, repository and tag name different releases")
    source = Source(f"https://github.com/{repository or named}", f"refs/tags/{tag or version}")
    return Release(purl, source, *ids)
