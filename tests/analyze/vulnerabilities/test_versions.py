from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.analyze.vulnerabilities.versions import parse

# The order that semver.org gives as its example, and what Go modules add to it.
SEMVER = [
    "v0.0.0-20200101000000-abcdefabcdef", "0.0.1", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
    "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "v1.0.1-0.20200101000000-abcdefabcdef",
    "v1.0.1", "v2.0.0+incompatible",
]  # fmt: skip


def test_semantic_versions_in_their_order() -> None:
    parsed = [parse("Go", text) for text in SEMVER]
    assert sorted(parsed) == parsed


def test_build_metadata_does_not_count() -> None:
    assert parse("Go", "v2.0.0+incompatible") == parse("Go", "2.0.0")


def test_pep_440_knows_equal_spellings() -> None:
    assert parse("PyPI", "1.0.0") == parse("PyPI", "1.0")


@pytest.mark.parametrize(
    ("ecosystem", "text"),
    [("Go", "latest"), ("PyPI", "1.0-x-y"), ("CRAN", "1.0.0"), ("Go", "1" * 400)],
)
def test_what_is_no_version_is_refused(ecosystem: str, text: str) -> None:
    with pytest.raises(ValueError, match="version"):
        parse(ecosystem, text)


@given(st.text(max_size=50))
def test_any_text_is_a_version_or_refused(text: str) -> None:
    for ecosystem in ("Go", "PyPI"):
        with contextlib.suppress(ValueError):
            parse(ecosystem, text)
