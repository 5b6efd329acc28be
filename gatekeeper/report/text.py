"""The decision for a person at a terminal: what was read, what is wrong, what was not looked at, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatekeeper.model.decision import Decision, Verdict
from gatekeeper.model.finding import Effect, FindingStatus, JudgedFinding
from gatekeeper.model.place import Location
from gatekeeper.report.base import Report
from gatekeeper.report.coverage import overview
from gatekeeper.report.paint import Paint
from gatekeeper.report.printable import counted, listed, printable
from gatekeeper.report.worst import Group, select

SHOWN_FAILURES = 10
SHOWN_NOTES = 10
SNIPPET_WIDTH = 120
SNIPPET_LEAD = 40
EVERYTHING = "--output json lists all"


class TextOutput:
    """At most one screen for a healthy project; the ten worst findings for an unhealthy one (see ``worst.select``).

    Whatever comes from the inspected repository or from policies passes through ``printable``, part by part.
    """

    name = "text"

    def render(self, report: Report) -> str:
        """Lines of text; the last one says the verdict and what to do next."""
        paint = Paint(report.colour)
        decision = report.decision
        lines = [_title(decision), *overview(decision.coverage), ""]
        lines += _failures(decision, paint)
        lines += _findings(decision, paint)
        lines += _exempt(decision)
        lines += _notes(decision)
        lines.append(_verdict(decision, paint))
        return "\n".join(lines) + "\n"


def _title(decision: Decision) -> str:
    policies, source = decision.policies, decision.source
    commit = f"commit {source.commit[:12]}{'' if source.clean else ', with changes'}" if source.commit else "no commit"
    rules = counted(len(policies.rules), "rule")
    return f"gatekeeper: stage {decision.decision.stage}, {rules} in {policies.engine}, {commit}"


def _failures(decision: Decision, paint: Paint) -> Iterator[str]:
    for failure in decision.failures[:SHOWN_FAILURES]:
        place = f"{failure.path}:{failure.line}" if failure.line else failure.path
        where = " ".join(part for part in (failure.component, place) if part)
        yield f"{paint.red('FAILED')} {printable(where)}: {printable(failure.message)}"
        if failure.hint:
            yield f"    do: {printable(failure.hint)}"
        yield ""
    if len(decision.failures) > SHOWN_FAILURES:
        yield f"... and {len(decision.failures) - SHOWN_FAILURES} more failures; {EVERYTHING}"
        yield ""


def _findings(decision: Decision, paint: Paint) -> Iterator[str]:
    selection = select([finding for finding in decision.findings if finding.effect is not Effect.NONE])
    for group in selection.groups:
        yield from _group(group, paint)
        yield ""
    if selection.hidden:
        rules = [f"{rule} ({count})" for rule, count in selection.hidden.most_common()]
        total = counted(selection.hidden.total(), "finding")
        yield f"... and {total} of other rules or severities: {listed(rules, 5)}; {EVERYTHING}"
        yield ""


def _group(group: Group, paint: Paint) -> Iterator[str]:
    worst = group.findings[0]
    severity = paint.severity(worst.severity.upper(), worst.severity)
    mild = " (a warning)" if worst.effect is Effect.WARN else ""
    yield f"{severity} {paint.bold(printable(worst.rule))} {printable(worst.title)}{mild}"
    # Advice that is about one finding stands with it; what all share is said once.
    shared = len({finding.remediation for finding in group.findings}) == 1
    before: JudgedFinding | None = None
    for finding in group.findings:
        # What the line above says already is not said again.
        here = before is not None and (before.location, before.subject) == (finding.location, finding.subject)
        if not here:
            yield from _place(finding, paint)
        if (before is None or before.message != finding.message) and (here or finding.message != finding.subject):
            yield f"    {printable(finding.message)}"
        if not here:
            yield from _line(finding.location, paint)
        if not shared and (before is None or before.remediation != finding.remediation):
            yield f"    mend: {printable(finding.remediation)}"
        before = finding
    if group.hidden:
        yield f"  and {group.hidden} more of {printable(worst.rule)}"
    if shared:
        yield f"  mend: {printable(worst.remediation)}"


def _place(finding: JudgedFinding, paint: Paint) -> Iterator[str]:
    span, path = finding.location.span, finding.location.path
    parts = [paint.bold(printable(f"{path}:{span.line}:{span.column}" if span else path))] if path else []
    if finding.subject != path:
        parts.append(printable(finding.subject))
    if finding.status is FindingStatus.EXPIRED and finding.waiver is not None:
        parts.append(f"(its waiver expired: {printable(finding.waiver.expires)})")
    if finding.note:
        parts.append(f"({printable(finding.note)})")
    yield f"  {' '.join(parts)}"


def _line(location: Location, paint: Paint) -> Iterator[str]:
    """The line itself; of a long one the part around the place."""
    line = location.snippet.partition("\n")[0].rstrip()
    indent = len(line) - len(line.lstrip())
    if location.span is None or not line:
        return
    far = indent + SNIPPET_WIDTH < location.span.column <= len(line)
    start = location.span.column - SNIPPET_LEAD if far else indent
    shown = printable(line[start:], SNIPPET_WIDTH)
    yield paint.dim(f"    {location.span.line:>5} | {'...' if far else ''}{shown}")


def _exempt(decision: Decision) -> Iterator[str]:
    waived = sum(finding.status is FindingStatus.WAIVED for finding in decision.findings)
    expired = sum(finding.status is FindingStatus.EXPIRED for finding in decision.findings)
    if waived:
        used = len({f.waiver for f in decision.findings if f.status is FindingStatus.WAIVED})
        yield f"waived: {counted(waived, 'finding')} by {counted(used, 'waiver')}"
    if known := sum(finding.status is FindingStatus.BASELINE for finding in decision.findings):
        yield f"there before: {counted(known, 'finding')} of the baseline or the base, which {_do(known)} not count"
    if off := sum(f.status is FindingStatus.ADJUSTED and f.effect is Effect.NONE for f in decision.findings):
        yield f"switched off by the settings: {counted(off, 'finding')}"
    if expired:
        yield f"waivers have expired: {counted(expired, 'finding')} that they covered count again"


def _notes(decision: Decision) -> Iterator[str]:
    for note in decision.notes[:SHOWN_NOTES]:
        yield f"note: {printable(note)}"
    if len(decision.notes) > SHOWN_NOTES:
        yield f"note: {len(decision.notes) - SHOWN_NOTES} more notes; {EVERYTHING}"


def _verdict(decision: Decision, paint: Paint) -> str:
    ruling = decision.decision
    rejecting = counted(ruling.summary["fail"], "finding")
    warnings = counted(ruling.summary["warn"], "warning")
    why = _explain(decision.findings)
    match ruling.verdict:
        case Verdict.ERROR:
            errors = ruling.summary["error"] + len(decision.failures)
            tally = f"{counted(errors, 'error')}, {rejecting} that would reject, {warnings}"
            return f"{paint.red('ERROR')} could not decide: {tally}. Next: mend the errors first{why}."
        case Verdict.FAIL:
            bar = f"{ruling.fail_on} or worse"
            tally = f"{rejecting} ({bar}), {warnings}"
            return f"{paint.red('FAIL')} rejected: {tally}. Next: mend the findings above{why}."
        case Verdict.WARN:
            return f"{paint.yellow('WARN')} passed with {warnings}. Next: look at them{why}."
        case Verdict.PASS:
            return f"{paint.green('PASS')} passed without warnings. Next: nothing to mend."


def _explain(findings: Sequence[JudgedFinding]) -> str:
    first = next((finding.rule for finding in findings if finding.effect is not Effect.NONE), "")
    return f"; `gatekeeper explain {printable(first)}` tells why" if first else ""


def _do(number: int) -> str:
    return "does" if number == 1 else "do"
