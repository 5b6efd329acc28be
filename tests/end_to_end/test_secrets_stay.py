"""Secrets that scanners know by their shape never leave the gate, whatever harmless name they stand under."""

from __future__ import annotations

import json

import pytest

from tests.end_to_end.command import gatekeeper, write
from tests.tokens import samples, survivors

SAMPLES = samples()
OUTPUTS = ("json", "sarif", "text")


OPENAPI = """
openapi: 3.1.0
info: {title: Colours, version: "1"}
paths:
  /colours:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
"""
WORKFLOW = """
on: push
jobs:
  paint:
    runs-on: ubuntu-24.04
    steps:
      - run: make
        env:
"""


def tree() -> dict[str, str | bytes]:
    """Each sample in each place, under names that say nothing."""

    def lines(pattern: str) -> str:
        return "".join(
            pattern.replace("NAME", f"COLOUR_{number}").replace("VALUE", json.dumps(sample.text)) + "\n"
            for number, sample in enumerate(SAMPLES)
        )

    return {
        "Dockerfile": "FROM scratch\n" + lines("ENV NAME=VALUE") + "USER 1000\n",
        "k8s/colours.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: colours}\ndata:\n"
        + lines("  NAME: VALUE"),
        "main.tf": 'resource "aws_s3_bucket" "colours" {\n  tags = {\n' + lines("    NAME = VALUE") + "  }\n}\n",
        "openapi.yaml": OPENAPI + lines("                NAME: {type: string, example: VALUE, default: VALUE}"),
        ".github/workflows/colours.yml": WORKFLOW + lines("          NAME: VALUE"),
        "compose.yaml": "services:\n  a:\n    image: scratch\n    environment:\n"
        + lines("      NAME: VALUE")
        + "  b:\n    image: scratch\n    environment:\n"
        + "".join(f"      - {json.dumps(f'COLOUR_{n}={sample.text}')}\n" for n, sample in enumerate(SAMPLES)),
    }


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """All that leaves: the evidence, the reports, and what is printed beside them."""
    root = write(tmp_path_factory.mktemp("colours"), tree())
    folder = tmp_path_factory.mktemp("reports")
    collected = gatekeeper("collect", root)
    arguments = [argument for name in OUTPUTS for argument in ("--output", f"{name}={folder / name}")]
    gated = gatekeeper("gate", root, *arguments)
    reports = {name: (folder / name).read_text() for name in OUTPUTS}
    return {"collect": collected.stdout, "messages": collected.stderr + gated.stdout + gated.stderr, **reports}


def test_every_place_was_read_and_every_kind_of_token_found(outputs: dict[str, str]) -> None:
    evidence = json.loads(outputs["collect"])
    for kind in ("dockerfile", "kubernetes", "terraform", "openapi", "workflows", "compose"):
        assert f"COLOUR_{len(SAMPLES) - 1}" in json.dumps(evidence[kind]), kind
    findings = json.loads(outputs["json"])["findings"]
    found = {finding["location"]["path"] for finding in findings if finding["rule"] == "GK-SEC-001"}
    assert found >= set(tree())


@pytest.mark.parametrize("output", ["collect", "messages", *OUTPUTS])
def test_nothing_of_a_secret_leaves(outputs: dict[str, str], output: str) -> None:
    # Evidence and reports are JSON, which escapes; what is compared holds nothing that it would escape.
    text = outputs[output]
    leaks = {sample.text[:12]: runs[0] for sample in SAMPLES if (runs := survivors(sample, text))}
    assert leaks == {}
