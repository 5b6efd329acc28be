"""The Test Anything Protocol.

A message is what a policy says: it can neither add results of its own nor turn a failure into a TODO.
"""

from __future__ import annotations

import re

from gatekeeper.conftest.options import Options
from gatekeeper.conftest.outputs.base import Output, shown
from gatekeeper.conftest.outputs.standard import label
from gatekeeper.conftest.running import Run

_DIRECTIVE = re.compile(r"#(?=\s*(?:todo|skip))", re.IGNORECASE)


def render(run: Run, options: Options) -> str:
    """The whole output; nothing where nothing was tested."""
    lines: list[str] = []
    number = 0
    for result in run.results:
        for header, status, messages in (
            ("", "not ok", [found.message for found in result.failures]),
            ("warnings", "not ok", [found.message for found in result.warnings]),
            ("exceptions", "ok", [found.message for found in result.exceptions]),
            ("successes", "ok", ["SUCCESS"] * result.successes),
        ):
            if header and messages:
                lines.append(f"# {header}")
            for message in messages:
                number += 1
                lines.append(f"{status} {number} {_escaped(f'{label(result)} {shown(message)}')}")
    return "".join(f"{line}\n" for line in ([f"1..{number}", *lines] if number else []))


def _escaped(text: str) -> str:
    """Lines behind the first are comments; a directive in the first is none."""
    first, *others = text.split("\n")
    return "\n# ".join([_DIRECTIVE.sub(r"\\#", first), *others])


OUTPUT = Output("tap", render)
