"""Results for programs."""

from __future__ import annotations

import json

from gatekeeper.model.testing import Run
from gatekeeper.report.tests.json import as_json
from tests.report.tests.samples import RUN


def test_everything_is_in_it() -> None:
    document = json.loads(as_json(RUN))
    assert document["summary"] == {"passed": 1, "failed": 2, "skipped": 1, "error": 1}
    assert document["results"][1]["cases"] == [{"name": "one", "passed": True}, {"name": "two", "passed": False}]
    assert document["coverage"]["percent"] == 50
    assert document["coverage"]["enough"] is False
    assert document["coverage"]["bodies"][1] == {"path": "a.rego", "line": 8, "rule": "f", "covered": False}


def test_without_coverage() -> None:
    assert json.loads(as_json(Run(RUN.results, RUN.engines)))["coverage"] is None
