"""JUnit's XML, a suite a namespace. Exceptions are not in it."""

from __future__ import annotations

import re

from gatekeeper import __version__
from gatekeeper.conftest.options import Options
from gatekeeper.conftest.outputs.base import MARKED_COMMAND, Output
from gatekeeper.conftest.running import Run

_ESCAPES = str.maketrans(
    {
        '"': "&#34;",
        "'": "&#39;",
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "\t": "&#x9;",
        "\n": "&#xA;",
        "\r": "&#xD;",
    }
)
_ESCAPES |= {code: f"&#x{code:X};" for code in range(127, 160)}  # XML may hold them, a terminal would obey them
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(run: Run, options: Options) -> str:
    """The whole output."""
    suites: dict[str, list[tuple[str, str]]] = {}
    for result in run.results:
        tests = [(result.file, found.message) for found in (*result.warnings, *result.failures)]
        tests += [(result.file, "")] * result.successes
        if tests:
            suites.setdefault(result.namespace, []).extend(tests)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>" if suites else "<testsuites></testsuites>"]
    for namespace, tests in suites.items():
        name = _escaped(f"conftest.{namespace}")
        failures = sum(message != "" for _, message in tests)
        lines += [
            f'\t<testsuite tests="{len(tests)}" failures="{failures}" time="0.000" name="{name}">',
            "\t\t<properties>",
            f'\t\t\t<property name="gatekeeper.version" value="{_escaped(__version__)}"></property>',
            "\t\t</properties>",
        ]
        for file, message in tests:
            lines += _case(name.rpartition("/")[2], file, message, options.junit_hide_message)
        lines.append("\t</testsuite>")
    return "".join(f"{line}\n" for line in [*lines, *(["</testsuites>"] if suites else [])])


def _case(classname: str, file: str, message: str, hide: bool) -> list[str]:
    summary = message.partition("\n")[0]
    name = _escaped(file if hide or not message else f"{file} - {summary}")
    start = f'\t\t<testcase classname="{classname}" name="{name}" time="0.000">'
    if not message:
        return [f"{start}</testcase>"]
    return [start, f'\t\t\t<failure message="Failed" type="">{_escaped(message)}</failure>', "\t\t</testcase>"]


def _escaped(text: str) -> str:
    escaped = _NO_XML.sub("\ufffd", text).translate(_ESCAPES)
    return MARKED_COMMAND.sub("&#35;#", escaped)


OUTPUT = Output("junit", render)
