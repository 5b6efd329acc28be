"""YAML as go-yaml 2 reads it (YAML 1.1 for the most part), in the documents that conftest cuts a file into.

- A file is cut at a line that is exactly ``---``; of each part only the first document is read. A part without
  content is null. A file of several parts is an array.
- ``y``, ``no``, ``on`` and the like are booleans, also as keys (``"true"``); ``0777`` and ``0o17`` are octal, ``0b1``
  is binary, ``1_000`` is 1000; there are no sexagesimal numbers; dates stay text.
- Keys become strings; null, collections and numbers above 63 bits are refused as keys. Of a key that stands twice the
  last one counts. Merge keys (``<<``) take effect where they stand: they override what stands above them.
- A scalar behind an application's tag (``!Ref``) is its text; tags of collections are dropped.
- ``.inf`` and ``.nan`` are refused, as JSON has neither; likewise aliases that make up nearly all of a document.

Other than conftest: more than 200 levels are refused; escaped control characters (``"\\x7f"``) are not, which conftest
refuses in files of several documents only. Where two keys become the same string (``1`` and ``"1"``), conftest takes
either by chance, here the last one counts.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable
from typing import NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.reader import ReaderError

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.golang import number, parse_float, shortest_single
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.syntax.text import MAX_DEPTH, collector_paused

_STANDARD = "tag:yaml.org,2002:"
_RESOLVED = frozenset(_STANDARD + name for name in ("str", "bool", "int", "float", "null", "timestamp"))
_CONSTANTS: dict[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_NUMBER_STARTS = frozenset("+-.0123456789")
_INTEGER = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))", re.ASCII
)  # groups: sign, then digits of base 16, 2, 8, 10
_BASES = (16, 2, 8, 10)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}.*)?", re.ASCII)
_MAX_DIGITS = 4000
_EXACT = 1 << 53

# Parts of all values that aliases may make up, by the number of values: go-yaml's bound against bombs.
_FEW, _MANY = 400_000, 4_000_000


def parse(path: str, data: bytes) -> Parsed:
    """The value of a file, or the array of its documents' values."""
    parts = _parts(data)
    with collector_paused():
        read = [_Composer(part, data.count(b"\n", 0, start)).first() for start, part in parts]
    if len(read) == 1:
        value, line = read[0]
        if isinstance(value, list):
            return Parsed(value, tuple(_lines_of_items(data)) or (line,))
        return Parsed(value, (line,))
    return Parsed([value for value, _ in read], tuple(line for _, line in read))


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    """Offset and bytes of each part."""
    end = b"\r\n" if b"\r\n" in data else b"\n"
    separator = end + b"---" + end
    pieces = data.split(separator)
    if data.startswith(b"%"):
        # What stands in front of the first separator are directives.
        pieces = [separator.join(pieces[:2]), *pieces[2:]]
    parts, start = [], 0
    for piece in pieces:
        parts.append((start, piece))
        start += len(piece) + len(separator)
    return parts


def _lines_of_items(data: bytes) -> list[int]:
    """First lines of the items of the sequence that is the first document."""
    lines, depth = [], 0
    next_event: Callable[[], Json] = yaml.CSafeLoader(data).get_event
    while not isinstance(event := next_event(), DocumentEndEvent):
        if isinstance(event, CollectionEndEvent):
            depth -= 1
        elif isinstance(event, NodeEvent):
            if depth == 1:
                lines.append(_line(event))
            depth += isinstance(event, MappingStartEvent | SequenceStartEvent)
    return lines


def _line(event: Json) -> int:
    line: int = event.start_mark.line
    return line + 1


class _Node:
    """A value; ``weight`` counts it and all values in it."""

    __slots__ = ("is_mapping", "value", "weight")

    def __init__(self, value: Json, *, is_mapping: bool = False) -> None:
        self.value = value
        self.is_mapping = is_mapping
        self.weight = 1


class _Open:
    """A collection whose end has not been seen. ``key`` is the key whose value comes next."""

    __slots__ = ("height", "key", "merging", "node", "waits")

    def __init__(self, node: _Node) -> None:
        self.node = node
        self.key: str = ""
        self.waits = False  # whether a key has been read and its value has not
        self.merging = False  # whether that key is <<
        self.height = 1


class _Composer:
    """Reads the first document of a part of a file, over libyaml's events: its own composer dies of deep nesting."""

    def __init__(self, data: bytes, lines_above: int) -> None:
        self._loader = yaml.CSafeLoader(data)
        self._lines_above = lines_above
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Node] = {}
        self._heights: dict[int, int] = {}
        self._root: Json = None
        self._line = lines_above + 1
        self._operations = self._aliased = 0

    def first(self) -> tuple[Json, int]:
        """The value and its first line."""
        try:
            started = False
            next_event: Callable[[], Json] = self._loader.get_event
            while not isinstance(event := next_event(), DocumentEndEvent | StreamEndEvent):
                if isinstance(event, NodeEvent) and not started:
                    started, self._line = True, self._lines_above + _line(event)
                if isinstance(event, DocumentStartEvent) and event.version not in (None, (1, 1)):
                    self._refuse("a %YAML directive names another version than 1.1", event.start_mark)
                self._take(event)
        except yaml.MarkedYAMLError as error:
            problem = ": ".join(part for part in (error.context, error.problem) if part)
            mark = error.problem_mark or error.context_mark
            self._refuse(f"is not valid YAML: {problem}", mark)
        except ReaderError as error:
            raise UnreadableInput(f"is not valid YAML: {error.reason}", line=self._lines_above + 1) from None
        return self._root, self._line

    def _take(self, event: Event) -> None:
        kind = type(event)
        if kind is ScalarEvent:
            self._scalar(event)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            node = _Node({} if kind is MappingStartEvent else [], is_mapping=kind is MappingStartEvent)
            self._anchor(event, node)
            self._count(1, 0, event)
            self._stack.append(_Open(node))
            if len(self._stack) > MAX_DEPTH:
                self._refuse(f"nests deeper than {MAX_DEPTH} levels", event.start_mark)
        elif isinstance(event, CollectionEndEvent):
            closed = self._stack.pop()
            self._heights[id(closed.node)] = closed.height
            self._attach(closed.node, closed.height, event)
        elif kind is AliasEvent:
            self._alias(event)

    def _anchor(self, event: Json, node: _Node) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = node

    def _scalar(self, event: Json) -> None:
        text: str = event.value
        plain: bool = event.implicit[0]
        tag: str | None = event.tag
        holder = self._stack[-1] if self._stack else None
        is_key = holder is not None and holder.node.is_mapping and not holder.waits
        if is_key and holder is not None and text == "<<" and (plain or tag == f"{_STANDARD}merge"):
            holder.waits = holder.merging = True
            return
        try:
            value = text if tag is None and not plain else _resolve(tag, text)
        except ValueError as error:
            self._refuse(str(error), event.start_mark)
        self._count(1, 0, event)
        node = _Node(value)
        self._anchor(event, node)
        self._attach(node, 0, event)

    def _alias(self, event: Json) -> None:
        target = self._anchors.get(event.anchor)
        if target is None:
            self._refuse(f"the alias *{event.anchor} has no anchor", event.start_mark)
        if any(collection.node is target for collection in self._stack):
            self._refuse(f"the alias *{event.anchor} stands inside its own anchor", event.start_mark)
        height = self._heights.get(id(target), 0)
        if len(self._stack) + height > MAX_DEPTH:
            self._refuse(f"nests deeper than {MAX_DEPTH} levels", event.start_mark)
        self._count(1 + target.weight, target.weight, event)
        self._attach(target, height, event)

    def _count(self, operations: int, aliased: int, event: Json) -> None:
        self._operations += operations
        self._aliased += aliased
        if self._aliased <= 100 or self._operations <= 1000:
            return
        beyond = min(max(self._operations - _FEW, 0) / (_MANY - _FEW), 1.0)
        if self._aliased / self._operations > 0.99 - 0.89 * beyond:
            self._refuse("its aliases stand for nearly all of its values", event.start_mark)

    def _attach(self, node: _Node, height: int, event: Json) -> None:
        if not self._stack:
            self._root = self._finite(node.value, event)
            return
        holder = self._stack[-1]
        holder.height = max(holder.height, height + 1)
        into = holder.node
        into.weight += node.weight
        if not into.is_mapping:
            into.value.append(self._finite(node.value, event))
        elif not holder.waits:
            holder.key, holder.waits = self._key(node, event), True
        elif holder.merging:
            holder.waits = holder.merging = False
            if type(event) is AliasEvent and not node.is_mapping:
                self._refuse("an alias that is merged (<<) needs to be a mapping", event.start_mark)
            self._merge(into, node, event)
        else:
            holder.waits = False
            into.value[holder.key] = self._finite(node.value, event)

    def _key(self, node: _Node, event: Json) -> str:
        value = node.value
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int) and -(1 << 63) <= value < 1 << 63:
            return str(value)
        if not isinstance(value, float):
            self._refuse("a mapping key must be a string, a boolean or a number", event.start_mark)
        return _short(value)

    def _merge(self, into: _Node, node: _Node, event: Json) -> None:
        # Of a list the first mapping counts most, and is thus the last to be taken.
        for source in reversed(node.value) if isinstance(node.value, list) else [node.value]:
            if not isinstance(source, dict):
                self._refuse("a merge key (<<) needs a mapping or a list of mappings", event.start_mark)
            into.value.update(source)

    def _finite(self, value: Json, event: Json) -> Json:
        kind = type(value)
        if kind is int:
            return value if -_EXACT < value < _EXACT else number(float(value))
        if kind is not float:
            return value
        if (finite := number(value)) is None:
            self._refuse(f"JSON has no number for {value}", event.start_mark)
        return finite

    def _refuse(self, message: str, mark: Json) -> NoReturn:
        line, column = (self._lines_above + mark.line + 1, mark.column + 1) if mark else (self._lines_above + 1, 0)
        raise UnreadableInput(message, line=line, column=column)


def _resolve(tag: str | None, text: str) -> Json:
    """The value of a scalar that is plain or has a tag.

    Raises:
        ValueError: it is not what its tag says.
    """
    if tag == f"{_STANDARD}str":
        return text
    if tag == f"{_STANDARD}binary":
        try:
            return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            raise ValueError("a !!binary value is not base64") from None
    if tag is not None and tag not in _RESOLVED:
        return text
    value = _plain(text)
    if tag is None:
        return value
    name = tag.removeprefix(_STANDARD)
    if name == "float" and type(value) is int:
        return float(value)
    if name == "timestamp" and _TIMESTAMP.fullmatch(text):
        return text
    found = {bool: "bool", int: "int", float: "float", type(None): "null"}.get(type(value), "str")
    if found != name:
        raise ValueError(f"{text[:40]!r} is no !!{name}")
    return value


def _plain(text: str) -> Json:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if text[0] == ".":
        value = parse_float(text)
        return text if value is None else value
    digits = text.replace("_", "")
    if len(digits) > _MAX_DIGITS:
        return text
    if match := _INTEGER.fullmatch(digits):
        whole = next(int(match[group], base) for group, base in enumerate(_BASES, 2) if match[group] is not None)
        if whole < 1 << 63 or (whole < 1 << 64 and not match[1]) or (match[1] == "-" and whole == 1 << 63):
            return -whole if match[1] == "-" else whole
    if _FLOAT.fullmatch(digits) and abs(float(digits)) < float("inf"):
        return float(digits)
    return text


def _short(value: float) -> str:
    """A float as a key: the shortest text that means the same 32 bit float, the exponent with two digits."""
    single = shortest_single(value)
    if not math.isfinite(single):
        return ".nan" if math.isnan(single) else ".inf" if single > 0 else "-.inf"
    mantissa, _, exponent = f"{single:.9e}".partition("e")
    if -4 <= int(exponent) < 6:
        text = f"{single:.{9 - int(exponent)}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}"
