"""HCL as hcl2json turns it into JSON.

- A block is an object in an array under its type, or under its type and then each of its labels.
- Strings, numbers, booleans, null, lists and objects are themselves, numbers as 64 bit floats. Any other expression
  is its text in ``${ }``.
- A template is text again: expressions in ``${ }``, literals folded in, conditions and loops as ``%{if x}``,
  ``%{else}``, ``%{endif}``, ``%{for x in y}``, ``%{endfor}``; a literal ``${`` is written ``$${``. A quoted template
  that is nothing but one expression is that expression.

Other than conftest: NUL characters, more than 1 MiB, more than 100 levels are refused; a loop in a template that holds
nothing but ``${null}`` is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.golang import number
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.syntax.hcl.expressions import parse_expression
from gatekeeper.syntax.hcl.source import Source
from gatekeeper.syntax.hcl.stream import NEWLINE, Stream
from gatekeeper.syntax.hcl.templates import parse_heredoc, parse_quoted
from gatekeeper.syntax.hcl.tokens import END

_MOST_DIGITS = 400  # of a number: beyond, JSON has none, and a template would write them all
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}
_OPENING = frozenset(("(", "[", "{", "${", "%{", "quote_start"))
_CLOSING = frozenset((")", "]", "}", "template_end", "quote_end"))
_CONTINUES = frozenset((".", "[", ".*", "[*]", "legacy_index", "?", "||", "&&", "==", "!=", "<", ">", "<=", ">="))
_CONTINUES |= frozenset("+-*/%")


@dataclass(frozen=True, slots=True)
class _Expression:
    """An expression: its value in JSON, and its text as a part of a template."""

    value: Json
    text: str


def parse(path: str, data: bytes) -> Parsed:
    """The object of a file."""
    stream = _Stream(Source(data))
    first = stream.source.position(stream.token.start)[0]
    try:
        body = _Body(stream).read(END)
    except UnreadableInput as error:
        problem = stream.problem
        if problem is None or (error.line, error.column) >= (problem.line, problem.column):
            raise
        raise problem from None
    if stream.problem is not None:
        raise stream.problem
    return Parsed(body, (first,))


class _Stream(Stream):
    """A stream that can go back."""

    def mark(self) -> tuple[int, bool]:
        return self._index, self._newline_read

    def back(self, mark: tuple[int, bool]) -> None:
        self._index, self._newline_read = mark

    def continues(self) -> bool:
        """Whether what was read is only the beginning of an expression."""
        return self.kind in _CONTINUES

    def to_question(self) -> bool:
        """Go on to the ``?`` of the expression that starts here, outside of all brackets."""
        depth = 0
        while (kind := self.kind) not in (END, NEWLINE) and (depth or kind not in _CLOSING):
            if kind == "?" and not depth:
                return True
            depth += (kind in _OPENING) - (kind in _CLOSING)
            self.read()
        return False

    def quote_all(self, start: int) -> str:
        """The text from ``start`` to the last token, with a parenthesis that stands right behind it."""
        data, end = self.source.data, self.end
        return data[start : end + (data[end : end + 1] == b")")].decode()


class _Body:
    def __init__(self, stream: _Stream) -> None:
        self._stream = stream
        self._blocks: JsonObject = {}
        self._attributes: JsonObject = {}

    def read(self, closing: str) -> JsonObject:
        stream = self._stream
        while not stream.skip(closing):
            if stream.skip(NEWLINE):
                continue
            if closing == END and stream.kind == END:
                break
            self._item()
            if stream.kind not in {NEWLINE, END}:
                raise stream.error(f"an end of line is expected, not {stream.found}", "one argument or block a line")
            if closing != END and stream.kind == END:
                raise stream.error("the file ends inside a block", "close it with }")
            stream.skip(NEWLINE)
        return {**self._blocks, **self._attributes}

    def _read_line(self) -> JsonObject:
        stream = self._stream
        if not stream.skip("}"):
            if stream.kind != "identifier" or stream.behind() != "=":
                raise stream.error("a block on one line holds one argument", "put each block on lines of its own")
            self._item()
            stream.expect("}", "behind the only argument of a block on one line")
        return {**self._blocks, **self._attributes}

    def _item(self) -> None:
        stream = self._stream
        name = stream.expect("identifier", "(an argument or a block)")
        text = stream.text_of(name)
        if "::" in text:
            raise stream.source.error(name.start, f"{text} is no name of an argument")
        if not stream.skip("="):
            self._block(text, name.start)
        elif text in self._attributes:
            raise stream.source.error(name.start, f"{text} is set twice", "keep one of them")
        else:
            self._attributes[text] = _expression(stream).value

    def _block(self, key: str, start: int) -> None:
        stream, into = self._stream, self._blocks
        while not stream.skip("{"):
            into = into.setdefault(key, {})
            if not isinstance(into, dict):
                raise stream.source.error(start, f"there are {key!r:.40} blocks with and without labels")
            key = _label(stream)
        with stream.deeper(), stream.lines(True):
            inner = _Body(stream)
            body = inner.read("}") if stream.skip(NEWLINE) else inner._read_line()
        blocks = into.setdefault(key, [])
        if not isinstance(blocks, list):
            raise stream.source.error(start, f"there are {key!r:.40} blocks with and without labels")
        blocks.append(body)


def _label(stream: Stream) -> str:
    if stream.kind == "identifier":
        return stream.text_of(stream.read())
    start = stream.token.start
    if stream.kind != "quote_start":
        raise stream.error(f"= or {{ is expected behind the name, not {stream.found}")
    label = parse_expression(stream)
    if label["node"] != "literal" or not isinstance(label["value"], str):
        raise stream.source.error(start, "a label is a plain string")
    text: str = label["value"]
    return text


def _expression(stream: Stream, *, in_template: bool = False) -> _Expression:
    assert isinstance(stream, _Stream)
    with stream.deeper():
        start, mark = stream.token.start, stream.mark()
        simple = _simple(stream)
        if simple is not None and not stream.continues():
            return simple
        stream.back(mark)
        node = parse_expression(stream)
        wrapped = "${" + stream.quote_all(start) + "}"
        if not in_template or node["node"] != "conditional":
            return _Expression(wrapped, wrapped)
        behind = stream.mark()
        stream.back(mark)
        text = _conditional(stream, start)
        stream.back(behind)
        return _Expression(wrapped, wrapped if text is None else text)


def _conditional(stream: _Stream, start: int) -> str | None:
    """The conditional that starts here, as a template has it; None where it stands in parentheses."""
    if not stream.to_question():
        return None
    condition = stream.quote_all(start)
    stream.read()
    then = _expression(stream, in_template=True).text
    stream.expect(":", "between the results of a conditional")
    otherwise = _expression(stream, in_template=True).text
    return _if(condition, then, otherwise)


def _if(condition: str, then: str, otherwise: str) -> str:
    return f"%{{if {condition}}}{then}" + (f"%{{else}}{otherwise}" if otherwise else "") + "%{endif}"


def _simple(stream: _Stream) -> _Expression | None:
    """An expression that JSON can hold, read; None where the next tokens begin no such thing."""
    kind, start = stream.kind, stream.token.start
    if kind in {"-", "!"}:
        return _negated(stream)
    if kind == "number" or (kind == "identifier" and stream.text in _WORDS and stream.behind() != "("):
        return _literal(stream)
    if kind == "quote_start":
        return _template(parse_quoted(stream, _part), quoted=True)
    if kind in {"<<", "<<-"}:
        return _template(parse_heredoc(stream, _part), quoted=False)
    value: Json
    if kind == "[" and not _is_for(stream):
        value = _list(stream)
    elif kind == "{" and not _is_for(stream):
        value = _object(stream)
    else:
        return None
    return _Expression(value, "${" + stream.quote_all(start) + "}")


def _literal(stream: Stream) -> _Expression:
    token = stream.read()
    text = stream.text_of(token)
    if text in _WORDS:
        return _Expression(_WORDS[text], text)
    return _Expression(_number(stream, text, token.start), _digits(text))


def _number(stream: Stream, text: str, start: int) -> Json:
    try:
        value = number(float(text)) if abs(Decimal(text).adjusted()) < _MOST_DIGITS else None
    except ValueError:
        value = None
    if value is None:
        raise stream.source.error(start, f"{text[:40]!r} is no number that JSON can hold")
    return value


def _digits(text: str) -> str:
    """A number in a template: all its digits, no exponent."""
    digits = f"{Decimal(text):f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _negated(stream: _Stream) -> _Expression | None:
    """A literal behind ``-`` or ``!``; of the wrong type it is refused."""
    operator = stream.read()
    kind, start = stream.kind, operator.start
    if kind != "number" and not (kind == "identifier" and stream.text in _WORDS and stream.behind() != "("):
        return None
    literal = _literal(stream)
    if stream.continues():
        return None
    is_minus = operator.kind == "-"
    if (is_minus and (literal.value is None or isinstance(literal.value, bool))) or (
        not is_minus and not isinstance(literal.value, bool)
    ):
        raise stream.source.error(start, f"{operator.kind} cannot stand in front of {literal.text[:40]}")
    return _Expression(-literal.value if is_minus else not literal.value, "${" + stream.quote_all(start) + "}")


def _is_for(stream: _Stream) -> bool:
    """Whether the bracket that comes next opens a ``for`` expression."""
    mark = stream.mark()
    opening = stream.read().kind
    with stream.lines(False):
        found = stream.kind == "identifier" and stream.text == "for"
        found = found and (opening == "[" or stream.behind() not in {"=", ":"})
    stream.back(mark)
    return found


def _list(stream: _Stream) -> list[Json]:
    stream.read()
    items: list[Json] = []
    with stream.lines(False):
        while not stream.skip("]"):
            items.append(_expression(stream).value)
            if not stream.skip(","):
                stream.expect("]", "behind the elements")
                break
    return items


def _object(stream: _Stream) -> JsonObject:
    stream.read()
    value: JsonObject = {}
    with stream.lines(True):
        while True:
            while stream.skip(NEWLINE):
                pass
            if stream.skip("}"):
                return value
            key = _key(stream)
            if not stream.skip("="):
                stream.expect(":", "behind the key, or =,")
            value[key] = _expression(stream).value
            if not stream.skip(",") and stream.kind not in {NEWLINE, "}"}:
                raise stream.error(f"a comma or an end of line is expected behind the value, not {stream.found}")


def _key(stream: _Stream) -> str:
    start, mark = stream.token.start, stream.mark()
    if stream.kind == "identifier":
        word = stream.text_of(stream.read())
        if stream.kind in {"=", ":"}:
            return word
        stream.back(mark)
        node = parse_expression(stream)
        if node["node"] == "traversal" and "root" in node and all(_is_named(step) for step in node["steps"]):
            return stream.quote_all(start)
        stream.back(mark)
    return _expression(stream, in_template=True).text


def _is_named(step: Json) -> bool:
    return isinstance(step, str) or step.get("node") == "literal"


def _part(stream: Stream) -> JsonObject:
    """An expression inside a template, as ``parse_quoted`` and ``parse_heredoc`` hand it on."""
    assert isinstance(stream, _Stream)
    start = stream.token.start
    expression = _expression(stream, in_template=True)
    return {"node": "part", "value": expression.value, "text": expression.text, "source": stream.quote_all(start)}


def _template(parts: Sequence[Json], *, quoted: bool) -> _Expression:
    if quoted and len(parts) == 1 and not isinstance(parts[0], str) and parts[0]["node"] == "part":
        return _Expression(parts[0]["value"], parts[0]["text"])
    text = _joined(parts)
    return _Expression(text, text)


def _joined(parts: Sequence[Json]) -> str:
    return "".join(map(_text, parts))


def _text(part: Json) -> str:
    if isinstance(part, str):
        return part.replace("${", "$${").replace("%{", "%%{")
    if part["node"] == "if":
        if _is_null(part["then"]):
            return ""
        otherwise = "" if _is_null(part["else"]) else _joined(part["else"])
        return _if(part["condition"]["source"], _joined(part["then"]), otherwise)
    if part["node"] == "each":
        names = part["value_name"] if part["key_name"] is None else f"{part['key_name']}, {part['value_name']}"
        return f"%{{for {names} in {part['in']['source']}}}{_joined(part['parts'])}%{{endfor}}"
    text: str = part["text"]
    return text


def _is_null(parts: Sequence[Json]) -> bool:
    """Whether what a condition or loop holds is nothing but ``${null}``, over which hcl2json stumbles."""
    return len(parts) == 1 and not isinstance(parts[0], str) and parts[0].get("source") == "null"
