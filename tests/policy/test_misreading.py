"""Policies of others that no evidence would ever satisfy."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.formats import jsonable
from gatekeeper.model.evidence import Evidence
from gatekeeper.model.finding import Stage
from gatekeeper.model.settings import Settings
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.policy.judging import judge
from gatekeeper.workers import Pool
from tests.policy.writing import bundle


def misread(pool: Pool, folder: Path, body: str) -> list[tuple[str, int]]:
    loaded = bundle(pool, folder, {"a.rego": f"package acme\n\n{body}\n"})
    return [(failure.message, failure.line) for failure in loaded.misreadings]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            'deny contains "x" if input[i].Cmd == "from"',
            "acme.deny reads the input as a whole, and names no kind of evidence",
        ),
        ('deny contains "x" if {\n\tsome item in input\n\titem.Cmd == "from"\n}', "item has no field Cmd"),
        ('deny contains "x" if {\n\tsome o in input.kubernetes\n\to.kindd == "Pod"\n}', "o has no field kindd"),
        ('deny contains "x" if {\n\tsome f in input.dockerfile\n\tf.instrs[_].cmd\n}', "f has no field instrs"),
        (
            'deny contains "x" if {\n\twalk(input, [_, value])\n\tvalue == 1\n}',
            "acme.deny reads the input as a whole, and names no kind of evidence",
        ),
        ('deny contains "x" if input.spec.replicas > 1', "the input has no field spec (column 22)"),
    ],
)
def test_what_the_evidence_never_has_is_named(pool: Pool, tmp_path: Path, body: str, message: str) -> None:
    assert message in [found for found, _ in misread(pool, tmp_path, body)]


@pytest.mark.parametrize(
    "body",
    [
        'deny contains "x" if {\n\tsome o in input.kubernetes\n\to.kind == "Pod"\n}',
        'deny contains "x" if {\n\tsome o in input.kubernetes\n\to.manifest.spec.anything.goes == 1\n}',
        'deny contains "x" if {\n\tsome o in input.kubernetes\n\twalk(o, [_, value])\n\tvalue == "x"\n}',
        'deny contains "x" if data.acme.off\n\noff := false',
        'deny contains "x" if kinds[_] == "Pod"\n\nkinds contains o.kind if some o in input.kubernetes',
    ],
)
def test_what_it_may_have_is_not(pool: Pool, tmp_path: Path, body: str) -> None:
    assert misread(pool, tmp_path, body) == []


def test_then_nobody_judges_with_them_but_the_library_does(pool: Pool, tmp_path: Path) -> None:
    body = 'deny contains "x" if {\n\tsome o in input.kubernetes\n\to.kindd == "Pod"\n}'
    loaded = bundle(pool, tmp_path, {"a.rego": f"package acme\n\n{body}\n"})
    judgement = judge(loaded, EmbeddedEngine(pool), jsonable.plain(Evidence()), Settings(), Stage.CHANGE)
    assert [(one.message, one.hint, one.path, one.line) for one in judgement.failures] == [
        ("o has no field kindd", "did you mean kind?", "acme/a.rego", 5)
    ]
    assert "acme.deny" not in judgement.rules
    assert judgement.rules


def test_the_library_reads_only_what_there_is(pool: Pool, tmp_path: Path) -> None:
    assert misread(pool, tmp_path, 'deny contains "x" if true') == []
