"""What OPA says when something is wrong, as errors of ours."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.errors import EngineFailure
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.engines.opa.layout import Policies

MEND = "mend the policy: check types before calling functions, and say how unknown values are judged"


def failures(answer: Json, policies: Policies | None) -> Iterator[EngineFailure]:
    """The errors of the JSON that the server and ``opa check`` give; nothing where it has another form.

    With ``policies``, names of files become the modules' paths; without, they stay as the server calls them.
    """
    errors = answer.get("errors") if isinstance(answer, dict) else None
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict) and isinstance(error.get("message"), str):
            yield _failure(error, policies)


def _failure(error: JsonObject, policies: Policies | None) -> EngineFailure:
    location = error.get("location")
    place = location if isinstance(location, dict) else {}
    file = place.get("file")
    shown = file if isinstance(file, str) else ""
    path = policies.path(shown) if policies else shown
    message = policies.message(error["message"]) if policies else " ".join(error["message"].split())
    numbers = [number if path and isinstance(number := place.get(key), int) else 0 for key in ("row", "col")]
    return EngineFailure(message[:1000], path=path, line=numbers[0], column=numbers[1], hint=MEND)
