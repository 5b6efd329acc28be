"""Flaws in the programs of a tree."""

from __future__ import annotations

import tempfile
from pathlib import Path

from gatekeeper.analyze.base import Analysis, Context
from gatekeeper.analyze.sast.places import Source
from gatekeeper.analyze.sast.rules import SastRules
from gatekeeper.analyze.sast.scanner import Match, Report, scan
from gatekeeper.analyze.sast.targets import Targets, copy_programs
from gatekeeper.errors import WorkerFailure
from gatekeeper.model.code import CodeFinding, Sast
from gatekeeper.model.coverage import Gap
from gatekeeper.model.finding import Failure
from gatekeeper.model.place import Place


class SastAnalyzer:
    """Runs semgrep with our own rules over a copy of the Python, JavaScript and TypeScript files."""

    kind = "sast"
    needs: tuple[str, ...] = ()

    def analyze(self, context: Context) -> Analysis:
        """A ``model.code.Sast``.

        A file that the scanner did not get through is a gap. A file that holds none of the words that some rule needs
        is not parsed at all, and no gap however broken it is: no rule could match in it.
        """
        with tempfile.TemporaryDirectory(prefix="gatekeeper-sast-") as work:
            programs, home = Path(work, "programs"), Path(work, "home")
            programs.mkdir()
            home.mkdir()
            targets = copy_programs(context.tree, programs)
            if not targets.paths:
                return Analysis(Sast(), tuple(targets.gaps))
            # Without it semgrep falls back to a list of its own that leaves out tests and minified files.
            (programs / ".semgrepignore").touch()
            try:
                rules = SastRules(context.semgrep_rules)
                report = scan(programs, context.semgrep_rules, home, outside=context.tree.root)
                findings = _findings(report, targets, rules)
            except WorkerFailure as error:
                return Analysis(Sast(), tuple(targets.gaps), (Failure("scanner", error.message, error.hint),))
        missed = {
            name: report.problems.get(name, "semgrep did not scan it")
            for name in targets.paths
            if name not in report.scanned or name in report.problems
        }
        gaps = [*targets.gaps, *(Gap(self.kind, reason, targets.paths[name]) for name, reason in missed.items())]
        return Analysis(
            Sast(findings, len(targets.paths) - len(missed)),
            tuple(sorted(gaps, key=lambda gap: (gap.path, gap.reason))),
        )

    def merge(self, earlier: Analysis, unchanged: frozenset[str], fresh: Analysis) -> Analysis:
        """See ``analyze.base.PerFile``; ``scanned`` counts the fresh files only."""
        before: Sast = earlier.value  # type: ignore[assignment]  # what analyze() gave
        now: Sast = fresh.value  # type: ignore[assignment]  # likewise
        findings = [*(finding for finding in before.findings if finding.at.path in unchanged), *now.findings]
        gaps = [*(gap for gap in earlier.gaps if gap.path in unchanged), *fresh.gaps]
        return Analysis(
            Sast(tuple(sorted(findings, key=_order)), now.scanned),
            tuple(sorted(gaps, key=lambda gap: (gap.path, gap.reason))),
            (*earlier.failures, *fresh.failures),
        )


def _findings(report: Report, targets: Targets, rules: SastRules) -> tuple[CodeFinding, ...]:
    sources: dict[str, Source] = {}
    findings = []
    for match in report.matches:
        path = targets.paths[match.name]
        if path not in sources:
            sources[path] = Source(targets.texts[path])
        findings.append(_finding(match, path, sources[path], rules))
    return tuple(sorted(dict.fromkeys(findings), key=_order))


def _finding(match: Match, path: str, source: Source, rules: SastRules) -> CodeFinding:
    rule = rules.of(match.check_id)
    span = source.span(match.start, match.end)
    return CodeFinding(
        at=Place(path, span=span),
        check=rule.id,
        category=rule.category,
        message=" ".join(match.message.split()),
        remediation=rule.remediation,
        severity=rule.severity,
        cwe=rule.cwe,
        suppression=source.suppression(span.line, span.end_line),
    )


def _order(finding: CodeFinding) -> tuple[str, int, int, str]:
    assert finding.at.span is not None
    return finding.at.path, finding.at.span.line, finding.at.span.column, finding.check
