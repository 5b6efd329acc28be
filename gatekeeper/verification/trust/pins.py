"""Digests of the files that a trust file names: where it has them all, its own digest covers everything it says."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from hashlib import sha256

from gatekeeper.model.json import Json
from gatekeeper.verification.trust.model import PUBLIC, Authority, Document


def pins(authority: Authority) -> Iterator[tuple[str, str, str]]:
    """The files that it names, each as the field of its digest, the file and the digest, which is "" where it lacks."""
    if authority.root not in ("", PUBLIC):
        yield "sha256", authority.root, authority.sha256
    if authority.key:
        of_key = "" if authority.root else authority.sha256
        yield "key_sha256" if authority.root else "sha256", authority.key, authority.key_sha256 or of_key
    if authority.certificate:
        yield "certificate_sha256", authority.certificate, authority.certificate_sha256


def unpinned(document: Document) -> list[str]:
    """The files that no digest covers."""
    found = [file for authority in document.authority for _, file, digest in pins(authority) if not digest]
    return list(dict.fromkeys(found))


def pinned(document: Document, files: Mapping[str, bytes]) -> Document:
    """The same with the digests of all ``files``, which are those that it names."""
    authorities = []
    for authority in document.authority:
        lacking = [(name, file) for name, file, digest in pins(authority) if not digest]
        missing: dict[str, Json] = {name: sha256(files[file]).hexdigest() for name, file in lacking}
        authorities.append(dataclasses.replace(authority, **missing))
    return dataclasses.replace(document, authority=tuple(authorities))


def misfits(document: Document, files: Mapping[str, bytes]) -> list[str]:
    """The files that no digest covers, or that are not among ``files`` with their digests."""
    found = [
        file
        for authority in document.authority
        for _, file, digest in pins(authority)
        if not digest or file not in files or sha256(files[file]).hexdigest() != digest
    ]
    return list(dict.fromkeys(found))
