from __future__ import annotations

import pytest

from gatekeeper.collect.lockfiles.entries import purl, pypi_name
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.packages import PackageSource

REGISTRY = PackageSource("registry")


def test_python_names_are_normalised() -> None:
    assert pypi_name("Zope.Interface__x") == "zope-interface-x"


@pytest.mark.parametrize(
    ("ecosystem", "name", "version", "source", "expected"),
    [
        ("npm", "@babel/core", "7.0.0", REGISTRY, "pkg:npm/%40babel/core@7.0.0"),
        ("Go", "a.b/c", "1.0.0", REGISTRY, "pkg:golang/a.b/c@v1.0.0"),
        ("Go", "stdlib", "1.22", REGISTRY, "pkg:golang/stdlib@1.22"),
        ("PyPI", "a", "", REGISTRY, "pkg:pypi/a"),
        ("PyPI", "a", "1", PackageSource("url", "https://h/a"), "pkg:pypi/a@1?download_url=https://h/a"),
    ],
)
def test_package_urls(ecosystem: str, name: str, version: str, source: PackageSource, expected: str) -> None:
    assert purl(ecosystem, name, version, source) == expected


def test_a_name_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(UnreadableInput):
        purl("npm", "@scope/", "1", REGISTRY)
