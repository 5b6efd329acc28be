"""Programs in the embedded engine: what a session answers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.model.json import Json
from gatekeeper.policy.engines.base import Answer, Engine, Program, RegoVersion
from gatekeeper.policy.engines.embedded import EmbeddedEngine
from gatekeeper.workers import Limits, Pool


def ask(
    pool: Pool,
    text: str,
    rules: Sequence[str],
    document: Json = None,
    *,
    data: Json = None,
    version: RegoVersion = RegoVersion.V1,
    seconds: float = 30,
) -> Sequence[Answer]:
    engine: Engine = EmbeddedEngine(pool, Limits(seconds=seconds))
    with engine.session(Program((("a.rego", f"package a\n{text}"),), data or {}, version)) as session:
        return session.evaluate([f"data.a.{rule}" for rule in rules], document)


def test_values_in_the_order_of_the_rules(pool: Pool) -> None:
    text = "x := input.x\ny := data.y.z\ns contains v if some v in [3, 1]\nm[k] := 1 if k := input.x\n"
    answers = ask(pool, text, ["s", "y", "x", "m"], {"x": "k"}, data={"y": {"z": 7}})
    assert [answer.value for answer in answers] == [[1, 3], 7, "k", {"k": 1}]
    assert all(answer.defined and answer.error is None for answer in answers)


def test_undefined_is_not_null_nor_a_word(pool: Pool) -> None:
    text = 'nothing := null\nnone if input.nope\nword := "<undefined>"\n'
    assert ask(pool, text, ["nothing", "none", "word"]) == [
        Answer(None, defined=True),
        Answer(None, defined=False),
        Answer("<undefined>", defined=True),
    ]


def test_what_json_has_no_form_for(pool: Pool) -> None:
    text = "sets contains {1, 2}\nkeys := {1: 2, {3}: 4}\n"
    assert [answer.value for answer in ask(pool, text, ["sets", "keys"])] == [[[1, 2]], {"1": 2, "[3]": 4}]


def test_one_that_aborts_does_not_keep_the_others_from_being_answered(pool: Pool) -> None:
    text = 'ok := 1\nbad if {\n\tprint("seen")\n\tstartswith(input, "é")\n}\nlast := 2\n'
    first, bad, last = ask(pool, text, ["ok", "bad", "last"])
    assert (first.value, last.value) == (1, 2)
    assert not bad.defined
    assert bad.prints == ("a.rego:4: seen",)
    assert bad.error is not None
    assert bad.error.message == "`startswith` expects string argument. Got `null` instead"
    assert (bad.error.path, bad.error.line, bad.error.column) == ("a.rego", 5, 13)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ('x := startswith(null, "a")', 17),
        ('x := ["é𝄞", startswith(null, "a")]', 24),
        ('x := ["é𝄞",\tstartswith(null, "a")]', 24),
    ],
)
def test_columns_count_code_points(pool: Pool, line: str, column: int) -> None:
    (answer,) = ask(pool, line, ["x"])
    assert answer.error is not None
    assert (answer.error.line, answer.error.column) == (2, column)


def test_prints_belong_to_their_rule(pool: Pool) -> None:
    text = 'p if print("p", input.x, input.y)\nq if print("q")\nnone if { print("n"); false }\n'
    answers = ask(pool, text, ["p", "q", "none"], {"x": [1]})
    assert [answer.prints for answer in answers] == [
        ("a.rego:2: p [1] <undefined>",),
        ("a.rego:3: q",),
        ("a.rego:4: n",),
    ]


def test_the_older_rego(pool: Pool) -> None:
    text = "deny[message] { message := input.x }\n"
    assert ask(pool, text, ["deny"], {"x": "y"}, version=RegoVersion.V0)[0].value == ["y"]
    with pytest.raises(EngineFailure):
        ask(pool, text, ["deny"])


def test_modules_of_both_versions(pool: Pool) -> None:
    older = "package old\nnames[name] { name := input[_] }\n"
    newer = "package new\ncount_of := count(data.old.names)\n"
    program = Program((("old.rego", older), ("new.rego", newer)), older=frozenset({"old.rego"}))
    with EmbeddedEngine(pool).session(program) as session:
        assert [answer.value for answer in session.evaluate(["data.new.count_of"], ["a", "b"])] == [2]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("x := [\n", 3, 1, "expecting expression"),
        ("x := 1\n\ty := 2 if {\n\tz == 1\n}\n", 4, 2, "undefined variable `z` is unsafe"),
        ("x if { y := z; z := y }\n", 2, 13, "used before definition"),
    ],
)
def test_a_program_that_does_not_parse_or_compile(pool: Pool, text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(EngineFailure, match=message) as caught:
        ask(pool, text, ["x"])
    assert (caught.value.path, caught.value.line, caught.value.column) == ("a.rego", line, column)


def test_names_that_are_no_plain_names(pool: Pool) -> None:
    program = Program((("b.rego", 'package b["c-d"]\ndeny contains 1\nx["y-z"] := 2\n'),))
    with EmbeddedEngine(pool).session(program) as session:
        answers = session.evaluate(['data.b["c-d"].deny', 'data.b["c-d"].x["y-z"]'], None)
    assert [answer.value for answer in answers] == [[1], 2]


def test_a_rule_that_is_not_there_is_an_error(pool: Pool) -> None:
    (answer,) = ask(pool, "x := 1\n", ["y"])
    assert answer.error is not None


def test_one_rule_without_end_among_many(pool: Pool) -> None:
    spin = "some x in numbers.range(1, 40000); some y in numbers.range(1, 40000); x * y == -1"
    text = "".join(f"r{number} := {number}\n" for number in range(12)) + f"spin if {{ {spin} }}\n"
    names = [f"r{number}" for number in range(6)] + ["spin"] + [f"r{number}" for number in range(6, 12)]
    answers = ask(pool, text, names, seconds=2)
    assert [answer.value for answer in answers if answer.defined] == list(range(12))
    error = answers[6].error
    assert error is not None
    assert "did not end within 2 seconds" in error.message


def test_documents_one_after_the_other(pool: Pool) -> None:
    with EmbeddedEngine(pool).session(Program((("a.rego", "package a\nx := input.x\n"),))) as session:
        values = [session.evaluate(["data.a.x"], {"x": number})[0].value for number in range(20)]
    assert values == list(range(20))


@pytest.mark.parametrize("document", ["\ud800", 2**70, {"x": [[]]}], ids=["surrogate", "large", "deep"])
def test_a_document_that_is_no_json_for_the_engine(pool: Pool, document: Json) -> None:
    for _ in range(200 if isinstance(document, dict) else 0):
        document = [document]
    (answer,) = ask(pool, "x := 1\n", ["x"], document)
    assert answer.error is not None
    assert not answer.defined


def test_without_strict_errors_it_refuses(pool: Pool) -> None:
    with pytest.raises(EngineFailure, match="cannot leave undefined") as caught:
        EmbeddedEngine(pool).session(Program(()), strict=False).__enter__()
    assert "opa" in caught.value.hint
