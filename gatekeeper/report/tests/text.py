"""Test results for a person at a terminal: what failed, what it printed, what no test reached, and the sum."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model.testing import Coverage, Kind, Result, Run, Status
from gatekeeper.report.paint import Paint
from gatekeeper.report.printable import counted, printable

SHOWN_PRINTS = 20
SHOWN_CASES = 10
SHOWN_BODIES = 40
_WIDTH = 1000


def as_text(run: Run, colour: bool = False) -> str:
    """Failing tests with place, reason, cases and prints; the last line is the sum."""
    paint = Paint(colour)
    lines: list[str] = []
    for result in run.results:
        if result.status in (Status.FAILED, Status.ERROR):
            lines += [*_result(result, paint), ""]
    if run.coverage is not None:
        lines += _coverage(run.coverage, paint)
    lines.append(_sum(run, paint))
    return "\n".join(lines) + "\n"


def _result(result: Result, paint: Paint) -> Iterator[str]:
    place = f"{result.path}:{result.line}" if result.line else result.path
    word = "FAIL " if result.status is Status.FAILED else "ERROR"
    name = f"{result.group}.{result.name}" if result.kind is Kind.REGO else f"{result.group} {result.name}"
    yield f"{paint.red(word)} {paint.bold(printable(place))} {printable(name)}"
    yield f"    {printable(result.message, _WIDTH)}"
    if result.hint:
        yield f"    do: {printable(result.hint)}"
    failed = [case.name for case in result.cases if not case.passed]
    for name in failed[:SHOWN_CASES]:
        yield f"    case {printable(name)}"
    if len(failed) > SHOWN_CASES:
        yield f"    ... and {len(failed) - SHOWN_CASES} more cases"
    for line in result.prints[:SHOWN_PRINTS]:
        yield paint.dim(f"    | {printable(line, _WIDTH)}")
    if len(result.prints) > SHOWN_PRINTS:
        yield paint.dim(f"    | ... and {len(result.prints) - SHOWN_PRINTS} more lines")


def _coverage(coverage: Coverage, paint: Paint) -> Iterator[str]:
    missed = [body for body in coverage.bodies if not body.covered]
    for body in missed[:SHOWN_BODIES]:
        yield f"{paint.yellow('no test')} {paint.bold(printable(f'{body.path}:{body.line}'))} {printable(body.rule)}"
    if len(missed) > SHOWN_BODIES:
        yield f"... and {len(missed) - SHOWN_BODIES} more bodies; --output json lists all"
    if missed:
        yield ""
    lines = sum(file.lines for file in coverage.lines)
    covered = sum(file.covered for file in coverage.lines)
    told = f"; {covered} of {lines} lines evaluated, as {coverage.lines_engine} counts them" if coverage.lines else ""
    succeeded = len(coverage.bodies) - len(missed)
    rate = f"{coverage.percent:.1f} %"
    yield f"coverage: {rate}, {succeeded} of {len(coverage.bodies)} bodies of rules succeeded in a test{told}"
    if not coverage.enough:
        yield f"{paint.red('too low')}: at least {coverage.minimum:g} % are asked for"


def _sum(run: Run, paint: Paint) -> str:
    if not run.results:
        return f"{paint.red('nothing')} to test: no rule test_... and no snippets here, or --run takes none of them"
    words = {Status.PASSED: "passed", Status.FAILED: "failed", Status.ERROR: "could not run", Status.SKIPPED: "skipped"}
    parts = [f"{run.count(status)} {word}" for status, word in words.items() if run.count(status) or word == "passed"]
    snippets = sum(result.kind is Kind.SNIPPET for result in run.results)
    counts = [counted(len(run.results) - snippets, "test"), counted(snippets, "snippet")]
    kinds = " and ".join(count for count in counts if not count.startswith("0 "))
    if run.count(Status.SKIPPED) == len(run.results):
        return f"{paint.red('nothing')} was run: {', '.join(parts[1:])} of {kinds}"
    verdict = paint.green("PASS") if run.exit_code == 0 else paint.red("FAIL")
    return f"{verdict} {', '.join(parts)} of {kinds} ({', '.join(run.engines)})"
