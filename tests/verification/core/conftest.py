"""One Sigstore in memory for all tests of a run."""

from __future__ import annotations

import pytest

from tests.verification.core.instance import Instance


@pytest.fixture(scope="session")
def instance() -> Instance:
    return Instance()
