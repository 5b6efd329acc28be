"""What each instruction's text means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import orjson

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.place import Span
from gatekeeper.syntax.dockerfile import expansion, words
from gatekeeper.syntax.dockerfile.lines import SPACE, LogicalLine

MAY_HAVE_HEREDOCS = frozenset(("ADD", "COPY", "RUN"))

_BLANKS = re.compile(r"[\t\v\f\r ]+")
_NOT_TRIGGERS = frozenset(("FROM", "MAINTAINER", "ONBUILD"))
_AT_LEAST = {"ADD": 2, "COPY": 2, "CMD": 0, "ENTRYPOINT": 0, "RUN": 0}


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair of ENV, ARG or LABEL, without quotes and escapes; variables in it stand as they are written."""

    name: str
    value: str | None  # None: an ARG without a default
    span: Span


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A here-document; tabs at its lines' starts are gone where ``<<-`` says so."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction.

    ``arguments`` are the exec form's elements, else words with their quotes. ONBUILD's ``value`` is the trigger as
    written; its flags, arguments, pairs and here-documents are the trigger's, whose name is the first argument.
    """

    name: str
    span: Span
    value: str = ""
    arguments: tuple[str, ...] = ()
    exec_form: bool = False
    flags: tuple[str, ...] = ()  # --name=value or --name
    pairs: tuple[Pair, ...] = ()
    heredocs: tuple[Heredoc, ...] = ()

    @property
    def trigger(self) -> str:
        """Name of what is done in the end: ONBUILD's trigger, else the instruction itself."""
        return self.arguments[0] if self.name == "ONBUILD" else self.name


@dataclass(frozen=True, slots=True)
class _Body:
    """What stands behind name and flags: ``line.text[start:]``."""

    name: str
    line: LogicalLine
    start: int
    escape: str

    @property
    def value(self) -> str:
        return self.line.text[self.start :]

    def words(self) -> list[words.Word]:
        return words.split(self.line.text, self.start, self.escape)

    def refusal(self, message: str) -> UnreadableInput:
        line, column = self.line.position(min(self.start, max(len(self.line.text) - 1, 0)))
        return UnreadableInput(message, line=line, column=column)


@dataclass(frozen=True, slots=True)
class _Meaning:
    arguments: tuple[str, ...]
    exec_form: bool = False
    pairs: tuple[Pair, ...] = field(default=())


def understand(line: LogicalLine, escape: str) -> Instruction:
    """The instruction of a logical line; here-documents are not looked at.

    Raises:
        UnreadableInput: it is unknown or lacks what makes it one.
    """
    line = replace(line, text=line.text.rstrip(SPACE))
    return _instruction(line, len(line.text) - len(line.text.lstrip(SPACE)), escape)


def _instruction(line: LogicalLine, start: int, escape: str, *, trigger: bool = False) -> Instruction:
    end = match.start() if (match := _BLANKS.search(line.text, start)) else len(line.text)
    name = line.text[start:end].upper()
    if name not in _MEANINGS or (trigger and name in _NOT_TRIGGERS):
        number, column = line.position(min(start, max(len(line.text) - 1, 0))) if line.text else line.pieces[0]
        what = "cannot be triggered by ONBUILD" if name in _MEANINGS else "is not an instruction of a Dockerfile"
        raise UnreadableInput(f"{name[:40]!r} {what}", line=number, column=column)
    flags, start = words.flags(line.text, end)
    while start < len(line.text) and line.text[start] in SPACE:
        start += 1
    body = _Body(name, line, start, escape)
    span = line.span(0, len(line.text))
    if name == "ONBUILD" and body.value:
        inner = _instruction(line, start, escape, trigger=True)
        return replace(
            inner,
            name=name,
            value=body.value,
            arguments=(inner.name, *inner.arguments),
            flags=(*flags, *inner.flags),
        )
    meaning = _MEANINGS[name](body)
    least = _AT_LEAST.get(name, 1)
    if len(meaning.arguments) < least:
        raise body.refusal(f"{name} needs at least {'one argument' if least == 1 else 'two arguments'}")
    return Instruction(name, span, body.value, meaning.arguments, meaning.exec_form, tuple(flags), meaning.pairs)


def _words(body: _Body) -> _Meaning:
    return _Meaning(tuple(_BLANKS.split(body.value)) if body.value else ())


def _exec_or_words(body: _Body) -> _Meaning:
    return _exec_form(body, body.value) or _words(body)


def _exec_form(body: _Body, value: str) -> _Meaning | None:
    """The exec form: a JSON array of strings and nothing behind it. Other arrays are mistakes, other text is words."""
    if not value.startswith("["):
        return None
    try:
        elements = orjson.loads(value)
    except ValueError:
        return None
    if not all(isinstance(element, str) for element in elements):
        raise body.refusal(f"the array of {body.name} must hold nothing but strings")
    return _Meaning(tuple(elements), exec_form=True)


def _shell(body: _Body) -> _Meaning:
    meaning = _exec_form(body, body.value)
    if meaning is None:
        raise body.refusal('SHELL must be a JSON array such as ["/bin/sh", "-c"]')
    return meaning


def _healthcheck(body: _Body) -> _Meaning:
    kind, *rest = _BLANKS.split(body.value, maxsplit=1)
    if kind.upper() not in ("CMD", "NONE", ""):
        raise body.refusal(f"HEALTHCHECK {kind:.20} is not known: only CMD and NONE are")
    command = (_exec_form(body, rest[0]) or _Meaning(tuple(_BLANKS.split(rest[0])))) if rest else _Meaning(())
    return _Meaning((kind, *command.arguments) if kind else (), command.exec_form)


def _named(body: _Body) -> _Meaning:
    """ENV and LABEL: ``a=b c=d``, or the old ``a b`` where the first word holds no ``=``."""
    value, found = body.value, body.words()
    if not found:
        return _Meaning(())
    if "=" not in found[0].text:
        parts = _BLANKS.split(value, maxsplit=1)
        if len(parts) < 2:
            raise body.refusal(f"{body.name} {value:.40} has no value; write {body.name} name=value")
        return _Meaning(tuple(parts), pairs=(_pair(body, parts[0], parts[1], body.start, body.start + len(value)),))
    pairs = []
    for word in found:
        name, equals, content = word.text.partition("=")
        if not equals or not name:
            line, column = body.line.position(word.start)
            raise UnreadableInput(f"{word.text:.40} is not of the form name=value", line=line, column=column)
        pairs.append(_pair(body, name, content, word.start, word.end))
    return _Meaning(tuple(word.text for word in found), pairs=tuple(pairs))


def _arg(body: _Body) -> _Meaning:
    found = body.words()
    pairs = []
    for word in found:
        name, equals, content = word.text.partition("=")
        if not name:
            raise body.refusal("ARG has a blank name")
        pairs.append(_pair(body, name, content if equals else None, word.start, word.end))
    return _Meaning(tuple(word.text for word in found), pairs=tuple(pairs))


def _pair(body: _Body, name: str, value: str | None, start: int, end: int) -> Pair:
    return Pair(
        _unquoted(name, body.escape),
        None if value is None else _unquoted(value, body.escape),
        body.line.span(start, end),
    )


def _unquoted(text: str, escape: str) -> str:
    try:
        return expansion.unquote(text, escape)
    except expansion.BadSubstitutionError:
        return text  # what the builder would refuse is still there for all to see


_MEANINGS: dict[str, Callable[[_Body], _Meaning]] = {
    "ADD": _exec_or_words,
    "ARG": _arg,
    "CMD": _exec_or_words,
    "COPY": _exec_or_words,
    "ENTRYPOINT": _exec_or_words,
    "ENV": _named,
    "EXPOSE": _words,
    "FROM": _words,
    "HEALTHCHECK": _healthcheck,
    "LABEL": _named,
    "MAINTAINER": _words,
    "ONBUILD": _words,
    "RUN": _exec_or_words,
    "SHELL": _shell,
    "STOPSIGNAL": _words,
    "USER": _words,
    "VOLUME": _exec_or_words,
    "WORKDIR": _words,
}
