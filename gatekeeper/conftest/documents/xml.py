"""XML documents as goxml2json turns them into JSON.

An element is its text, or, with attributes or elements in it, an object: attributes as ``-name``, elements by their
names (several of one name are an array), the text as ``#content``. Names lose their prefixes, texts the white space
around them. The document is an object with the root element.

Where conftest would keep only a part of a text, or nothing of a broken document, gatekeeper refuses: text next to
elements, text in pieces around a comment, and documents that are not well-formed (conftest gives policies what stood
in front of the mistake, often ``""``). Entities of a document type are refused by both.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from gatekeeper.conftest.documents.base import Parsed
from gatekeeper.conftest.documents.golang import SPACE
from gatekeeper.conftest.documents.xml_tokens import End, Start, Text, decode, tokens
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.json import Json
from gatekeeper.syntax.text import MAX_DEPTH, collector_paused


@dataclass(slots=True)
class _Element:
    name: str
    line: int
    children: dict[str, list[Json]] = field(default_factory=dict)
    has_elements: bool = False
    text: str = ""
    lost: int = 0  # line of a text that conftest would forget

    def add(self, name: str, value: Json) -> None:
        self.children.setdefault(name, []).append(value)

    def say(self, text: str, line: int) -> None:
        if self.text:
            self.lost = self.lost or line
        self.text = text

    def value(self) -> Json:
        if not self.children:
            return self.text
        value: Json = {name: items if len(items) > 1 else items[0] for name, items in self.children.items()}
        return {"#content": self.text, **value} if self.text else value


def parse(path: str, data: bytes) -> Parsed:
    """The value of a file."""
    with collector_paused():
        return _read(decode(data))


def _read(text: str) -> Parsed:
    root = _Element("", 1)
    stack = [root]
    first = 0
    for token in tokens(text):
        if isinstance(token, Start):
            first = first or token.line
            stack[-1].has_elements = True
            element = _Element(token.name, token.line)
            for name, value in token.attributes:
                element.add(f"-{name}", value)
            stack.append(element)
            if len(stack) > MAX_DEPTH // 2:
                raise UnreadableInput(f"nests deeper than {MAX_DEPTH // 2} levels", line=token.line)
        elif isinstance(token, Text):
            stack[-1].say(_trimmed(token.text), token.line)
        elif isinstance(token, End):
            element = stack.pop()
            _refuse_loss(element)
            stack[-1].add(element.name, element.value())
    _refuse_loss(root)
    if not root.children:
        raise UnreadableInput("is not well-formed XML: there is no element", line=1)
    return Parsed(root.value(), (first,))


def _refuse_loss(element: _Element) -> None:
    if element.lost or (element.text and element.has_elements):
        name = f"<{element.name[:40]}>" if element.name else "the document"
        raise UnreadableInput(
            f"the text of {name} is mixed with elements or comments, of which conftest keeps only a part",
            line=element.lost or element.line,
            hint="check this document by its own tools, or leave it out with --ignore",
        )


def _trimmed(text: str) -> str:
    start, end = 0, len(text)
    while start < end and not _is_graphic(text[start]):
        start += 1
    while start < end and not _is_graphic(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_graphic(character: str) -> bool:
    return character not in SPACE and unicodedata.category(character)[0] in "LMNPS"
