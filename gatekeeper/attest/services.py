"""Requests to the services that take part in signing: one try, bounded in time and size, to nobody else.

Of the environment count the proxy and ``SSL_CERT_FILE``: who signs often may go out through a proxy only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from gatekeeper.errors import GatekeeperError, UsageError
from gatekeeper.formats import base64, jsonable
from gatekeeper.transport.loopback import is_loopback
from gatekeeper.transport.proxies import proxy_for
from gatekeeper.transport.wire import Broken, Late, Patience, TooLarge, Wire

MAX_ANSWER = 1 << 20  # bytes
_MAX_REASON = 300  # characters
_MAX_SAID = 10_000
_COMMON = 8  # so many characters of a secret are one
_NOTHING_WRITTEN = "nothing was written"


@dataclass(frozen=True, slots=True)
class Service:
    """A service by the name that messages call it, and its address."""

    name: str
    url: str

    def __post_init__(self) -> None:
        """Raises UsageError: the address is none, or would send what is secret unencrypted."""
        try:
            parts = urlsplit(self.url)
            parts.port  # noqa: B018 - parsed only now
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise UsageError(f"{self.name} has no address like https://host", hint="correct the trust configuration")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise UsageError(f"{self} is asked without encryption", hint="write https://, or use a local address")

    def __str__(self) -> str:
        """Its name and address, without user, password and query, which may be secret."""
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        return f"{self.name} ({parts.scheme}://{host}{parts.path})"

    def failed(self, reason: str, hint: str) -> GatekeeperError:
        """The error to raise when it could not do its part."""
        return GatekeeperError(f"{self} {reason}", hint=f"{hint}; {_NOTHING_WRITTEN}")


def ask(
    service: Service,
    path: str,
    *,
    body: bytes | None,
    media_type: str = "application/json",
    accept: str = "application/json",
    token: str = "",
    seconds: float,
) -> bytes:
    """The answer to a POST of ``body``, or to a GET where it is None. ``token`` goes with it, and into no message.

    Raises:
        GatekeeperError: there is no answer, it is too large or too late, or it is a refusal or a redirection.
    """
    headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": "gatekeeper"}
    if body is not None:
        headers["Content-Type"] = media_type
    secrets: tuple[str, ...] = ()
    try:
        url = httpx.URL(service.url + path)
        if token:
            headers["Authorization"] = f"Bearer {token}"
            secrets = (token,)
        elif url.userinfo:
            pair = base64.encode(f"{url.username}:{url.password}".encode())
            headers["Authorization"] = f"Basic {pair}"
            secrets = (url.password, pair)
        status, answered, answer = _exchange(url, headers, body, seconds)
    except Late:
        raise service.failed(
            f"did not answer within {seconds:.0f} s", "see whether it is overloaded, or sign later"
        ) from None
    except TooLarge:
        raise service.failed(
            f"answered with more than {MAX_ANSWER} bytes", "see whether the address is right"
        ) from None
    except (Broken, httpx.InvalidURL, ValueError) as error:
        reason = _clean(str(error) or type(error).__name__, secrets)
        raise service.failed(f"did not answer: {reason}", "see whether it runs, or sign later") from None
    if 300 <= status < 400:
        raise service.failed("redirects elsewhere", "correct its address in the trust configuration")
    if not 200 <= status < 300:
        raise _refused(service, status, answer, answered, secrets)
    return answer


def _exchange(
    url: httpx.URL, headers: dict[str, str], body: bytes | None, seconds: float
) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers and body of an answer."""
    # What stays on this machine goes through no proxy.
    proxy = None if is_loopback(url.host) else proxy_for(url)
    wire = Wire(httpx.create_ssl_context(), Patience(connect=seconds, silence=seconds, whole=seconds), proxy)
    method = "GET" if body is None else "POST"
    with closing(wire), wire.deadline.within(seconds), wire.exchange(method, url, headers, body or b"") as answer:
        return answer.status, answer.headers, answer.body(MAX_ANSWER)


def _refused(
    service: Service, status: int, answer: bytes, headers: Mapping[str, str], secrets: Sequence[str]
) -> GatekeeperError:
    try:
        value = jsonable.loads(answer)
        said = str(value.get("message", "")) if isinstance(value, dict) else ""
    except ValueError:
        said = answer.decode("utf-8", "replace") if "text/plain" in headers.get("content-type", "") else ""
    reason = _clean(said, secrets)
    # 499: Rekor so refuses a request that stands in one batch with another's, whose client has gone.
    later = status >= 500 or status in (429, 499)
    hint = "sign later" if later else "see what it says, and whether its address is right"
    return service.failed(f"refused (status {status}){': ' + reason if reason else ''}", hint)


def _clean(text: str, secrets: Sequence[str]) -> str:
    """One short line that can be shown anywhere."""
    text = text[:_MAX_SAID]
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    for secret in secrets:
        line = _masked(line, secret)
    return line[:_MAX_REASON]


def _masked(line: str, secret: str) -> str:
    """The line with ``***`` for all that it has in common with the secret, be it a part of that only."""
    size = min(_COMMON, len(secret))
    if not size:
        return line
    parts = {secret[start : start + size] for start in range(len(secret) - size + 1)}
    masked, shown, end = [], 0, 0
    for start in range(len(line) - size + 1):
        if line[start : start + size] in parts:
            if start > end or not end:
                masked += [line[shown:start], "***"]
            shown = end = start + size
    return "".join((*masked, line[shown:]))
