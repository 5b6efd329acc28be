"""A stream of tokens for a parser that looks one token ahead and knows where line ends count."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gatekeeper.errors import UnreadableInput
from gatekeeper.syntax.hcl.source import MAX_DEPTH, Source
from gatekeeper.syntax.hcl.tokens import END, Token, tokenize

NEWLINE = "end of line"


class Stream:
    """The tokens of a source. Inside brackets line ends are white space, elsewhere they are tokens of their own."""

    def __init__(self, source: Source) -> None:
        """Tokenize the source; ``problem`` is the first place that tree-sitter could not read, if there is one."""
        self.source = source
        self._tokens, self.problem = tokenize(source)
        self._index = 0
        self._depth = 0
        self._lines_count = True
        self._newline_read = False

    @property
    def kind(self) -> str:
        """Kind of the next token, ``NEWLINE`` where a line ends first and that counts."""
        token = self._tokens[self._index]
        return NEWLINE if token.newline and self._lines_count and not self._newline_read else token.kind

    @property
    def token(self) -> Token:
        """The next token that is no line end."""
        return self._tokens[self._index]

    @property
    def end(self) -> int:
        """Offset behind the token that was read last."""
        return self._tokens[self._index - 1].end if self._index else 0

    @property
    def text(self) -> str:
        """Text of the next token."""
        return self.text_of(self.token)

    def text_of(self, token: Token) -> str:
        """Text of a token."""
        return self.source.data[token.start : token.end].decode()

    def behind(self) -> str:
        """Kind of the token behind the next one."""
        return self._tokens[min(self._index + 1, len(self._tokens) - 1)].kind

    def read(self) -> Token:
        """The next token; a line end in front of it is passed over."""
        token = self._tokens[self._index]
        if token.kind != END:
            self._index += 1
            self._newline_read = False
        return token

    def skip(self, kind: str) -> bool:
        """Read the next token if it is of this kind, and tell whether it was."""
        if self.kind != kind:
            return False
        if kind == NEWLINE:
            self._newline_read = True
        else:
            self.read()
        return True

    def skip_word(self, word: str) -> bool:
        """Read the next token if it is this name, and tell whether it was."""
        if self.kind != "identifier" or self.text != word:
            return False
        self.read()
        return True

    def expect(self, kind: str, where: str) -> Token:
        """Read a token of this kind.

        Raises:
            UnreadableInput: the next one is another.
        """
        if self.kind != kind:
            raise self.error(f"{_name(kind)} is expected {where}, not {self.found}")
        return self.read()

    @property
    def found(self) -> str:
        """The next token, for a message."""
        return self.kind if self.kind in {NEWLINE, END} else repr(self.text[:40])

    def error(self, message: str, hint: str = "") -> UnreadableInput:
        """An error at the next token, to be raised."""
        offset = self.end if self.kind == NEWLINE else self.token.start
        return self.source.error(offset, message, hint)

    @contextmanager
    def lines(self, count: bool) -> Iterator[None]:
        """Whether line ends count until the end of the ``with`` block."""
        before = self._lines_count, self._newline_read
        self._lines_count, self._newline_read = count, False
        yield
        self._lines_count, self._newline_read = before[0], False

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level of nesting.

        Raises:
            UnreadableInput: there are more than ``MAX_DEPTH``.
        """
        self._depth += 1
        self.check_depth()
        yield
        self._depth -= 1

    def check_depth(self, more: int = 0) -> None:
        """Refuse more than ``MAX_DEPTH`` levels of nesting, ``more`` of them not entered by ``deeper``.

        Raises:
            UnreadableInput: there are more.
        """
        if self._depth + more > MAX_DEPTH:
            raise self.error(f"nests deeper than {MAX_DEPTH} levels", "nobody writes this by hand; exclude the file")


def _name(kind: str) -> str:
    names = {"identifier": "a name", "quote_end": "a closing quote", "template_end": "}"}
    return names.get(kind, kind if kind in {NEWLINE, END} else repr(kind))
