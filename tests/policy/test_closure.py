"""The part of a bundle that one rule needs."""

from __future__ import annotations

from pathlib import Path

from gatekeeper.policy.closure import alone
from gatekeeper.workers import Pool
from tests.policy.writing import bundle


def test_what_the_modules_of_a_rule_use_stays_and_the_rest_goes(pool: Pool, tmp_path: Path) -> None:
    loaded = bundle(
        pool,
        tmp_path,
        {
            "a.rego": "package acme.a\n\nimport data.acme.lib\n\ndeny contains lib.text\n\nother := data.acme.deep.x\n",
            "lib.rego": "package acme.lib\n\ntext := data.acme.words.hello\n",
            "deep.rego": "package acme.deep\n\nx := 1\n",
            "words.rego": 'package acme.words\n\nhello := "hello"\n',
            "b.rego": "package acme.b\n\ndeny contains data.acme.lib.text\n",
        },
    )
    rule = loaded.rule("acme.a.deny")
    assert rule is not None
    kept = alone(loaded, rule)
    assert [module.path for module in kept.modules] == [f"acme/{name}.rego" for name in ("a", "deep", "lib", "words")]
    assert [one.id for one in kept.rules] == ["acme.a.deny"]


def test_what_is_wrong_elsewhere_does_not_matter(pool: Pool, tmp_path: Path) -> None:
    loaded = bundle(
        pool,
        tmp_path,
        {
            "a.rego": 'package acme.a\n\ndeny contains "x" if input.kubernetes\n',
            "b.rego": 'package acme.b\n\ndeny contains "x" if input.spec\n',
        },
    )
    fine, wrong = loaded.rule("acme.a.deny"), loaded.rule("acme.b.deny")
    assert fine is not None
    assert wrong is not None
    assert alone(loaded, fine).misreadings == ()
    assert [failure.message for failure in alone(loaded, wrong).misreadings] == [
        "the input has no field spec (column 22)"
    ]
