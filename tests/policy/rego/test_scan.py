"""Each construct that the embedded engine lacks or answers differently, as a user's policy would hold it."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from gatekeeper.formats import jsonable
from gatekeeper.policy.loading import load
from gatekeeper.policy.rego import scan
from gatekeeper.policy.rego.facts import ModuleFacts
from gatekeeper.policy.rego.index import Index, Module
from gatekeeper.workers import Item, Pool
from tests.policy.writing import BODY, rule, write

LIBRARY = """\
package acme.lib

limit := 3
names contains "a"
default strict := false
strict if input.helm
maybe := 1 if input.helm
known(x) if x != null
"""


def problems(pool: Pool, folder: Path, line: str, **more: str) -> list[str]:
    """What the scan says about a rule with this line in its body, without the rule's place."""
    body = BODY.replace("\tfinding :=", f"\t{line}\n\tfinding :=")
    text = rule(body).replace("acme.names\n", "acme.names\n\nimport data.acme.lib\nimport data.gatekeeper.settings\n")
    files = {"a.rego": text, "lib.rego": LIBRARY, "limits.json": '{"pods": 3}'} | more
    bundle = load(pool, [write(folder / "acme", files)], shipped=write(folder / "shipped", {"a.rego": "package a\n"}))
    found = scan.problems(bundle)
    for problem in found:
        if problem.path == "acme/a.rego":
            assert problem.line == text[: text.index(f"\t{line}\n")].count("\n") + 1
            assert not line[: problem.column - 2].endswith((*string.ascii_letters, "."))
            assert problem.hint
    return [problem.message for problem in found]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('graphql.is_valid("a", "b")', "there is no function graphql.is_valid, neither in the bundle"),
        ('rego.metadata.rule()', "there is no function rego.metadata.rule,"),
        ("lib.known(object, 1, 2)", "data.acme.lib.known takes 1 arguments, not 3"),
        ("count(object) > 0 with count as 3", "`with` replaces the function count"),
        ('http.send({}).status == 1 with http.send as {"status": 1}', "`with` replaces the function http.send"),
        ("graphql.is_valid(`a`, `b`) with graphql.is_valid as true", "`with` replaces the function graphql.is_valid"),
        ("walked := walk(object)", "walk without its second argument"),
        ('semver.is_valid(object.name)', "semver.is_valid refuses a leading v"),
        ("yaml.unmarshal(object.name).a", "yaml.unmarshal knows no merged keys"),
        ("json.remove(object, [`a/b`]) == {}", "json.remove removes what a path leads through"),
        ('count(object) == "3"', "a number never equals a string"),
        ("helper(object)", "there is no function helper,"),
        ("lib.knwon(object)", "there is no function data.acme.lib.knwon,"),
        ('http.send({"url": "https://example.com"})', "http.send reaches out to the network"),
        ('net.lookup_ip_addr("example.com")', "net.lookup_ip_addr reaches out to the network"),
        ("opa.runtime()", "opa.runtime shows the environment"),
        ("time.now_ns() > 5", "time.now_ns gives another result each time"),
        ("object.name in [rand.intn(object.name, 5)]", "rand.intn gives another result each time"),
        ("input.terrafrom", "the input has no field terrafrom"),
        ("data.acme.lib.limits > 5", "nothing in the bundle is called data.acme.lib.limits"),
        ("lib.limits > 5", "nothing in the bundle is called data.acme.lib.limits"),
        ("data.limit.pods > 5", "nothing in the bundle is called data.limit.pods"),
        ("settings.api.public_pahts[_]", "there is no setting api.public_pahts"),
        ("count(data) > 0", "data belongs to a package above this one"),
        ("data.acme", "data.acme belongs to a package above this one"),
        ('lib.known(object) with data.acme.lib.known as true', "`with` replaces the function data.acme.lib.known"),
        ("not startswith(object.name, object.kind)", "`not` with object.name inside"),
        ("not count(input.kubernetes[0].items) > 0", "`not` with input.kubernetes inside"),
        ("not object.name in lib.names", "`not` with object.name inside"),
        ('not object.manifest[input.coverage.gaps[0].path]', "`not` with input.coverage.gaps inside"),
        ("not lib.known(object) == 1", "`not` with data.acme.lib.known inside"),
        ("not lib.known(lib.maybe)", "`not` with data.acme.lib.maybe inside"),
        ('not {"a": object.name} == {"a": 1}', "`not` with object.name inside"),
        ("not object.count + 1 == 2", "`not` with object.count inside"),
    ],
)  # fmt: skip
def test_is_refused(pool: Pool, tmp_path: Path, line: str, message: str) -> None:
    assert any(found.startswith(message) for found in problems(pool, tmp_path, line))


@pytest.mark.parametrize(
    "line",
    [
        'startswith(object.name, "a")',
        "lib.known(object)",
        "lib.known(object, true)",
        'crypto.sha256(object.name) != ""',
        "print(object)",
        "count(lib.names) > lib.limit",
        "data.limits.pods > 5",
        "some finding_id, _ in settings.rules; settings.rules[finding_id].off",
        "settings.rules.ACME.off",
        "count(object.manifest.spec) > 0 with input.kubernetes as []",
        "lib.limit > 1 with data.acme.lib.limit as 3",
        "name := object.name; not startswith(name, \"a\")",
        "not object.name",
        "not object.name == \"a\"",
        "not lib.known(object)",
        "not object in input.kubernetes",
        "not count([x | some x in object.containers]) == 1",
        "not object in lib.names",
        "not lib.strict",
        "not count(settings.api.public_paths) > 0",
        "not strings.count(`a`, `b`) == 5; lib := object.name; not lib == 1",
        "input.version == 1",
    ],
)  # fmt: skip
def test_is_accepted(pool: Pool, tmp_path: Path, line: str) -> None:
    assert problems(pool, tmp_path, line) == []


def test_a_rule_of_a_package_above_is_refused(pool: Pool, tmp_path: Path) -> None:
    found = problems(pool, tmp_path, "data.acme.shared", **{"acme.rego": "package acme\n\nshared := 1\n"})
    assert found == ["data.acme.shared belongs to a package above this one, which reads as empty from here"]


def test_an_import_of_nothing_is_refused(pool: Pool, tmp_path: Path) -> None:
    found = problems(pool, tmp_path, "true", **{"b.rego": "package acme.b\n\nimport data.acme.libb\n"})
    assert found == ["nothing in the bundle is called data.acme.libb"]


def test_hints_name_the_nearest(pool: Pool, tmp_path: Path) -> None:
    text = rule(BODY.replace("input.kubernetes", "input.kubernets"))
    (problem,) = scan.problems(load(pool, [write(tmp_path / "acme", {"a.rego": text})]))
    assert (problem.line, problem.column, problem.hint) == (12, 17, "did you mean kubernetes?")


@pytest.mark.parametrize("call", ["any([true])", "all([true])", 're_match("a", "a")'])
def test_functions_of_rego_v0_are_refused_in_v1(pool: Pool, tmp_path: Path, call: str) -> None:
    """The embedded engine knows them for policies in v0; OPA would not compile them in v1."""
    (message,) = problems(pool, tmp_path, call)
    assert "is no function of Rego v1" in message


@pytest.mark.parametrize(("v0", "head", "refused"), [(True, "kinds.pod", True), (True, 'kinds["pod"]', False)])
def test_a_member_of_a_set_in_rego_v0_is_refused(pool: Pool, v0: bool, head: str, refused: bool) -> None:
    """Where its body does not hold, OPA gives an empty set, the embedded engine one within an object."""
    text = f"package main\n\n{head} {{ input.helm }}\n"
    (outcome,) = pool.map("gatekeeper.policy.rego.facts:parse", [Item("a.rego", ["a.rego", v0], text.encode())])
    module = Module("a.rego", text, True, jsonable.decode(ModuleFacts, outcome.unwrap()), v0)
    found = [(one.line, one.message) for one in scan.scan([module], scan.Scope(Index([module]), None, frozenset(), {}))]
    expected = "`kinds.pod { ... }` adds to a set in Rego v0, and is an empty one here where its body does not hold"
    assert found == ([(3, expected)] if refused else [])


def test_what_only_opa_evaluates_is_told_from_what_no_engine_does(pool: Pool, tmp_path: Path) -> None:
    text = rule(BODY.replace("\tfinding :=", '\tyaml.is_valid("a")\n\tinput.terrafrom\n\tfinding :='))
    found = scan.problems(load(pool, [write(tmp_path / "acme", {"a.rego": text})]))
    assert [(problem.embedded_only, "doctor" in problem.hint) for problem in found] == [(False, False), (True, True)]
