"""Bodies of HCL's native syntax as plain JSON.

::

    body   {"attributes": {name: expression}, "blocks": [block], "places": {name: [start, end]}}
    block  {"type": str, "labels": [str], "ordinal": int, "place": [start, end of its header], ...a body's fields}

Attributes and blocks stand in the order of the source; ``ordinal`` counts the blocks of the same type and labels
within a body; places are offsets in bytes. Expressions: see ``expressions``. The grammar is that of HCL's native
syntax specification, with its separators and line ends.
"""

from __future__ import annotations

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import JsonObject
from gatekeeper.syntax.hcl.expressions import parse_expression
from gatekeeper.syntax.hcl.source import Source
from gatekeeper.syntax.hcl.stream import NEWLINE, Stream
from gatekeeper.syntax.hcl.tokens import END, Token


def parse(data: bytes) -> JsonObject:
    """The body of a file.

    Raises:
        UnreadableInput: it is no HCL, no UTF-8, too large or too deep; line and column of the first such place.
    """
    stream = Stream(Source(data))
    problem = stream.problem
    try:
        body = _Body(stream).read(END)
    except UnreadableInput as error:
        # Both found something; tree-sitter tends to blame the start of the block around it.
        if problem is None or (error.line, error.column) >= (problem.line, problem.column):
            raise
        raise problem from None
    if problem is not None:
        raise problem
    return body


class _Body:
    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._attributes: JsonObject = {}
        self._blocks: list[JsonObject] = []
        self._places: dict[str, list[int]] = {}
        self._ordinals: dict[tuple[str, ...], int] = {}

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
        return self._result()

    def read_line(self) -> JsonObject:
        """A block on one line: at most one attribute."""
        stream = self._stream
        if not stream.skip("}"):
            if stream.kind != "identifier" or stream.behind() != "=":
                raise stream.error("a block on one line holds one argument", "put each block on lines of its own")
            self._item()
            stream.expect("}", "behind the only argument of a block on one line")
        return self._result()

    def _result(self) -> JsonObject:
        return {"attributes": self._attributes, "blocks": self._blocks, "places": self._places}

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
            self._attributes[text] = parse_expression(stream)
            self._places[text] = [name.start, stream.end]

    def _block(self, type_: str, start: int) -> None:
        stream = self._stream
        labels: list[str] = []
        while not stream.skip("{"):
            labels.append(_label(stream))
        place = [start, stream.end]
        with stream.deeper(), stream.lines(True):
            inner = _Body(stream)
            body = inner.read("}") if stream.skip(NEWLINE) else inner.read_line()
        ordinal = self._ordinals.get((type_, *labels), 0)
        self._ordinals[type_, *labels] = ordinal + 1
        self._blocks.append({"type": type_, "labels": labels, "ordinal": ordinal, "place": place, **body})


def _label(stream: Stream) -> str:
    token: Token = stream.token
    if stream.kind == "identifier":
        return stream.text_of(stream.read())
    if stream.kind == "quote_start":
        label = parse_expression(stream)
        if label["node"] == "literal" and isinstance(label["value"], str):
            return label["value"]
        raise stream.source.error(token.start, "a label is a plain string")
    raise stream.error(f"= or {{ is expected behind the name, not {stream.found}")
