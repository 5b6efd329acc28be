"""YAML streams: values as YAML 1.2 and JSON know them, and the places of keys.

Composed in one pass, without recursion, over the event stream of libyaml (its own composer crashes the process on
deep nesting and gives an alias the place of its anchor). What differs from PyYAML's loaders:

- Scalars follow the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema): ``on``, ``NO``, ``22:22``
  and dates are strings, ``0777`` is 777, ``0o17`` is 15. ``.inf`` and ``.nan``, which JSON does not have, stay strings.
- Keys are strings as written: ``200`` is "200", ``on`` is "on". A key that is a collection is refused.
- A key that stands twice in a mapping is refused. Merge keys (``<<``) are resolved.
- Tags of applications (``!Ref``) are dropped, their values stay.
- Aliases may add ``MAX_ALIASED`` values in all, and must not lead back to themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.model.place import Key, Span
from gatekeeper.syntax.text import MAX_DEPTH, Lines, collector_paused, decode, finite

MAX_ALIASED = 1_000_000  # values that aliases add; 32 characters of text count as one more

_STANDARD = "tag:yaml.org,2002:"
_CONSTANTS: dict[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_STARTS = frozenset("+-.0123456789")
_NUMBER = re.compile(
    r"(?P<decimal>[-+]?[0-9]+)|0o(?P<octal>[0-7]+)|0x(?P<hexadecimal>[0-9a-fA-F]+)"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
)
_MAX_DIGITS = 4000  # int() refuses longer ones


class Node:
    """A value and where it stands: indexes of the first character and of the one behind the last.

    ``children`` are the nodes of a sequence, or those of a mapping, with their key nodes, by key; None for a scalar.
    ``text`` is a scalar as written, None for a collection.
    """

    __slots__ = ("children", "end", "height", "inline", "start", "text", "value", "weight")

    def __init__(self, value: Json, text: str | None, start: int, end: int) -> None:
        self.value = value
        self.text = text
        self.start = start
        self.end = end
        self.inline = True  # whether it is a scalar, an alias or in flow style: ends behind its last character
        self.children: dict[str, tuple[Node, Node]] | list[Node] | None = None
        self.weight = 1 if text is None else 1 + len(text) // 32
        self.height = 0


class _Open:
    """A collection whose end has not been seen."""

    __slots__ = ("by_key", "items", "key", "merged", "node")

    def __init__(self, node: Node, *, mapping: bool) -> None:
        self.node = node
        self.by_key: dict[str, tuple[Node, Node]] | None = {} if mapping else None
        self.items: list[Node] = []
        self.key: Node | None = None
        self.merged: Node | None = None  # the merge key, then its value
        node.value = {} if mapping else []
        node.children = self.by_key if mapping else self.items


def compose_all(data: bytes) -> list[Node | None]:
    """The documents of a stream; None stands for an empty one, so that indexes are the documents' ordinals.

    Raises:
        UnreadableInput: it is not YAML, or holds what is described above as refused.
    """
    with collector_paused():
        return _Composer(decode(data)).compose()


def load_all(data: bytes) -> list[Json]:
    """The values of the documents of a stream; None stands for an empty one, so that indexes are ordinals.

    Raises:
        UnreadableInput: as ``compose_all``.
    """
    return [None if node is None else node.value for node in compose_all(data)]


def find(data: bytes, document: int, keys: Sequence[Key]) -> Span | None:
    """Where the deepest existing part of a path of keys stands; None where the document does not exist.

    That is, for an entry of a mapping, from its key to the end of its value where that is no block and ends on the
    same line, else the key; for an item of a sequence or for the document itself, its first line.

    Raises:
        UnreadableInput: as ``compose_all``.
    """
    return find_many(data, [(document, keys)])[0]


def find_many(data: bytes, places: Sequence[tuple[int, Sequence[Key]]]) -> list[Span | None]:
    """``find`` for several (document, keys) of one file, which is read once."""
    documents = compose_all(data)
    lines = Lines(decode(data))
    found: list[Span | None] = []
    for document, keys in places:
        root = documents[document] if 0 <= document < len(documents) else None
        found.append(None if root is None else _find(root, keys, lines))
    return found


def _find(node: Node, keys: Sequence[Key], lines: Lines) -> Span:
    key_node: Node | None = None
    for key in keys:
        if isinstance(node.children, dict) and isinstance(key, str) and key in node.children:
            key_node, node = node.children[key]
        elif isinstance(node.children, list) and isinstance(key, int) and 0 <= key < len(node.children):
            key_node, node = None, node.children[key]
        else:
            break
    if key_node is None:
        return lines.first_line(node.start, node.end)
    if node.inline and lines.same_line(key_node.start, node.end):
        return lines.span(key_node.start, node.end)
    return lines.span(key_node.start, key_node.end)


class _Composer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._documents: list[Node | None] = []
        self._root: Node | None = None
        self._stack: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._aliased = 0

    def compose(self) -> list[Node | None]:
        handlers: dict[type[Event], Callable[[Json], None]] = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._start,
            SequenceStartEvent: self._start,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document_start,
            DocumentEndEvent: self._document_end,
        }
        try:
            next_event = yaml.CSafeLoader(self._text).get_event
            while (event := next_event()) is not None:
                handler = handlers.get(type(event))
                if handler is not None:
                    handler(event)
        except yaml.MarkedYAMLError as error:
            message = ": ".join(part for part in (error.context, error.problem) if part)
            self._refuse(f"is not valid YAML: {message}", error.problem_mark.index if error.problem_mark else 0)
        except ReaderError as error:
            before = self._text.encode()[: error.position].decode("utf-8", "replace")
            self._refuse(f"is not valid YAML: {error.reason}", len(before))
        return self._documents

    def _document_start(self, event: Json) -> None:
        self._root = None
        self._anchors.clear()

    def _document_end(self, event: Json) -> None:
        root = self._root
        self._documents.append(None if root is None or root.start == root.end else root)

    def _scalar(self, event: Json) -> None:
        text: str = event.value
        node = Node(
            _untagged(text) if event.implicit[0] and event.tag is None else _tagged(event),
            text,
            event.start_mark.index,
            event.end_mark.index,
        )
        if event.style in ("|", ">"):
            node.inline = False
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        self._attach(node, merges=text == "<<" and _is_merge(event))

    def _start(self, event: Json) -> None:
        node = Node(None, None, event.start_mark.index, event.end_mark.index)
        node.inline = event.flow_style
        if len(self._stack) >= MAX_DEPTH:
            self._refuse(f"nests deeper than {MAX_DEPTH} levels", node.start)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        self._stack.append(_Open(node, mapping=type(event) is MappingStartEvent))

    def _end(self, event: Json) -> None:
        collection = self._stack.pop()
        collection.node.end = event.end_mark.index
        if collection.merged is not None:
            self._merge(collection, collection.merged)
        self._attach(collection.node)

    def _alias(self, event: Json) -> None:
        start = event.start_mark.index
        target = self._anchors.get(event.anchor)
        if target is None:
            self._refuse(f"the alias *{event.anchor} has no anchor", start)
        if any(collection.node is target for collection in self._stack):
            self._refuse(f"the alias *{event.anchor} stands inside its own anchor", start)
        if len(self._stack) + target.height > MAX_DEPTH:
            self._refuse(f"nests deeper than {MAX_DEPTH} levels", start)
        self._aliased += target.weight
        if self._aliased > MAX_ALIASED:
            self._refuse(f"its aliases stand for more than {MAX_ALIASED:,} values", start)
        node = Node(target.value, target.text, start, event.end_mark.index)
        node.children, node.weight, node.height = target.children, target.weight, target.height
        self._attach(node)

    def _attach(self, node: Node, *, merges: bool = False) -> None:
        """Hand a finished node to the collection that it stands in; ``merges``: it is a merge key, if it is a key."""
        if not self._stack:
            self._root = node
            return
        collection = self._stack[-1]
        holder, by_key, key = collection.node, collection.by_key, collection.key
        if by_key is None:
            collection.items.append(node)
            holder.value.append(node.value)
        elif key is None:
            if node.text is None:
                self._refuse("a mapping key must be a scalar", node.start)
            if node.text in by_key or (merges and collection.merged is not None):
                self._refuse(f"the key {node.text!r:.80} stands twice in the same mapping", node.start)
            collection.key = node
            if merges:
                collection.merged = node
            return
        elif key is collection.merged:
            collection.key, collection.merged = None, node
        else:
            collection.key = None
            name = key.text or ""
            by_key[name] = (key, node)
            holder.value[name] = node.value
        holder.weight += node.weight
        if node.height >= holder.height:
            holder.height = node.height + 1

    def _merge(self, collection: _Open, merged: Node) -> None:
        own = collection.by_key or {}
        sources = merged.children if isinstance(merged.children, list) else [merged]
        for source in sources:
            if not isinstance(source.children, dict):
                self._refuse("a merge key (<<) needs a mapping or a list of mappings", merged.start)
            for name, (key, node) in source.children.items():
                if name not in own:
                    own[name] = (key, node)
                    collection.node.value[name] = node.value

    def _refuse(self, message: str, index: int) -> NoReturn:
        line, column = Lines(self._text).position(index)
        raise UnreadableInput(message, line=line, column=column)


def _is_merge(event: Json) -> bool:
    plain: bool = event.implicit[0] and event.tag is None
    return plain or event.tag == f"{_STANDARD}merge"


def _tagged(event: Json) -> Json:
    """The value of a scalar that is quoted, a block, or has a tag."""
    text: str = event.value
    tag: str | None = event.tag
    if tag is None or tag == "!" or not tag.startswith(_STANDARD):
        # A plain scalar behind a tag of an application is what it would be without the tag.
        return _untagged(text) if tag not in (None, "!") and not event.style else text
    if tag.removeprefix(_STANDARD) in ("int", "float", "bool", "null"):
        return _untagged(text)
    return text


def _untagged(text: str) -> Json:
    """The value of a plain scalar in the core schema."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    match = _NUMBER.fullmatch(text)
    if match is None or len(text) > _MAX_DIGITS:
        return text
    kind = match.lastgroup
    if kind == "decimal":
        return finite(int(text), text)
    if kind is not None:
        return finite(int(match[kind], 8 if kind == "octal" else 16), text)
    return finite(float(text), text)
