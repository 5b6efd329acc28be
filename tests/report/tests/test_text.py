"""Results for people."""

from __future__ import annotations

from gatekeeper.model.testing import Run
from gatekeeper.report.tests.text import as_text
from tests.report.tests.samples import RUN


def test_what_failed_and_why() -> None:
    assert as_text(RUN) == (
        "FAIL  a_test.rego:7 data.a_test.test_cases\n"
        "    failed for two\n"
        "    case two\n"
        "    | a.rego:4: \\x1b[31m<&>\n"
        "\n"
        "ERROR a_test.rego:11 data.a_test.test_mock\n"
        "    a mock\n"
        "    do: run it in OPA\n"
        "\n"
        "FAIL  a/flag/x.tf ACME-1 flag/x.tf\n"
        "    not flagged\n"
        "\n"
        "no test a.rego:8 f\n"
        "\n"
        "coverage: 50.0 %, 1 of 2 bodies of rules succeeded in a test; "
        "4 of 5 lines evaluated, as regorus 1.2.3 counts them\n"
        "too low: at least 90 % are asked for\n"
        "FAIL 1 passed, 2 failed, 1 could not run, 1 skipped of 4 tests and 1 snippet (regorus 1.2.3)\n"
    )


def test_all_passed() -> None:
    assert as_text(Run(RUN.results[:1], ("opa 1.0.0",))) == "PASS 1 passed of 1 test (opa 1.0.0)\n"


def test_nothing_to_test() -> None:
    assert as_text(Run(())).startswith("nothing to test")


def test_colours() -> None:
    assert "\x1b[1;31mFAIL" in as_text(RUN, True)
