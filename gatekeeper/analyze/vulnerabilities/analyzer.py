"""Asks the sources about all locked packages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatekeeper.analyze.base import Analysis, Context
from gatekeeper.analyze.vulnerabilities.base import AdvisorySource, Answer, Match, Pin
from gatekeeper.analyze.vulnerabilities.merging import merge
from gatekeeper.analyze.vulnerabilities.online import PipAudit
from gatekeeper.analyze.vulnerabilities.osv import OsvExport
from gatekeeper.errors import GatekeeperError
from gatekeeper.formats import jsonable
from gatekeeper.model.coverage import Gap
from gatekeeper.model.finding import Failure
from gatekeeper.model.packages import Package, Packages, Vulnerabilities, Vulnerability


class VulnerabilitiesAnalyzer:
    """Fills ``vulnerabilities``."""

    kind = "vulnerabilities"
    needs = ("packages",)

    def analyze(self, context: Context) -> Analysis:
        """Ask every source that the context names; none is a gap for each ecosystem that has packages."""
        packages = [
            package
            for lockfile in jsonable.decode(Packages, context.facts["packages"]).lockfiles
            for package in lockfile.packages
            if package.source.type == "registry"
        ]
        pins = list(dict.fromkeys(_pin(package) for package in packages if package.version))
        answers: list[Answer] = []
        failures: list[Failure] = []
        for source in _sources(context) if pins else ():
            try:
                answers.append(source.ask(pins))
            except GatekeeperError as error:
                failures.append(Failure("scanner", f"advisories: {error.message}", error.hint))
        checked = {data.ecosystem for answer in answers for data in answer.data}
        unchecked = tuple(sorted({pin.ecosystem for pin in pins} - checked))
        matches = merge([match for answer in answers for match in answer.matches])
        value = Vulnerabilities(
            data=tuple(data for answer in answers for data in answer.data),
            unchecked=unchecked,
            matches=tuple(_located(list(matches), packages)),
        )
        gaps = [gap for answer in answers for gap in answer.gaps]
        for name in unchecked:
            reason = f"no advisory data for {name}: name an OSV export with --advisories"
            gaps.append(Gap(self.kind, reason, rule="GK-DEP-004"))
        unpinned = [package for package in packages if not package.version]
        gaps += [Gap(self.kind, f"{p.name} has no exact version: it was not checked", p.at.path) for p in unpinned]
        return Analysis(value, tuple(gaps), tuple(failures))


def _sources(context: Context) -> list[AdvisorySource]:
    sources: list[AdvisorySource] = []
    if context.advisories is not None:
        sources.append(OsvExport(context.advisories, context.pool))
    if context.online:
        sources.append(PipAudit(context.osv_url))
    return sources


def _pin(package: Package) -> Pin:
    return Pin(package.ecosystem, package.name, package.version)


def _located(matches: Sequence[Match], packages: Sequence[Package]) -> Iterator[Vulnerability]:
    by_pin: dict[Pin, list[Match]] = {}
    for match in matches:
        by_pin.setdefault(match.pin, []).append(match)
    for package in packages:
        for match in by_pin.get(_pin(package), ()):
            yield Vulnerability(
                at=package.at,
                id=match.id,
                aliases=match.aliases,
                package=package.purl,
                name=package.name,
                version=package.version,
                ecosystem=package.ecosystem,
                development=package.development,
                summary=match.summary,
                severity=match.severity,
                fixed=match.fixed,
            )
