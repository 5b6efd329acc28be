"""What the tests of policies share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.loading import load
from gatekeeper.workers import Pool
from tests.services.tools import program


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    with Pool() as pool:
        yield pool


@pytest.fixture(scope="session")
def shipped(pool: Pool) -> Bundle:
    """The bundle that ships with the program."""
    return load(pool)


@pytest.fixture(scope="session")
def opa() -> Path:
    """The real OPA."""
    return program("opa")
