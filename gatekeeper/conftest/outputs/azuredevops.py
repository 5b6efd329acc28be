"""The logging commands of Azure Pipelines."""

from __future__ import annotations

from gatekeeper.conftest.options import Options
from gatekeeper.conftest.outputs.base import Output
from gatekeeper.conftest.results import totals
from gatekeeper.conftest.running import Run

# What Azure Pipelines decodes: no message can end its command and begin another.
_DATA = str.maketrans({"\r": "%0D", "\n": "%0A"})


def render(run: Run, options: Options) -> str:
    """The whole output."""
    lines = []
    for result in run.results:
        file = result.file.translate(_DATA)
        lines.append(f"##[section]Testing '{file}' against {result.tests} policies in namespace '{result.namespace}'")
        lines.append("##[group]See conftest results")
        for level, results in (
            ("error", result.failures),
            ("warning", result.warnings),
            ("warning", result.exceptions),
        ):
            for found in results:
                message = found.message.translate(_DATA)
                lines.append(f"##vso[task.logissue type={level}] file={file} --> {message}")
        if result.successes:
            lines.append(f"success file={file} {result.successes}")
        lines.append("##[endgroup]")
    return "".join(f"{line}\n" for line in [*lines, str(totals(run.results))])


OUTPUT = Output("azuredevops", render)
