"""References to content in a registry: ``HOST[:PORT]/NAME[:TAG][@DIGEST]`` (OCI distribution specification 1.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gatekeeper.errors import UsageError
from gatekeeper.formats import oci
from gatekeeper.transport import loopback

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9a-fA-F:.]{2,45}\])(?::[0-9]{1,5})?\Z")
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*\Z")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\Z")
_MAX_NAME = 255
_DOCKER_HUB = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of a registry: ``host`` with its port, as it was written, and ``name``."""

    host: str
    name: str

    def __str__(self) -> str:
        return f"{self.host}/{self.name}"

    @property
    def server(self) -> str:
        """The host that is spoken to; Docker Hub's is another than it is called."""
        return "registry-1.docker.io" if self.host in _DOCKER_HUB else self.host

    @property
    def is_local(self) -> bool:
        """Whether it is on this very machine: a loopback address, or ``localhost``."""
        return is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class Reference:
    """Content of a repository by ``tag``, by ``digest`` (``sha256:HEX``), or by both; then the digest counts."""

    repository: Repository
    tag: str = ""
    digest: str = ""

    def __str__(self) -> str:
        return f"{self.repository}@{self.digest}" if self.digest else f"{self.repository}:{self.tag}"

    @classmethod
    def parse(cls, text: str) -> Reference:
        """The reference.

        Raises:
            UsageError: it is none, names no host, or has neither tag nor digest.
        """
        rest, at, digest = text.partition("@")
        host, slash, name = rest.partition("/")
        path, colon, tag = name.rpartition(":") if ":" in name else (name, "", "")
        if not slash or not _HOST.match(host) or not ("." in host or ":" in host or host == "localhost"):
            raise _wrong(text, "it begins with the registry's host, e.g. ghcr.io/")
        components = path.split("/")
        if len(path) > _MAX_NAME or not all(_is_component(one) for one in components):
            raise _wrong(text, "the repository's name has lower case letters, digits, and . _ - / between them")
        if (colon and not is_tag(tag)) or (at and not oci.is_digest(digest)):
            raise _wrong(text, "a tag is a word, a digest sha256: and 64 hexadecimal digits")
        if not colon and not at:
            raise _wrong(text, "name a tag or, better, a digest: the content under a tag may change")
        host = host.lower()
        if host in _DOCKER_HUB and len(components) == 1:
            path = f"library/{path}"
        return cls(Repository(host, path), tag, digest)


def is_tag(text: str) -> bool:
    """Whether it may be the tag of a manifest."""
    return _TAG.match(text) is not None


def is_loopback(host: str) -> bool:
    """Whether a host (``localhost:5000``, ``127.0.0.1``, ``[::1]:5000``) is this very machine."""
    bare = host[1 : host.find("]")] if host.startswith("[") else host.partition(":")[0]
    return loopback.is_loopback(bare)


def _is_component(text: str) -> bool:
    return _COMPONENT.match(text) is not None


def _wrong(text: str, hint: str) -> UsageError:
    return UsageError(f"{text!r:.200} is no reference HOST/NAME:TAG or HOST/NAME@DIGEST", hint=hint)
