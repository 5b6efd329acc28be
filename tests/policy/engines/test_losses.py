"""What a person is told when a policy takes the engine's process down."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure, WorkerFailure
from gatekeeper.policy.engines.base import Program
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.engines.losses import explained
from gatekeeper.policy.loading import load
from gatekeeper.workers import Limits, Pool
from tests.policy.writing import rule, write

HOG = "deny contains x if {\n\tx := [y | some a in numbers.range(1, 9000); some y in numbers.range(1, 9000)]\n}\n"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "the process was killed by signal 6",
            "(SIGABRT); most likely it asked for more than its 2 GiB of memory, or f",
        ),
        (
            "the process was killed by signal 11",
            "(SIGSEGV); most likely it asked for more than its 2 GiB of memory, or f",
        ),
        ("the process was killed by signal 9", "(SIGKILL); most likely the system had no memory left"),
        ("the process was killed by signal 99", "(unknown); most likely"),
        ("ran out of memory", "data.a.x: ran out of memory"),
        ("did not end within 60 seconds", "data.a.x: did not end within 60 seconds"),
    ],
)
def test_likely_causes_and_advice(said: str, told: str) -> None:
    error = explained(WorkerFailure(said), "data.a.x", 2 << 30)
    assert told in error.message
    assert "have OPA evaluate it" in error.hint


def test_what_the_engine_says_itself_stays() -> None:
    error = EngineFailure("no", path="a.rego", line=3)
    assert explained(error, "data.a.x", None) is error


def test_a_rule_that_takes_all_memory_is_named_with_its_file(tmp_path: Path) -> None:
    with Pool(1, Limits(memory=512 << 20)) as pool:
        bundle = load(pool, shipped=write(tmp_path, {"a.rego": rule(HOG, identifier="ID-hog")}))
        (result,) = EmbeddedEngine(pool).evaluate(bundle, bundle.rules, {"kubernetes": []}, {})
        assert result.failure is not None
        assert result.failure.message.startswith("ID-hog could not be evaluated: the engine gave up: ")
        assert "it asked for more than its 0.5 GiB of memory" in result.failure.message
        assert (result.failure.path, "pairs" in result.failure.hint) == ("a.rego", True)
        with EmbeddedEngine(pool).session(Program((("b.rego", f"package b\n{HOG}"),))) as session:
            (answer,) = session.evaluate(["data.b.deny"], {})
        assert answer.error is not None
        assert answer.error.message.startswith("data.b.deny: the process that worked on it was killed by signal")
