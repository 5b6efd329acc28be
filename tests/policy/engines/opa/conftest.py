"""What the tests of the OPA engine share."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.policy.engines.opa.program import OpaProgram, find_program


@pytest.fixture(scope="session")
def program(opa: Path) -> OpaProgram:
    """The real OPA, found as the settings' one."""
    return find_program(str(opa))
