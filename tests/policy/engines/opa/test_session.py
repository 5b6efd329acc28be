"""Programs loaded into a real OPA, and questions about them."""

from __future__ import annotations

import os
import re
import signal
import stat
import time
from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.model.json import Json
from gatekeeper.policy.engines.base import Answer, Program, RegoVersion
from gatekeeper.policy.engines.opa.engine import OpaEngine
from gatekeeper.policy.engines.opa.layout import Policies, Source
from gatekeeper.policy.engines.opa.program import OpaProgram
from gatekeeper.policy.engines.opa.server import literal, start
from gatekeeper.policy.engines.opa.session import OpaSession
from gatekeeper.workers import Limits

pytestmark = pytest.mark.services

MODULE = """\
package a.b

deny contains x if {
	some x in input.xs
	print("saw", x)
}
number := to_number(input.text)
conflict := 1
conflict := 2 if input.xs
never if input.missing
nothing := null
settings := data.k.v
aborts contains to_number(x) if some x in ["ä", "1"]
"""


def ask(
    program: OpaProgram, rules: list[str], document: Json, text: str = MODULE, *, strict: bool = True
) -> list[Answer]:
    engine = OpaEngine(program, Limits(seconds=20))
    with engine.session(Program((("lib/a.rego", text),), {"k": {"v": 7}}), strict=strict) as session:
        return list(session.evaluate([f"data.a.b.{rule}" for rule in rules], document))


def test_answers_in_their_order(program: OpaProgram) -> None:
    found = ask(program, ["settings", "deny", "never", "nothing"], {"xs": [2, 1]})
    assert [(answer.value, answer.defined) for answer in found] == [
        (7, True),
        ([1, 2], True),
        (None, False),
        (None, True),
    ]
    assert found[1].prints == ("lib/a.rego:5: saw 2", "lib/a.rego:5: saw 1")
    assert found[0].prints == ()


def test_one_that_aborts_keeps_no_other_from_being_answered(program: OpaProgram) -> None:
    conflict, number, deny = ask(program, ["conflict", "number", "deny"], {"xs": [1], "text": "z"})
    assert conflict.error is not None
    assert "produced conflicting values" in conflict.error.message
    assert "lib/a.rego:8" in conflict.error.message
    assert number.error is not None
    assert number.error.message.startswith("to_number: ")
    assert (number.error.path, number.error.line, number.error.column) == ("lib/a.rego", 7, 11)
    assert deny.value == [1]


def test_errors_of_builtins_are_undefined_where_nobody_asked_for_strictness(program: OpaProgram) -> None:
    number, aborts = ask(program, ["number", "aborts"], {"text": "z"}, strict=False)
    assert (number.defined, number.error) == (False, None)
    assert aborts.value == [1]


def test_rules_and_documents_may_follow(program: OpaProgram) -> None:
    with OpaEngine(program).session(Program((("a.rego", MODULE),))) as session:
        assert session.evaluate(["data.a.b.deny"], {"xs": [1]})[0].value == [1]
        assert session.evaluate(["data.a.b.deny"], {"xs": [2]})[0].value == [2]
        later = session.evaluate(["data.a.b.nothing", "data.a.b.deny"], {"xs": []})
        assert [answer.value for answer in later] == [None, []]
        assert session.evaluate(["data.a.b.deny"], None)[0].value == []


def test_the_older_rego(program: OpaProgram) -> None:
    older = Program((("a.rego", "package a.b\ndeny[x] { any([true]); x := input.xs[_] }\n"),), {}, RegoVersion.V0)
    with OpaEngine(program).session(older) as session:
        assert session.evaluate(["data.a.b.deny"], {"xs": [3]})[0].value == [3]
    with pytest.raises(EngineFailure) as caught, OpaEngine(program).session(Program(older.modules)):
        pass
    assert (caught.value.path, caught.value.line) == ("a.rego", 2)


def test_nothing_loaded_gives_nothing(program: OpaProgram) -> None:
    with OpaEngine(program).session(Program(())) as session:
        assert session.evaluate(["data.a.b"], {}) == [Answer()]


@pytest.mark.parametrize(
    ("rule", "keys"),
    [
        ("data.a.deny", '["a"]["deny"]'),
        ('data["b-c"].not.deny', '["b-c"]["not"]["deny"]'),
        (r'data["a\"]"].x', r'["a\"]"]["x"]'),
    ],
)
def test_references(rule: str, keys: str) -> None:
    assert literal(rule) == keys


@pytest.mark.parametrize("rule", ["data", "input.x", "data.a; true", 'data["a\n"]', "data.a[x]", 'data["a"'])
def test_what_names_no_rule(rule: str) -> None:
    with pytest.raises(EngineFailure, match="names no rule"):
        literal(rule)


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("package a\nx := \n", "unexpected eof token", 3),
        ("package a\n\nx := nofunction(1)\n", "undefined function nofunction", 3),
        ('package a\nx := http.send({"method": "get", "url": "http://localhost"})\n', "http.send reaches out", 2),
        ('package a\nx := net.lookup_ip_addr("localhost")\n', "net.lookup_ip_addr reaches out", 2),
        ("package a\nx := opa.runtime()\n", "opa.runtime shows the environment", 2),
        ('package a\nx := rand.intn("a", 3)\n', "rand.intn gives another result", 2),
        ("package a\nx := time.now_ns()\n", "time.now_ns gives another result", 2),
        ("package system.authz\nallow := true\n", "decide who may ask", 1),
    ],
)
def test_what_is_never_started(program: OpaProgram, text: str, said: str, line: int) -> None:
    with pytest.raises(EngineFailure, match=said) as caught, OpaEngine(program).session(Program((("p/a.rego", text),))):
        pass
    assert (caught.value.path, caught.value.line) == ("p/a.rego", line)
    assert caught.value.hint


def test_the_bundle_itself_cannot_open_the_server_should_the_scan_be_fooled(
    program: OpaProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source("a.rego", "# package a\npackage system.authz\nallow := true\n")
    monkeypatch.setattr("gatekeeper.policy.engines.opa.layout._PACKAGE", re.compile("# package (a)"))
    with (
        pytest.raises(EngineFailure, match=r"do not permit 'package system\.authz'"),
        start(program, Policies((source,), {}), [], Limits(), connections=1),
    ):
        pass


def test_the_socket_is_ours_alone_and_gone_afterwards(program: OpaProgram) -> None:
    policies = Policies((Source("a.rego", "package a\nx := 1\n"),), {})
    with start(program, policies, ["data.a.x"], Limits(), connections=1) as server:
        folder = server.service.folder
        assert stat.S_IMODE((folder / "s").stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        if Path("/proc").is_dir():
            environment = b"".join(
                Path(f"/proc/{number}/environ").read_bytes() for number in _members(server.service.group)
            )
            assert b"HOME=" not in environment
        group = server.service.group
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def _members(group: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getpgid(int(entry.name)) == group:
                found.append(int(entry.name))
        except ProcessLookupError:
            continue
    assert found
    return found


def test_a_run_that_fails_leaves_no_server_behind(program: OpaProgram) -> None:
    policies = Policies((Source("a.rego", "package a\nx := 1\n"),), {})
    group = 0
    with pytest.raises(RuntimeError), start(program, policies, [], Limits(), connections=1) as server:
        group = server.service.group
        raise RuntimeError
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def test_without_sockets_it_listens_on_the_loopback_device(
    program: OpaProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatekeeper.policy.engines.opa.server._socket", lambda place: False)
    policies = Policies((Source("a.rego", "package a\nx := 1\n"),), {})
    session = OpaSession(program, policies, Limits(seconds=20))
    try:
        assert session.evaluate(["data.a.x"], {})[0].value == 1
    finally:
        session.close()


def test_many_rules_at_once(program: OpaProgram) -> None:
    text = "package a\n" + "".join(f"r{number} contains x if some x in input.xs\n" for number in range(300))
    with OpaEngine(program).session(Program((("a.rego", text),))) as session:
        started = time.monotonic()
        found = session.evaluate([f"data.a.r{number}" for number in range(300)], {"xs": [1]})
        assert [answer.value for answer in found] == [[1]] * 300
        assert time.monotonic() - started < 20


def test_an_interrupt_does_not_wait_for_slow_rules(program: OpaProgram) -> None:
    numbers = "numbers.range(1, 100000)"
    slow = f"package a.b\n\nslow if {{ some i in {numbers}; some j in {numbers}; i * j < 0 }}\n"
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    started = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, 2)
    try:
        with pytest.raises(KeyboardInterrupt):
            ask(program, ["slow"], {}, slow)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    assert time.monotonic() - started < 10


def test_a_relative_folder_for_temporary_files(
    program: OpaProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", ".")
    assert ask(program, ["settings"], {})[0].value == 7
    assert not list(tmp_path.iterdir())
