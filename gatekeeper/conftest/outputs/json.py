"""JSON. Beyond conftest's, each result has the ``line`` of its document where no ``loc`` tells a better one."""

from __future__ import annotations

from gatekeeper.conftest.golang import Literal, dumps_tabbed
from gatekeeper.conftest.options import Options
from gatekeeper.conftest.outputs.base import MARKED_COMMAND, Output
from gatekeeper.conftest.results import CheckResult, Result
from gatekeeper.conftest.running import Run
from gatekeeper.model.json import JsonObject


def render(run: Run, options: Options) -> str:
    """The whole output."""
    text = dumps_tabbed([_check(result) for result in run.results] or None)
    return MARKED_COMMAND.sub(r"#\\u0023", text) + "\n"


def _check(check: CheckResult) -> JsonObject:
    found: JsonObject = {
        "filename": "" if check.file == "-" else check.file,
        "namespace": check.namespace,
        "successes": check.successes,
    }
    for name, results in (
        ("warnings", check.warnings),
        ("failures", check.failures),
        ("exceptions", check.exceptions),
    ):
        if results:
            found[name] = [_result(result) for result in results]
    return found


def _result(result: Result) -> JsonObject:
    found: JsonObject = {"msg": result.message}
    if result.location is not None:
        location = {"file": result.location.file, "line": Literal(result.location.line)}
        found["loc"] = {key: value for key, value in location.items() if value not in ("", Literal(""))}
    elif result.line:
        found["line"] = result.line
    if result.metadata:
        found["metadata"] = _sorted(result.metadata)
    return found


def _sorted(metadata: JsonObject) -> JsonObject:
    return {key: _sorted(value) if isinstance(value, dict) else value for key, value in sorted(metadata.items())}


OUTPUT = Output("json", render)
