"""Where an item of evidence comes from, and where that is in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

Key: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Span:
    """A range of text. Lines end at LF or CRLF only; lines and columns count from 1, columns in code points."""

    line: Annotated[int, "First line"]
    column: Annotated[int, "First column"]
    end_line: Annotated[int, "Last line"]
    end_column: Annotated[int, "The column behind the last character"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the source: a path of keys for structured syntaxes, a span where the reader or scanner knows it.

    Keys of YAML, JSON and TOML are mapping keys and list indexes. Keys of HCL are, for each block, its type, its
    labels and its ordinal among blocks of the same type and labels in the same body (0 may be omitted at the end),
    then attribute names, map keys and list indexes:
    ``("resource", "aws_security_group", "web", 0, "ingress", 1, "cidr_blocks", 0)``.
    """

    path: Annotated[str, "Path of the file, relative to the inspected tree, with forward slashes"]
    document: Annotated[int, "Ordinal of the document in a YAML stream, from 0"] = 0
    keys: Annotated[tuple[Key, ...], "Path of keys from the document's root to the item"] = ()
    span: Annotated[Span | None, "Range of text, where it is known without the keys"] = None

    def below(self, *keys: Key) -> Place:
        """The place of something inside this one; a relative key has no span of its own."""
        return Place(self.path, self.document, (*self.keys, *keys), self.span)


@dataclass(frozen=True, slots=True)
class Location:
    """A place as people see it: path, span, and the line itself with secrets masked."""

    path: Annotated[str, "Path of the file; empty where it is about no file"]
    span: Annotated[Span | None, "The range of text, null where it is about the whole file"] = None
    snippet: Annotated[str, "The first line of the range, secrets masked"] = ""
    line: Annotated[int, "First line of the range, 0 where there is none"] = 0
    column: Annotated[int, "First column of the range, 0 where there is none"] = 0

    def __post_init__(self) -> None:
        if self.span is not None:
            object.__setattr__(self, "line", self.span.line)
            object.__setattr__(self, "column", self.span.column)
