"""The program, run inside the test's own process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from gatekeeper.cli import main
from gatekeeper.cli.passwords import VARIABLE


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Calls ``main`` with these arguments, in an environment without colours and passwords."""
    for variable in ("NO_COLOR", "FORCE_COLOR", "GATEKEEPER_DEBUG", VARIABLE):
        monkeypatch.delenv(variable, raising=False)

    def call(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["gatekeeper", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capfd.readouterr()
        code = end.value.code or 0
        assert isinstance(code, int)
        return Ended(code, captured.out, captured.err)

    return call
