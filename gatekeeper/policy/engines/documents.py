"""Documents on their way to an engine."""

from __future__ import annotations

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json


def dumps(value: Json, what: str) -> bytes:
    """JSON of a document that messages call ``what``.

    Raises:
        EngineFailure: it cannot be written as JSON.
    """
    try:
        return jsonable.dumps(value)
    except (TypeError, RecursionError) as error:
        raise EngineFailure(f"{what} cannot be written as JSON: {error}", hint="mend it, or leave it out") from None
