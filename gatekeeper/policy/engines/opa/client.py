"""The client of the organisation's OPA server: the one module that imports opa-python-client, which loads slowly.

As it comes, that client follows redirects, retries, and takes proxies, certificates and ``~/.netrc`` from the
environment. Its session is replaced by one that does none of this, and that bounds answers in time and size.
"""

from __future__ import annotations

import io
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3
from opa_client.opa import OpaClient  # type: ignore[import-untyped]  # it ships no types

from gatekeeper.errors import EngineFailure, SettingsError, in_short
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.settings import OpaServerSettings
from gatekeeper.transport.loopback import is_loopback
from gatekeeper.workers import Limits

_Request = Callable[[], Json]
_CHUNK = 1 << 16
_CONNECT = 10.0  # seconds
_CLOSED = (401, 403, 404)
_SERVER = "the organisation's OPA server"
_NO_OPA = "see whether the address is OPA's"
_LOG = "see what the server's log says, and whether policy.server.url is right"
_FILE = "name a PEM file by its whole path"


class Refused(Exception):
    """The server could not evaluate what it was asked; ``answer`` is its JSON."""

    def __init__(self, answer: JsonObject) -> None:
        super().__init__(str(answer.get("message")))
        self.answer = answer


class OrganisationClient:
    """One organisation's server."""

    def __init__(self, settings: OpaServerSettings, token: str, limits: Limits) -> None:
        """Connects to nothing yet.

        Raises:
            SettingsError: the address or a file makes no sense.
        """
        address = parse(settings.url)
        self._client = _Client(
            limits,
            token,
            host=address.host,
            port=address.port,
            ssl=_authorities(settings.ca) if address.tls else False,
            cert=_certificate(settings),
            retries=0,
            timeout=(min(_CONNECT, limits.seconds), limits.seconds),
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close_connection()

    def query(self, package: str, rule: str, document: Json, *, strict: bool) -> JsonObject:
        """The answer of the data API, with its provenance, to ``package`` or to one rule of it.

        Raises:
            Refused: the evaluation failed.
            EngineFailure: there is no answer, or none that can be trusted.
        """
        # This API, since the one for ad-hoc queries says nothing of the revision and knows no strict errors.
        parameters = {"provenance": "true", "strict-builtin-errors": "true" if strict else "false"}
        answer = self._ask(lambda: self._client.query_rule(document, package, rule or None, parameters))
        if not isinstance(answer, dict):
            raise EngineFailure(f"{_SERVER} answered with no JSON object", hint=_NO_OPA)
        return answer

    def data(self, path: str) -> Json:
        """The document at ``path`` (parts divided by slashes), None where it is undefined.

        Raises:
            EngineFailure: as ``query`` does.
        """
        answer = self._read(f"data/{path}")
        return answer.get("result") if isinstance(answer, dict) else None

    def texts(self) -> dict[str, str] | None:
        """The texts of all policies by id; None where the server does not show them. Raises as ``data`` does."""
        try:
            answer = self._read("policies")
        except _NotShown:
            return None
        try:
            return {str(policy["id"]): str(policy["raw"]) for policy in answer["result"]}
        except (KeyError, TypeError):
            return None

    def _read(self, path: str) -> Json:
        try:
            return self._ask(lambda: self._client.read(path))
        except Refused as refused:
            raise EngineFailure(f"{_SERVER} refused to show {path}: {str(refused)[:300]}", hint=_LOG) from None

    def _ask(self, request: _Request) -> Json:
        try:
            return request()
        except requests.HTTPError as error:
            assert error.response is not None  # it is raised for a status
            raise _status(error.response) from None
        except requests.Timeout:
            raise EngineFailure(f"{_SERVER} did not answer in time", hint="see whether it is overloaded") from None
        except requests.exceptions.SSLError as error:
            raise EngineFailure(f"{_SERVER} is not trusted: {in_short(error)}", hint="set policy.server.ca") from None
        except (requests.JSONDecodeError, RecursionError):
            raise EngineFailure(f"{_SERVER} answered with no JSON", hint=_NO_OPA) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            message = f"{_SERVER} did not answer: {in_short(error)}"
            raise EngineFailure(message, hint="see whether it runs, and whether policy.server.url is right") from None
        except ValueError:
            raise EngineFailure(f"{_SERVER} answered with no JSON", hint=_NO_OPA) from None


class _NotShown(EngineFailure):
    """The server does not let this token see what was asked for."""


class _Client(OpaClient):  # type: ignore[misc]  # the base has no types
    def __init__(self, limits: Limits, token: str, **options: object) -> None:
        self._limits = limits
        self._token = token
        super().__init__(token=token or None, **options)

    def _init_session(self) -> requests.Session:
        session = _Session(self._limits, self._token)
        session.headers.update(self.headers or {})
        session.verify = self.ssl
        session.cert = self.cert
        return session

    def read(self, path: str) -> Json:
        response = self._session.get(f"{self.root_url}/{path}", timeout=self.timeout)
        response.raise_for_status()
        return jsonable.loads(response.content)


class _Session(requests.Session):
    def __init__(self, limits: Limits, token: str) -> None:
        super().__init__()
        self.trust_env = False
        self._limits = limits
        self._token = token.encode()

    def send(self, request: requests.PreparedRequest, **options: object) -> requests.Response:
        """Send once, and read the answer within the limits."""
        deadline = time.monotonic() + self._limits.seconds
        response = super().send(request, **(options | {"stream": True}))
        try:
            body = bytearray()
            while chunk := response.raw.read(_CHUNK, decode_content=True):
                body += chunk
                if len(body) > self._limits.output:
                    raise EngineFailure(
                        f"{_SERVER} answered with more than {self._limits.output} bytes", hint="let the rules give less"
                    )
                if time.monotonic() > deadline:
                    raise requests.Timeout
        finally:
            response.close()
        # A server, or a policy, that repeats the token does so to nobody: answers stand in reports.
        response.raw = io.BytesIO(body.replace(self._token, b"***") if self._token else body)
        return response

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Nowhere: what is elsewhere gets neither token nor evidence."""
        if resp.is_redirect:
            raise EngineFailure(f"{_SERVER} redirects elsewhere", hint="set policy.server.url to where it is")
        return None


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is. ``host`` is as it stands in an address, an IPv6 one in brackets."""

    host: str
    port: int
    tls: bool


def parse(url: str) -> Address:
    """The address ``https://host:port``.

    Raises:
        SettingsError: it is another; plain HTTP is for this machine only.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username is not None:
        raise SettingsError(f"policy.server.url is {url!r}", hint="write https://host:port")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise SettingsError(f"policy.server.url {url!r} has a path", hint="write https://host:port")
    tls = parts.scheme == "https"
    if not tls and not is_loopback(parts.hostname):
        raise SettingsError(
            f"policy.server.url {url!r} would send token and evidence unencrypted", hint="write https://host:port"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Address(host, port or (443 if tls else 80), tls)


def _authorities(configured: str) -> str:
    """The file or folder of trusted authorities: the client's own default is neither the system's nor ours."""
    system = ssl.get_default_verify_paths()
    for place in (configured,) if configured else (system.openssl_cafile, system.openssl_capath):
        if place and Path(place).exists():
            return place
    if configured:
        raise SettingsError(f"policy.server.ca: there is no file {configured!r}", hint=_FILE)
    raise SettingsError("the system has no list of trusted authorities", hint="set policy.server.ca")


def _certificate(settings: OpaServerSettings) -> str | tuple[str, str] | None:
    certificate, key = settings.client_certificate, settings.client_key
    if key and not certificate:
        raise SettingsError("policy.server.client_key has no client_certificate", hint="set both")
    for name, place in (("client_certificate", certificate), ("client_key", key)):
        if place and not Path(place).is_file():
            raise SettingsError(f"policy.server.{name}: there is no file {place!r}", hint=_FILE)
    return (certificate, key) if key else certificate or None


def _status(response: requests.Response) -> Exception:
    status = response.status_code
    try:
        answer = jsonable.loads(response.content)
    except ValueError:
        answer = None
    if status in _CLOSED:
        message = f"{_SERVER} refused the request (status {status})"
        return _NotShown(message, hint="see whether the token is right, and what it may read")
    if isinstance(answer, dict) and answer.get("errors"):
        return Refused(answer)
    said = answer.get("message") if isinstance(answer, dict) else "and no JSON"
    return EngineFailure(f"{_SERVER} answered with status {status}: {str(said)[:300]}", hint=_LOG)
