"""What ``gatekeeper policy check`` found, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model.checking import CheckResult, Problem
from gatekeeper.report.paint import Paint
from gatekeeper.report.printable import counted, printable

SHOWN_DIFFERENCES = 3  # of a module


def as_text(result: CheckResult, *, colour: bool = False) -> str:
    """A block a problem, then what is worth knowing; the last line says how it ended and what to do next."""
    paint = Paint(colour)
    lines = [line for problem in result.problems for line in _problem(problem, paint)]
    lines += _engines(result, paint)
    lines += _references(result)
    lines.append(_end(result, paint))
    return "\n".join(lines) + "\n"


def _problem(problem: Problem, paint: Paint) -> Iterator[str]:
    yield f"{paint.bold(_place(problem))}: {printable(problem.message)} {paint.dim(f'[{printable(problem.check)}]')}"
    yield f"    do: {printable(problem.hint)}"


def _place(problem: Problem) -> str:
    numbers = [str(number) for number in (problem.line, problem.column) if number]
    return printable(":".join([problem.path, *numbers]))


def _engines(result: CheckResult, paint: Paint) -> Iterator[str]:
    bound = [module for module in result.modules if not module.neutral]
    if not bound:
        return
    yield f"{counted(len(bound), 'module')} that only OPA evaluates faithfully:"
    for module in bound:
        for difference in module.differences[:SHOWN_DIFFERENCES]:
            yield f"    {paint.dim(_place(difference))}: {printable(difference.message)}"
        if len(module.differences) > SHOWN_DIFFERENCES:
            yield f"    and {len(module.differences) - SHOWN_DIFFERENCES} more in {printable(module.path)}"


def _references(result: CheckResult) -> Iterator[str]:
    if not result.evidence and result.modules:
        yield "note: these policies read documents of their own, not gatekeeper's evidence: no fields were compared"
    elif result.unfollowed:
        count = counted(len(result.unfollowed), "reference")
        yield f"note: {count} could not be followed to a field of the evidence; --output json lists them"


def _end(result: CheckResult, paint: Paint) -> str:
    looked = f"{counted(len(result.modules), 'module')} and {counted(result.tests, 'file')} of tests"
    style = "For style, see regal (https://github.com/open-policy-agent/regal)."
    if not result.problems:
        return f"{paint.green('OK')} no problems in {looked}. {style}"
    checks = sorted({problem.check for problem in result.problems})
    count = counted(len(result.problems), "problem")
    names = ", ".join(map(printable, checks))
    return f"{paint.red('FAIL')} {count} in {looked} ({names}). Next: mend them; docs/traps tells of each trap."
