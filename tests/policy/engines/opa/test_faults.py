"""What may happen to a server of ours: each is one clear error, none a pass."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.errors import EngineFailure
from gatekeeper.model.finding import Stage
from gatekeeper.model.settings import Settings
from gatekeeper.policy.engines.base import Answer, Program
from gatekeeper.policy.engines.opa.engine import OpaEngine
from gatekeeper.policy.engines.opa.exchange import Address, Exchange, Late, Lost
from gatekeeper.policy.engines.opa.layout import Policies, Source
from gatekeeper.policy.engines.opa.program import OpaProgram, find_program
from gatekeeper.policy.engines.opa.session import OpaSession
from gatekeeper.policy.judging import judge
from gatekeeper.policy.loading import load
from gatekeeper.workers import Limits, Pool
from tests.policy.engines.opa.servers import fake_opa, listener, raw_socket, unused_port
from tests.policy.writing import BODY, POD, rule, write

SLOW = (
    "slow contains x if { some x in numbers.range(1, 40000); some y in numbers.range(1, 40000); x * y == -1 }\n"
    "quick contains 1\n"
    "bomb contains x if { x := [[z | some z in numbers.range(1, 1000000)] | some _ in numbers.range(1, 4000)] }\n"
    "while contains x if { some x in numbers.range(1, 900000); x < 3 }\n"
)
POLICIES = Policies((Source("a.rego", f"package a\n{SLOW}"),), {})


@contextlib.contextmanager
def session(program: OpaProgram, **limits: float) -> Iterator[OpaSession]:
    opened = OpaSession(program, POLICIES, Limits(**limits))  # type: ignore[arg-type]  # numbers all
    try:
        yield opened
    finally:
        opened.close()


def message(answer: Answer) -> str:
    assert answer.error is not None
    assert answer.error.exit_code == 4
    assert not answer.defined
    assert "\n" not in answer.error.message
    return answer.error.message


@pytest.mark.services
def test_a_rule_without_end(program: OpaProgram) -> None:
    with session(program, seconds=2) as opened:
        slow, quick = opened.evaluate(["data.a.slow", "data.a.quick"], {})
        assert message(slow) == "data.a.slow did not end within 2 seconds"
        assert quick.value == [1]
        assert opened.evaluate(["data.a.quick"], {})[0].value == [1]


@pytest.mark.services
def test_a_rule_that_takes_all_memory(program: OpaProgram) -> None:
    with session(program, seconds=60, memory=2 << 30) as opened:
        quick, bomb, other = opened.evaluate(["data.a.quick", "data.a.bomb", "data.a.while"], {})
        assert message(bomb) == "the OPA server was lost: opa ran out of memory"
        assert (quick.value, other.value) == ([1], [1, 2])
        assert opened.evaluate(["data.a.quick"], {})[0].value == [1]


@contextlib.contextmanager
def killer(opened: OpaSession, times: int) -> Iterator[None]:
    """Kills the session's server as soon as it has worked for a moment."""
    done = threading.Event()

    def work() -> None:
        killed: set[int] = set()
        while len(killed) < times and not done.wait(0.4):
            server = opened._server
            if server is not None and server.service.group not in killed:
                killed.add(server.service.group)
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(server.service.group, signal.SIGKILL)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.services
def test_killed_once_in_mid_evaluation_the_rules_are_asked_again(program: OpaProgram) -> None:
    with session(program, seconds=3) as opened, killer(opened, 1):
        slow, quick = opened.evaluate(["data.a.slow", "data.a.quick"], {})
        assert message(slow) == "data.a.slow did not end within 3 seconds"
        assert quick.value == [1]


@pytest.mark.services
def test_killed_again_and_again_in_mid_evaluation(program: OpaProgram) -> None:
    with session(program, seconds=30) as opened, killer(opened, 2):
        slow, quick = opened.evaluate(["data.a.slow", "data.a.quick"], {})
        assert message(slow) == "the OPA server was lost: opa was killed by signal 9"
        assert quick.value == [1]


@pytest.mark.services
def test_killed_too_often(program: OpaProgram) -> None:
    rules = "".join(SLOW.splitlines(keepends=True)[0].replace("slow", f"slow{number}") for number in range(8))
    opened = OpaSession(program, Policies((Source("a.rego", f"package a\n{rules}"),), {}), Limits(seconds=30))
    with killer(opened, 100), pytest.raises(EngineFailure, match="the OPA server was lost 6 times"):
        try:
            opened.evaluate([f"data.a.slow{number}" for number in range(8)], {})
        finally:
            opened.close()


@pytest.mark.parametrize(
    ("fake", "said"),
    [
        ({"status": 500, "body": b'{"code": "internal_error", "message": "boom"}'}, "answered with status 500: boom"),
        ({"status": 500, "body": b"<html>"}, "answered with status 500 and no JSON"),
        ({"status": 200, "body": b"garbage"}, "answered with status 200 and no JSON"),
        ({"status": 200, "body": b"[1]"}, "OPA's answer has another form than expected"),
        ({"status": 200, "body": b'{"found": []}'}, "OPA's answer has another form than expected"),
        ({"status": 401, "body": b"{}"}, "OPA refused the token"),
        ({"status": 302, "body": b"{}"}, "answered with status 302"),
        ({"status": 204, "body": b""}, "OPA's answer has another form than expected"),
        ({"delay": 5}, "did not end within 1 seconds"),
        ({"body": b'{"result": "' + b"x" * 2000 + b'"}'}, "larger than 1000 bytes"),
    ],
)
def test_an_opa_that_answers_badly(tmp_path: Path, fake: dict[str, object], said: str) -> None:
    program = find_program(str(fake_opa(tmp_path, **fake)))  # type: ignore[arg-type]  # of many types
    engine = OpaEngine(program, Limits(seconds=1, output=1000, memory=None))
    with engine.session(Program((("a.rego", "package a\n"),))) as opened:
        (answer,) = opened.evaluate(["data.a.deny"], {})
    assert said in message(answer)


def test_an_opa_that_breaks_off_its_answer(tmp_path: Path) -> None:
    program = find_program(str(fake_opa(tmp_path, body=b'{"result": []}', missing=1)))
    with OpaEngine(program, Limits(seconds=2, memory=None)).session(Program((("a.rego", "package a\n"),))) as opened:
        (answer,) = opened.evaluate(["data.a.deny"], {})
    assert message(answer).startswith("the OPA server was lost")


@pytest.mark.parametrize("starts", ["no such option", ""])
def test_an_opa_that_does_not_start(tmp_path: Path, starts: str) -> None:
    program = find_program(str(fake_opa(tmp_path, starts=starts)))
    with OpaEngine(program, Limits(seconds=5, memory=None)).session(Program((("a.rego", "package a\n"),))) as opened:
        said = starts or "opa ended with exit code 1"
        with pytest.raises(EngineFailure, match=f"OPA did not start: {said}"):
            opened.evaluate(["data.a.deny"], {})


def test_why_it_does_not_start_is_not_hidden_behind_warnings(tmp_path: Path) -> None:
    warning = json.dumps({"level": "warning", "msg": "OPA running with uid or gid 0. " + "x" * 600})
    error = json.dumps({"level": "error", "msg": "Unable to listen", "err": "listen unix: no"})
    program = find_program(str(fake_opa(tmp_path, starts=f"{warning}\n{error}")))
    with (
        OpaEngine(program, Limits(seconds=5, memory=None)).session(Program((("a.rego", "package a\n"),))) as opened,
        pytest.raises(EngineFailure, match=r"OPA did not start: Unable to listen: listen unix: no$"),
    ):
        opened.evaluate(["data.a.deny"], {})


def test_another_program_at_its_address_gets_no_evidence(tmp_path: Path) -> None:
    opa = fake_opa(tmp_path, body=b'{"result": []}')
    opa.write_text(opa.read_text().replace('"result": proof', '"result": "something"'))
    with (
        OpaEngine(find_program(str(opa)), Limits(seconds=5, memory=None)).session(
            Program((("a.rego", "package a\n"),))
        ) as opened,
        pytest.raises(EngineFailure, match="another program answers"),
    ):
        opened.evaluate(["data.a.deny"], {})


def test_a_judgement_without_an_answer_is_a_failure_never_a_pass(tmp_path: Path, pool: Pool) -> None:
    """What an OPA that has lost the policies says, ``{}``, is what a clean tree would say in a careless gate."""
    bundle = load(pool, shipped=write(tmp_path / "rego", {"a.rego": rule(BODY)}))
    engine = OpaEngine(find_program(str(fake_opa(tmp_path / "bin"))), Limits(seconds=5, memory=None))
    judgement = judge(bundle, engine, {"kubernetes": [POD]}, Settings(), Stage.CHANGE)
    assert not judgement.findings
    assert [failure.message for failure in judgement.failures] == [
        "ACME-001 could not be evaluated: `deny` is undefined"
    ]


def exchange(path: Path, **limits: float) -> Exchange:
    return Exchange(Address(path), "token", Limits(**limits), POLICIES, 1)  # type: ignore[arg-type]  # numbers all


def test_an_answer_that_never_ends(tmp_path: Path) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(b" ")
                time.sleep(0.1)

    with raw_socket(tmp_path / "s", drip):
        started = time.monotonic()
        with pytest.raises(Late):
            exchange(tmp_path / "s", seconds=0.5).get("/")
        assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "answer", [b"", b"\x00\xff nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", b"HTTP"]
)
def test_what_is_no_http(tmp_path: Path, answer: bytes) -> None:
    with raw_socket(tmp_path / "s", lambda connection: connection.sendall(answer)), pytest.raises(Lost):
        exchange(tmp_path / "s", seconds=5).get("/")


def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(Lost):
        exchange(tmp_path / "s", seconds=5).get("/")


@pytest.mark.services
def test_neither_proxies_nor_netrc_are_used(
    program: OpaProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatekeeper.policy.engines.opa.server._socket", lambda place: False)
    with listener() as (port, heard):
        set_traps(monkeypatch, tmp_path, port)
        with session(program, seconds=20) as opened:
            assert opened.evaluate(["data.a.quick"], {"secret": 1})[0].value == [1]
        assert heard == []


def set_traps(monkeypatch: pytest.MonkeyPatch, home: Path, port: int) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    (home / ".netrc").write_text(
        "machine 127.0.0.1 login somebody password else\nmachine localhost login x password y\n"
    )
    (home / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NETRC", str(home / ".netrc"))


def test_the_traps_would_catch_a_careless_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    with listener() as (port, heard):
        set_traps(monkeypatch, tmp_path, port)
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{unused_port()}/", headers={"Authorization": "Bearer token"}, timeout=1)
        assert heard
