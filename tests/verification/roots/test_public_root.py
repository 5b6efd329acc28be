"""The root that ships."""

from __future__ import annotations

import datetime
from hashlib import sha256

import pytest

from gatekeeper.errors import VerificationFailure
from gatekeeper.verification import roots
from gatekeeper.verification.core.trust import Root


def test_it_is_pinned() -> None:
    assert sha256(roots.public_root()).hexdigest() == roots.PUBLIC_ROOT_SHA256


def test_it_knows_the_public_services() -> None:
    root = Root.load(roots.public_root())
    assert {log.name for log in root.logs.values()} == {
        "https://rekor.sigstore.dev",
        "https://log2025-1.rekor.sigstore.dev",
    }
    assert {authority.name for authority in root.certificate_authorities} == {"https://fulcio.sigstore.dev"}
    assert len(root.ct_logs) == 2
    assert len(root.timestamp_authorities) == 1


def test_it_knows_nothing_newer_than_its_date() -> None:
    newest = Root.load(roots.public_root()).newest
    assert newest is not None
    assert newest.date() <= roots.PUBLIC_ROOT_DATE < datetime.date.today() + datetime.timedelta(days=1)


def test_a_changed_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roots, "PUBLIC_ROOT_SHA256", "0" * 64)
    with pytest.raises(VerificationFailure, match="was changed"):
        roots.public_root()
