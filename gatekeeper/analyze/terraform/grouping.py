"""Which files make a module, and which modules belong together because they call one another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from gatekeeper.analyze.terraform.overrides import merge_overrides
from gatekeeper.model.json import Json, JsonObject


def group(facts: Sequence[Json]) -> list[list[JsonObject]]:
    """Modules as plain JSON, those together that call one another.

    A module is ``{"folder", "files": {path: body}, "automatic": [body], "others": [body]}``: ``automatic`` are the
    files of variables that Terraform loads by itself, in that order, ``others`` those that a command line may name.
    Files of variables in a folder without configurations are ``others`` of the nearest folder above that has some.
    """
    files: dict[str, dict[str, JsonObject]] = {}
    for fact in facts:
        if fact["role"] == "configuration":
            files.setdefault(posixpath.dirname(fact["path"]), {})[fact["path"]] = fact["body"]
    modules: dict[str, JsonObject] = {
        folder: {"folder": folder, "files": merge_overrides(bodies), "automatic": [], "others": []}
        for folder, bodies in sorted(files.items())
    }
    variables = [fact for fact in facts if fact["role"] == "variables"]
    for fact in sorted(variables, key=lambda fact: _load_order(fact["path"])):
        folder, name = posixpath.split(fact["path"])
        if folder in modules:
            modules[folder]["automatic" if _is_automatic(name) else "others"].append(fact["body"])
        elif (above := next((parent for parent in _upwards(folder) if parent in modules), None)) is not None:
            modules[above]["others"].append(fact["body"])
    return _connected(modules)


def _is_automatic(name: str) -> bool:
    return name in {"terraform.tfvars", "terraform.tfvars.json"} or name.endswith((".auto.tfvars", ".auto.tfvars.json"))


def _load_order(path: str) -> tuple[int, str]:
    name = posixpath.basename(path)
    return (0 if name == "terraform.tfvars" else 1 if name == "terraform.tfvars.json" else 2, path)


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        folder = posixpath.dirname(folder)
        yield folder


def local_source(folder: str, call: JsonObject) -> str | None:
    """The folder that a call of a local module in ``folder`` names; None for all other sources."""
    source = call["attributes"].get("source", {}).get("value")
    if not isinstance(source, str) or not source.startswith(("./", "../")):
        return None
    called = posixpath.normpath(posixpath.join(folder, source))
    return "" if called == "." else called


def _connected(modules: dict[str, JsonObject]) -> list[list[JsonObject]]:
    parents = {folder: folder for folder in modules}

    def root(folder: str) -> str:
        while parents[folder] != folder:
            parents[folder] = parents[parents[folder]]
            folder = parents[folder]
        return folder

    for folder, module in modules.items():
        for body in module["files"].values():
            for block in body["blocks"]:
                called = local_source(folder, block) if block["type"] == "module" else None
                if called in modules:
                    parents[root(str(called))] = root(folder)
    groups: dict[str, list[JsonObject]] = {}
    for folder, module in modules.items():
        groups.setdefault(root(folder), []).append(module)
    return list(groups.values())
