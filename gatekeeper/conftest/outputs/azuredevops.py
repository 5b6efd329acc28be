"""The logging commands of Azure Pipelines."""

from __future__ import annotations

from gatekeeper.conftest.options import Options
from gatekeeper.conftest.outputs.base import MARKED_COMMAND, STEERING, Output
from gatekeeper.conftest.results import totals
from gatekeeper.conftest.running import Run

# What Azure Pipelines decodes: no message can end its command and begin another.
_DATA = STEERING | str.maketrans({"\r": "%0D", "\n": "%0A"})


def render(run: Run, options: Options) -> str:
    """The whole output."""
    lines = []
    for result in run.results:
        file, namespace = _escaped(result.file), _escaped(result.namespace)
        lines.append(f"##[section]Testing '{file}' against {result.tests} policies in namespace '{namespace}'")
        lines.append("##[group]See conftest results")
        for level, results in (
            ("error", result.failures),
            ("warning", result.warnings),
            ("warning", result.exceptions),
        ):
            lines += [f"##vso[task.logissue type={level}] file={file} --> {_escaped(one.message)}" for one in results]
        if result.successes:
            lines.append(f"success file={file} {result.successes}")
        lines.append("##[endgroup]")
    return "".join(f"{line}\n" for line in [*lines, str(totals(run.results))])


def _escaped(text: str) -> str:
    return MARKED_COMMAND.sub(r"#\\#", text.translate(_DATA))


OUTPUT = Output("azuredevops", render)
