"""Dockerfiles and Containerfiles: their build stages, with base images as far as they can be known."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatekeeper.collect.base import HEAD_BYTES
from gatekeeper.errors import UnreadableInput
from gatekeeper.model.infrastructure import Dockerfile, DockerInstruction, DockerStage, Heredoc, NameValue
from gatekeeper.model.json import Json, unknown
from gatekeeper.model.place import Place
from gatekeeper.syntax import dockerfile
from gatekeeper.syntax.dockerfile import Instruction, expansion

_DOCUMENTS = (".md", ".rst", ".adoc", ".html", ".dockerignore")
_TEMPLATES = tuple(
    f".{name}"
    for name in [
        "j2",
        "jinja",
        "jinja2",
        "tmpl",
        "tpl",
        "template",
        "gotmpl",
        "erb",
        "ejs",
        "hbs",
        "mustache",
        "m4",
        "in",
    ]
)
_TEMPLATE_ACTION = re.compile(rb"\{\{|\{%|<%|@[A-Z][A-Z0-9_]*@")
_STAGE_NAME = re.compile(r"[a-z][a-z0-9_.-]*")


class DockerfileReader:
    """Dockerfile, Dockerfile.*, *.dockerfile and Containerfile, in the syntax of BuildKit's frontend.

    One fact a file. Refused is what BuildKit refuses to build: no stage, instructions in front of the first one.
    """

    name = "dockerfile"
    kind = "dockerfile"
    version = 1
    max_bytes = 1 << 20

    def claim(self, path: str, head: bytes) -> bool:
        """By name; one such as Dockerfile.go only if it begins with FROM or ARG, for it may as well be Go."""
        base = path.rpartition("/")[2].lower()
        if base in ("dockerfile", "containerfile"):
            return True
        if base.endswith(_TEMPLATES) and _TEMPLATE_ACTION.search(head):
            return False
        if base.endswith((".dockerfile", ".containerfile")):
            return True
        if not base.startswith(("dockerfile.", "containerfile.")) or base.endswith(_DOCUMENTS):
            return False
        first = dockerfile.first_word(head.decode(errors="replace"))
        return first in ("FROM", "ARG") or (not first and len(head) >= HEAD_BYTES)

    def read(self, path: str, data: bytes) -> Sequence[object]:
        """The file's stages and the ARGs in front of them.

        Raises:
            UnreadableInput: it is no Dockerfile that could be built.
        """
        parsed = dockerfile.parse(data)
        return [_Stages(path, parsed.escape).collect(parsed.instructions)]


class _Stages:
    def __init__(self, path: str, escape: str) -> None:
        self.path = path
        self.escape = escape
        self.variables: dict[str, str | None] = {}
        self.numbers: dict[str, int] = {}  # by name in lower case, as BuildKit compares them

    def collect(self, instructions: Sequence[Instruction]) -> Dockerfile:
        arguments: list[NameValue] = []
        found: list[tuple[Instruction, list[DockerInstruction]]] = []
        for instruction in instructions:
            if instruction.name == "FROM":
                found.append((instruction, []))
            elif found:
                found[-1][1].append(_instruction(self.path, instruction))
            elif instruction.name == "ARG":
                arguments += _pairs(self.path, instruction)
            else:
                raise _refusal(instruction, f"no build stage: {instruction.name} stands in front of the first FROM")
        if not found:
            raise UnreadableInput("no build stage: there is no FROM", line=1)
        self._declare(instructions)
        stages = [
            self._stage(index, start, tuple(body), final=index == len(found) - 1)
            for index, (start, body) in enumerate(found)
        ]
        return Dockerfile(Place(self.path), tuple(arguments), tuple(stages))

    def _declare(self, instructions: Sequence[Instruction]) -> None:
        """Defaults of the ARGs in front of the first FROM; each sees those above it."""
        for instruction in instructions:
            if instruction.name == "FROM":
                return
            for word in instruction.arguments:
                name, equals, value = word.partition("=")
                expanded = self._expand(instruction, value) if equals else None
                self.variables[name] = expanded

    def _expand(self, instruction: Instruction, text: str) -> str | None:
        """``text`` with variables filled in, None where one is not known."""
        try:
            return expansion.expand(text, self.variables, self.escape)
        except expansion.UnknownVariableError:
            return None
        except expansion.BadSubstitutionError as error:
            raise _refusal(instruction, f"{text:.60}: {error}") from None

    def _stage(
        self, index: int, start: Instruction, instructions: tuple[DockerInstruction, ...], *, final: bool
    ) -> DockerStage:
        words = start.arguments
        if len(words) not in (1, 3) or (len(words) == 3 and words[1].lower() != "as"):
            raise _refusal(start, "FROM needs an image, and may name the stage: FROM image AS name")
        name = words[2] if len(words) == 3 else ""
        if name and not _STAGE_NAME.fullmatch(name.lower()):
            raise _refusal(
                start, f"{name[:40]!r} is no name for a stage: a letter comes first, then letters, digits, _.-"
            )
        image = self._expand(start, words[0])
        known: Json = image or unknown(words[0])
        stage = DockerStage(
            at=Place(self.path, span=start.span),
            index=index,
            name=name,
            image=known,
            from_stage=self.numbers.get(image.lower()) if image else None,
            instructions=instructions,
            final=final,
        )
        if name:
            self.numbers[name.lower()] = index
        return stage


def _instruction(path: str, instruction: Instruction) -> DockerInstruction:
    flags: dict[str, list[str]] = {}
    for flag in instruction.flags:
        name, equals, value = flag.removeprefix("--").partition("=")
        flags.setdefault(name, []).append(value if equals else "true")
    return DockerInstruction(
        at=Place(path, span=instruction.span),
        name=instruction.name,
        value=instruction.value,
        arguments=instruction.arguments,
        exec_form=instruction.exec_form,
        flags={name: "\n".join(values) for name, values in flags.items()},
        pairs=_pairs(path, instruction),
        heredocs=tuple(Heredoc(heredoc.name, heredoc.content) for heredoc in instruction.heredocs),
    )


def _pairs(path: str, instruction: Instruction) -> tuple[NameValue, ...]:
    return tuple(NameValue(Place(path, span=pair.span), pair.name, pair.value) for pair in instruction.pairs)


def _refusal(instruction: Instruction, message: str) -> UnreadableInput:
    return UnreadableInput(message, line=instruction.span.line, column=instruction.span.column)
