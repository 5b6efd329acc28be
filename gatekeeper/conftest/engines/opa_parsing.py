"""The heads of all rules, as OPA's own parser sees them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gatekeeper.conftest.evaluation import Head, Module
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.workers import Completed

Run = Callable[[Sequence[str], bytes], Completed]

# All modules in one process; the parser that a policy can call reads version 1 of the language only.
_QUERY = """[{
    "index": i,
    "package": tree["package"],
    "rules": [{"head": {k: v | v := r.head[k]; {"name", "ref", "value"}[k]}} | r := tree.rules[_]],
} | text := input[i]; tree := rego.parse_module("module", text)]"""
_VERSION_1 = re.compile(r"^import\s+rego\.v1\b", re.MULTILINE)
_TRUE = {"type": "boolean", "value": True}


def parse(run: Run, texts: Mapping[str, str], files: Mapping[str, Path] | None) -> list[Module]:
    """The modules (texts by path) that parse, in their order.

    ``run`` runs OPA with arguments and standard input. ``files`` are the same modules as files where they are in
    version 0 of the language, else None.
    """
    older = {} if files is None else {path: files[path] for path in texts if not _VERSION_1.search(texts[path])}
    paths = [path for path in texts if path not in older]
    trees: dict[str, JsonObject] = {}
    if paths:
        done = run(
            ["eval", "--stdin-input", "--format", "raw", _QUERY], jsonable.dumps([texts[path] for path in paths])
        )
        trees = {paths[tree["index"]]: tree for tree in _loads(done) or ()}

    def parse_one(file: Path) -> Json:
        return _loads(run(["parse", "--v0-compatible", "--format", "json", str(file)], b""))

    with ThreadPoolExecutor() as threads:
        for path, tree in zip(older, threads.map(parse_one, older.values()), strict=True):
            if tree is not None:
                trees[path] = tree
    return [_module(path, text, trees[path]) for path, text in texts.items() if path in trees]


def _loads(done: Completed) -> Json:
    """What OPA printed; None where it did not parse the module."""
    try:
        return None if done.exit_code else jsonable.loads(done.stdout)
    except ValueError:
        return None


def _module(path: str, text: str, tree: JsonObject) -> Module:
    package = tuple(str(part["value"]) for part in tree["package"]["path"][1:])
    return Module(path, text, package, tuple(_head(rule["head"]) for rule in tree.get("rules") or ()))


def _head(head: JsonObject) -> Head:
    return Head(head.get("name", ""), str(head["ref"][0]["value"]), head.get("value") == _TRUE)
