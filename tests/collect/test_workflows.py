"""The reader of GitHub workflows and composite actions: which files it claims, and the jobs and steps that it finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.collect.base import Reader
from gatekeeper.collect.workflows import WorkflowReader
from gatekeeper.errors import UnreadableInput
from gatekeeper.formats import jsonable
from gatekeeper.model.infrastructure import Workflow
from gatekeeper.model.place import Place

READER: Reader = WorkflowReader()
PATH = ".github/workflows/ci.yml"

CI = """\
name: CI
on: [push, pull_request]
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Test
        run: |
          make test
      - id: last
        run: echo ${{ github.event.issue.title }}
  deploy:
    uses: acme/shared/.github/workflows/deploy.yml@main
"""

ACTION = """\
name: Set up
inputs:
  version: {default: '1'}
runs:
  using: composite
  steps:
    - run: make
      shell: bash
    - uses: actions/cache@v4
"""


def read(text: str, path: str = PATH) -> Workflow:
    (fact,) = READER.read(path, text.encode())
    assert isinstance(fact, Workflow)
    return fact


def refused(text: str, path: str = PATH) -> UnreadableInput:
    with pytest.raises(UnreadableInput) as caught:
        READER.read(path, text.encode())
    return caught.value


class TestClaim:
    @pytest.mark.parametrize("path", [PATH, ".github/workflows/a.yaml", "services/shop/.github/workflows/b.yml"])
    def test_workflows_by_their_place(self, path: str) -> None:
        assert READER.claim(path, b"")

    @pytest.mark.parametrize("path", [".github/workflows/README.md", ".github/workflows/ci-yml", "ci.json"])
    def test_other_files(self, path: str) -> None:
        assert not READER.claim(path, CI.encode())

    def test_a_template_of_a_workflow_in_another_folder(self) -> None:
        assert READER.claim("workflow-templates/ci.yml", CI.encode())
        assert not READER.claim("circleci/config.yml", b"version: 2\njobs:\n  build:\n    docker: []\n")
        assert not READER.claim("config.yml", b"on: true\njobs: 3\n")

    @pytest.mark.parametrize("path", ["action.yml", ".github/actions/setup/action.yaml"])
    def test_actions_that_say_what_they_run(self, path: str) -> None:
        assert READER.claim(path, ACTION.encode())
        assert READER.claim(path, b"\xef\xbb\xbfruns : {using: node20}")
        assert not READER.claim(path, b"name: x\nactions:\n  runs: 1\n")
        assert not READER.claim(path + ".j2", ACTION.encode())


class TestWorkflows:
    def test_jobs_and_steps(self) -> None:
        workflow = read(CI)
        assert (workflow.name, workflow.at) == ("CI", Place(PATH))
        assert workflow.triggers == ("push", "pull_request")
        assert workflow.permissions == {"contents": "read"}
        test, deploy = workflow.jobs
        assert (test.id, test.uses, test.definition) == ("test", "", {"runs-on": "ubuntu-latest"})
        assert test.at == Place(PATH, 0, ("jobs", "test"))
        assert [(step.name, step.uses, step.run) for step in test.steps] == [
            ("", "actions/checkout@v4", ""),
            ("Test", "", "make test\n"),
            ("last", "", "echo ${{ github.event.issue.title }}"),
        ]
        assert test.steps[1].at == Place(PATH, 0, ("jobs", "test", "steps", 1))
        assert test.steps[2].definition == {"id": "last", "run": "echo ${{ github.event.issue.title }}"}
        assert (deploy.uses, deploy.steps) == ("acme/shared/.github/workflows/deploy.yml@main", ())

    @pytest.mark.parametrize(
        ("on", "triggers"),
        [
            ("on: push", ("push",)),
            ("on: [push, workflow_call]", ("push", "workflow_call")),
            ("on: {push: {branches: [main]}, schedule: }", ("push", "schedule")),
            ("'on': push", ("push",)),
            ("on:", ()),
            ("name: a", ()),
        ],
    )
    def test_triggers(self, on: str, triggers: tuple[str, ...]) -> None:
        assert read(f"{on}\njobs: {{}}\n").triggers == triggers

    def test_the_path_stands_in_for_a_name(self) -> None:
        assert read("on: push").name == PATH

    def test_permissions_as_they_are_written(self) -> None:
        assert read("permissions: write-all").permissions == "write-all"
        assert read("permissions: {}").permissions == {}
        assert read("on: push").permissions is None

    def test_a_step_that_does_nothing_is_kept(self) -> None:
        (job,) = read("jobs: {a: {steps: [{if: x}, null, {uses: b}]}}").jobs
        assert [(step.uses, step.run) for step in job.steps] == [("", ""), ("", ""), ("b", "")]

    def test_scripts_that_yaml_takes_for_something_else(self) -> None:
        (job,) = read("jobs: {1: {steps: [{run: true}, {run: 7, name: 1.5}]}}").jobs
        assert job.id == "1"
        assert [(step.run, step.name) for step in job.steps] == [("true", ""), ("7", "1.5")]

    def test_anchors(self) -> None:
        text = "jobs:\n  a:\n    steps: &steps\n    - run: x\n  b:\n    steps: *steps\n"
        a, b = read(text).jobs
        assert a.steps[0].run == b.steps[0].run
        assert b.steps[0].at.keys == ("jobs", "b", "steps", 0)

    @pytest.mark.parametrize("text", ["", "# name: CI\n# on: push\n", "---\n"])
    def test_what_is_commented_out_is_nothing(self, text: str) -> None:
        assert READER.read(PATH, text.encode()) == []


class TestActions:
    def test_a_composite_action_has_one_job(self) -> None:
        action = read(ACTION, "setup/action.yml")
        (job,) = action.jobs
        assert (action.name, action.triggers, action.permissions) == ("Set up", (), None)
        assert (job.id, job.at.keys, job.definition) == ("runs", ("runs",), {"using": "composite"})
        assert [(step.uses, step.run) for step in job.steps] == [("", "make"), ("actions/cache@v4", "")]
        assert job.steps[1].at == Place("setup/action.yml", 0, ("runs", "steps", 1))

    @pytest.mark.parametrize("runs", ["{using: node20, main: a.js}", "{using: docker, image: Dockerfile}", ""])
    def test_other_actions_have_none(self, runs: str) -> None:
        assert read(f"runs: {runs}\n", "action.yml").jobs == ()

    def test_the_runner_does_not_look_at_case(self) -> None:
        assert len(read(ACTION.replace("composite", "Composite"), "action.yml").jobs) == 1

    def test_a_workflow_may_be_called_action(self) -> None:
        assert [job.id for job in read(CI, ".github/workflows/action.yml").jobs] == ["test", "deploy"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "line", "message"),
        [
            ("on: push\njobs:\n- a\n", 2, "jobs must be a mapping, not a list"),
            ("on: push\njobs:\n  a: b\n", 3, "jobs.a must be a mapping, not b"),
            ("jobs:\n  a:\n    steps:\n      x: 1\n", 3, "jobs.a.steps must be a list, not a mapping"),
            ("jobs:\n  a:\n    steps:\n    - run: x\n    - make\n", 5, "jobs.a.steps[1] must be a mapping, not make"),
            ("jobs:\n  a:\n    steps:\n    - run: [x]\n", 4, "jobs.a.steps[0].run must be a string, not a list"),
            ("jobs:\n  a:\n    uses: {b: c}\n", 3, "jobs.a.uses must be a string, not a mapping"),
            ("on:\n- [push]\n", 1, "on must be a string, not a list"),
            ("- a\n", 1, "the document must be a mapping, not a list"),
            ("on: push\n---\non: push\n", 3, "a second document begins: a workflow is a single one"),
        ],
    )
    def test_wrong_shapes(self, text: str, line: int, message: str) -> None:
        error = refused(text)
        assert error.message == message
        assert error.line == line

    def test_wrong_shapes_of_actions(self) -> None:
        error = refused("runs: composite\n", "action.yml")
        assert error.message == "runs must be a mapping, not composite"
        error = refused("runs:\n  using: composite\n  steps: {run: x}\n", "action.yml")
        assert (error.message, error.line) == ("runs.steps must be a list, not a mapping", 3)

    def test_broken_yaml(self) -> None:
        assert refused(CI + "  x: [\n").line >= 17

    def test_a_name_as_long_as_a_book(self) -> None:
        assert len(refused(f"jobs: {{{'a' * 100_000}: {'b' * 100_000}}}").message) < 300

    @settings(max_examples=150, deadline=None)
    @given(data=st.data())
    def test_mutilated_files_are_read_or_refused(self, data: st.DataObject) -> None:
        text, path = data.draw(st.sampled_from([(CI, PATH), (ACTION, "action.yml")]))
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        body = (text[:start] + data.draw(st.text(max_size=3)) + text[end:]).encode("utf-8", "replace")
        READER.claim(path, body)
        try:
            jsonable.dumps(READER.read(path, body))
        except UnreadableInput as error:
            assert error.message


@pytest.mark.corpora
def test_the_labelled_files(corpora: Path) -> None:
    rows = [json.loads(line) for line in (corpora / "iac.jsonl").read_text().splitlines()]
    files = [corpora / row["file"] for row in rows if row["platform"] == "CICD"]
    workflows = [read(file.read_text()) for file in files]
    assert (len(workflows), sum(len(workflow.jobs) for workflow in workflows)) == (18, 18)
    steps = [step for workflow in workflows for job in workflow.jobs for step in job.steps]
    assert len(steps) == 24
    assert all(bool(step.uses) != bool(step.run) for step in steps)
    assert all(workflow.triggers for workflow in workflows)
