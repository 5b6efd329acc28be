"""Fixtures of real services, for the ``conftest.py`` of the tests that need them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.hsm import Token
from tests.services.sharing import shared_stack
from tests.services.sigstore import SigstoreStack

_TOKEN = pytest.StashKey[Token]()


@pytest.fixture(scope="session")
def sigstore_stack() -> Iterator[SigstoreStack]:
    """A private Sigstore; tests that use it carry the marker ``services``."""
    with shared_stack() as stack:
        yield stack


@pytest.fixture(scope="session")
def hsm(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    """A PKCS#11 token; tests that use it carry the marker ``services``."""
    # One a process, in however many folders this fixture is known: the token's library sees no later ones.
    if _TOKEN not in pytestconfig.stash:
        pytestconfig.stash[_TOKEN] = Token.create(tmp_path_factory.mktemp("hsm"))
    token = pytestconfig.stash[_TOKEN]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in token.environment.items():
            patch.setenv(name, value)
        yield token
