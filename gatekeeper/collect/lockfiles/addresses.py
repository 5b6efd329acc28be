"""Addresses of packages: credentials dropped, the styles of the package managers brought to one form."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PORT = re.compile(r"(?:\[[0-9A-Fa-f:.]*\]|[^:]*)(?::[0-9]*)?\Z")
_COMMIT = re.compile(r"@(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")


def public(address: str) -> str:
    """``address`` without user, password, query and fragment: each of them may hold a credential."""
    address = re.split(r"[?#]", address.strip(), maxsplit=1)[0]
    scheme = _SCHEME.match(address)
    if scheme is None or not address[scheme.end() :].startswith("//"):
        first, slash, path = address.partition("/")
        return first.rpartition("@")[2] + slash + path
    start = scheme.end() + 2
    authority, slash, path = address[start:].partition("/")
    host = authority.rpartition("@")[2]
    if "@" not in authority and not _PORT.match(host):
        # No port, so it is a password with a slash in it, which the last at sign ends.
        host, slash, path = address[start:].rpartition("@")[2].partition("/")
    return address[:start] + host + slash + path


def git(address: str, ref: str = "") -> str:
    """The address of a commit, tag or branch as SPDX and package URLs write it: ``git+https://host/path@ref``."""
    address = public(address)
    if _SCHEME.match(address) is None or "://" not in address:
        address = f"ssh://{address.replace(':', '/', 1)}"
    address = address if address.startswith("git+") else f"git+{address}"
    return f"{address}@{ref}" if ref else address


def names_commit(address: str) -> bool:
    """Whether the result of ``git`` names a commit, which never changes, rather than a branch or a tag."""
    return _COMMIT.search(address) is not None
