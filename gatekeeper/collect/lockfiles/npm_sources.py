"""Where npm takes packages from."""

from __future__ import annotations

import re

from gatekeeper.collect.lockfiles import addresses
from gatekeeper.model.packages import PackageSource

_HOSTED = re.compile(r"(github|gitlab|bitbucket|gist):([^#]+)(?:#(.*))?")
_HOSTS = {"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org", "gist": "gist.github.com"}
_GITHUB_PACKAGES = "https://npm.pkg.github.com"  # whose archives have addresses of their own style


def from_resolved(resolved: str) -> PackageSource:
    """The source that a ``resolved`` names; for a registry its own address, not that of the archive."""
    hosted = _HOSTED.match(resolved)
    if hosted is not None:
        host, path, ref = hosted.groups()
        return PackageSource("git", addresses.git(f"https://{_HOSTS[host]}/{path}", ref or ""))
    if resolved.startswith(("git+", "git://", "git@", "ssh://")):
        address, _, ref = resolved.partition("#")
        return PackageSource("git", addresses.git(address, ref))
    if resolved.startswith("file:"):
        return PackageSource("path", addresses.public(resolved.removeprefix("file:")))
    address = addresses.public(resolved)
    registry, separator, _ = address.partition("/-/")
    if separator:
        # What is left ends with the package's name, which has a slash in it where it has a scope.
        registry = registry.rpartition("/")[0]
        above, _, last = registry.rpartition("/")
        return PackageSource("registry", above if last.startswith(("@", "%40")) else registry)
    if not address:
        return PackageSource("registry")
    if address.startswith(f"{_GITHUB_PACKAGES}/download/"):
        return PackageSource("registry", _GITHUB_PACKAGES)
    return PackageSource("url", address)


def from_version(key: str, version: str) -> tuple[str, str, PackageSource | None]:
    """Name, version and source from the ``version`` of lockfileVersion 1, which may be an address or an alias.

    The source is None where ``version`` is just a version.
    """
    if version.startswith("npm:"):
        name, _, exact = version.removeprefix("npm:").rpartition("@")
        return name or key, exact, None
    if ":" not in version:
        return key, version, None
    return key, "", from_resolved(version)
