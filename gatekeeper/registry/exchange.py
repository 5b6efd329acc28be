"""One request to a registry and its answer: authorized, bounded in size and time, redirected where that is safe."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from gatekeeper.errors import Undecidable
from gatekeeper.registry import challenges
from gatekeeper.registry.authorization import authorization
from gatekeeper.registry.credentials import Anonymous, Keychain
from gatekeeper.registry.reference import Repository
from gatekeeper.transport.wire import Answer, Broken, Late, Patience, TooLarge, Wire

MAX_REDIRECTS = 5
_MAX_TOKEN_BYTES = 1 << 20
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGENT = "gatekeeper"


@dataclass(frozen=True, slots=True)
class Access:
    """How registries are reached.

    HTTP is spoken to loopback hosts only. ``tls`` replaces the certificate authorities (``SSL_CERT_FILE``, else
    Mozilla's); where it is given, loopback hosts are spoken to by HTTPS too.
    """

    keychain: Keychain = field(default_factory=Anonymous)
    tls: ssl.SSLContext | None = None
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a repository. ``what`` names it in messages; ``limit`` bounds the answer's body in bytes."""

    what: str
    method: str
    repository: Repository
    path: str
    actions: str
    limit: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    redirects: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer."""

    status: int
    headers: httpx.Headers
    body: bytes


class Exchanges:
    """Exchanges with registries. Threads may share it."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._wire = Wire(access.tls or httpx.create_ssl_context(), access.patience)
        self._authorizations: dict[tuple[Repository, str], str] = {}

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    @contextmanager
    def operation(self) -> Iterator[None]:
        """What is done inside, with all its exchanges, ends in time; operations inside it are part of it."""
        with self._wire.deadline.within(self._access.patience.whole):
            yield

    def origin(self, repository: Repository) -> httpx.URL:
        """Where the repository's registry is."""
        scheme = "http" if repository.is_local and self._access.tls is None else "https"
        try:
            return httpx.URL(f"{scheme}://{repository.server}/")
        except httpx.InvalidURL:
            raise Undecidable(f"{repository.host} is no host that can be spoken to") from None

    def send(self, request: Request) -> Response:
        """The answer, whatever its status, unless that is 401.

        Raises:
            Undecidable: no whole answer within its limits, a redirect that is not followed, or access denied.
        """
        url = self.joined(self.origin(request.repository), request.path, request)
        key = (request.repository, request.actions)
        with self.operation():
            response = self._follow(request, url, self._authorizations.get(key))
            if response.status == 401:
                asked = challenges.parse(response.headers.get_list("www-authenticate"))
                found = self._access.keychain.find(request.repository.host)
                self._authorizations[key] = authorization(asked, request.repository, request.actions, found, self._ask)
                response = self._follow(request, url, self._authorizations[key])
            if response.status in (401, 403):
                raise Undecidable(
                    f"{request.repository.host} denies access to {request.what}: status {response.status}",
                    hint=f"log in: `docker login {request.repository.host}`; the account may lack the right",
                )
        return response

    def joined(self, url: httpx.URL, location: str, request: Request) -> httpx.URL:
        """An address that an answer names, relative to ``url``.

        Raises:
            Undecidable: it is none.
        """
        try:
            return url.join(location)
        except (httpx.InvalidURL, ValueError):
            raise Undecidable(f"{request.repository.host} names an address that is none, for {request.what}") from None

    def _follow(self, request: Request, url: httpx.URL, authorization_: str | None) -> Response:
        first = url
        for _ in range(MAX_REDIRECTS + 1):
            own = same_origin(url, first)
            headers = dict(request.headers)
            if own and authorization_:
                headers["Authorization"] = authorization_
            response = self._once(request.what, request.method, url, headers, request.body, request.limit)
            if response.status not in _REDIRECTS:
                if not own and response.status == 401:
                    raise Undecidable(f"{_shown(url)}, to where {request.what} was redirected, wants credentials")
                return response
            url = self._target(request, url, response)
        raise Undecidable(f"{request.what}: more than {MAX_REDIRECTS} redirects by {request.repository.host}")

    def _target(self, request: Request, url: httpx.URL, response: Response) -> httpx.URL:
        target = self.joined(url, response.headers.get("location", ""), request)
        if not request.redirects:
            raise Undecidable(
                f"{request.repository.host} redirects {request.what} to {_shown(target)}",
                hint="redirects are followed for blobs only: name the registry that has the manifest",
            )
        if target.scheme != "https" or target.userinfo:
            raise Undecidable(
                f"{request.repository.host} redirects {request.what} to {_shown(target)}",
                hint="redirects are followed to plain HTTPS addresses only",
            )
        return target

    def _once(
        self, what: str, method: str, url: httpx.URL, headers: dict[str, str], body: bytes, limit: int
    ) -> Response:
        sent = {"User-Agent": _AGENT, "Accept-Encoding": "identity", **headers}
        try:
            with self._wire.exchange(method, url, sent, body) as answer:
                # The body of a redirect or refusal is nobody's business, and could be endless.
                wanted = method != "HEAD" and answer.status < 300
                return Response(answer.status, answer.headers, _read(what, answer, url, limit) if wanted else b"")
        except Late:
            raise Undecidable(
                f"{_shown(url)} was too slow with {what}", hint="try again; the registry or the line may be overloaded"
            ) from None
        except Broken as error:
            raise Undecidable(
                f"{what} cannot be had from {_shown(url)}: {error}",
                hint="see that the registry's name is right and that it can be reached from here; --attestations names"
                " bundles on disk",
            ) from None

    def _ask(self, method: str, url: httpx.URL, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        response = self._once("a token", method, url, headers, body, _MAX_TOKEN_BYTES)
        return response.status, response.body


def same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Whether two addresses have scheme, host and port in common."""
    return _origin(one) == _origin(other)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"https": 443, "http": 80}.get(url.scheme)


def _read(what: str, answer: Answer, url: httpx.URL, limit: int) -> bytes:
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise Undecidable(f"{_shown(url)} sends {what} compressed, which was not asked for")
    try:
        return answer.body(limit)
    except TooLarge:
        raise Undecidable(f"{_shown(url)} sends more than {limit} bytes for {what}") from None


def _shown(url: httpx.URL) -> str:
    """Scheme and host: paths and queries of storage may carry secrets."""
    return f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"
