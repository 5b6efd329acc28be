"""Tokens of HCL's native syntax.

tree-sitter-hcl finds the tokens, also those inside templates and here-documents, and says where a text is no HCL at
all. Its tree is not used: it reads ``a ? b : c ? d : e`` as ``(a ? b : c) ? d : e``, and lets line ends, missing
separators and much else pass. The grammar above the tokens is ``parser`` and ``expressions``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import tree_sitter
import tree_sitter_hcl

from gatekeeper.errors import UnreadableInput
from gatekeeper.syntax.hcl.source import Source

_LANGUAGE = tree_sitter.Language(tree_sitter_hcl.language())
_IDENTIFIER = re.compile(r"[^\W\d][\w-]*(?:::[^\W\d][\w-]*)*")
_NO_NAME = rb"(?<![\w\x80-\xff])(?<![\w\x80-\xff]-)"
_EXPONENT = re.compile(_NO_NAME + rb"([0-9]+(?:\.[0-9]+)?)([eE][+-]?[0-9]+)")
_BLANK = re.compile(rb"(?:[ \t\n]|\r\n)*")

_KINDS = {
    "numeric_lit": "number",
    "legacy_index": "legacy_index",
    "quoted_template_start": "quote_start",
    "quoted_template_end": "quote_end",
    "heredoc_identifier": "heredoc_identifier",
    "template_interpolation_end": "template_end",
    "template_directive_end": "template_end",
}
_MISSING = {
    "identifier": "a name or an expression",
    "heredoc_identifier": "the closing line of a here-document",
    "quoted_template_end": "a closing quote",
}
_UNENDED = (_MISSING["heredoc_identifier"], _MISSING["quoted_template_end"])
_IGNORED = frozenset({"comment", "template_literal"})
END = "end of file"


class Token(NamedTuple):
    """A token: its kind (``identifier``, ``number``, ... or the punctuation itself) and its bytes.

    ``newline`` tells whether a line ends between the token before it and this one.
    """

    kind: str
    start: int
    end: int
    newline: bool


def tokenize(source: Source) -> tuple[list[Token], UnreadableInput | None]:
    """All tokens, comments left out, with one of kind ``END`` behind them; and the first place that is no HCL.

    Raises:
        UnreadableInput: a character that belongs to no token, or a string that does not end.
    """
    # tree-sitter-hcl does not know 1e5. Digits of the same length stand in for an exponent: the text of a token is
    # always taken from the real bytes, so that nothing else can tell.
    mended = _EXPONENT.sub(lambda match: match[1] + b"0" * len(match[2]), source.data)
    tree = tree_sitter.Parser(_LANGUAGE).parse(mended)
    problem = _first_error(tree.root_node, source) if tree.root_node.has_error else None
    if problem is not None and problem.message.startswith(_UNENDED):
        raise problem
    tokens: list[Token] = []
    before, literal, newline = 0, False, False
    for kind, start, end in _leaves(tree.root_node, source.data):
        if not literal:
            newline = _between(source, before, start) or newline
        if kind in _IGNORED:
            if not literal:
                before = end
            continue
        tokens.append(Token(kind, start, end, newline))
        # Behind these comes the text of a template.
        literal = kind in {"quote_start", "template_end"} or (
            kind == "heredoc_identifier" and len(tokens) > 1 and tokens[-2].kind in {"<<", "<<-"}
        )
        before, newline = end, False
    newline = _between(source, before, len(source.data)) or newline
    tokens.append(Token(END, len(source.data), len(source.data), newline))
    return tokens, problem


def _between(source: Source, start: int, end: int) -> bool:
    """Whether a line ends in the white space between two tokens; only blanks, tabs, LF and CRLF are white space."""
    if start == end:
        return False
    blank = _BLANK.match(source.data, start, end)
    if blank is None or blank.end() != end:
        raise _no_hcl(source, blank.end() if blank else start)
    return source.data.find(b"\n", start, end) >= 0


def _leaves(root: tree_sitter.Node, data: bytes) -> Iterator[tuple[str, int, int]]:
    cursor = root.walk()
    while True:
        node = cursor.node
        assert node is not None
        kind = node.type
        if kind == "legacy_index" or not cursor.goto_first_child():
            start, end = node.start_byte, node.end_byte
            if start < end and kind not in {"config_file", "body"}:
                yield _kind(kind, data[start:end]), start, end
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return


def _kind(kind: str, text: bytes) -> str:
    if kind in _KINDS:
        return _KINDS[kind]
    if kind in _IGNORED:
        return kind
    word = text.decode()
    # Keywords are names wherever the grammar does not ask for them.
    return "identifier" if _IDENTIFIER.fullmatch(word) else word


def _first_error(root: tree_sitter.Node, source: Source) -> UnreadableInput:
    node = root
    while not (node.is_error or node.is_missing):
        broken = next((child for child in node.children if child.has_error or child.is_missing), None)
        if broken is None:
            break
        node = broken
    if node.is_missing:
        wanted = _MISSING.get(node.type, node.type)
        return source.error(node.start_byte, f"{wanted} is missing", "look for what was opened and not closed")
    return _no_hcl(source, node.start_byte)


def _no_hcl(source: Source, offset: int) -> UnreadableInput:
    if not source.data[offset:].strip(b" \t\r\n"):
        return source.error(offset, "the file ends too early", "look for what was opened and not closed")
    word = source.data[offset : source.line_end(offset)].decode("utf-8", "replace").strip(" \t")
    return source.error(offset, f"this is no HCL: {word[:40]!r}", "terraform fmt may tell more")
