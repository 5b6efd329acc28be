"""Test results as JSON."""

from __future__ import annotations

import orjson

from gatekeeper.formats import jsonable
from gatekeeper.model.testing import Run, Status


def as_json(run: Run, colour: bool = False) -> str:
    """One document: {"summary", "engines", "results", "coverage"}; coverage is null where it was not asked for."""
    plain = jsonable.plain(run)
    coverage = run.coverage
    summary = {status.value: run.count(status) for status in Status}
    if coverage is not None:
        plain["coverage"]["percent"] = round(coverage.percent, 2)
        plain["coverage"]["enough"] = coverage.enough
    return orjson.dumps({"summary": summary, **plain}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
