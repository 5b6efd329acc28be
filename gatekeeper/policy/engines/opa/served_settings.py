"""Settings that rules read, held against those of a server: they cannot be sent there with the evidence."""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.finding import Rule
from gatekeeper.model.json import Json
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.rego.index import Index
from gatekeeper.policy.rego.scan import SETTINGS
from gatekeeper.policy.rego.syntax import Path

_NOT_FOR_RULES = "policy"  # who evaluates policies is nothing that a policy judges by


def settings_read(bundle: Bundle, rules: Sequence[Rule]) -> set[Path]:
    """Paths below the settings that an evaluation of ``rules`` can read; the empty path is all of them."""
    index = Index(bundle.modules)
    return {
        reference.path[len(SETTINGS) :]
        for rule in rules
        for reference in index.reached(("data", *rule.package.split("."), rule.name))
        if reference.path[: len(SETTINGS)] == SETTINGS
    }


def compare(read: set[Path], own: Json, served: Json) -> None:
    """Nothing, where both have the same at all paths that are read.

    Raises:
        EngineFailure: they differ, or the server has no settings.
    """
    for path in sorted(read):
        if jsonable.dumps(_at(own, path)) != jsonable.dumps(_at(served, path)):
            name = ".".join(path) or "(all of them)"
            raise EngineFailure(
                f"the organisation's OPA server has other settings than this run: {name}",
                hint="put this run's settings into its bundle, as data.gatekeeper.settings",
            )


def _at(document: Json, path: Path) -> Json:
    if not path and isinstance(document, dict):
        return {key: value for key, value in document.items() if key != _NOT_FOR_RULES}
    for key in path:
        if not isinstance(document, dict) or key not in document:
            return None
        document = document[key]
    return document
