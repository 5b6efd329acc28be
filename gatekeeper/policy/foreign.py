"""Policies as other tools know them: sets or arrays of messages named ``deny``, ``violation`` or ``warn``.

What conftest takes for a rule is one here: also ``deny_x``, ``violation_x``, ``warn_x``. Such a rule needs no METADATA;
its id is its package and name. An element is a text, or an object with ``msg`` or ``message`` and whatever else: known
are ``subject`` (or ``resource``), ``severity``, ``remediation``, ``_loc`` {"file", "line"}, ``at`` and ``key``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from gatekeeper.errors import EngineFailure
from gatekeeper.model.finding import Finding, Rule, Severity, Stage
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Place, Span
from gatekeeper.model.settings import PolicySettings
from gatekeeper.policy.findings import place_of
from gatekeeper.policy.metadata import Annotation, Fields, read_annotations
from gatekeeper.policy.rego import syntax
from gatekeeper.policy.rego.facts import Definition
from gatekeeper.policy.rego.index import Index, Module

_NAME = re.compile(r"(?:deny|violation|warn)(?:_[a-zA-Z0-9]+)*")
_SHAPES = {"set", "value", "default"}
_LAST_LINE = 2**31 - 1
_GATE_ONLY = (Severity.ERROR,)  # says that the gate could not see enough: not for policies of others to say


def is_form(rule: Rule) -> bool:
    """Whether a rule gives findings in this form, not in gatekeeper's own."""
    return rule.foreign and rule.id == f"{rule.package}.{rule.name}"


def read_rules(
    modules: Sequence[Module], index: Index, described: Set[tuple[str, str]], settings: PolicySettings
) -> Iterator[Rule]:
    """The rules of foreign modules but for those ``described`` (package and name) in gatekeeper's own form.

    Raises:
        EngineFailure: one gives neither a set nor an array, or METADATA are malformed.
    """
    annotations = {module.path: list(read_annotations(module.path, module.text)) for module in modules}
    packages: dict[syntax.Path, list[Module]] = defaultdict(list)
    for module in modules:
        packages[module.facts.package].append(module)
    seen = set(described)
    for module in modules:
        package = ".".join(module.facts.package)
        for definition in module.facts.definitions:
            name = definition.name[0]
            if not _NAME.fullmatch(name) or definition.kind == "function" or (package, name) in seen:
                continue
            seen.add((package, name))
            _check_shape(module, definition, index)
            blocks = list(_describing(packages[module.facts.package], annotations, name))
            yield _rule(module, definition, blocks, settings)


def _check_shape(module: Module, definition: Definition, index: Index) -> None:
    name = definition.name[0]
    path = ("data", *module.facts.package, name)
    below = [one for one in index.paths(path) if len(one) > len(path)]
    kinds = {one.kind for one in index.at(path)} - {"function"}
    if below or not kinds <= _SHAPES:
        raise EngineFailure(
            f"`{name}` gives neither a set nor an array of messages",
            path=module.path,
            line=definition.line,
            hint=f"write `{name} contains message if {{ ... }}`, or rename it",
        )


def _describing(
    modules: Sequence[Module], annotations: Mapping[str, Sequence[Annotation]], name: str
) -> Iterator[tuple[str, Annotation]]:
    """Annotations of the package, then those of the rule, each with its file: later ones outweigh earlier ones."""
    for module in modules:
        yield from ((module.path, one) for one in annotations[module.path] if one.scope == "package")
    for module in modules:
        starts = sorted((definition.line, definition.name[0]) for definition in module.facts.definitions)
        for one in annotations[module.path]:
            behind = next((found for line, found in starts if line > one.end), "")
            if one.scope in ("rule", "document") and behind == name:
                yield module.path, one


def _rule(
    module: Module, definition: Definition, blocks: Sequence[tuple[str, Annotation]], settings: PolicySettings
) -> Rule:
    package, name = ".".join(module.facts.package), definition.name[0]
    whole: JsonObject = {}
    custom: JsonObject = {}
    read = Fields(module.path, definition.line)
    for path, annotation in blocks:
        whole |= annotation.block
        custom |= annotation.block["custom"] if isinstance(annotation.block.get("custom"), dict) else {}
        read = Fields(path, annotation.line)
    severity = settings.warn_severity if name.startswith("warn") else settings.deny_severity
    stages = custom.get("stages") or list(Stage)
    return Rule(
        id=f"{package}.{name}",
        package=package,
        path=module.path,
        title=_text(whole, "title") or f"{name} of {package}",
        description=_text(whole, "description") or "A policy of others, without a description.",
        severity=_severity(read, custom["severity"]) if "severity" in custom else severity,
        remediation=_text(custom, "remediation")
        or _text(custom, "recommended_action")
        or f"Do what the policy asks for: {module.path}.",
        stages=read.stages(stages),
        related=read.related(whole.get("related_resources", [])),
        controls=read.controls(custom.get("controls", {})),
        name=name,
        foreign=True,
        effective_on=read.day(custom, "custom.effective_on"),
        until=read.day(custom, "custom.until"),
    )


def _text(mapping: JsonObject, key: str) -> str:
    value = mapping.get(key)
    return value.strip() if isinstance(value, str) else ""


def _severity(read: Fields, value: Json) -> Severity:
    word = value.lower() if isinstance(value, str) else value
    return read.word(Severity, word, "custom.severity", but=_GATE_ONLY)


def to_finding(rule: Rule, raw: Json, severity: Severity | None = None) -> Finding:
    """The finding of one element; without ``_loc`` or ``at`` it is about no file.

    ``severity`` is what the settings say; it outweighs what the element and the rule say.

    Raises:
        ValueError: the element is neither a text nor an object with one, or its place is malformed.
    """
    element: JsonObject = raw if isinstance(raw, dict) else {"msg": raw}
    message = element.get("msg", element.get("message"))
    if not isinstance(message, str) or not message.strip():
        raise ValueError(f"an element is a text, or an object with a text `msg` or `message`, not {raw!r:.60}")
    return Finding(
        rule=rule.id,
        severity=severity or _own_severity(element) or rule.severity,
        message=message,
        # What it is about tells one finding of a rule from another, also where the policy does not say.
        subject=_text(element, "subject") or _text(element, "resource") or message,
        at=_place(element),
        remediation=_text(element, "remediation"),
    )


def _own_severity(element: JsonObject) -> Severity | None:
    """What an element says, where that is a severity: it may mean anything by the word."""
    word = _text(element, "severity").lower()
    return Severity(word) if word in set(Severity) - set(_GATE_ONLY) else None


def _place(element: JsonObject) -> Place:
    if "at" in element:
        return place_of(element)
    if "_loc" not in element:
        return Place("")
    location = element["_loc"]
    file, line = (location.get("file"), location.get("line", 0)) if isinstance(location, dict) else (None, 0)
    line = int(line) if isinstance(line, float) and line.is_integer() else line
    is_line = isinstance(line, int) and not isinstance(line, bool) and 0 <= line <= _LAST_LINE
    if not isinstance(file, str) or not file or not is_line:
        raise ValueError(f"`_loc` is {{file, line}}, not {location!r:.60}")
    return Place(file, span=Span(line, 1, line, 1) if line else None)
