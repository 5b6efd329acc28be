"""Flaws in source code, found by semgrep in a copy of the accepted files."""

from __future__ import annotations

import tempfile
from pathlib import Path

from gatekeeper.analyze.base import Analysis, Context
from gatekeeper.analyze.sast import semgrep
from gatekeeper.analyze.sast.places import Source
from gatekeeper.analyze.sast.staging import Staged, stage
from gatekeeper.errors import WorkerFailure
from gatekeeper.model.code import CodeFinding, Sast
from gatekeeper.model.coverage import Gap
from gatekeeper.model.finding import Failure
from gatekeeper.model.json import Json
from gatekeeper.model.place import Place


class SastAnalyzer:
    """Finds flaws in Python, JavaScript and TypeScript. Comments that ask to suppress one are reported, not obeyed."""

    kind = "sast"
    needs: tuple[str, ...] = ()

    def analyze(self, context: Context) -> Analysis:
        """A ``model.code.Sast``, its findings by path and place.

        A file that was not scanned, or not all of it, is a gap. Without a file in these languages nothing is started.
        """
        with tempfile.TemporaryDirectory(prefix="gatekeeper-sast-") as name:
            folder = Path(name).resolve()
            code, rules, home = (folder / part for part in ("code", "rules", "home"))
            for part in (code, rules, home):
                part.mkdir()
            staged = stage(context.tree, code)
            gaps = [self._gap(path, f"not scanned: {reason}") for path, reason in staged.left_out]
            if not staged.paths:
                return Analysis(Sast(), tuple(gaps))
            try:
                _copy_rules(context.semgrep_rules, rules)
                answer = semgrep.scan(code, rules, home, jobs=context.pool.size, outside=context.tree.root)
                findings = _findings(answer.matches, staged, code)
            except WorkerFailure as error:
                failure = Failure("scanner", f"the source code could not be scanned: {error.message}", error.hint)
                return Analysis(Sast(), tuple(gaps), (failure,))
        for file, reason in answer.errors:
            gaps.append(self._gap(staged.paths[file], f"scanned in part: {reason}"))
        for file, path in staged.paths.items():
            if file not in answer.scanned:
                gaps.append(self._gap(path, "not scanned: semgrep left it out"))
        ordered = sorted(set(gaps), key=lambda gap: (gap.path, gap.reason))
        return Analysis(Sast(findings, len(answer.scanned)), tuple(ordered))

    def _gap(self, path: str, reason: str) -> Gap:
        return Gap(self.kind, reason, path)


def _copy_rules(source: Path, target: Path) -> None:
    """Only the rules: their test files beside them would be taken for rules or for code."""
    files = sorted(source.rglob("*.yaml"))
    if not files:
        raise WorkerFailure(f"no rules in {source}", hint="install gatekeeper-ci anew")
    for number, file in enumerate(files):
        (target / f"{number:03}.yaml").write_bytes(file.read_bytes())


def _findings(matches: tuple[semgrep.Match, ...], staged: Staged, code: Path) -> tuple[CodeFinding, ...]:
    """All matches as findings, equal ones once."""
    sources: dict[str, Source] = {}
    findings: dict[tuple[str, str, int, int], CodeFinding] = {}
    for match in matches:
        if match.name not in sources:
            sources[match.name] = Source((code / match.name).read_bytes())
        path, source = staged.paths[match.name], sources[match.name]
        span = source.span(match.start, match.end)
        findings[path, match.rule, match.start, match.end] = CodeFinding(
            at=Place(path, span=span),
            check=match.rule,
            category=_text(match, "category"),
            message=match.message,
            remediation=_text(match, "remediation"),
            severity=_text(match, "severity"),
            cwe=tuple(match.metadata.get("cwe", ())),
            suppression=source.suppression(span),
        )
    order = sorted(findings, key=lambda key: (key[0], key[2], key[3], key[1]))
    return tuple(findings[key] for key in order)


def _text(match: semgrep.Match, key: str) -> str:
    value: Json = match.metadata.get(key)
    if not isinstance(value, str):
        raise WorkerFailure(f"the rule {match.rule} has no {key} in its metadata", hint="see CONTRIBUTING")
    return value
