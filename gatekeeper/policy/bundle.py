"""A bundle: the shipped policies and those of added folders, checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from pathlib import Path

import gatekeeper
from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.formats import jsonable
from gatekeeper.model.evidence import Evidence
from gatekeeper.model.finding import Failure, Rule
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.settings import PolicySettings
from gatekeeper.policy import data as data_files
from gatekeeper.policy import foreign
from gatekeeper.policy.files import Pack, PolicyFile, read_folder, read_pack
from gatekeeper.policy.metadata import is_own_form, read_metadata, read_rule
from gatekeeper.policy.rego import syntax
from gatekeeper.policy.rego.index import Index, Module
from gatekeeper.policy.rego.parsing import parse_modules
from gatekeeper.workers import Pool
from gatekeeper.workspace.shipped import shipped_policies

KINDS = tuple(field.name for field in fields(Evidence) if field.name != "version")
RESERVED = ("gatekeeper", "system")
_SEGMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Bundle:
    """Modules, data and rules. ``mounts`` are the places below which data files put something.

    ``misreadings`` keep every engine from judging with the policies of others: they read what the evidence never has.
    """

    modules: tuple[Module, ...]
    data: JsonObject
    rules: tuple[Rule, ...]
    digest: str
    revision: str
    mounts: frozenset[syntax.Path] = frozenset()
    misreadings: tuple[Failure, ...] = ()

    def rule(self, identifier: str) -> Rule | None:
        """The rule of that id."""
        return next((rule for rule in self.rules if rule.id == identifier), None)

    def document(self, settings: Json) -> JsonObject:
        """The document below ``data``, with ``settings`` as ``data.gatekeeper.settings``."""
        return self.data | {"gatekeeper": self.data.get("gatekeeper", {}) | {"settings": settings}}

    def library(self) -> Bundle:
        """What ships with the program, without the modules and rules of others."""
        modules = tuple(module for module in self.modules if not module.foreign)
        rules = tuple(rule for rule in self.rules if not rule.foreign)
        return replace(self, modules=modules, rules=rules, misreadings=())


def assemble(
    pool: Pool,
    folders: Sequence[Path | Pack] = (),
    *,
    shipped: Path | None = None,
    opa: Path | None = None,
    policy: PolicySettings | None = None,
) -> Bundle:
    """The bundle of the shipped policies (of the folder ``shipped``, by default the program's own) and ``folders``.

    ``opa`` is a program that reads what the embedded parser cannot; ``policy`` has the severities of rules that name
    none. The digest covers paths and contents of all modules and data files, not where the folders lie.

    Raises:
        SettingsError: a folder does not exist, or none of them holds a rule.
        EngineFailure: a file cannot be read or parsed, METADATA is missing or malformed, or names collide.
    """
    library = read_folder(shipped or shipped_policies() / "rego")
    packs = [folder if isinstance(folder, Pack) else read_pack(folder) for folder in folders]
    parts = [library, *(pack.files for pack in packs)]
    modules = [module for ordinal, files in enumerate(parts) for module in _parse(pool, files, ordinal > 0, opa)]
    document = _document(parts)
    index = Index(modules)
    _check_collisions(index, document)
    rules = _rules(modules, index, policy or PolicySettings())
    if packs and not any(rule.foreign for rule in rules):
        raise SettingsError(
            f"{', '.join(pack.name for pack in packs)}: no rule in it",
            hint="a rule is a set `deny`, `violation` or `warn`; anything else would never be evaluated",
        )
    return Bundle(
        modules=tuple(modules),
        data=document,
        rules=rules,
        digest=_digest(parts),
        revision=", ".join(
            [f"gatekeeper {gatekeeper.__version__}"] + [f"{pack.name} {_digest([pack.files])[:19]}" for pack in packs]
        ),
        mounts=frozenset(("data", *data_files.mount(file)) for files in parts for file in files if not file.is_module),
    )


def _digest(parts: Sequence[Sequence[PolicyFile]]) -> str:
    listing = [
        [f"{ordinal}/{file.path}", sha256(file.text.encode()).hexdigest()]
        for ordinal, files in enumerate(parts)
        for file in files
    ]
    return jsonable.digest(sorted(listing))


def _parse(pool: Pool, files: Sequence[PolicyFile], foreign: bool, opa: Path | None) -> list[Module]:
    modules = parse_modules(pool, [file for file in files if file.is_module], foreign=foreign, opa=opa)
    for module in modules:
        package = module.facts.package
        if foreign and package[0] in RESERVED:
            raise EngineFailure(
                f"the package {'.'.join(package)} is gatekeeper's own",
                path=module.path,
                hint=f"choose a package outside of {' and '.join(RESERVED)}",
            )
    return modules


def _document(parts: Sequence[Sequence[PolicyFile]]) -> JsonObject:
    files = [file for part in parts for file in part if not file.is_module]
    check_mounts(file for part in parts[1:] for file in part)
    return data_files.assemble(files)


def check_mounts(files: Iterable[PolicyFile]) -> None:
    """Whether data files of others keep to themselves.

    Raises:
        EngineFailure: one puts something where only gatekeeper does.
    """
    for file in files:
        if not file.is_module and (not (mount := data_files.mount(file)) or mount[0] in RESERVED):
            raise EngineFailure(
                f"data at the root or below {' and '.join(RESERVED)} is gatekeeper's own",
                path=file.shown,
                hint="put the file into a folder with another name",
            )


def _check_collisions(index: Index, document: JsonObject) -> None:
    pending: list[tuple[tuple[str, ...], Json]] = [(("data",), document)]
    while pending:
        path, value = pending.pop()
        if index.at(path):
            raise EngineFailure(f"{'.'.join(path)} is both a rule and data", hint="rename one of them")
        if isinstance(value, dict) and any(True for _ in index.paths(path)):
            pending.extend(((*path, key), item) for key, item in value.items())


def _rules(modules: Sequence[Module], index: Index, policy: PolicySettings) -> tuple[Rule, ...]:
    """The rules that METADATA describes, and those of others; nothing that looks like a rule is left out."""
    rules: dict[str, Rule] = {}
    packages: dict[str, Rule] = {}
    for module in modules:
        annotation = read_metadata(module.path, module.text)
        if annotation is None or not is_own_form(annotation[0], foreign=module.foreign):
            continue
        block, line = annotation
        rule = replace(read_rule(module.path, ".".join(module.facts.package), block, line), foreign=module.foreign)
        if earlier := rules.get(rule.id) or packages.get(rule.package):
            raise EngineFailure(
                f"{earlier.path} describes {rule.id if rule.id == earlier.id else rule.package} already",
                path=module.path,
                line=line,
                hint="give each rule a package and an id of its own",
            )
        kinds = [definition.kind for definition in index.at(("data", *module.facts.package, "deny"))]
        if not kinds or set(kinds) != {"set"}:
            raise EngineFailure(
                f"the package {rule.package} has no set `deny`",
                path=module.path,
                line=line,
                hint="write `deny contains finding if { ... }`",
            )
        rules[rule.id] = packages[rule.package] = rule
    described = {(rule.package, rule.name) for rule in rules.values()}
    _check_library(modules, described)
    for rule in foreign.read_rules([module for module in modules if module.foreign], index, described, policy):
        if rule.id in rules:
            raise EngineFailure(
                f"{rules[rule.id].path} describes {rule.id} already", path=rule.path, hint="rename the package"
            )
        rules[rule.id] = rule
    paths = {".".join(module.facts.package): module.facts.package for module in modules}
    for rule in rules.values():
        package = paths[rule.package]
        if not all(_SEGMENT.fullmatch(segment) for segment in package):
            raise EngineFailure("the package has a part that is no plain name", path=rule.path, hint="rename it")
        rules[rule.id] = replace(rule, needs=index.kinds(("data", *package, rule.name), KINDS))
    return tuple(rules[identifier] for identifier in sorted(rules))


def _check_library(modules: Sequence[Module], described: Set[tuple[str, str]]) -> None:
    for module in modules:
        if not module.foreign and (".".join(module.facts.package), "deny") not in described:
            for definition in module.facts.definitions:
                if definition.name == ("deny",):
                    raise EngineFailure(
                        "`deny` without METADATA would never be evaluated",
                        path=module.path,
                        line=definition.line,
                        hint="describe the rule in a METADATA comment with custom.id, or rename it",
                    )
