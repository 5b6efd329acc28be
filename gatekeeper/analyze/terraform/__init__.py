"""Terraform: values resolved as far as they can be known before a plan.

A folder is a module. Its variables have their defaults, or what the files of variables or the only call of the module
set; locals, attributes of other resources, outputs of local modules, operators and the functions of ``functions`` are
resolved. Everything else is ``{"$unknown": expression}``: never absent, never guessed.
"""

from __future__ import annotations

from gatekeeper.analyze.base import Analysis, Context
from gatekeeper.analyze.terraform.grouping import group
from gatekeeper.formats import jsonable
from gatekeeper.model.coverage import Gap
from gatekeeper.model.finding import Failure
from gatekeeper.model.infrastructure import Terraform
from gatekeeper.model.json import Json
from gatekeeper.workers import Item

_TASK = f"{__name__}.evaluating:evaluate"
_FIELDS = ("resources", "data", "providers", "modules", "backends")


class TerraformAnalyzer:
    """Makes the kind ``terraform`` of the facts of all Terraform files."""

    kind = "terraform"
    needs = ("_terraform",)

    def analyze(self, context: Context) -> Analysis:
        """Evaluate the modules, those that call one another together, in the workers."""
        groups = group(context.facts["_terraform"])
        items = (Item(modules[0]["folder"], None, jsonable.dumps(modules)) for modules in groups)
        found: dict[str, list[Json]] = {name: [] for name in _FIELDS}
        gaps: list[Gap] = []
        failures: list[Failure] = []
        for outcome in context.pool.map(_TASK, items):
            if outcome.error is not None:
                message = f"Terraform in the folder {outcome.name or '.'}: {outcome.error.message}"
                failures.append(Failure("worker", message, outcome.error.hint, outcome.name))
                continue
            for name in _FIELDS:
                found[name] += outcome.value[name]
            gaps += [Gap(self.kind, reason, path) for path, reason in outcome.value["gaps"]]
        for blocks in found.values():
            blocks.sort(key=lambda block: str(block["at"]["path"]))
        return Analysis(jsonable.decode(Terraform, found), tuple(gaps), tuple(failures))
