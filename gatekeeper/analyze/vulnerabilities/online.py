"""The online source: pip-audit as a program of its own, which asks a server that speaks OSV's protocol.

pip-audit has no public API, and importing it runs ``python -m pip`` in the working folder; as a child it gets an empty
folder of its own. It knows PyPI only and gives no severities.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from gatekeeper.analyze.vulnerabilities.base import Answer, Match, Pin
from gatekeeper.analyze.vulnerabilities.versions import parse
from gatekeeper.errors import WorkerFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.coverage import Gap
from gatekeeper.model.json import Json
from gatekeeper.model.packages import AdvisoryData
from gatekeeper.workers import Limits, run

LIMITS = Limits(seconds=600, memory=None)


class PipAudit:
    """Advisories over the network."""

    def __init__(self, osv_url: str) -> None:
        self._osv_url = osv_url

    def ask(self, pins: Sequence[Pin]) -> Answer:
        """All that the server says about the pins of PyPI."""
        gaps: list[Gap] = []
        asked: list[Pin] = []
        for pin in pins:
            if pin.ecosystem != "PyPI":
                continue
            try:
                parse("PyPI", pin.version)
            except ValueError as error:
                gaps.append(Gap("vulnerabilities", f"{pin.name} {pin.version} was not checked: {error}"))
            else:
                asked.append(pin)
        matches = [match for batch in _batches(asked) for match in self._audit(batch)]
        data = (AdvisoryData("pip-audit", "PyPI", len(matches), ""),) if asked else ()
        return Answer(data, tuple(matches), tuple(gaps))

    def _audit(self, pins: Sequence[Pin]) -> Iterator[Match]:
        by_name = {pin.name: pin for pin in pins}
        requirements = "".join(f"{pin.name}=={pin.version}\n" for pin in pins)
        command = [sys.executable, "-P", "-m", "pip_audit", "--requirement", "/dev/stdin", "--format", "json"]
        command += ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--vulnerability-service", "osv"]
        if self._osv_url:
            command += ["--osv-url", self._osv_url]
        completed = run(command, stdin=requirements.encode(), limits=LIMITS)
        # 0: nothing found, 1: something found; anything else, or no JSON, is a failure.
        try:
            dependencies = jsonable.loads(completed.stdout)["dependencies"] if completed.exit_code in (0, 1) else None
        except (ValueError, KeyError, TypeError):
            dependencies = None
        if dependencies is None:
            raise WorkerFailure(
                f"pip-audit ended with exit code {completed.exit_code}: {completed.last_words()}",
                hint="is the network reachable? without --online nothing is asked",
            )
        answered = {dependency["name"] for dependency in dependencies if "skip_reason" not in dependency}
        if missing := sorted(by_name.keys() - answered):
            raise WorkerFailure(f"pip-audit did not answer for {', '.join(missing[:5])}")
        for dependency in dependencies:
            yield from _matches(by_name[dependency["name"]], dependency["vulns"])


def _matches(pin: Pin, vulnerabilities: Json) -> Iterator[Match]:
    for one in vulnerabilities:
        summary = str(one.get("description") or "").strip().partition("\n")[0][:200]
        fixed = tuple(text for text in one["fix_versions"] if parse("PyPI", text) > parse("PyPI", pin.version))
        yield Match(pin, one["id"], tuple(sorted(one["aliases"])), summary, "unknown", fixed)


def _batches(pins: Sequence[Pin]) -> Iterator[list[Pin]]:
    """Lists in which each name stands once: pip-audit refuses two versions of one package."""
    left = list(dict.fromkeys(pins))
    while left:
        batch = {pin.name: pin for pin in reversed(left)}
        yield list(batch.values())
        left = [pin for pin in left if batch[pin.name] is not pin]
