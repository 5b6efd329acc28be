"""Policies that other tools know, as their authors write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure, SettingsError
from gatekeeper.model.finding import Rule, Severity, Stage
from gatekeeper.model.json import Json
from gatekeeper.model.place import Place, Span
from gatekeeper.model.settings import PolicySettings, RuleSetting, Settings
from gatekeeper.policy.bundle import Bundle
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.foreign import to_finding
from gatekeeper.policy.judging import Judgement, judge
from gatekeeper.policy.loading import load
from gatekeeper.policy.rego import scan
from gatekeeper.workers import Pool
from tests.policy.writing import POD, rule, write

PODS = "package main\n\ndeny contains msg if {\n\tsome o in input.kubernetes\n\tmsg := o.kind\n}\n"
RULE = Rule("main.deny", "main", "a.rego", "t", "d", Severity.HIGH, "r", (Stage.CHANGE,), foreign=True)
AT: Json = {"path": "a.tf", "document": 0, "keys": ["x"], "span": None}
EVIDENCE: Json = {"kubernetes": [POD]}


def added(pool: Pool, folder: Path, text: str, policy: PolicySettings | None = None, **more: str) -> Bundle:
    """A bundle of one rule of the library, and these modules of others."""
    shipped = write(folder / "shipped", {"a.rego": rule(package="gatekeeper.rules.a", identifier="GK-A-001")})
    files = {"a.rego": text} | {f"{name}.rego": other for name, other in more.items()}
    return load(pool, [write(folder / "acme", files)], shipped=shipped, policy=policy)


def foreign(bundle: Bundle) -> dict[str, Rule]:
    return {rule.id: rule for rule in bundle.rules if rule.foreign}


def judged(pool: Pool, bundle: Bundle, **rules: RuleSetting) -> Judgement:
    return judge(bundle, EmbeddedEngine(pool), EVIDENCE, Settings(rules=rules), Stage.CHANGE)


def test_all_names_of_conftest_are_rules_and_no_others(pool: Pool, tmp_path: Path) -> None:
    names = ("deny", "violation", "warn", "deny_a", "violation_a_B2", "warn_x")
    others = ("warning", "deny_", "Deny", "allow", "denied")
    text = "package a.b\n\n" + "".join(f'{name} contains "x" if true\n' for name in (*names, *others))
    rules = foreign(added(pool, tmp_path, text + "deny_it(x) := x\n"))
    assert set(rules) == {f"a.b.{name}" for name in names}
    assert {rule.severity for rule in rules.values() if rule.name.startswith("warn")} == {Severity.LOW}
    assert {rule.severity for rule in rules.values() if not rule.name.startswith("warn")} == {Severity.HIGH}
    assert all(rule.stages == tuple(Stage) and rule.title and rule.description for rule in rules.values())


def test_severities_of_what_names_none_are_set(pool: Pool, tmp_path: Path) -> None:
    policy = PolicySettings(deny_severity=Severity.CRITICAL, warn_severity=Severity.MEDIUM)
    rules = foreign(added(pool, tmp_path, PODS + 'warn contains "x"\n', policy))
    assert [rules[name].severity for name in ("main.deny", "main.warn")] == [Severity.CRITICAL, Severity.MEDIUM]


def test_metadata_of_package_and_rule(pool: Pool, tmp_path: Path) -> None:
    text = """\
# METADATA
# title: All of it
# description: Why.
# custom:
#   id: KSV001
#   severity: MEDIUM
#   recommended_action: Mend it.
#   until: 2027-01-31
package main

# METADATA
# title: In a string
x := `
# METADATA
# title: This is text
`

# METADATA
# title: One of it
# related_resources: [https://example.com/a]
# custom: {severity: Critical, effective_on: 2026-12-01T23:30:00-02:00, stages: [build]}
deny_x contains "x"

deny contains "y"
"""
    rules = foreign(added(pool, tmp_path, text))
    one, whole = rules["main.deny_x"], rules["main.deny"]
    assert (one.title, one.description, one.severity) == ("One of it", "Why.", Severity.CRITICAL)
    assert (one.effective_on, one.until, one.stages) == ("2026-12-02", "2027-01-31", (Stage.BUILD,))
    assert (one.related, one.remediation) == (("https://example.com/a",), "Mend it.")
    assert (whole.title, whole.severity, whole.effective_on) == ("All of it", Severity.MEDIUM, "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# METADATA\n# custom: {severity: sevre}\npackage a\ndeny contains 1\n", "'sevre' in custom.severity"),
        ("# METADATA\n# custom: {severity: error}\npackage a\ndeny contains 1\n", "which is none of critical, high"),
        ("package a\n\n# METADATA\n# custom: {until: soon}\ndeny contains 1\n", "'soon' in custom.until"),
        ("package a\n\n# METADATA\n# [a\ndeny contains 1\n", "the METADATA is no YAML"),
        ("package a\ndeny.b contains 1\n", "`deny` gives neither a set nor an array"),
        ("package a\ndeny[x] if some x in [1]\n", "`deny` gives neither a set nor an array"),
        ("package a\nf(x) := := x\n", "unexpected"),
    ],
)
def test_what_is_malformed_is_refused_with_its_place(pool: Pool, tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(EngineFailure) as caught:
        added(pool, tmp_path, text)
    assert caught.value.path == "acme/a.rego"
    assert caught.value.line
    assert message in caught.value.message or message == "unexpected"


def test_a_folder_without_any_rule_is_refused(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no rule in it"):
        added(pool, tmp_path, "package a\n\nallow if true\n")


def test_messages_become_findings(pool: Pool, tmp_path: Path) -> None:
    judgement = judged(pool, added(pool, tmp_path, PODS + 'warn_y := ["again", {"message": "m", "subject": "s"}]\n'))
    assert judgement.failures == ()
    assert [(f.rule, f.severity, f.message, f.subject, f.at.path) for f in judgement.findings if "main" in f.rule] == [
        ("main.deny", Severity.HIGH, "Pod", "Pod", ""),
        ("main.warn_y", Severity.LOW, "again", "again", ""),
        ("main.warn_y", Severity.LOW, "m", "s", ""),
    ]
    assert [engine.name for engine in judgement.engines] == ["regorus"]


def test_settings_name_them_by_their_id(pool: Pool, tmp_path: Path) -> None:
    bundle = added(pool, tmp_path, PODS)
    judgement = judged(pool, bundle, **{"main.deny": RuleSetting(severity=Severity.LOW)})
    assert [f.severity for f in judgement.findings if f.rule == "main.deny"] == [Severity.LOW]
    assert judged(pool, bundle, **{"main.deny": RuleSetting(off=True, reason="r")}).rules == ("GK-A-001",)


@pytest.mark.parametrize(
    "body", ["deny contains 5\n", 'deny contains ""\n', "deny := false\n", 'deny contains {"text": "x"}\n']
)
def test_what_is_no_message_is_a_failure(pool: Pool, tmp_path: Path, body: str) -> None:
    (failure,) = judged(pool, added(pool, tmp_path, "package main\n" + body)).failures
    assert failure.path == "acme/a.rego"
    assert failure.message.startswith("main.deny ")


def test_places() -> None:
    assert to_finding(RULE, "m").at == Place("")
    assert to_finding(RULE, {"msg": "m", "at": AT, "key": [1]}).at == Place("a.tf", 0, ("x", 1))
    assert to_finding(RULE, {"msg": "m", "_loc": {"file": "k.yaml", "line": 7}}).at == Place(
        "k.yaml", span=Span(7, 1, 7, 1)
    )
    assert to_finding(RULE, {"msg": "m", "_loc": {"file": "k.yaml"}}).at == Place("k.yaml")


def test_an_element_may_say_more() -> None:
    found = to_finding(
        RULE, {"msg": "m", "resource": "web", "severity": "LOW", "details": {"a": 1}, "remediation": "x"}
    )
    assert (found.subject, found.severity, found.remediation) == ("web", Severity.LOW, "x")
    assert to_finding(RULE, {"msg": "m", "severity": "ERROR"}).severity is Severity.HIGH
    assert to_finding(RULE, {"msg": "m", "severity": 3}).severity is Severity.HIGH
    assert to_finding(RULE, {"msg": "m", "severity": "low"}, Severity.CRITICAL).severity is Severity.CRITICAL


@pytest.mark.parametrize(
    "raw",
    [
        7, None, [], "", " ", {}, {"msg": 7}, {"msg": ""},
        {"msg": "m", "_loc": "k.yaml"}, {"msg": "m", "_loc": {"line": 3}},
        {"msg": "m", "_loc": {"file": "a", "line": -1}}, {"msg": "m", "_loc": {"file": "a", "line": 1e24}},
        {"msg": "m", "_loc": {"file": "a", "line": True}}, {"msg": "m", "_loc": {"file": "a", "line": 1.5}},
        {"msg": "m", "at": "a.tf"}, {"msg": "m", "at": AT, "key": "x"},
    ],
)  # fmt: skip
def test_malformed_elements(raw: Json) -> None:
    with pytest.raises(ValueError, match=r"not|no "):
        to_finding(RULE, raw)


def test_policies_for_single_documents_are_refused_whatever_the_engine(pool: Pool, tmp_path: Path) -> None:
    bundle = added(pool, tmp_path, 'package main\n\ndeny contains "x" if input.kind == "Pod"\n')
    judgement = judge(bundle, EmbeddedEngine(pool), EVIDENCE, Settings(), Stage.CHANGE, EmbeddedEngine(pool))
    (failure,) = judgement.failures
    assert (failure.path, failure.line) == ("acme/a.rego", 3)
    assert failure.message.startswith("the input has no field kind")
    assert "`gatekeeper test`" in failure.hint
    assert judgement.rules == ("GK-A-001",)


def test_rego_v0_is_read_and_left_to_opa(pool: Pool, tmp_path: Path) -> None:
    bundle = added(pool, tmp_path, "package main\n\ndeny[msg] {\n\tmsg := input.kubernetes[_].kind\n}\n")
    assert foreign(bundle)["main.deny"].needs == ("kubernetes",)
    (problem,) = scan.problems(bundle)
    assert (problem.path, problem.line, problem.message) == ("acme/a.rego", 3, "is written in Rego v0")
    assert "gatekeeper doctor" in problem.hint
    judgement = judged(pool, bundle)
    assert judgement.rules == ("GK-A-001",)
    assert [failure.path for failure in judgement.failures] == ["acme/a.rego"]


def test_what_only_opa_reads_is_told_with_how_to_get_it(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(EngineFailure) as caught:
        added(pool, tmp_path, 'package main\n\ndeny contains $"x {input.helm}" if true\n')
    assert (caught.value.path, caught.value.line, caught.value.column) == ("acme/a.rego", 3, 15)
    assert "string interpolation" in caught.value.hint
    assert "gatekeeper doctor" in caught.value.hint


def test_ids_do_not_collide(pool: Pool, tmp_path: Path) -> None:
    own = rule(package="acme.names", identifier="main.deny")
    with pytest.raises(EngineFailure, match=r"describes main\.deny already"):
        added(pool, tmp_path, PODS, own=own)
