"""One request to an OPA server of ours and its answer: bounded in time and size, through no proxy."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.policy.engines.opa.errors import failures
from gatekeeper.policy.engines.opa.layout import Policies
from gatekeeper.workers import Limits

RESTART = "run it again; if that does not help, run OPA by hand with the policies named here"


class Lost(Exception):
    """The connection broke: the server died, or was killed."""


class Late(Exception):
    """No answer within the time."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens: a unix socket, or, where there is none, a port of the loopback device."""

    socket: Path | None
    port: int = 0

    @property
    def listen(self) -> str:
        """As ``opa run --addr`` wants it."""
        return f"unix://{self.socket}" if self.socket else f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """As a client wants it; a socket needs no name of a host."""
        return "http://opa" if self.socket else f"http://127.0.0.1:{self.port}"


class Exchange:
    """A client of one server. Threads may share it."""

    def __init__(self, address: Address, token: str, limits: Limits, policies: Policies, connections: int) -> None:
        self._limits = limits
        self._policies = policies
        # Nothing of the environment: a proxy would be sent the token, and ~/.netrc would replace it.
        self._client = httpx.Client(
            base_url=address.url,
            transport=httpx.HTTPTransport(
                uds=str(address.socket) if address.socket else None,
                trust_env=False,
                retries=0,
                limits=httpx.Limits(max_connections=connections),
            ),
            headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
            trust_env=False,
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def get(self, path: str, seconds: float | None = None) -> Json:
        """The JSON that the server has at ``path``.

        Raises:
            Lost, Late, EngineFailure: see the classes; an answer that is none is a failure of the engine.
        """
        return self._send("GET", path, b"", seconds)

    def put(self, path: str, document: bytes) -> None:
        """Store a JSON document at ``path``; raises as ``get`` does."""
        self._send("PUT", path, document, None)

    def _send(self, method: str, path: str, body: bytes, seconds: float | None) -> Json:
        seconds = seconds or self._limits.seconds
        deadline = time.monotonic() + seconds
        try:
            with self._client.stream(method, path, content=body or None, timeout=seconds) as response:
                return self._read(response, deadline)
        except httpx.TimeoutException:
            raise Late from None
        except httpx.ProtocolError as error:
            # A server that dies in the middle of an answer and one that answers garbage look the same from here.
            raise Lost(f"its answer is no whole HTTP: {error}") from None
        except httpx.TransportError as error:
            raise Lost(str(error)) from None
        except httpx.HTTPError as error:
            raise EngineFailure(f"OPA's answer cannot be read: {error}", hint=RESTART) from None

    def _read(self, response: httpx.Response, deadline: float) -> Json:
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > self._limits.output:
                raise EngineFailure(
                    f"OPA's answer is larger than {self._limits.output} bytes", hint="let the rule give less"
                )
            if time.monotonic() > deadline:
                raise Late
        return self._judge(response.status_code, bytes(body))

    def _judge(self, status: int, body: bytes) -> Json:
        if status == 204:
            return None
        if status == 401:
            raise EngineFailure("OPA refused the token that it was started with", hint=RESTART)
        try:
            answer = jsonable.loads(body)
        except ValueError:
            raise EngineFailure(f"OPA answered with status {status} and no JSON", hint=RESTART) from None
        if status != 200:
            if found := next(failures(answer, self._policies), None):
                raise found
            said = answer.get("message") if isinstance(answer, dict) else None
            raise EngineFailure(f"OPA answered with status {status}: {str(said)[:300]}", hint=RESTART)
        return answer
