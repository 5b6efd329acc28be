"""Manifests, blobs and referrers of a registry (OCI distribution specification 1.1)."""

from __future__ import annotations

import re
import urllib.parse
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from gatekeeper.errors import Undecidable, VerificationFailure
from gatekeeper.formats import oci
from gatekeeper.formats.oci import Descriptor, Index, Manifest
from gatekeeper.registry.authorization import PULL, PUSH
from gatekeeper.registry.exchange import Access, Exchanges, Request, Response, same_origin
from gatekeeper.registry.reference import Reference, Repository

MAX_BLOB_BYTES = 64 << 20
MAX_REFERRERS = 1000
MAX_PAGES = 100
_ACCEPTED = ", ".join((oci.MANIFEST, oci.INDEX, oci.DOCKER_MANIFEST, oci.DOCKER_INDEX))
# How registries without the API answer: those that know no such path, and those that take it for a bad name.
_NO_API = frozenset({400, 404, 405, 406, 501})
_NEXT = re.compile(r'<([^<>]{1,4096})>[ \t]{0,8};[ \t]{0,8}rel="?next"?(?:[ \t;,]|\Z)')


@dataclass(frozen=True, slots=True)
class Pulled:
    """A manifest or index: its descriptor, its bytes, what they say."""

    descriptor: Descriptor
    data: bytes
    content: Manifest | Index


class Client:
    """Reads from and writes to registries. Close it, or use it in a ``with`` statement; threads may share it."""

    def __init__(self, access: Access | None = None) -> None:
        self._exchanges = Exchanges(access or Access())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._exchanges.close()

    def operation(self) -> AbstractContextManager[None]:
        """All that is done inside ends within ``Patience.whole``; without it, each call does."""
        return self._exchanges.operation()

    def pull(self, reference: Reference) -> Pulled:
        """The manifest or index.

        Raises:
            Undecidable: it is not there, cannot be read, is too large, or the registry is too slow.
            VerificationFailure: its bytes do not have its digest.
        """
        pulled = self.find(reference)
        if pulled is None:
            raise Undecidable(f"{reference} is not there", hint="see that name and digest are right; a login may help")
        return pulled

    def find(self, reference: Reference) -> Pulled | None:
        """Like ``pull``; None where it is not there."""
        repository = reference.repository
        response = self._exchanges.send(
            Request(
                f"the manifest {reference}",
                "GET",
                repository,
                f"/v2/{repository.name}/manifests/{reference.digest or reference.tag}",
                PULL,
                oci.MAX_BYTES,
                {"Accept": _ACCEPTED},
            )
        )
        if response.status == 404:
            return None
        _expect(response, f"the manifest {reference}", repository, 200)
        # Under a tag there is no digest to expect but the one that the registry itself tells.
        told = response.headers.get("docker-content-digest", "")
        expected = reference.digest or (told if oci.is_digest(told) else "")
        _check(str(reference), response.body, expected)
        kind = _media_type(response)
        try:
            content: Manifest | Index
            if kind in oci.MANIFESTS:
                content = Manifest.decode(response.body)
            elif kind in oci.INDEXES:
                content = Index.decode(response.body)
            else:
                raise ValueError(f"its type is {kind!r:.80}")
        except ValueError as error:
            raise Undecidable(f"{reference} is no manifest that can be read: {error}") from None
        digest = expected or oci.digest_of(response.body)
        return Pulled(Descriptor(kind, digest, len(response.body)), response.body, content)

    def blob(self, repository: Repository, descriptor: Descriptor, limit: int = MAX_BLOB_BYTES) -> bytes:
        """The bytes of a blob.

        Raises:
            Undecidable: it is not there, larger than ``limit`` bytes, or cannot be read.
            VerificationFailure: its bytes do not have the descriptor's size and digest.
        """
        what = f"the blob {descriptor.digest} of {repository}"
        if descriptor.size > limit:
            raise Undecidable(f"{what} has {descriptor.size} bytes, more than {limit}")
        path = f"/v2/{repository.name}/blobs/{descriptor.digest}"
        response = self._exchanges.send(Request(what, "GET", repository, path, PULL, limit, redirects=True))
        _expect(response, what, repository, 200)
        _check(f"{repository}@{descriptor.digest}", response.body, descriptor.digest)
        if len(response.body) != descriptor.size:
            raise VerificationFailure(
                f"{what} has another size",
                expected=str(descriptor.size),
                found=str(len(response.body)),
                step="registry",
            )
        return response.body

    def referrers(self, repository: Repository, digest: str) -> list[Descriptor] | None:
        """What names the manifest as its subject, by the referrers API; None where the registry has none.

        Raises:
            Undecidable: the list cannot be read, or is too long.
        """
        what = f"the list of what refers to {repository}@{digest}"
        path = f"/v2/{repository.name}/referrers/{digest}"
        found: dict[str, Descriptor] = {}
        origin = self._exchanges.origin(repository)
        with self.operation():
            for page in range(MAX_PAGES):
                request = Request(what, "GET", repository, path, PULL, oci.MAX_BYTES, {"Accept": oci.INDEX})
                response = self._exchanges.send(request)
                if page == 0 and (response.status in _NO_API or _is_page(response)):
                    return None
                _expect(response, what, repository, 200)
                try:
                    found |= {one.digest: one for one in Index.decode(response.body).manifests}
                except ValueError as error:
                    raise Undecidable(f"{what} cannot be read: {error}") from None
                if len(found) > MAX_REFERRERS:
                    break
                following = _NEXT.search(response.headers.get("link", "")[:8192])
                if following is None:
                    return list(found.values())
                url = self._exchanges.joined(self._exchanges.joined(origin, path, request), following[1], request)
                if not same_origin(url, origin):
                    raise Undecidable(f"{what}: its next page is on another host, {url.host}")
                path = url.raw_path.decode("ascii")
        raise Undecidable(f"{what} has more than {MAX_REFERRERS} entries or {MAX_PAGES} pages")

    def push_blob(self, repository: Repository, data: bytes) -> None:
        """Upload a blob, unless it is there.

        Raises:
            Undecidable: the registry does not take it.
        """
        digest = oci.digest_of(data)
        what = f"the blob {digest} of {repository}"
        path = f"/v2/{repository.name}/blobs/"
        with self.operation():
            head = Request(what, "HEAD", repository, path + digest, PUSH, 0, redirects=True)
            if self._exchanges.send(head).status == 200:
                return
            start = Request(what, "POST", repository, f"{path}uploads/", PUSH, oci.MAX_BYTES)
            response = self._exchanges.send(start)
            _expect(response, what, repository, 202)
            origin = self._exchanges.origin(repository)
            location = self._exchanges.joined(origin, response.headers.get("location", ""), start)
            if not same_origin(location, origin):
                raise Undecidable(
                    f"{repository.host} wants {what} at {location.scheme}://{location.host}",
                    hint="uploads go to the registry's own address only; a proxy in front of it may hide HTTPS from it",
                )
            # What the registry put into the address must come back as it was.
            target = location.raw_path.decode("ascii")
            target += ("&" if "?" in target else "?") + "digest=" + urllib.parse.quote(digest)
            headers = {"Content-Type": "application/octet-stream"}
            put = Request(what, "PUT", repository, target, PUSH, oci.MAX_BYTES, headers, data)
            _expect(self._exchanges.send(put), what, repository, 201)

    def push_manifest(self, repository: Repository, data: bytes, media_type: str, tag: str = "") -> Descriptor:
        """Upload a manifest or index, by its digest or under ``tag``; its descriptor.

        Raises:
            Undecidable: the registry does not take it.
        """
        descriptor = Descriptor.of(media_type, data)
        reference = Reference(repository, tag, "" if tag else descriptor.digest)
        what = f"the manifest {reference}"
        path = f"/v2/{repository.name}/manifests/{tag or descriptor.digest}"
        put = Request(what, "PUT", repository, path, PUSH, oci.MAX_BYTES, {"Content-Type": media_type}, data)
        response = self._exchanges.send(put)
        _expect(response, what, repository, 201)
        return descriptor


def _check(shown: str, data: bytes, expected: str) -> None:
    if expected and (found := oci.digest_of(data, expected)) != expected:
        raise VerificationFailure(
            f"the registry's answer for {shown} does not have its digest",
            expected=expected,
            found=found,
            hint="the registry, or what stands between, changed it: tell whoever runs it",
            step="registry",
        )


def _expect(response: Response, what: str, repository: Repository, status: int) -> None:
    # Never the server's own words: they may repeat what we sent.
    if response.status != status:
        missing = response.status == 404
        raise Undecidable(
            f"{repository.host} does not have {what}" if missing else f"{what}: status {response.status}, not {status}",
            hint="" if missing else "try again; the registry's log tells more",
        )


def _media_type(response: Response) -> str:
    text: str = response.headers.get("content-type", "")
    return text.partition(";")[0].strip().lower()


def _is_page(response: Response) -> bool:
    """Whether it is some other answer, as of a registry that shows a page for whatever it does not know."""
    return response.status == 200 and _media_type(response) != oci.INDEX
