"""One run of semgrep, read with suspicion: whatever it did not look at is said, by it or by us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import WorkerFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.workers import Limits, clean_environment, find_tool, run

SECONDS = 900.0
MEMORY_MIB = 3000
FILE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Match:
    """A finding of the scanner: offsets in bytes of the copy's text."""

    name: str
    check_id: str
    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Report:
    """What the scanner did: findings, copies that it went through, and why it did not go through the others."""

    matches: tuple[Match, ...]
    scanned: frozenset[str]
    problems: Mapping[str, str]


def scan(folder: Path, rules: Path, home: Path, *, outside: Path | None = None) -> Report:
    """Run semgrep over all files of ``folder``.

    Raises:
        WorkerFailure: it is not installed, crashed, ran out of time, refused the rules or printed something else.
    """
    # Its memory is bounded by its own option: OCaml reserves more address space than it uses.
    completed = run(
        [
            find_tool("semgrep", outside=outside), "scan", "--experimental", "--json", "--config", str(rules.resolve()),
            "--metrics", "off", "--disable-version-check", "--disable-nosem", "--no-git-ignore",
            "--max-target-bytes", "0", "--jobs", "2", "--max-memory", str(MEMORY_MIB),
            "--timeout", str(FILE_SECONDS), "--timeout-threshold", "1", ".",
        ],
        folder=folder,
        environment=clean_environment(home, outside=outside),
        limits=Limits(seconds=SECONDS, memory=None),
    )  # fmt: skip
    if completed.exit_code not in (0, 1):
        raise WorkerFailure(f"semgrep ended with exit code {completed.exit_code}: {completed.last_words()}")
    try:
        return _read(jsonable.loads(completed.stdout.decode("utf-8", "replace")))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise WorkerFailure(f"semgrep printed something that is no report: {error!r:.200}") from error


def _read(document: Json) -> Report:
    problems: dict[str, str] = {}
    for error in document["errors"]:
        path = error.get("path")
        if not path or error["level"] == "error":
            raise WorkerFailure(f"semgrep failed: {error['message']:.300}")
        problems.setdefault(Path(path).name, _describe(error))
    matches = tuple(
        Match(
            Path(result["path"]).name,
            result["check_id"],
            result["extra"]["message"],
            result["start"]["offset"],
            result["end"]["offset"],
        )
        for result in document["results"]
    )
    return Report(matches, frozenset(Path(path).name for path in document["paths"]["scanned"]), problems)


def _describe(error: Json) -> str:
    kind = error["type"] if isinstance(error["type"], str) else error["type"][0]
    spans = error.get("spans") or []
    where = f" (line {spans[0]['start']['line']})" if spans else ""
    if kind == "PartialParsing":
        return f"semgrep could not parse all of it{where}"
    if kind in ("Syntax error", "Lexical error", "Other syntax error"):
        return f"semgrep could not parse it{where}"
    return f"semgrep gave up on it: {kind}{where}"
