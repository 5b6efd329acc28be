"""Results of tests as outputs get them."""

from __future__ import annotations

from gatekeeper.model.testing import (
    BodyCoverage,
    Case,
    Coverage,
    Kind,
    LineCoverage,
    Result,
    Run,
    Status,
)

RUN = Run(
    results=(
        Result(Kind.REGO, "data.a_test", "test_ok", "a_test.rego", 3, Status.PASSED, prints=("a.rego:1: quiet",)),
        Result(
            Kind.REGO,
            "data.a_test",
            "test_cases",
            "a_test.rego",
            7,
            Status.FAILED,
            "failed for two",
            cases=(Case("one", True), Case("two", False)),
            prints=("a.rego:4: \x1b[31m<&>",),
        ),
        Result(Kind.REGO, "data.a_test", "todo_test_x", "a_test.rego", 9, Status.SKIPPED, "its name starts with todo_"),
        Result(Kind.REGO, "data.a_test", "test_mock", "a_test.rego", 11, Status.ERROR, "a mock", "run it in OPA"),
        Result(Kind.SNIPPET, "ACME-1", "flag/x.tf", "a/flag/x.tf", 0, Status.FAILED, "not flagged"),
    ),
    engines=("regorus 1.2.3",),
    coverage=Coverage(
        (BodyCoverage("a.rego", 3, "deny", True), BodyCoverage("a.rego", 8, "f", False)),
        (LineCoverage("a.rego", 4, 5),),
        "regorus 1.2.3",
        90.0,
    ),
)
