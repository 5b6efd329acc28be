"""A table in a box."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from gatekeeper.conftest.options import Options
from gatekeeper.conftest.outputs.base import Output, shown
from gatekeeper.conftest.running import Run

_HEADER = ("RESULT", "FILE", "NAMESPACE", "MESSAGE")


def render(run: Run, options: Options) -> str:
    """The whole output; nothing where nothing was tested."""
    rows: list[list[list[str]]] = []
    for result in run.results:
        for kind, messages in (
            ("success", ["SUCCESS"] * result.successes),
            ("exception", [found.message for found in result.exceptions]),
            ("warning", [found.message for found in result.warnings]),
            ("failure", [found.message for found in result.failures]),
        ):
            rows += [[_lines(cell) for cell in (kind, result.file, result.namespace, text)] for text in messages]
    if not rows:
        return ""
    widths = [max(len(_HEADER[column]), *(_width(line) for row in rows for line in row[column])) for column in range(4)]
    header = [" " * ((width - len(title)) // 2) + title for title, width in zip(_HEADER, widths, strict=True)]
    lines = [_rule("┌", "┬", "┐", widths), _row(header, widths), _rule("├", "┼", "┤", widths)]
    for row in rows:
        lines += [
            _row([cell[index] if index < len(cell) else "" for cell in row], widths)
            for index in range(max(map(len, row)))
        ]
    return "".join(f"{line}\n" for line in [*lines, _rule("└", "┴", "┘", widths)])


def _lines(text: str) -> list[str]:
    lines = [shown(line.replace("\t", "    ")) for line in text.strip().split("\n")]
    return [line for line in lines if line.strip()] or [""]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [f" {cell}{' ' * (width - _width(cell))} " for cell, width in zip(cells, widths, strict=True)]
    return f"│{'│'.join(padded)}│"


def _rule(left: str, middle: str, right: str, widths: Sequence[int]) -> str:
    return left + middle.join("─" * (width + 2) for width in widths) + right


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


OUTPUT = Output("table", render)
