"""METADATA comments, read from the text: the embedded engine keeps no comments.

The form is OPA's: a line ``# METADATA`` and YAML in the comment lines right behind it. What stands in front of the
``package`` statement describes the package, anything else the rule behind it (``scope`` may say ``document``: all rules
of that name).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import yaml

from gatekeeper.errors import EngineFailure
from gatekeeper.model.finding import Rule, Severity, Stage
from gatekeeper.model.json import Json, JsonObject

MAX_BLOCK_CHARACTERS = 1 << 14
MAX_BRACKETS = 200  # nesting costs the YAML parser quadratic time
_START = re.compile(r"#[ \t]*METADATA[ \t]*\r?\Z")
# Strings and comments; an open end is taken as it is, so that no text costs more than one pass.
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"?|`[^`]*`?|#[^\n]*')
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


@dataclass(frozen=True, slots=True)
class Annotation:
    """One METADATA comment: its YAML, what it describes, and its first and last line."""

    block: JsonObject
    scope: str
    line: int
    end: int


def read_metadata(path: str, text: str) -> tuple[JsonObject, int] | None:
    """The annotation of the package, and the line of its ``# METADATA``; None where there is none.

    Raises:
        EngineFailure: it is no YAML mapping.
    """
    found: tuple[JsonObject, int] | None = None
    for annotation in read_annotations(path, _head(text)):
        if annotation.scope == "package":
            found = annotation.block, annotation.line
    return found


def read_annotations(path: str, text: str) -> Iterator[Annotation]:
    """All annotations of a module.

    Raises:
        EngineFailure: one is no YAML mapping.
    """
    comments = _comments(text)
    head = _head(text).count("\n")
    last = 0
    for number, comment in comments.items():
        if number <= last or not _START.fullmatch(comment):
            continue
        last = number
        while last + 1 in comments:
            last += 1
        block = _parse(path, [comments[line] for line in range(number + 1, last + 1)], number)
        scope = block.get("scope", "package" if number <= head else "rule")
        yield Annotation(block, str(scope), number, last)


def _head(text: str) -> str:
    """What stands in front of the ``package`` statement."""
    end = 0
    while end < len(text):
        start, end = end, (text.find("\n", end) + 1) or len(text)
        line = text[start:end].strip()
        if line and not line.startswith("#"):
            return text[:start]
    return text


def _comments(text: str) -> dict[int, str]:
    """Comments that stand alone on their line, by line."""
    found: dict[int, str] = {}
    number, counted = 1, 0
    for token in _TOKEN.finditer(text):
        if token[0].startswith("#"):
            start = token.start()
            number, counted = number + text.count("\n", counted, start), start
            if not text[text.rfind("\n", 0, start) + 1 : start].strip():
                found[number] = token[0]
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


def is_own_form(block: JsonObject, *, foreign: bool) -> bool:
    """Whether an annotation describes a rule in gatekeeper's own form. Others use ``custom.id`` too, without what
    gatekeeper's form needs.
    """
    return rule_id(block) is not None and (not foreign or bool({"remediation", "stages"} & block["custom"].keys()))


def read_rule(path: str, package: str, block: JsonObject, line: int) -> Rule:
    """The rule that an annotation with ``custom.id`` describes.

    Raises:
        EngineFailure: something is missing or malformed; the message names file, line and key.
    """
    read = Fields(path, line)
    custom: JsonObject = block["custom"]
    identifier = read.text(custom, "custom.id")
    if not _ID.fullmatch(identifier):
        raise _wrong(path, line, f"has the id {identifier!r:.80}: letters, digits, dots, hyphens and underscores only")
    return Rule(
        id=identifier,
        package=package,
        path=path,
        title=read.text(block, "title"),
        description=read.text(block, "description"),
        severity=read.word(Severity, custom.get("severity"), "custom.severity"),
        remediation=read.text(custom, "custom.remediation"),
        stages=read.stages(custom.get("stages")),
        related=read.related(block.get("related_resources", [])),
        controls=read.controls(custom.get("controls", {})),
        effective_on=read.day(custom, "custom.effective_on"),
        until=read.day(custom, "custom.until"),
    )


class Fields:
    """Typed access to an annotation; what is malformed is an EngineFailure that names file, line and key."""

    def __init__(self, path: str, line: int) -> None:
        self.path, self.line = path, line

    def text(self, mapping: JsonObject, key: str) -> str:
        """A text that must be there."""
        value = mapping.get(key.removeprefix("custom."))
        if not isinstance(value, str) or not value.strip():
            raise _wrong(self.path, self.line, f"has no text {key}")
        return value.strip()

    def word(self, words: type[Word], value: Json, key: str, but: Sequence[Word] = ()) -> Word:
        """One of these words, ``but`` not of those."""
        known = ", ".join(word for word in words if word not in but)
        try:
            word = words(value)
            if word in but:
                raise ValueError
            return word
        except ValueError:
            raise _wrong(self.path, self.line, f"has {value!r:.80} in {key}, which is none of {known}") from None

    def stages(self, value: Json) -> tuple[Stage, ...]:
        """``custom.stages``."""
        if not isinstance(value, list) or not value:
            raise _wrong(self.path, self.line, "has no list custom.stages")
        return tuple(self.word(Stage, stage, "custom.stages") for stage in value)

    def day(self, mapping: JsonObject, key: str) -> str:
        """A day as YYYY-MM-DD, empty where there is none; of a point in time its day in UTC."""
        value = mapping.get(key.removeprefix("custom."), "")
        if isinstance(value, datetime.datetime):
            return value.astimezone(datetime.UTC).date().isoformat() if value.tzinfo else value.date().isoformat()
        if isinstance(value, datetime.date):
            return value.isoformat()
        try:
            return datetime.date.fromisoformat(value).isoformat() if value != "" else ""
        except (TypeError, ValueError):
            raise _wrong(self.path, self.line, f"has {value!r:.60} in {key}, which is no day YYYY-MM-DD") from None

    def related(self, value: Json) -> tuple[str, ...]:
        """``related_resources``."""
        if not isinstance(value, list):
            raise _wrong(self.path, self.line, "has related_resources that are no list of addresses")
        addresses = [item.get("ref") if isinstance(item, dict) else item for item in value if item]
        if not all(isinstance(item, str) for item in addresses):
            raise _wrong(self.path, self.line, "has related_resources that are no list of addresses")
        return tuple(str(item) for item in addresses)

    def controls(self, value: Json) -> dict[str, tuple[str, ...]]:
        """Controls by framework."""
        if not isinstance(value, dict) or not all(isinstance(names, list) for names in value.values()):
            raise _wrong(self.path, self.line, "has custom.controls that are no lists of controls by framework")
        return {str(framework): tuple(str(name) for name in names) for framework, names in value.items()}


def _wrong(path: str, line: int, what: str) -> EngineFailure:
    return EngineFailure(f"the METADATA {what}", path=path, line=line, hint=_HINT)
