"""TOML documents: values, and the places of keys.

Values as plain JSON: dates and times are strings in ISO 8601, numbers that JSON does not have (``inf``, ``nan``) stay
strings. Places come from a second parser, whose tree is only walked where something wanted stands.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.model.place import Key, Span
from gatekeeper.syntax.text import MAX_DEPTH, Lines, decode, finite

if TYPE_CHECKING:
    import tree_sitter

_KEY_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DOTTED = re.compile(rf"{_KEY_PART}(?:[ \t]*+\.[ \t]*+{_KEY_PART})*+")
_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_KEYS = ("bare_key", "quoted_key", "dotted_key")

_Path = tuple[Key, ...]


def load(data: bytes) -> Json:
    """The value of a document: an object.

    Raises:
        UnreadableInput: it is not TOML 1.0 (https://toml.io/en/v1.0.0), not UTF-8 or UTF-16, or nests too deeply.
    """
    text = decode(data)
    _refuse_long_keys(text)
    try:
        return _plain(tomllib.loads(text), 0)
    except tomllib.TOMLDecodeError as error:
        where = _WHERE.search(str(error))
        line, column = (int(where[1]), int(where[2])) if where and where[1] else Lines(text).position(len(text))
        message = _WHERE.sub("", str(error))
        raise UnreadableInput(f"is not valid TOML: {message}", line=line, column=column) from None
    except RecursionError:
        raise UnreadableInput(f"nests deeper than {MAX_DEPTH} levels") from None
    except ValueError:
        raise UnreadableInput("is not valid TOML: a number has too many digits") from None


def _refuse_long_keys(text: str) -> None:
    # tomllib takes quadratic time for a key of very many parts.
    for match in _DOTTED.finditer(text):
        if match.end() - match.start() > 2 * MAX_DEPTH and match[0].count(".") > MAX_DEPTH:
            line, column = Lines(text).position(match.start())
            raise UnreadableInput(f"a key has more than {MAX_DEPTH} parts", line=line, column=column)


def _plain(value: Json, depth: int) -> Json:
    if depth > MAX_DEPTH:
        raise RecursionError
    if isinstance(value, dict):
        return {key: _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return finite(value, str(value) if isinstance(value, float) else hex(value))
    return value


def find_many(data: bytes, key_paths: Sequence[Sequence[Key]]) -> list[Span | None]:
    """Where the deepest existing part of each path of keys stands, in one pass. None where nothing stands at all.

    Tables of an array are addressed by their index: ``("package", 12, "version")``. A pair's span is from its key to
    the end of its value where that ends on the same line, else its first line; a table's is its header.

    Raises:
        UnreadableInput: it is not TOML.
    """
    text = decode(data)
    _refuse_long_keys(text)
    finder = _Finder({tuple(path[:length]) for path in key_paths for length in range(len(path) + 1)})
    source = text.encode()
    # Most documents are fine, and nobody asks for places in them.
    import tree_sitter  # noqa: PLC0415
    import tree_sitter_toml  # noqa: PLC0415

    root = tree_sitter.Parser(tree_sitter.Language(tree_sitter_toml.language())).parse(source).root_node
    if root.has_error:
        load(data)
    finder.document(root)
    spans = [finder.deepest(path) for path in key_paths]
    indexes = _character_indexes(source, {offset for span in spans if span for offset in span})
    lines = Lines(text)
    return [span and lines.first_line(indexes[span[0]], indexes[span[1]]) for span in spans]


def _character_indexes(source: bytes, offsets: set[int]) -> dict[int, int]:
    """The indexes of the characters at offsets in UTF-8."""
    indexes: dict[int, int] = {}
    before = index = 0
    for offset in sorted(offsets):
        index += len(source[before:offset].decode())
        before = offset
        indexes[offset] = index
    return indexes


class _Finder:
    def __init__(self, wanted: set[_Path]) -> None:
        self._wanted = wanted
        self._found: dict[_Path, tuple[int, int]] = {}
        self._lengths: dict[_Path, int] = {}  # of arrays of tables, so far

    def document(self, root: tree_sitter.Node) -> None:
        children = root.named_children
        if children:
            self._note((), (children[0].start_byte, root.end_byte))
        for child in children:
            if child.type == "pair":
                self._pair(child, ())
            elif child.type in ("table", "table_array_element"):
                self._table(child)

    def _table(self, table: tree_sitter.Node) -> None:
        # What stands where a key is missing is an error node; such a table has no place.
        header, *rest = _without_comments(table) or [table]
        if header.type in _KEYS:
            path = self._header(table, header)
            for pair in rest:
                if pair.type == "pair":
                    self._pair(pair, path)

    def _header(self, table: tree_sitter.Node, header: tree_sitter.Node) -> _Path:
        """Note a table's header; the absolute path of the table."""
        is_array = table.type == "table_array_element"
        end = next((node.end_byte for node in table.children if node.type in ("]", "]]")), header.end_byte)
        span = (table.start_byte, end)
        path: _Path = ()
        names = _key_parts(header)
        for number, name in enumerate(names):
            path = (*path, name)
            self._note(path, span)
            if is_array and number == len(names) - 1:
                self._lengths[path] = self._lengths.get(path, 0) + 1
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
                self._note(path, span)
        return path

    def _pair(self, pair: tree_sitter.Node, prefix: _Path) -> None:
        key, *rest = _without_comments(pair) or [pair]
        if key.type not in _KEYS:
            return
        path = prefix
        for name in _key_parts(key):
            path = (*path, name)
            if path not in self._wanted:
                return
            # The pair itself ends behind the comment on its line.
            self._note(path, (pair.start_byte, rest[0].end_byte if rest else pair.end_byte))
        if rest:
            self._value(rest[0], path)

    def _value(self, value: tree_sitter.Node, path: _Path) -> None:
        children = _without_comments(value)
        if value.type == "inline_table":
            for pair in children:
                self._pair(pair, path)
        elif value.type == "array":
            for index, item in enumerate(children):
                if (*path, index) in self._wanted:
                    self._note((*path, index), (item.start_byte, item.end_byte))
                    self._value(item, (*path, index))

    def _note(self, path: _Path, span: tuple[int, int]) -> None:
        if path in self._wanted:
            self._found.setdefault(path, span)

    def deepest(self, keys: Sequence[Key]) -> tuple[int, int] | None:
        """Offsets of the longest part of ``keys`` that was found."""
        path = tuple(keys)
        return next((span for n in range(len(path), -1, -1) if (span := self._found.get(path[:n]))), None)


def _without_comments(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _key_parts(key: tree_sitter.Node) -> list[str]:
    """The names of a bare, quoted or dotted key."""
    if key.type == "dotted_key":
        return [name for part in key.named_children for name in _key_parts(part)]
    text = (key.text or b"").decode()
    if key.type == "quoted_key":
        # The whole key in front of a value is the smallest document that unescapes it.
        return list(tomllib.loads(f"{text} = 0"))
    return [text]
