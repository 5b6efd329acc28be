from __future__ import annotations

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.model.finding import Severity, Stage
from gatekeeper.policy.metadata import read_annotations, read_metadata, read_rule, rule_id

WHOLE = """\
# Copyright
#
# METADATA
# title: A title
# description: |-
#   Two
#   lines.
# related_resources:
#   - https://example.com/a
#   - ref: https://example.com/b
#     description: b
# custom:
#   id: ACME-001
#   severity: high
#   stages: [change, release]
#   remediation: Mend it.
#   controls: {soc2: [CC6.1]}

package acme.names
"""


def test_everything_is_read() -> None:
    found = read_metadata("a.rego", WHOLE)
    assert found is not None
    block, line = found
    assert line == 3
    rule = read_rule("a.rego", "acme.names", block, line)
    assert rule.id == "ACME-001"
    assert rule.description == "Two\nlines."
    assert rule.severity is Severity.HIGH
    assert rule.stages == (Stage.CHANGE, Stage.RELEASE)
    assert rule.related == ("https://example.com/a", "https://example.com/b")
    assert rule.controls == {"soc2": ("CC6.1",)}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-12-01", "2026-12-01"),
        ('"2026-12-01"', "2026-12-01"),
        ("2026-12-01T23:30:00-02:00", "2026-12-02"),
        ("2026-12-01T00:00:00", "2026-12-01"),
    ],
)
def test_days(written: str, day: str) -> None:
    found = read_metadata("a.rego", WHOLE.replace("#   severity", f"#   effective_on: {written}\n#   severity"))
    assert found is not None
    rule = read_rule("a.rego", "acme.names", *found)
    assert (rule.effective_on, rule.until) == (day, "")


def test_annotations_of_rules_have_their_lines() -> None:
    text = WHOLE + "\nx := `\n# METADATA\n# title: text\n`\n\n# METADATA\n# title: of x\n#   \ny := 1 # METADATA\n"
    found = list(read_annotations("a.rego", text))
    assert [(one.scope, one.line, one.end) for one in found] == [("package", 3, 17), ("rule", 26, 28)]
    assert found[1].block == {"title": "of x"}


def test_many_quotes_cost_one_pass() -> None:
    assert list(read_annotations("a.rego", "package a\n" + '"\\' * 200_000 + "`" * 100_001)) == []


def test_windows_line_ends() -> None:
    assert read_metadata("a.rego", WHOLE.replace("\n", "\r\n")) == read_metadata("a.rego", WHOLE)


@pytest.mark.parametrize(
    "text",
    [
        "package a\n\n# METADATA\n# title: of a rule\nx := 1\n",
        "# METADATA of something\npackage a\n",
        "# METADATA\n# scope: subpackages\n# title: x\npackage a\n",
        "package a\nx := `\n# METADATA\n# title: in a string\n`\n",
        "",
    ],
)
def test_nothing_else_is_an_annotation_of_the_package(text: str) -> None:
    assert read_metadata("a.rego", text) is None


def test_a_library_has_a_title_and_no_id() -> None:
    found = read_metadata("a.rego", "# METADATA\n# title: helpers\npackage a\n")
    assert found is not None
    assert rule_id(found[0]) is None


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# title: [a", "a.rego:2: the METADATA is no YAML"),
        ("# title: a\n# title: b", "a.rego:3: the METADATA is no YAML: the key 'title' stands twice"),
        ("# a: &x [1]\n# b: *x", "the METADATA is no YAML: an alias is not allowed"),
        ("# - a", "a.rego:1: the METADATA is no mapping"),
        ("# " + "[" * 5000, "a.rego:1: the METADATA has more than 200 opening brackets"),
        ("# " + "- " * 8000, "a.rego:1: the METADATA is no YAML"),
        ("# when: 2024-99-99", "a.rego:1: the METADATA is no YAML"),
        ("# ? {a: b}\n# : c", "the METADATA is no YAML"),
        ("# title: " + "x" * 70_000, "a.rego:1: the METADATA is longer than 16384 characters"),
    ],
)
def test_broken_yaml_is_told_with_its_line(comment: str, message: str) -> None:
    with pytest.raises(EngineFailure) as caught:
        read_metadata("a.rego", f"# METADATA\n{comment}\npackage a\n")
    error = caught.value
    assert message in f"{error.path}:{error.line}: {error.message}"


@pytest.mark.parametrize(
    ("line", "changed", "message"),
    [
        ("# title: A title\n", "", "has no text title"),
        ("#   id: ACME-001", "#   id: a b", "has the id 'a b'"),
        ("severity: high", "severity: sever", "has 'sever' in custom.severity, which is none of error, critical, high"),
        ("severity: high", "severity: [high]", "in custom.severity"),
        ("[change, release]", "[change, deploy]", "has 'deploy' in custom.stages"),
        ("[change, release]", "[]", "has no list custom.stages"),
        ("#   remediation: Mend it.\n", "", "has no text custom.remediation"),
        (
            "severity: high",
            "effective_on: later\n#   severity: high",
            "has 'later' in custom.effective_on, which is no",
        ),
        ("severity: high", "until: 20\n#   severity: high", "has 20 in custom.until, which is no day"),
        ("{soc2: [CC6.1]}", "{soc2: CC6.1}", "has custom.controls that are no lists"),
        ("#   - https://example.com/a\n", "#   - 5\n", "has related_resources that are no list"),
    ],
)
def test_each_missing_or_malformed_key_is_named(line: str, changed: str, message: str) -> None:
    found = read_metadata("a.rego", WHOLE.replace(line, changed))
    assert found is not None
    with pytest.raises(EngineFailure) as caught:
        read_rule("a.rego", "acme.names", *found)
    assert (caught.value.path, caught.value.line) == ("a.rego", 3)
    assert caught.value.message.startswith("the METADATA ")
    assert message in caught.value.message
    assert "custom.{id, severity, stages, remediation}" in caught.value.hint
