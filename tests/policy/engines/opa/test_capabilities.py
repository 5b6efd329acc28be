"""What policies may not call, and what OPA's compiler says about the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.policy.engines.opa.capabilities import check
from gatekeeper.policy.engines.opa.layout import Policies, Source
from gatekeeper.policy.engines.opa.program import OpaProgram
from gatekeeper.policy.rego.forbidden import OUTWARD
from gatekeeper.workers import Limits
from tests.policy.engines.opa.servers import fake_opa


@pytest.mark.services
def test_all_problems_at_once_each_with_its_place(program: OpaProgram) -> None:
    policies = Policies(
        (
            Source("one.rego", 'package a\nx := http.send({})\ny := "é" if http.send({})\n'),
            Source("two.rego", "package b\n\nz := undefined_one(1)\n"),
        ),
        {},
    )
    found = check(program, policies, OUTWARD, Limits())
    assert [(failure.path, failure.line, failure.column) for failure in found] == [
        ("one.rego", 2, 6),
        ("one.rego", 3, 13),
        ("two.rego", 3, 6),
    ]
    assert [failure.message for failure in found[1:]] == [
        "http.send reaches out to the network: policies may not call it",
        "undefined function undefined_one",
    ]


@pytest.mark.services
def test_a_call_may_not_hide_behind_with(program: OpaProgram) -> None:
    text = 'package a\nf(x) := 1\ny := f({"url": "http://x"}) with f as http.send\n'
    found = check(program, Policies((Source("a.rego", text),), {}), OUTWARD, Limits())
    assert found


@pytest.mark.parametrize("output", ["", "not JSON"])
def test_an_opa_that_has_no_capabilities(tmp_path: Path, output: str) -> None:
    opa = tmp_path / "opa"
    opa.write_text(f"#!/bin/sh\necho '{output}'\n")
    opa.chmod(0o755)
    with pytest.raises(EngineFailure, match="`opa capabilities` failed"):
        check(OpaProgram(str(opa), "1.0.0"), Policies((Source("a.rego", "package a\n"),), {}), OUTWARD, Limits())


def test_an_opa_whose_check_fails_without_a_reason(tmp_path: Path) -> None:
    opa = fake_opa(tmp_path)
    opa.write_text(opa.read_text().replace('== "check":\n    sys.exit()', '== "check":\n    sys.exit("boom")'))
    with pytest.raises(EngineFailure, match="`opa check` failed: boom"):
        check(OpaProgram(str(opa), "1.0.0"), Policies((Source("a.rego", "package a\n"),), {}), OUTWARD, Limits())
