"""The heads of all rules, as the embedded engine's parser sees them, spelt as OPA's parser would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gatekeeper.conftest.evaluation import Head, Module
from gatekeeper.errors import EngineFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.policy.rego import syntax
from gatekeeper.workers import Item, Pool

_TASK = f"{__name__}:heads"
_ADVICE = "correct the policy, or have OPA evaluate it (--engine opa): its parser knows more"


def parse(pool: Pool, texts: Mapping[str, str], *, v0: bool) -> list[Module]:
    """The modules (texts by path).

    Raises:
        EngineFailure: one does not parse.
    """
    outcomes = list(pool.map(_TASK, (Item(path, [path, v0], text.encode()) for path, text in texts.items())))
    modules = []
    for (path, text), outcome in zip(texts.items(), outcomes, strict=True):
        if isinstance(outcome.error, EngineFailure):
            outcome.error.hint = outcome.error.hint or _ADVICE
        elif outcome.error is not None:
            raise EngineFailure(outcome.error.message, path=path, hint=_ADVICE)
        found = outcome.unwrap()
        heads = tuple(jsonable.decode(Head, head) for head in found["heads"])
        modules.append(Module(path, text, tuple(found["package"]), heads))
    return modules


def heads(arguments: Json, payload: bytes) -> Json:
    """The worker's part: the package and the heads of the module ``payload``; ``arguments`` are its path and version.

    Raises:
        EngineFailure: it does not parse.
    """
    from gatekeeper.policy.engines import regorus_engine  # noqa: PLC0415 - the worker alone loads the engine

    path, v0 = arguments
    engine = regorus_engine.new_engine([(path, payload.decode())], v0=v0)
    tree = jsonable.loads(regorus_engine.guarded(engine.get_ast_as_json, path))[0]["ast"]
    root, keys, _, _ = syntax.flatten(tree["package"]["refr"])
    found = [jsonable.plain(head) for rule in tree["rules"] for head in _heads(rule)]
    return {"package": [syntax.name_of(root), *keys], "heads": found}


def _heads(rule: Json) -> Iterator[Head]:
    """One head a body: OPA takes each for a rule of its own, but for those after ``else``."""
    kind, parts = syntax.only(rule)
    head_kind, head = ("Default", parts) if kind == "Default" else syntax.only(parts["head"])
    root, keys, _, computed = syntax.flatten(head["refr"])
    name, depth = syntax.name_of(root), len(keys) + len(computed)
    true = False
    if head_kind == "Compr":
        assigned = syntax.only((head["assign"] or {}).get("value") or {})
        true = head["assign"] is None or (assigned[0] == "Bool" and assigned[1]["value"] is True)
        unnamed = depth > 1 or (depth == 1 and head["assign"] is None)
    else:
        unnamed = depth > 0
    bodies = [body for body in parts.get("bodies", []) if not body["is_else"]] if kind == "Spec" else []
    for _ in range(max(1, len(bodies))):
        yield Head("" if unnamed else name, name, true)
