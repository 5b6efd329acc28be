"""A bundle: the shipped policies and those of added folders, checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from pathlib import Path

import gatekeeper
from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.formats import jsonable
from gatekeeper.model.evidence import Evidence
from gatekeeper.model.finding import Rule
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.settings import Settings
from gatekeeper.policy import data as data_files
from gatekeeper.policy.files import PolicyFile, read_folder
from gatekeeper.policy.metadata import read_metadata, read_rule, rule_id
from gatekeeper.policy.rego.facts import ModuleFacts
from gatekeeper.policy.rego.index import Index, Module
from gatekeeper.policy.rego.scan import Problem, Scope, scan
from gatekeeper.workers import Item, Pool
from gatekeeper.workspace.shipped import shipped_policies

KINDS = tuple(field.name for field in fields(Evidence) if field.name != "version")
RESERVED = ("gatekeeper", "system")
_SEGMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PARSE = "gatekeeper.policy.rego.facts:parse"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Modules, data and rules.

    ``problems`` are what keeps the embedded engine from evaluating it; another engine may not mind.
    """

    modules: tuple[Module, ...]
    data: JsonObject
    rules: tuple[Rule, ...]
    digest: str
    revision: str
    problems: tuple[Problem, ...] = ()

    def rule(self, identifier: str) -> Rule | None:
        """The rule of that id."""
        return next((rule for rule in self.rules if rule.id == identifier), None)


def load(pool: Pool, folders: Sequence[Path] = (), *, shipped: Path | None = None) -> Bundle:
    """The bundle of the shipped policies (of the folder ``shipped``, by default the program's own) and ``folders``.

    Its digest covers paths and contents of all modules and data files, not where the folders lie.

    Raises:
        SettingsError: a folder does not exist.
        EngineFailure: a file cannot be read or parsed, METADATA is missing or malformed, or names collide.
    """
    library = read_folder(shipped or shipped_policies() / "rego")
    added = [read_folder(folder, prefix=f"{folder.name}/") for folder in folders]
    for folder, files in zip(folders, added, strict=True):
        if not any(file.is_module for file in files):
            raise SettingsError(f"{folder}: holds no policies", hint="name a folder that holds .rego files")
    parts = [library, *added]
    modules = [module for ordinal, files in enumerate(parts) for module in _parse(pool, files, foreign=ordinal > 0)]
    document = _document(parts)
    index = Index(modules)
    mounts = frozenset(("data", *data_files.mount(file)) for files in parts for file in files if not file.is_module)
    _check_collisions(index, document)
    rules = _rules(modules, index)
    scope = Scope(index, (*KINDS, "version"), mounts, jsonable.plain(Settings()))
    return Bundle(
        modules=tuple(modules),
        data=document,
        rules=rules,
        digest=_digest(parts),
        revision=", ".join(
            [f"gatekeeper {gatekeeper.__version__}"]
            + [f"{folder.name} {_digest([files])[:19]}" for folder, files in zip(folders, added, strict=True)]
        ),
        problems=tuple(scan(modules, scope)),
    )


def _digest(parts: Sequence[Sequence[PolicyFile]]) -> str:
    listing = [
        [f"{ordinal}/{file.path}", sha256(file.text.encode()).hexdigest()]
        for ordinal, files in enumerate(parts)
        for file in files
    ]
    return jsonable.digest(sorted(listing))


def _parse(pool: Pool, files: Sequence[PolicyFile], *, foreign: bool) -> list[Module]:
    sources = [file for file in files if file.is_module]
    items = (Item(file.shown, file.shown, file.text.encode()) for file in sources)
    modules = []
    for file, outcome in zip(sources, pool.map(_PARSE, items), strict=True):
        if outcome.error is not None:
            raise _unparsable(file, outcome.error.message)
        module = Module(file.shown, file.text, foreign, jsonable.decode(ModuleFacts, outcome.value))
        package = module.facts.package
        if foreign and package[0] in RESERVED:
            raise EngineFailure(
                f"{file.shown}: the package {'.'.join(package)} is gatekeeper's own",
                hint=f"choose a package outside of {' and '.join(RESERVED)}",
            )
        modules.append(module)
    return modules


def _unparsable(file: PolicyFile, message: str) -> EngineFailure:
    place = message if message.startswith(file.shown) else f"{file.shown}: {message}"
    if "invalid character" in message and ('$"' in file.text or "$`" in file.text):
        return EngineFailure(place, hint="string interpolation is not supported by the embedded engine: use sprintf")
    return EngineFailure(place, hint="correct the policy")


def _document(parts: Sequence[Sequence[PolicyFile]]) -> JsonObject:
    files = [file for part in parts for file in part if not file.is_module]
    for file in (file for part in parts[1:] for file in part if not file.is_module):
        mount = data_files.mount(file)
        if not mount or mount[0] in RESERVED:
            raise EngineFailure(
                f"{file.shown}: data at the root or below {' and '.join(RESERVED)} is gatekeeper's own",
                hint="put the file into a folder with another name",
            )
    return data_files.assemble(files)


def _check_collisions(index: Index, document: JsonObject) -> None:
    pending: list[tuple[tuple[str, ...], Json]] = [(("data",), document)]
    while pending:
        path, value = pending.pop()
        if index.at(path):
            raise EngineFailure(f"{'.'.join(path)} is both a rule and data", hint="rename one of them")
        if isinstance(value, dict) and any(True for _ in index.paths(path)):
            pending.extend(((*path, key), item) for key, item in value.items())


def _rules(modules: Sequence[Module], index: Index) -> tuple[Rule, ...]:
    """The rules that METADATA describes; a ``deny`` that nothing describes would never be evaluated."""
    rules: dict[str, Rule] = {}
    described: dict[tuple[str, ...], str] = {}
    for module in modules:
        annotation = read_metadata(module.path, module.text)
        if annotation is None or rule_id(annotation[0]) is None:
            continue
        block, line = annotation
        package = module.facts.package
        if not all(_SEGMENT.fullmatch(segment) for segment in package):
            raise EngineFailure(f"{module.path}: the package has a part that is no plain name", hint="rename it")
        rule = read_rule(module.path, ".".join(package), block, line)
        if rule.id in rules or package in described:
            earlier = rules[rule.id].path if rule.id in rules else described[package]
            raise EngineFailure(
                f"{module.path}:{line}: {earlier} describes {rule.id if rule.id in rules else rule.package} already",
                hint="give each rule a package and an id of its own",
            )
        kinds = [definition.kind for definition in index.at(("data", *package, "deny"))]
        if not kinds or set(kinds) != {"set"}:
            raise EngineFailure(
                f"{module.path}:{line}: the package {rule.package} has no set `deny`",
                hint="write `deny contains finding if { ... }`",
            )
        rules[rule.id] = replace(rule, needs=index.kinds(("data", *package, "deny"), KINDS))
        described[package] = module.path
    for module in modules:
        if module.facts.package not in described:
            for definition in module.facts.definitions:
                if definition.name == ("deny",):
                    raise EngineFailure(
                        f"{module.path}:{definition.line}: `deny` without METADATA would never be evaluated",
                        hint="describe the rule in a METADATA comment with custom.id, or rename it",
                    )
    return tuple(rules[identifier] for identifier in sorted(rules))
