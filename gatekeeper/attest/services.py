"""Requests to the services that take part in signing: one try, bounded in time and size, to nobody else."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from gatekeeper.errors import GatekeeperError, UsageError
from gatekeeper.formats import jsonable

MAX_ANSWER = 1 << 20  # bytes
_MAX_REASON = 300  # characters
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
        if parts.scheme == "http" and not _is_local(parts.hostname):
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
    headers = {"Accept": accept, **({"Content-Type": media_type} if body is not None else {})}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    deadline = time.monotonic() + seconds
    try:
        # What stays on this machine goes through no proxy.
        with (
            httpx.Client(timeout=seconds, trust_env=not _is_local(urlsplit(service.url).hostname or "")) as client,
            client.stream(
                "GET" if body is None else "POST", service.url + path, content=body, headers=headers
            ) as response,
        ):
            answer = _read(service, response, deadline, seconds)
    except httpx.TimeoutException:
        raise _late(service, seconds) from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        reason = _clean(str(error) or type(error).__name__, token)
        raise service.failed(f"did not answer: {reason}", "see whether it runs, or sign later") from None
    if response.is_redirect:
        raise service.failed("redirects elsewhere", "correct its address in the trust configuration")
    if not response.is_success:
        raise _refused(service, response.status_code, answer, response.headers, token)
    return answer


def _read(service: Service, response: httpx.Response, deadline: float, seconds: float) -> bytes:
    data = bytearray()
    for chunk in response.iter_raw():
        data += chunk
        if len(data) > MAX_ANSWER:
            raise service.failed(f"answered with more than {MAX_ANSWER} bytes", "see whether the address is right")
        if time.monotonic() > deadline:
            raise _late(service, seconds)
    return bytes(data)


def _late(service: Service, seconds: float) -> GatekeeperError:
    return service.failed(f"did not answer within {seconds:.0f} s", "see whether it is overloaded, or sign later")


def _refused(service: Service, status: int, answer: bytes, headers: Mapping[str, str], token: str) -> GatekeeperError:
    try:
        value = jsonable.loads(answer)
        said = str(value.get("message", "")) if isinstance(value, dict) else ""
    except ValueError:
        said = answer.decode("utf-8", "replace") if "text/plain" in headers.get("content-type", "") else ""
    reason = _clean(said, token)
    # 499: Rekor so refuses a request that stands in one batch with another's, whose client has gone.
    later = status >= 500 or status in (429, 499)
    hint = "sign later" if later else "see what it says, and whether its address is right"
    return service.failed(f"refused (status {status}){': ' + reason if reason else ''}", hint)


def _clean(text: str, secret: str) -> str:
    """One short line that can be shown anywhere."""
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return (line.replace(secret, "***") if secret else line)[:_MAX_REASON]


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
