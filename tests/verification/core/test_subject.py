"""Whether a statement is about an artifact: all digests that can be compared, and a strong one among them."""

from __future__ import annotations

from hashlib import md5, sha256

import pytest

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.statement import Statement
from gatekeeper.formats.statement import Subject as Stated
from gatekeeper.verification.core.messages import InMemory
from gatekeeper.verification.core.subject import About
from gatekeeper.verification.subjects.base import Subject

DATA = b"the artifact"
SHA256 = sha256(DATA).hexdigest()
MD5 = md5(DATA, usedforsecurity=False).hexdigest()
ARTIFACT = Subject("file:a", "a", {"sha256": SHA256}, InMemory(DATA))


def about(*digests: dict[str, str]) -> About:
    return About.of(Statement(tuple(Stated("x", one) for one in digests), "https://example.com/predicate/v1", {}))


@pytest.mark.parametrize(
    "digests", [[{"sha256": SHA256}], [{"sha256": "00" * 32}, {"sha256": SHA256, "md5": MD5, "gitCommit": "0" * 40}]]
)
def test_about_it(digests: list[dict[str, str]]) -> None:
    about(*digests).check(ARTIFACT)


@pytest.mark.parametrize(
    ("digests", "message"),
    [
        ([{"sha256": "00" * 32}], "about another artifact"),
        ([{"sha256": SHA256, "md5": "00" * 16}], "one digest fits the subject, another does not"),
        ([{"gitCommit": "0" * 40}], "about something that no digest names that counts"),
        # One subject fits by one digest, another by the other.
        ([{"sha256": SHA256, "sha512": "00" * 64}, {"sha256": "00" * 32, "md5": MD5}], "another does not"),
    ],
)
def test_about_something_else(digests: list[dict[str, str]], message: str) -> None:
    with pytest.raises(VerificationFailure, match=message) as caught:
        about(*digests).check(ARTIFACT)
    assert caught.value.step == "subject"


def test_a_digest_that_can_be_forged_does_not_count_alone() -> None:
    known = Subject("file:a", "a", {"sha256": SHA256, "md5": MD5}, InMemory(DATA))
    with pytest.raises(VerificationFailure, match="no digest that cannot be forged"):
        about({"md5": MD5}).check(known)
