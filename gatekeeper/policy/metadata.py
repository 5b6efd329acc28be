"""METADATA comments, read from the text: the embedded engine keeps no comments.

The form is OPA's: a line ``# METADATA`` and YAML in the comment lines right behind it. Only what stands in front of the
``package`` statement is read, for only annotations of the whole package describe a rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

import yaml

from gatekeeper.errors import EngineFailure
from gatekeeper.model.finding import Rule, Severity, Stage
from gatekeeper.model.json import Json, JsonObject

MAX_BLOCK_CHARACTERS = 1 << 14
MAX_BRACKETS = 200  # nesting costs the YAML parser quadratic time
_START = re.compile(r"#[ \t]*METADATA[ \t]*\r?\Z")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9._-]{2,63}")
_HINT = "a rule needs title, description and custom.{id, severity, stages, remediation}; `gatekeeper explain` shows one"

Word = TypeVar("Word", Severity, Stage)


class _Loader(yaml.SafeLoader):
    """YAML without aliases, in which a key that stands twice is an error."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="an alias is not allowed")
        return super().compose_node(parent, index)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> JsonObject:
    seen: set[Json] = set()
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark)
        seen.add(key.value)
    return {str(key): value for key, value in loader.construct_mapping(node, deep=True).items()}


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_metadata(path: str, text: str) -> tuple[JsonObject, int] | None:
    """The annotation of the package, and the line of its ``# METADATA``; None where there is none.

    Raises:
        EngineFailure: it is no YAML mapping.
    """
    found: tuple[JsonObject, int] | None = None
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        line = lines[number].strip()
        number += 1
        if line and not line.startswith("#"):
            break
        if not _START.fullmatch(line):
            continue
        start = number
        while number < len(lines) and lines[number].startswith("#"):
            number += 1
        block = _parse(path, lines[start:number], start)
        if block.get("scope", "package") == "package":
            found = block, start
    return found


def _parse(path: str, lines: Sequence[str], start: int) -> JsonObject:
    text = "\n".join(line.rstrip("\r")[1:].removeprefix(" ") for line in lines)
    if len(text) > MAX_BLOCK_CHARACTERS:
        raise _wrong(path, start, f"is longer than {MAX_BLOCK_CHARACTERS} characters")
    if text.count("[") + text.count("{") > MAX_BRACKETS:
        raise _wrong(path, start, f"has more than {MAX_BRACKETS} opening brackets")
    try:
        value = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = start + 1 + (error.problem_mark.line if error.problem_mark else 0)
        raise _wrong(path, line, f"is no YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise _wrong(path, start, f"is no YAML that can be read: {type(error).__name__}") from error
    if not isinstance(value, dict):
        raise _wrong(path, start, "is no mapping")
    return value


def rule_id(block: JsonObject) -> Json:
    """``custom.id``, None where there is none: then the package is no rule."""
    custom = block.get("custom")
    return custom.get("id") if isinstance(custom, dict) else None


def read_rule(path: str, package: str, block: JsonObject, line: int) -> Rule:
    """The rule that an annotation with ``custom.id`` describes.

    Raises:
        EngineFailure: something is missing or malformed; the message names file, line and key.
    """
    read = _Fields(path, line)
    custom: JsonObject = block["custom"]
    identifier = read.text(custom, "custom.id")
    if not _ID.fullmatch(identifier):
        raise _wrong(path, line, f"has the id {identifier!r:.80}: letters, digits, dots, hyphens and underscores only")
    stages = custom.get("stages")
    if not isinstance(stages, list) or not stages:
        raise _wrong(path, line, "has no list custom.stages")
    return Rule(
        id=identifier,
        package=package,
        path=path,
        title=read.text(block, "title"),
        description=read.text(block, "description"),
        severity=read.word(Severity, custom.get("severity"), "custom.severity"),
        remediation=read.text(custom, "custom.remediation"),
        stages=tuple(read.word(Stage, stage, "custom.stages") for stage in stages),
        related=read.related(block.get("related_resources", [])),
        controls=read.controls(custom.get("controls", {})),
    )


class _Fields:
    """Typed access to an annotation."""

    def __init__(self, path: str, line: int) -> None:
        self.path, self.line = path, line

    def text(self, mapping: JsonObject, key: str) -> str:
        value = mapping.get(key.removeprefix("custom."))
        if not isinstance(value, str) or not value.strip():
            raise _wrong(self.path, self.line, f"has no text {key}")
        return value.strip()

    def word(self, words: type[Word], value: Json, key: str) -> Word:
        try:
            return words(value)
        except ValueError:
            known = ", ".join(words)
            raise _wrong(self.path, self.line, f"has {value!r:.80} in {key}, which is none of {known}") from None

    def related(self, value: Json) -> tuple[str, ...]:
        addresses = [item.get("ref") if isinstance(item, dict) else item for item in value if item]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in addresses):
            raise _wrong(self.path, self.line, "has related_resources that are no list of addresses")
        return tuple(str(item) for item in addresses)

    def controls(self, value: Json) -> dict[str, tuple[str, ...]]:
        if not isinstance(value, dict) or not all(isinstance(names, list) for names in value.values()):
            raise _wrong(self.path, self.line, "has custom.controls that are no lists of controls by framework")
        return {str(framework): tuple(str(name) for name in names) for framework, names in value.items()}


def _wrong(path: str, line: int, what: str) -> EngineFailure:
    return EngineFailure(f"{path}:{line}: the METADATA {what}", hint=_HINT)
