"""Credentials of registries from Docker's configuration: ``auths``, ``credHelpers`` and ``credsStore``.

Nothing is looked up before a registry asks for it, and no message holds a secret or what a helper printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from gatekeeper.errors import SettingsError, WorkerFailure
from gatekeeper.formats import base64, strict_json
from gatekeeper.formats.files import read_regular
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.workers import Limits, find_tool, run

MAX_BYTES = 1 << 20
_DOCKER_HUB = "https://index.docker.io/v1/"
_DOCKER_HUB_HOSTS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
_HELPER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")
# Helpers written in Go reserve far more addresses than they use.
_HELPER_LIMITS = Limits(seconds=30, memory=None, output=MAX_BYTES)
_NOT_THERE = b"credentials not found in native keychain"


@dataclass(frozen=True, slots=True)
class Credential:
    """A name and a password, a token to exchange for others (``identity_token``), or one that is sent as it is."""

    username: str = ""
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    registry_token: str = field(default="", repr=False)


class Keychain(Protocol):
    """Where credentials come from."""

    def find(self, host: str) -> Credential | None:
        """The credential for a registry (``ghcr.io``, ``localhost:5000``); None to stay anonymous.

        Raises:
            SettingsError: the configuration is wrong.
            WorkerFailure: a credential helper failed.
        """
        ...


class Anonymous:
    """No credentials at all."""

    def find(self, host: str) -> Credential | None:
        """None."""


class DockerConfiguration:
    """Docker's ``config.json``. Helpers get ``environment``, for they are the user's own programs and look there."""

    def __init__(self, file: Path, environment: Mapping[str, str]) -> None:
        self._file = file
        self._environment = dict(environment)
        self._content: JsonObject | None = None

    @classmethod
    def of_user(cls, environment: Mapping[str, str], home: Path) -> DockerConfiguration:
        """The one of ``$DOCKER_CONFIG``, else of ``.docker`` in the home folder; it need not exist."""
        folder = environment.get("DOCKER_CONFIG")
        return cls((Path(folder) if folder else home / ".docker") / "config.json", environment)

    def find(self, host: str) -> Credential | None:
        """See ``Keychain``: a helper for this host, the helper for all, then what stands in the file itself."""
        content = self._read()
        asked = _DOCKER_HUB if host in _DOCKER_HUB_HOSTS else host
        helpers = self._object(content, "credHelpers")
        helper = helpers.get(host) or helpers.get(asked) or content.get("credsStore")
        if helper and (found := self._ask(helper, asked)):
            return found
        for name, entry in self._object(content, "auths").items():
            if _names(name, asked):
                return self._stored(entry, host)
        return None

    def _read(self) -> JsonObject:
        if self._content is None:
            if not self._file.is_absolute():
                # What is inspected may lie there, with whose credentials or helpers ever.
                raise SettingsError(
                    f"Docker's configuration would be {str(self._file)!r:.200}, seen from the working folder",
                    hint="make DOCKER_CONFIG, or HOME, an absolute path",
                )
            try:
                content = strict_json.loads(read_regular(self._file, MAX_BYTES))
            except FileNotFoundError:
                content = {}
            except OSError as error:
                raise SettingsError(f"{self._file} cannot be read: {error.strerror}") from None
            except ValueError:
                # A parser's message may quote what it stumbled over.
                raise self._wrong("it is no JSON") from None
            if not isinstance(content, dict):
                raise self._wrong("an object is expected")
            self._content = content
        return self._content

    def _ask(self, helper: Json, server: str) -> Credential | None:
        if not isinstance(helper, str) or not _HELPER.match(helper):
            raise self._wrong("a credential helper is named by letters, digits and . _ -")
        program = f"docker-credential-{helper}"
        completed = run(
            [find_tool(program), "get"], stdin=server.encode(), environment=self._environment, limits=_HELPER_LIMITS
        )
        if completed.exit_code != 0:
            if _NOT_THERE in completed.stdout + completed.stderr:
                return None
            raise WorkerFailure(
                f"{program} gave no credentials for {server}: exit code {completed.exit_code}",
                hint=f"run `echo {server} | {program} get` yourself to see why; it may print secrets",
            )
        try:
            answer = strict_json.loads(completed.stdout)
        except ValueError:
            answer = None
        name, secret = (answer.get(key) if isinstance(answer, dict) else None for key in ("Username", "Secret"))
        if not isinstance(name, str) or not isinstance(secret, str):
            raise WorkerFailure(f"{program} answered with no Username and Secret for {server}")
        if not secret:
            return None
        return Credential(identity_token=secret) if name == "<token>" else Credential(name, secret)

    def _stored(self, entry: Json, host: str) -> Credential | None:
        if not isinstance(entry, dict):
            raise self._wrong(f"auths: the entry for {host} is no object")
        texts = {name: entry.get(name) or "" for name in ("username", "password", "identitytoken", "registrytoken")}
        auth = entry.get("auth") or ""
        if not all(isinstance(text, str) for text in (*texts.values(), auth)):
            raise self._wrong(f"auths: the entry for {host} holds what is no text")
        if auth:
            try:
                # Docker pads with zero bytes.
                pair = base64.decode(auth).decode("utf-8").rstrip("\0")
            except ValueError:
                raise self._wrong(f"auths: auth for {host} is not base64 of NAME:PASSWORD") from None
            texts["username"], _, texts["password"] = pair.partition(":")
        credential = Credential(*texts.values())
        return None if credential == Credential() else credential

    def _object(self, content: JsonObject, name: str) -> JsonObject:
        value = content.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._wrong(f"{name} is no object")
        return value

    def _wrong(self, what: str) -> SettingsError:
        return SettingsError(f"{self._file}: {what}", hint="`docker login` and `cosign login` write this file")


def _names(key: str, asked: str) -> bool:
    """Whether an entry of ``auths`` is for a registry as a whole: by host, with ``https://``, with ``/v1/``."""
    if asked == _DOCKER_HUB:
        asked = "index.docker.io"
    bare = key.removeprefix("https://").removeprefix("http://")
    host, _, path = bare.partition("/")
    if host == "docker.io":
        host = "index.docker.io"
    return host.lower() == asked and path.strip("/") in ("", "v1", "v2")
