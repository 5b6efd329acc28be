"""Two parsers, one reading: what a module defines is the same whichever of them read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.policy.files import PolicyFile
from gatekeeper.policy.rego.facts import Definition, parse
from gatekeeper.policy.rego.parsing import ask_opa, parse_modules
from gatekeeper.workers import Pool
from tests.services.tools import project

pytestmark = pytest.mark.services


def shape(definition: Definition) -> tuple[object, ...]:
    return definition.name, definition.kind, definition.line, definition.taken


def test_definitions_are_the_same(opa: Path) -> None:
    files = sorted((project("conftest-examples") / "examples").rglob("*.rego"))
    assert len(files) > 40
    for file in files:
        text = file.read_text()
        ours = parse([file.name, False], text.encode())
        theirs = ask_opa(opa, PolicyFile(file.name, file.name, text))
        assert theirs.package == ours.package
        assert sorted(map(shape, theirs.definitions)) == sorted(map(shape, ours.definitions)), file


def test_what_only_opa_reads(pool: Pool, opa: Path) -> None:
    text = 'package a\n\ndeny contains $"{input.helm} {input.kind}" if input.x[0]\ndeny_b := [1]\nf(x) := $"{x}"\n'
    (module,) = parse_modules(pool, [PolicyFile("a.rego", "acme/a.rego", text)], foreign=True, opa=opa)
    assert module.refusal is not None
    assert (module.refusal.line, module.v0) == (3, False)
    assert [shape(one) for one in module.facts.definitions] == [
        (("deny",), "set", 3, 0), (("deny_b",), "value", 4, 0), (("f",), "function", 5, 1),
    ]  # fmt: skip
    paths = {reference.path for reference in module.facts.definitions[0].references}
    assert paths == {("input",), ("input", "helm"), ("input", "kind"), ("input", "x")}


def test_what_nobody_reads_is_told_by_opa(pool: Pool, opa: Path) -> None:
    files = [PolicyFile("a.rego", "acme/a.rego", 'package a\n\ndeny contains $"{input.x}" if := 1\n')]
    with pytest.raises(EngineFailure) as caught:
        parse_modules(pool, files, foreign=True, opa=opa)
    assert (caught.value.path, caught.value.line) == ("acme/a.rego", 3)
