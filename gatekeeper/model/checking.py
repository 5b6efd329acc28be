"""What a check of policies finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something to be mended."""

    path: Annotated[str, "File"]
    line: Annotated[int, "Line, 0 where it is about the whole file"]
    column: Annotated[int, "Column, 0 where it is about the whole line"]
    check: Annotated[str, "Name of the check or of the trap"]
    message: Annotated[str, "What is wrong"]
    hint: Annotated[str, "What to do"]


@dataclass(frozen=True, slots=True, order=True)
class Unfollowed:
    """A reference whose fields nothing is known about."""

    path: Annotated[str, "File"]
    line: Annotated[int, "Line"]
    column: Annotated[int, "Column"]
    reference: Annotated[str, "As it is written"]


@dataclass(frozen=True, slots=True)
class CheckedModule:
    """One module, and what keeps both engines from evaluating it alike."""

    path: Annotated[str, "File"]
    package: Annotated[str, "Package"]
    differences: Annotated[tuple[Problem, ...], "What only OPA evaluates, or evaluates in another way"]

    @property
    def neutral(self) -> bool:
        """Whether both engines give the same."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found."""

    problems: Annotated[tuple[Problem, ...], "By file and line"]
    modules: Annotated[tuple[CheckedModule, ...], "Modules but for tests, by path"]
    tests: Annotated[int, "Number of modules of tests"]
    evidence: Annotated[bool, "Whether the policies read gatekeeper's evidence: only then fields are compared"]
    unfollowed: Annotated[tuple[Unfollowed, ...], "References that could not be followed, by file and line"]
