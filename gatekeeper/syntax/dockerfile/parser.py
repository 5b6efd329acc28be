"""A whole Dockerfile: its instructions, each with its here-documents."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gatekeeper.errors import UnreadableInput
from gatekeeper.model.place import Span
from gatekeeper.syntax.dockerfile import expansion
from gatekeeper.syntax.dockerfile.instructions import MAY_HAVE_HEREDOCS, Heredoc, Instruction, understand
from gatekeeper.syntax.dockerfile.lines import Lines, LogicalLine

_HEREDOC = re.compile(r"[0-9]*<<(-?)([^<]+)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The instructions of a file, in order, and the character that escapes in it."""

    instructions: tuple[Instruction, ...]
    escape: str


def parse(data: bytes) -> Parsed:
    """The instructions of a Dockerfile; places count code points, without a byte order mark.

    Whether they make up stages is not looked at. Time and memory are linear in the input.

    Raises:
        UnreadableInput: not UTF-8, a NUL byte, an unknown or incomplete instruction, an open here-document.
    """
    lines = Lines(_decode(data))
    instructions = [_with_heredocs(understand(line, lines.escape), line, lines) for line in lines.logical()]
    return Parsed(tuple(instructions), lines.escape)


def _decode(data: bytes) -> str:
    nul = data.find(b"\0")
    if nul >= 0:
        raise UnreadableInput("holds a NUL byte, behind which a builder reads nothing", line=_line_of(data, nul))
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise UnreadableInput("is not UTF-8", line=_line_of(data, error.start)) from None


def _line_of(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _with_heredocs(instruction: Instruction, line: LogicalLine, lines: Lines) -> Instruction:
    # The last line may be a comment or empty: it belongs to the instruction all the same.
    last, column = line.last_line, lines.end_column()
    heredocs = []
    if instruction.trigger in MAY_HAVE_HEREDOCS and not instruction.exec_form and "<<" in line.text:
        for name, strip_tabs in _delimiters(line.text, instruction.span):
            heredocs.append(Heredoc(name, _content(name, lines, strip_tabs, instruction.span)))
            last, column = lines.number, lines.end_column()
    span = Span(*line.pieces[0], last, column)
    return replace(instruction, span=span, heredocs=tuple(heredocs))


def _delimiters(text: str, opened: Span) -> list[tuple[str, bool]]:
    """Name of each here-document that a command line opens, and whether leading tabs are to be dropped."""
    try:
        matches = [match for word in expansion.raw_words(text) if (match := _HEREDOC.fullmatch(word))]
    except expansion.BadSubstitutionError:
        return []  # to BuildKit, a line that it cannot split opens none
    found = []
    for match in matches:
        try:
            names = expansion.unquoted_words(match[2])
        except expansion.BadSubstitutionError as error:
            message = f"{match[0]:.40} opens no here-document: {error}"
            raise UnreadableInput(message, line=opened.line, column=opened.column) from None
        if len(names) == 1:
            found.append((names[0], match[1] == "-"))
    return found


def _content(name: str, lines: Lines, strip_tabs: bool, opened: Span) -> str:
    content: list[str] = []
    while (line := lines.verbatim()) is not None:
        bare = line.rstrip("\r\n")
        if (bare.lstrip("\t") if strip_tabs else bare) == name:
            return "".join(content)
        content.append(line.lstrip("\t") if strip_tabs else line)
    raise UnreadableInput(f"the here-document {name:.40} is never closed", line=opened.line, column=opened.column)
