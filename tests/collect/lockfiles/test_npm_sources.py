from __future__ import annotations

import pytest

from gatekeeper.collect.lockfiles.npm_sources import from_resolved, from_version
from gatekeeper.model.packages import PackageSource


@pytest.mark.parametrize(
    ("resolved", "kind", "url"),
    [
        ("https://registry.npmjs.org/a/-/a-1.0.0.tgz", "registry", "https://registry.npmjs.org"),
        ("https://registry.npmjs.org/@s/a/-/a-1.0.0.tgz", "registry", "https://registry.npmjs.org"),
        ("https://u:p@host/api/npm/npm/a/-/a-1.0.0.tgz", "registry", "https://host/api/npm/npm"),
        ("https://npm.pkg.github.com/download/@o/a/1.0.0/abc", "registry", "https://npm.pkg.github.com"),
        ("", "registry", ""),
        ("https://host/archive/a.tgz?sig=secret", "url", "https://host/archive/a.tgz"),
        ("git+ssh://git@github.com/o/r.git#abc", "git", "git+ssh://github.com/o/r.git@abc"),
        ("github:o/r#abc", "git", "git+https://github.com/o/r@abc"),
        ("file:../a.tgz", "path", "../a.tgz"),
    ],
)
def test_resolved(resolved: str, kind: str, url: str) -> None:
    assert from_resolved(resolved) == PackageSource(kind, url)


@pytest.mark.parametrize(
    ("version", "result"),
    [
        ("1.0.0", ("key", "1.0.0", None)),
        ("npm:@s/real@2.0.0", ("@s/real", "2.0.0", None)),
        ("file:../a", ("key", "", PackageSource("path", "../a"))),
        ("", ("key", "", None)),
    ],
)
def test_versions_of_the_oldest_lockfiles(version: str, result: tuple[str, str, PackageSource | None]) -> None:
    assert from_version("key", version) == result
