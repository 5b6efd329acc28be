"""Override files: what they say replaces what other files of the folder say, argument by argument."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from gatekeeper.analyze.terraform.bodies import type_of
from gatekeeper.model.json import JsonObject


def merge_overrides(files: Mapping[str, JsonObject]) -> dict[str, JsonObject]:
    """Bodies by path, those of ``override.tf`` and ``*_override.tf`` merged into the others.

    An override replaces arguments, and all nested blocks of a type that it has itself. A block that overrides nothing
    stays where it is (Terraform would refuse it), so that it is judged too.
    """
    merged = {path: {**body, "blocks": list(body["blocks"])} for path, body in files.items() if not _overrides(path)}
    for path in sorted(path for path in files if _overrides(path)):
        left = [block for block in files[path]["blocks"] if not _apply(block, merged)]
        if left:
            merged[path] = {**files[path], "blocks": left}
    return dict(sorted(merged.items()))


def _overrides(path: str) -> bool:
    name = posixpath.basename(path).removesuffix(".json").removesuffix(".tf")
    return name == "override" or name.endswith("_override")


def _apply(override: JsonObject, files: Mapping[str, JsonObject]) -> bool:
    """Merge one block; whether it overrides anything."""
    if override["type"] == "locals":
        return _apply_locals(override, files)
    found = False
    for body in files.values():
        for number, block in enumerate(body["blocks"]):
            if _identity(block) == _identity(override):
                body["blocks"][number] = _merge(block, override)
                found = True
    return found


def _apply_locals(override: JsonObject, files: Mapping[str, JsonObject]) -> bool:
    left = dict(override["attributes"])
    for body in files.values():
        for number, block in enumerate(body["blocks"]):
            if block["type"] == "locals" and (shared := block["attributes"].keys() & override["attributes"].keys()):
                values = {name: override["attributes"][name] for name in shared}
                body["blocks"][number] = {**block, "attributes": {**block["attributes"], **values}}
                for name in shared:
                    left.pop(name, None)
    override["attributes"] = left
    return not left


def _identity(block: JsonObject) -> tuple[object, ...]:
    alias = block["attributes"].get("alias", {}).get("value") if block["type"] == "provider" else None
    return (block["type"], *block["labels"], alias)


def _merge(block: JsonObject, override: JsonObject) -> JsonObject:
    replaced = {type_of(inner) for inner in override["blocks"]}
    kept = [inner for inner in block["blocks"] if type_of(inner) not in replaced]
    attributes = {**block["attributes"], **override["attributes"]}
    return {**block, "attributes": attributes, "blocks": kept + override["blocks"]}
