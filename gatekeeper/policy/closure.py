"""The part of a bundle that one rule needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from gatekeeper.model.finding import Rule
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.rego.index import Index, Module
from gatekeeper.policy.rego.syntax import Path


def alone(bundle: Bundle, rule: Rule) -> Bundle:
    """The bundle with only the modules that a module of the rule can come to: engines load modules, not rules."""
    index = Index(bundle.modules)
    homes: dict[Path, set[str]] = defaultdict(set)
    for module in bundle.modules:
        for definition in module.facts.definitions:
            homes["data", *module.facts.package, *definition.name].add(module.path)
    modules = {module.path: module for module in bundle.modules}
    kept = {rule.path} | {home for path in index.paths(_start(rule)) for home in homes[path]}
    pending = list(kept)
    while pending:
        reached = {path for used in _used(modules[pending.pop()]) for path in index.paths(used)}
        found = {home for path in reached for home in homes[path]} - kept
        kept |= found
        pending.extend(found)
    return replace(
        bundle,
        modules=tuple(module for module in bundle.modules if module.path in kept),
        rules=tuple(one for one in bundle.rules if one.path in kept),
        misreadings=tuple(failure for failure in bundle.misreadings if failure.path in kept),
    )


def _start(rule: Rule) -> Path:
    return ("data", *rule.package.split("."), rule.name)


def _used(module: Module) -> Iterator[Path]:
    references = (*module.facts.imports, *(one for found in module.facts.definitions for one in found.references))
    return (one.path for one in references if one.path[0] == "data")
