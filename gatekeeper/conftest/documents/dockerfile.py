"""Dockerfiles: an array of one array of commands, as conftest takes it for one document.

A command is ``{"Cmd", "SubCmd", "JSON", "Flags", "Value", "Stage"}``: ``Cmd`` in small letters, ``SubCmd`` what ONBUILD
triggers, ``JSON`` whether ``Value`` comes from an array, ``Stage`` the ordinal of the FROM above. Pairs of ENV and
LABEL are three items each: name, value with its quotes, and ``=`` (``""`` where a blank stands between them). Comments
above an instruction are commands ``comment``; an empty one (``#``) makes those above it be forgotten.

Other than conftest: bytes that are no UTF-8, NUL bytes, and triggers of ONBUILD that no builder could run are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gatekeeper.conftest.documents import dockerfile_checks
from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.golang import SPACE
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import JsonObject
from gatekeeper.syntax.dockerfile import words
from gatekeeper.syntax.dockerfile.instructions import Instruction
from gatekeeper.syntax.dockerfile.parser import parse as parse_instructions

_BLANKS = re.compile(r"[\t\v\f\r ]+")
_DIRECTIVE = re.compile(r"#[ \t\f\r]*(?:syntax|escape|check)[ \t\f\r]*=[ \t\f\r]*[^ \t\f\r\n]", re.IGNORECASE)
_LONGEST_LINE = (1 << 16) - 1


def parse(path: str, data: bytes) -> Parsed:
    """The commands of a file."""
    instructions = parse_instructions(data).instructions
    if not instructions:
        raise UnreadableInput("a Dockerfile without instructions")
    lines = data.decode().removeprefix("\ufeff").split("\n")
    for number, line in enumerate(lines, 1):
        if len(line.encode()) >= _LONGEST_LINE:
            raise UnreadableInput(f"a line is longer than {_LONGEST_LINE} bytes", line=number)
    commands: list[JsonObject] = []
    stage = -1
    above = _directives(lines)
    for instruction in instructions:
        dockerfile_checks.check(instruction)
        stage += instruction.name == "FROM"
        comments = _comments(lines[above : instruction.span.line - 1])
        commands.extend(_command("comment", [comment], stage) for comment in comments)
        above = instruction.span.end_line
        commands.append(_of(instruction, stage))
    return Parsed([commands], (instructions[0].span.line,))


def _command(name: str, value: Sequence[str] | None, stage: int) -> JsonObject:
    return {"Cmd": name, "SubCmd": "", "JSON": False, "Flags": None, "Value": value, "Stage": max(stage, 0)}


def _of(instruction: Instruction, stage: int) -> JsonObject:
    if instruction.name == "ONBUILD":
        trigger, *rest = _BLANKS.split(instruction.value, maxsplit=1)
        text = rest[0][words.flags(rest[0], 0)[1] :] if rest else ""
        command = _command("onbuild", _value(instruction, instruction.trigger, instruction.arguments[1:], text), stage)
        return {**command, "SubCmd": trigger, "JSON": instruction.exec_form, "Flags": []}
    command = _command(
        instruction.name.lower(),
        _value(instruction, instruction.name, instruction.arguments, instruction.value),
        stage,
    )
    flags = list(instruction.flags) if instruction.value or instruction.flags else None
    return {**command, "JSON": instruction.exec_form, "Flags": flags}


def _value(instruction: Instruction, name: str, arguments: Sequence[str], text: str) -> list[str] | None:
    if name == "HEALTHCHECK":
        command = list(arguments[1:]) if instruction.exec_form else _BLANKS.split(text, maxsplit=1)[1:]
        return [*arguments[:1], *command] or None
    if name in ("ENV", "LABEL"):
        return list(_pairs(arguments)) or None
    if instruction.exec_form or name in ("ADD", "ARG", "COPY", "EXPOSE", "FROM", "VOLUME"):
        return list(arguments) or None
    return [text] if text else None


def _pairs(arguments: Sequence[str]) -> Iterator[str]:
    if arguments and "=" not in arguments[0]:
        yield from (*arguments, "")
        return
    for word in arguments:
        name, _, value = word.partition("=")
        yield from (name, value, "=")


def _directives(lines: Sequence[str]) -> int:
    """How many lines at the top are parser directives."""
    return next((number for number, line in enumerate(lines) if not _DIRECTIVE.match(line.lstrip(SPACE))), len(lines))


def _comments(lines: Sequence[str]) -> list[str]:
    comments: list[str] = []
    for line in lines:
        if line.lstrip(SPACE).startswith("#"):
            comment = line[1:].strip(SPACE)
            comments = [*comments, comment] if comment else []
    return comments
