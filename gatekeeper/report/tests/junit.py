"""Test results in the XML of JUnit, as CI systems read it.

There is no standard; written is what Jenkins' and GitLab's readers have in common: one ``testsuite`` a package or rule.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from gatekeeper.model.testing import Result, Run, Status

# What XML 1.0 has no form for (production Char).
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(run: Run, colour: bool = False) -> str:
    """The whole document; a coverage that is too low is a failure of a suite ``coverage``."""
    root = ElementTree.Element("testsuites", name="gatekeeper policy test")
    groups: dict[str, list[Result]] = {}
    for result in run.results:
        groups.setdefault(result.group, []).append(result)
    for group, results in groups.items():
        suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(group), **_counts(results)})
        for result in results:
            _case(suite, result)
    if run.coverage is not None:
        low = not run.coverage.enough
        suite = ElementTree.SubElement(root, "testsuite", name="coverage", tests="1", failures=str(int(low)))
        case = ElementTree.SubElement(suite, "testcase", name="bodies of rules", classname="coverage")
        if low:
            missed = "\n".join(
                f"{body.path}:{body.line}: {body.rule}" for body in run.coverage.bodies if not body.covered
            )
            message = f"{run.coverage.percent:.1f} % of the bodies are covered, less than {run.coverage.minimum:g} %"
            ElementTree.SubElement(case, "failure", message=message).text = _clean(missed)
    for suite in root:
        for key in ("tests", "failures", "errors", "skipped"):
            total = int(root.get(key, "0")) + int(suite.get(key, "0"))
            root.set(key, str(total))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _counts(results: list[Result]) -> dict[str, str]:
    def count(status: Status) -> str:
        return str(sum(result.status is status for result in results))

    return {
        "tests": str(len(results)),
        "failures": count(Status.FAILED),
        "errors": count(Status.ERROR),
        "skipped": count(Status.SKIPPED),
    }


def _case(suite: ElementTree.Element, result: Result) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", name=_clean(result.name), classname=_clean(result.group), file=_clean(result.path)
    )
    if result.line:
        case.set("line", str(result.line))
    place = f"{result.path}:{result.line}" if result.line else result.path
    message = _clean(f"{place}: {result.message}")
    match result.status:
        case Status.FAILED:
            ElementTree.SubElement(case, "failure", message=message)
        case Status.ERROR:
            ElementTree.SubElement(case, "error", message=message).text = _clean(result.hint)
        case Status.SKIPPED:
            ElementTree.SubElement(case, "skipped", message=message)
    if result.prints and result.status is not Status.PASSED:
        ElementTree.SubElement(case, "system-out").text = _clean("\n".join(result.prints))


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)
