"""The default: one line a result, and a sentence at the end. Colours are on unless they are switched off."""

from __future__ import annotations

from gatekeeper.conftest.options import Options
from gatekeeper.conftest.outputs.base import Output, on_one_line, shown
from gatekeeper.conftest.results import CheckResult, Totals, totals
from gatekeeper.conftest.running import Run

_RED, _GREEN, _YELLOW, _BLUE, _CYAN = 31, 32, 33, 34, 36


def render(run: Run, options: Options) -> str:
    """The whole output."""

    def coloured(text: str, colour: int) -> str:
        return text if options.no_color else f"\x1b[{colour}m{text}\x1b[0m"

    lines = [f"{coloured('PRNT ', _BLUE)}  {shown(text)}\n" for text in run.prints]
    for result in run.results:
        where = label(result)
        lines += [f"{coloured('WARN', _YELLOW)} {where} {shown(found.message)}" for found in result.warnings]
        lines += [f"{coloured('FAIL', _RED)} {where} {shown(found.message)}" for found in result.failures]
        if not options.suppress_exceptions:
            lines += [f"{coloured('EXCP', _CYAN)} {where} {shown(found.message)}" for found in result.exceptions]
    sums = totals(run.results)
    return "\n".join([*lines, "", coloured(str(sums), _colour(sums))]) + "\n"


def render_traces(run: Run, options: Options) -> str:
    """The traces of all queries."""
    lines = []
    for file, query, trace in run.traces:
        head = f"file: {on_one_line(file)} | query: {on_one_line(query)}"
        lines.append(head if options.no_color else f"\x1b[{_GREEN}m{head}\x1b[0m")
        mark = "TRAC " if options.no_color else f"\x1b[{_BLUE}mTRAC \x1b[0m"
        lines += [f"{mark}  {shown(line)}" for line in trace]
    return "".join(f"{line}\n" for line in lines)


def label(result: CheckResult) -> str:
    """File and namespace as they stand before a message."""
    file = "-" if result.file == "-" else f"- {on_one_line(result.file)}"
    return f"{file} - {on_one_line(result.namespace)} -"


def _colour(sums: Totals) -> int:
    if sums.failures:
        return _RED
    if sums.warnings:
        return _YELLOW
    return _CYAN if sums.exceptions else _GREEN


OUTPUT = Output("stdout", render)
