"""Results of policies' tests, one file a format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gatekeeper.model.testing import Run
from gatekeeper.report.tests.json import as_json
from gatekeeper.report.tests.junit import as_junit
from gatekeeper.report.tests.text import as_text

# By the name behind --output; each is told whether colours are welcome.
OUTPUTS: Mapping[str, Callable[[Run, bool], str]] = {"text": as_text, "json": as_json, "junit": as_junit}
