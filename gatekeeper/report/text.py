"""The decision for a person at a terminal: what was read, what is wrong, what was not looked at, what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gatekeeper.model.coverage import Coverage, CoveredFile, Status
from gatekeeper.model.decision import Decision, Verdict
from gatekeeper.model.finding import Effect, FindingStatus, JudgedFinding
from gatekeeper.report.base import Report
from gatekeeper.report.paint import Paint

SHOWN = 10
SHOWN_GAPS = 5
MAX_LINE = 160


class TextOutput:
    """At most one screen for a healthy project; the ten worst findings for an unhealthy one."""

    name = "text"

    def render(self, report: Report) -> str:
        """Lines of text."""
        paint = Paint(report.colour)
        decision = report.decision
        lines = [_title(decision), *_read(decision.coverage), *_not_looked_at(decision.coverage), ""]
        lines += _failures(decision, paint)
        lines += _findings(decision, paint)
        lines += [f"note: {note}" for note in decision.notes]
        lines += _verdict(decision, paint)
        return "\n".join(lines) + "\n"


def _title(decision: Decision) -> str:
    policies, source = decision.policies, decision.source
    commit = f"commit {source.commit[:12]}{'' if source.clean else ', with changes'}" if source.commit else "no commit"
    rules = len(policies.rules)
    return f"gatekeeper: stage {decision.decision.stage}, {rules} rules in {policies.engine}, {commit}"


def _read(coverage: Coverage) -> Iterator[str]:
    kinds = Counter(file.kind for file in coverage.files if file.status is Status.READ)
    listing = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    total = sum(1 for file in coverage.files if file.status in (Status.READ, Status.UNCLAIMED, Status.UNSUPPORTED))
    yield f"  read: {listing or 'nothing'}; {total} files searched for secrets"


def _not_looked_at(coverage: Coverage) -> Iterator[str]:
    unsupported = Counter(file.kind for file in coverage.files if file.status is Status.UNSUPPORTED)
    for kind, count in sorted(unsupported.items()):
        yield f"  not parsed: {count} {kind} templates (secrets are still looked for)"
    excluded = [file for file in coverage.files if file.status is Status.EXCLUDED and file.reason != "version control"]
    reasons: dict[tuple[str, str], list[CoveredFile]] = {}
    for file in excluded:
        reasons.setdefault((file.by, file.reason), []).append(file)
    for (by, reason), files in sorted(reasons.items()):
        names = ", ".join(file.path for file in files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
        yield f"  left out ({reason}; {by}): {names}"
    for gap in coverage.gaps[:SHOWN_GAPS]:
        yield f"  not looked at ({gap.analyzer}): {gap.path + ': ' if gap.path else ''}{gap.reason}"
    if len(coverage.gaps) > SHOWN_GAPS:
        yield f"  not looked at: {len(coverage.gaps) - SHOWN_GAPS} more gaps (--output json lists them)"


def _failures(decision: Decision, paint: Paint) -> Iterator[str]:
    for failure in decision.failures[:SHOWN]:
        place = f" {failure.path}{f':{failure.line}' if failure.line else ''}" if failure.path else ""
        yield f"{paint.red('FAILED')} {failure.component}{place}: {failure.message}"
        if failure.hint:
            yield f"    do: {failure.hint}"
        yield ""


def _findings(decision: Decision, paint: Paint) -> Iterator[str]:
    open_findings = [finding for finding in decision.findings if finding.effect is not Effect.NONE]
    for finding in open_findings[:SHOWN]:
        yield from _finding(finding, paint)
        yield ""
    if len(open_findings) > SHOWN:
        rest = Counter(finding.rule for finding in open_findings[SHOWN:])
        listing = ", ".join(f"{rule} ({count})" for rule, count in rest.most_common(5))
        more = f" and {len(rest) - 5} other rules" if len(rest) > 5 else ""
        yield f"... and {len(open_findings) - SHOWN} more: {listing}{more}. All of them: --output json"
        yield ""


def _finding(finding: JudgedFinding, paint: Paint) -> Iterator[str]:
    location = finding.location
    place = location.path + (f":{location.span.line}:{location.span.column}" if location.span else "")
    severity = paint.severity(finding.severity.upper(), finding.severity)
    expired = " [waiver expired]" if finding.status is FindingStatus.EXPIRED else ""
    yield f"{severity} {finding.rule} {paint.bold(place)} {finding.subject}{expired}"
    yield f"    {finding.message}"
    if location.span and location.snippet.strip():
        yield paint.dim(f"    {location.span.line:>5} | {location.snippet.strip()[:MAX_LINE]}")
    yield f"    mend: {finding.remediation}"


def _verdict(decision: Decision, paint: Paint) -> Iterator[str]:
    ruling = decision.decision
    summary = ruling.summary
    waived = f", {summary['none']} waived" if summary["none"] else ""
    errors = summary["error"] + len(decision.failures)
    tally = f"{summary['fail']} rejecting, {summary['warn']} warnings{waived}"
    first = next((finding.rule for finding in decision.findings if finding.effect is not Effect.NONE), "")
    more = f"; `gatekeeper explain {first}` tells why" if first else ""
    match ruling.verdict:
        case Verdict.ERROR:
            yield f"{paint.red('ERROR')} could not decide: {errors} errors, {tally}. Next: mend the errors{more}"
        case Verdict.FAIL:
            yield f"{paint.red('FAIL')} {tally}. Next: mend the findings above{more}"
        case Verdict.WARN:
            yield f"{paint.yellow('WARN')} {tally}. Nothing rejects{more}"
        case Verdict.PASS:
            yield f"{paint.green('PASS')} {tally}."
