"""semgrep as a child process: its command line, and its answer as typed data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import WorkerFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.workers import Limits, clean_environment, find_tool, run

# Address space is no measure of what OCaml uses: semgrep bounds its memory itself.
LIMITS = Limits(seconds=900, memory=None)
MAX_MEGABYTES = 2000
MAX_SECONDS_PER_RULE = 10
HINT = (
    "is the scanner installed whole? run 'semgrep --version'; where the code is too large, exclude parts with reasons"
)


@dataclass(frozen=True, slots=True)
class Match:
    """A finding as semgrep gives it: ``start`` and ``end`` are offsets in bytes."""

    name: str
    rule: str
    start: int
    end: int
    message: str
    metadata: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Answer:
    """All matches, the names of the files scanned, and what went wrong with a file (name, reason)."""

    matches: tuple[Match, ...]
    scanned: frozenset[str]
    errors: tuple[tuple[str, str], ...]


def scan(code: Path, rules: Path, home: Path, *, jobs: int, outside: Path | None) -> Answer:
    """Run semgrep on a folder of code with a folder of rules; ``outside`` is the inspected tree.

    Raises:
        WorkerFailure: it is not installed, crashed, ran out of time, refused a rule or answered nothing readable.
    """
    command = [find_tool("semgrep", outside=outside), "scan", "--experimental", "--json", "--quiet"]
    command += ["--metrics", "off", "--disable-version-check", "--disable-nosem", "--no-git-ignore", "--novcs"]
    command += ["--no-rewrite-rule-ids", "--max-target-bytes", "0", "--jobs", str(jobs)]
    command += ["--max-memory", str(MAX_MEGABYTES), "--timeout", str(MAX_SECONDS_PER_RULE), "--timeout-threshold", "1"]
    command += ["--project-root", str(code), "--config", str(rules), str(code)]
    environment = clean_environment(home, outside=outside) | {"SEMGREP_SEND_METRICS": "off"}
    completed = run(command, folder=home, environment=environment, limits=LIMITS)
    try:
        # Messages may quote code in any encoding.
        document = jsonable.loads(completed.stdout.decode("utf-8", "replace"))
        if completed.exit_code == 0:
            return _answer(document)
        reasons = "; ".join(str(error["message"]) for error in document["errors"][:3])
    except (ValueError, KeyError, TypeError) as error:
        if completed.exit_code == 0:
            raise WorkerFailure(f"semgrep's answer cannot be read: {error}", hint=HINT) from error
        reasons = completed.last_words()
    raise WorkerFailure(f"semgrep ended with exit code {completed.exit_code}: {reasons}", hint=HINT)


def _answer(document: Json) -> Answer:
    if document["skipped_rules"]:
        raise WorkerFailure(f"semgrep skipped rules: {document['skipped_rules'][:3]}", hint=HINT)
    errors: list[tuple[str, str]] = []
    for error in document["errors"]:
        if not error.get("path"):
            raise WorkerFailure(f"semgrep reports an error: {error['message']}", hint=HINT)
        errors.append((Path(error["path"]).name, _reason(error)))
    return Answer(
        tuple(_match(result) for result in document["results"]),
        frozenset(Path(path).name for path in document["paths"]["scanned"]),
        tuple(errors),
    )


def _reason(error: Json) -> str:
    """What went wrong, without the code that semgrep quotes: it may hold secrets."""
    kind = error["type"] if isinstance(error["type"], str) else error["type"][0]
    lines = sorted({int(span["start"]["line"]) for span in error.get("spans") or ()})
    if kind in ("PartialParsing", "Syntax error"):
        where = ", ".join(map(str, lines[:5])) + (", ..." if len(lines) > 5 else "")
        return f"syntax that semgrep does not know, line {where}"
    return f"semgrep reports '{kind}'"


def _match(result: Json) -> Match:
    extra = result["extra"]
    return Match(
        Path(result["path"]).name,
        result["check_id"],
        int(result["start"]["offset"]),
        int(result["end"]["offset"]),
        extra["message"].strip(),
        extra["metadata"],
    )
