"""Templates: quoted strings and here-documents, with every byte of their text.

HCL trims and indents token by token: a token of a here-document ends where its line ends, so ``~`` takes away white
space up to there only, and ``<<-`` looks at the text that starts a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TypeAlias

from gatekeeper.model.json import Json, JsonObject
from gatekeeper.syntax.hcl.stream import Stream

ParseExpression: TypeAlias = Callable[[Stream], JsonObject]

# What Unicode calls white space; str.strip() alone would take the separators U+001C to U+001F as well.
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.?))", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_SEQUENCE = re.compile(r"(?<!\$)\$\{|(?<!%)%\{")  # tree-sitter does not look for them in labels
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def parse_quoted(stream: Stream, parse: ParseExpression) -> list[Json]:
    """The parts of a quoted template; the next token opens it.

    Raises:
        UnreadableInput: it is broken.
    """
    stream.read()

    def text(start: int, end: int) -> list[str]:
        return [_unescape(stream, start, end)] if start < end else []

    return _tree(stream, _pieces(stream, parse, "quote_end", text))


def parse_heredoc(stream: Stream, parse: ParseExpression) -> list[Json]:
    """The parts of a here-document; the next token is ``<<`` or ``<<-``.

    Raises:
        UnreadableInput: it is broken.
    """
    opening = stream.read()
    name = stream.expect("heredoc_identifier", "behind <<")
    data = stream.source.data
    first = data.find(b"\n", name.end) + 1
    if opening.end != name.start or data[name.end : first] not in {b"\n", b"\r\n"}:
        raise stream.source.error(name.start, "the name of a here-document stands behind << and ends the line")

    def lines(start: int, end: int) -> list[str]:
        if stream.token.kind == "heredoc_identifier":
            end = data.rfind(b"\n", 0, end) + 1  # the indentation of the closing line is no text
        start = max(start, first)
        return [_plain(line) for line in _LINE.findall(data[start:end].decode())] if start < end else []

    pieces = _pieces(stream, parse, "heredoc_identifier", lines)
    if opening.end - opening.start == len("<<-"):
        _unindent(pieces)
    return _tree(stream, pieces)


def _pieces(stream: Stream, parse: ParseExpression, closing: str, text: Callable[[int, int], list[str]]) -> list[Json]:
    """Everything up to the closing token, flat: strings (tokens of text), expressions, directives."""
    pieces: list[Json] = []
    trim_next = False
    with stream.lines(False):
        while True:
            strings = text(stream.end, stream.token.start)
            if strings and trim_next:
                strings[0] = strings[0].lstrip(WHITE_SPACE)
            pieces += strings
            if stream.skip(closing):
                return pieces
            if stream.kind not in {"${", "%{"}:
                raise stream.error("a string has no end", "close it")
            opening = stream.read().kind
            if stream.skip("~") and strings:
                pieces[-1] = pieces[-1].rstrip(WHITE_SPACE)
            pieces.append(parse(stream) if opening == "${" else _directive(stream, parse))
            trim_next = stream.skip("~")
            stream.expect("template_end", "at the end of the template sequence")


def _directive(stream: Stream, parse: ParseExpression) -> JsonObject:
    word = stream.text_of(stream.expect("identifier", "behind %{"))
    if word == "if":
        return {"node": "if", "condition": parse(stream), "then": [], "else": []}
    if word == "for":
        value: str = stream.text_of(stream.expect("identifier", "behind for"))
        key: str | None = None
        if stream.skip(","):
            key, value = value, stream.text_of(stream.expect("identifier", "behind the comma"))
        if not stream.skip_word("in"):
            raise stream.error(f"'in' is expected, not {stream.found}")
        return {"node": "each", "key_name": key, "value_name": value, "in": parse(stream), "parts": []}
    return {"node": word if word in {"else", "endif", "endfor"} else "unknown directive"}


def _tree(stream: Stream, pieces: list[Json]) -> list[Json]:
    """Parts out of pieces: what stands between directives goes into them."""
    parts: list[Json] = []
    open_: list[tuple[JsonObject, list[Json]]] = []  # directives, and where their followers go
    for piece in pieces:
        node = "" if isinstance(piece, str) else piece["node"]
        if node == "else" and open_ and open_[-1][0]["node"] == "if" and "closed" not in open_[-1][0]:
            open_[-1][0]["closed"] = True
            parts = open_[-1][0]["else"]
        elif (node == "endif" and open_ and open_[-1][0]["node"] == "if") or (
            node == "endfor" and open_ and open_[-1][0]["node"] == "each"
        ):
            directive, parts = open_.pop()
            directive.pop("closed", None)
        elif node in {"else", "endif", "endfor", "unknown directive"}:
            raise stream.error(f"a template ends here with {node} out of place", "see its %{ } sequences")
        elif isinstance(piece, str) and parts and isinstance(parts[-1], str):
            parts[-1] += piece
        else:
            parts.append(piece)
            if node in {"if", "each"}:
                open_.append((piece, parts))
                stream.check_depth(len(open_))
                parts = piece["then"] if node == "if" else piece["parts"]
    if open_:
        raise stream.error("a template ends here without the end of its %{ if } or %{ for }")
    return parts


def _unindent(pieces: list[Json]) -> None:
    """Take the smallest indentation of all lines from each, as ``<<-`` asks; blank lines do not count."""
    smallest: int | None = None
    indented: list[int] = []
    line_starts = True
    for number, piece in enumerate(pieces):
        if line_starts:
            spaces = 0
            if isinstance(piece, str):
                spaces = len(piece) - len(piece.lstrip(WHITE_SPACE))
                if spaces == len(piece) and piece.endswith("\n"):
                    continue
                indented.append(number)
            smallest = spaces if smallest is None else min(smallest, spaces)
        line_starts = isinstance(piece, str) and piece.endswith("\n")
    for number in indented:
        pieces[number] = pieces[number][smallest or 0 :]


def _plain(text: str) -> str:
    return _normal(text.replace("$${", "${").replace("%%{", "%{"))


def _normal(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _unescape(stream: Stream, start: int, end: int) -> str:
    """The text of a quoted template."""
    text = stream.source.data[start:end].decode()
    if sequence := _SEQUENCE.search(text):
        offset = start + len(text[: sequence.start()].encode())
        raise stream.source.error(offset, f"{sequence[0]!r} cannot stand here", f"write {sequence[0][0]}{sequence[0]}")
    if "\n" in text or "\r" in text:
        raise stream.source.error(start, "a quoted string ends on its line", "use \\n, or a here-document")
    if "\\" not in text:
        return _plain(text)

    def replace(match: re.Match[str]) -> str:
        number = match[1] or match[2]
        if number is None and match[3] in _SIMPLE:
            return _SIMPLE[match[3]]
        if number is None or not (int(number, 16) < 0xD800 or 0xDFFF < int(number, 16) <= 0x10FFFF):
            offset = start + len(text[: match.start()].encode())
            raise stream.source.error(offset, f"{match[0]!r} is no escape", 'HCL knows \\n \\r \\t \\" \\\\ \\u \\U')
        return chr(int(number, 16))

    # An escaped $ is none: \u0024{x} is text, so sequences are found in what stands between escapes.
    pieces, place = list[str](), 0
    for match in _ESCAPE.finditer(text):
        pieces += [_plain(text[place : match.start()]), replace(match)]
        place = match.end()
    return _normal("".join(pieces) + _plain(text[place:]))
