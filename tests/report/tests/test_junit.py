"""Results for CI systems."""

from __future__ import annotations

from xml.etree import ElementTree

from gatekeeper.model.testing import Kind, Result, Run, Status
from gatekeeper.report.tests.junit import as_junit
from tests.report.tests.samples import RUN


def test_suites_and_cases() -> None:
    root = ElementTree.fromstring(as_junit(RUN))
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root] == [
        ("data.a_test", "4", "1"),
        ("ACME-1", "1", "1"),
        ("coverage", "1", "1"),
    ]
    assert {key: root.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6",
        "failures": "3",
        "errors": "1",
        "skipped": "1",
    }
    failed = root.find("testsuite/testcase[@name='test_cases']")
    assert failed is not None
    assert (failed.get("file"), failed.get("line")) == ("a_test.rego", "7")
    assert failed.findtext("system-out") == "a.rego:4: \ufffd[31m<&>"
    assert root[2][0][0].text == "a.rego:8: f"


def test_names_that_xml_has_no_form_for() -> None:
    result = Result(Kind.SNIPPET, "A\x00", 'flag/"<\ud800', "p\x1f", 0, Status.PASSED)
    assert ElementTree.fromstring(as_junit(Run((result,))))[0].get("name") == "A\ufffd"
