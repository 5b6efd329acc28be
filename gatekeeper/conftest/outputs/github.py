"""GitHub's workflow commands, which annotate lines of files in a pull request.

Where the policy tells no place, conftest annotates line 1; here it is the first line of the document. Messages are
escaped as GitHub asks for, so that none can end its command and begin another.
"""

from __future__ import annotations

import os

from gatekeeper.conftest.options import Options
from gatekeeper.conftest.outputs.base import STEERING, Output, on_one_line
from gatekeeper.conftest.results import CheckResult, Result, totals
from gatekeeper.conftest.running import Run

_DATA = STEERING | str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render(run: Run, options: Options) -> str:
    """The whole output."""
    lines = []
    for result in run.results:
        if options.github_hide_passed and result.tests == result.successes:
            continue
        quoted = _quoted(result.file)
        lines.append(
            f'::group::Testing {quoted} against {result.tests} policies in namespace "{on_one_line(result.namespace)}"'
        )
        for level, results in (
            ("error", result.failures),
            ("warning", result.warnings),
            ("notice", result.exceptions),
        ):
            for found in results:
                lines += _annotations(level, result, found)
        lines.append(_command("notice", result.file, "1", f"Number of successful checks: {result.successes}"))
        lines.append("::endgroup::")
    return "".join(f"{line}\n" for line in [*lines, str(totals(run.results))])


def _annotations(level: str, check: CheckResult, result: Result) -> list[str]:
    place, document = result.location, str(result.line or 1)
    if place is None:
        return [_command(level, check.file, document, result.message)]
    if place.file == check.file:
        return [_command(level, check.file, place.line, result.message)]
    origin = os.path.relpath(place.file) if os.path.isabs(place.file) else place.file
    return [
        _command(level, origin, place.line, result.message),
        _command(level, check.file, "1", f"(ORIGINATING FROM {origin} L{place.line}) {result.message}"),
    ]


def _command(level: str, file: str, line: str, message: str) -> str:
    return f"::{level} file={file.translate(_PROPERTY)},line={line}::{message.translate(_DATA)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').translate(STEERING | {10: "\\n", 13: "\\r", 9: "\\t"})
    return f'"{escaped}"'


OUTPUT = Output("github", render)
