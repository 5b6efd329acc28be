"""GitHub workflows and composite actions.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatekeeper.collect.yaml_files import EXTENSIONS, Documents, file_name, head_text
from gatekeeper.model.infrastructure import Workflow, WorkflowJob, WorkflowStep
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.model.place import Place

_WORKFLOW = re.compile(r"(?:.*/)?\.github/workflows/[^/]+\.ya?ml", re.IGNORECASE | re.DOTALL)
_ON = re.compile(r"^[\"']?on[\"']?[ \t]*+:", re.MULTILINE)
_JOBS = re.compile(r"^jobs[ \t]*+:", re.MULTILINE)
_JOB = re.compile(r"^[ \t]++(?:runs-on|uses)[ \t]*+:", re.MULTILINE)
_RUNS = re.compile(r"^[\"']?runs[\"']?[ \t]*+:", re.MULTILINE)


class WorkflowReader:
    """``.github/workflows/*.yml``, templates of such elsewhere, and ``action.yml`` of actions; one fact a file.

    Refused is what might hide a step: jobs, steps, actions and scripts that are something else.
    """

    name = "workflow"
    kind = "workflows"
    version = 1
    max_bytes = 4 << 20

    def claim(self, path: str, head: bytes) -> bool:
        """By the path, else by the content.

        An ``action.yml`` needs ``runs``, for other programs have actions as well; a workflow in another folder needs
        triggers and jobs that run somewhere.
        """
        if _WORKFLOW.fullmatch(path):
            return True
        if not path.lower().endswith(EXTENSIONS) or not (b"runs" in head or b"jobs" in head):
            return False
        text = head_text(head)
        if file_name(path) in ("action.yml", "action.yaml"):
            return _RUNS.search(text) is not None
        return all(pattern.search(text) for pattern in (_ON, _JOBS, _JOB))

    def read(self, path: str, data: bytes) -> Sequence[object]:
        """The workflow, or the action with its steps as the only job; nothing for an empty file.

        Actions that are not composite have no jobs.

        Raises:
            UnreadableInput: it is not YAML, more than one document, or not of the shape; the message names the keys.
        """
        documents = Documents(path, data)
        if not documents.filled:
            return []
        if len(documents.filled) > 1:
            raise documents.refusal(documents.filled[1][0], "a second document begins: a workflow is a single one")
        at, value = documents.filled[0]
        root = documents.mapping(value, at)
        jobs = _action(documents, root, at) if "runs" in root else _jobs(documents, root, at)
        return [
            Workflow(
                at=at,
                name=documents.text(root.get("name"), at.below("name")) or path,
                triggers=_triggers(documents, root.get("on"), at.below("on")),
                permissions=root.get("permissions"),
                jobs=tuple(jobs),
            )
        ]


def _triggers(documents: Documents, value: Json, at: Place) -> tuple[str, ...]:
    if isinstance(value, dict):
        return tuple(value)
    events = value if isinstance(value, list) else [value]
    return tuple(filter(None, [documents.text(event, at) for event in events]))


def _jobs(documents: Documents, root: JsonObject, at: Place) -> list[WorkflowJob]:
    jobs = documents.mapping(root.get("jobs"), at.below("jobs"))
    return [_job(documents, name, job, at.below("jobs", name)) for name, job in jobs.items()]


def _action(documents: Documents, root: JsonObject, at: Place) -> list[WorkflowJob]:
    runs = documents.mapping(root.get("runs"), at.below("runs"))
    using = documents.text(runs.get("using"), at.below("runs", "using"))
    return [_job(documents, "runs", runs, at.below("runs"))] if using.lower() == "composite" else []


def _job(documents: Documents, name: str, value: Json, at: Place) -> WorkflowJob:
    job = documents.mapping(value, at)
    steps = documents.items(job.get("steps"), at.below("steps"))
    return WorkflowJob(
        at=at,
        id=name,
        uses=documents.text(job.get("uses"), at.below("uses")),
        steps=tuple([_step(documents, step, at.below("steps", index)) for index, step in enumerate(steps)]),
        definition={key: item for key, item in job.items() if key != "steps"},
    )


def _step(documents: Documents, value: Json, at: Place) -> WorkflowStep:
    step = documents.mapping(value, at)
    name, ident, uses, run = (documents.text(step.get(key), at.below(key)) for key in ("name", "id", "uses", "run"))
    return WorkflowStep(at=at, name=name or ident, uses=uses, run=run, definition=step)
