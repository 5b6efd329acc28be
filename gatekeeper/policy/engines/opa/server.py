"""A server of our own: started with the policies, on a socket that nobody else can open, gone with the run."""

from __future__ import annotations

import contextlib
import re
import secrets
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gatekeeper.errors import EngineFailure, WorkerFailure
from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json
from gatekeeper.policy.engines.opa import layout
from gatekeeper.policy.engines.opa.exchange import RESTART, Address, Exchange, Late, Lost
from gatekeeper.policy.engines.opa.layout import Policies
from gatekeeper.policy.engines.opa.program import OpaProgram
from gatekeeper.workers import Limits, Service, serve

_STRICT = "?strict-builtin-errors=true"
_RULE = re.compile(r'data((?:\.[A-Za-z_]\w*|\[(?:"(?:[^"\\\x00-\x1f]|\\.)*")\])+)')
_PART = re.compile(r'\.(\w+)|\[("(?:[^"\\]|\\.)*")\]')

# The query API does not know strict errors of builtins, the data API does: so a question is a rule of a package that
# only this server has. Its `if` keeps undefined apart from a value.
_OWN = """\
package system.authz

import rego.v1

default allow := false

allow if crypto.sha256(input.identity) == "{digest}"

proof := "{proof}"
"""
_QUESTION = "q{number} := x if x := data{rule} with input as data.{evidence}\n"
# Rules that are evaluated under one `with` share what the rules that they use have given.
_SHARED = "q{number} := data{rule}\n"
_BATCH = "b{batch} := x if x := data.{questions}.b{batch}s with input as data.{evidence}\n"


@dataclass(frozen=True, slots=True)
class Names:
    """What is secret or must not be met by any policy, chosen anew for each server."""

    token: str
    proof: str
    questions: str
    evidence: str


class OpaServer:
    """A running server that knows the policies and the questions, and holds one document as input."""

    def __init__(self, service: Service, exchange: Exchange, names: Names, policies: Policies) -> None:
        self.service = service
        self._exchange = exchange
        self._names = names
        self._policies = policies
        self._read = 0

    def put(self, document: bytes) -> None:
        """Take a JSON document as the input of all questions from now on.

        Raises:
            Lost, EngineFailure: it could not be taken.
        """
        try:
            self._exchange.put(f"/v1/data/{self._names.evidence}", document)
        except Late:
            raise EngineFailure("OPA did not take the evidence in time", hint="allow it more time") from None

    def ask(self, number: int, *, strict: bool) -> tuple[bool, Json]:
        """Whether the question of that number has an answer, and which.

        Raises:
            Lost, Late, EngineFailure: it could not be answered.
        """
        return self._get(f"q{number}", strict)

    def ask_batch(self, batch: int, *, strict: bool) -> Mapping[int, Json]:
        """The answers to all questions of a batch that have one, by their numbers.

        Raises:
            Lost, Late, EngineFailure: one of them, at least, could not be answered.
        """
        defined, answers = self._get(f"b{batch}", strict)
        if not defined or not isinstance(answers, dict):
            raise EngineFailure("OPA's answer has another form than expected", hint=RESTART)
        return {int(name.removeprefix("q")): answer for name, answer in answers.items()}

    def _get(self, name: str, strict: bool) -> tuple[bool, Json]:
        query = _STRICT if strict else ""
        answer = self._exchange.get(f"/v1/data/{self._names.questions}/{name}{query}")
        if not isinstance(answer, dict) or answer.keys() - {"result", "warning"}:
            raise EngineFailure("OPA's answer has another form than expected", hint=RESTART)
        return "result" in answer, answer.get("result")

    def prints(self) -> dict[int, list[str]]:
        """What the policies printed since this was last called, by the number of the question."""
        text = self.service.log(self._read)
        self._read += len(text)
        printed: dict[int, list[str]] = {}
        for line in text.splitlines():
            with contextlib.suppress(ValueError):
                entry = jsonable.loads(line)
                start = f"/v1/data/{self._names.questions}/q"
                if isinstance(entry, dict) and "line" in entry and str(entry.get("req_path")).startswith(start):
                    number = int(entry["req_path"].removeprefix(start))
                    place = self._policies.message(str(entry["line"]))
                    printed.setdefault(number, []).append(f"{place}: {entry['msg']}")
        return printed


def literal(rule: str) -> str:
    """The keys of a reference ``data.a["b-c"].deny`` below ``data``, each in brackets, as no keyword can disturb them.

    Raises:
        EngineFailure: it is no such reference.
    """
    found = _RULE.fullmatch(rule)
    if found is None:
        raise EngineFailure(f"{rule!r:.200} names no rule", hint="name it as data.package.rule")
    return "".join(f'["{name}"]' if name else f"[{quoted}]" for name, quoted in _PART.findall(found[1]))


@contextlib.contextmanager
def start(
    program: OpaProgram,
    policies: Policies,
    rules: Sequence[str],
    limits: Limits,
    *,
    connections: int,
    batches: Sequence[Sequence[int]] = (),
) -> Iterator[OpaServer]:
    """A server with these policies, ready to be asked for ``rules`` (by their position), until the block is left.

    ``batches`` are positions that can be asked for at once.

    Raises:
        EngineFailure: it could not be started.
    """
    names = Names(*(secrets.token_hex(24) for _ in range(2)), *(f"x{secrets.token_hex(16)}" for _ in range(2)))
    with contextlib.ExitStack() as stack:
        # Absolute: the server runs in the folder, and TMPDIR may be relative.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gk-"))).absolute()
        layout.write(policies, folder / "bundle")
        _write_own(folder / "own", names, rules, batches)
        address = _address(folder)
        try:
            service = stack.enter_context(
                serve(_command(program, address, policies), folder=folder, environment={}, limits=limits)
            )
        except WorkerFailure as error:
            raise EngineFailure(error.message, hint=RESTART) from None
        exchange = Exchange(address, names.token, limits, policies, connections)
        stack.callback(exchange.close)
        _await(service, exchange, names, policies, limits)
        yield OpaServer(service, exchange, names, policies)


def _write_own(folder: Path, names: Names, rules: Sequence[str], batches: Sequence[Sequence[int]]) -> None:
    folder.mkdir()
    questions = "".join(
        _QUESTION.format(number=number, rule=literal(rule), evidence=names.evidence)
        for number, rule in enumerate(rules)
    ) + "".join(
        _BATCH.format(batch=batch, questions=names.questions, evidence=names.evidence) for batch in range(len(batches))
    )
    digest = sha256(names.token.encode()).hexdigest()
    (folder / "access.rego").write_text(_OWN.format(digest=digest, proof=names.proof))
    (folder / "questions.rego").write_text(f"package {names.questions}\n\nimport rego.v1\n\n{questions}")
    for batch, numbers in enumerate(batches):
        shared = "".join(_SHARED.format(number=number, rule=literal(rules[number])) for number in numbers)
        head = f"package {names.questions}.b{batch}s\n\nimport rego.v1\n\n"
        (folder / f"batch{batch}.rego").write_text(head + shared)
    manifest = {"roots": ["system/authz", names.questions], "rego_version": 1}
    (folder / ".manifest").write_bytes(jsonable.dumps(manifest))


def _address(folder: Path) -> Address:
    """A socket in ``folder``; where the system or the file system has none, a free port."""
    place = folder / "s"
    if _socket(place):
        return Address(place)
    with socket.socket(socket.AF_INET) as probe:
        probe.bind(("127.0.0.1", 0))
        return Address(None, probe.getsockname()[1])


def _socket(place: Path) -> bool:
    """Whether a socket can be made there."""
    if hasattr(socket, "AF_UNIX"):
        with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
            probe.bind(str(place))
            place.unlink()
            return True
    return False


def _command(program: OpaProgram, address: Address, policies: Policies) -> list[str]:
    return [
        program.path,
        "run",
        "--server",
        f"--addr={address.listen}",
        "--unix-socket-perm=600",
        "--authentication=token",
        "--authorization=basic",
        "--skip-version-check",
        "--optimize-store-for-read-speed",
        "--log-format=json",
        f"--log-level={'info' if policies.prints else 'error'}",  # what is printed is logged as information
        "--bundle",
        "bundle",
        "own",
    ]


def _await(service: Service, exchange: Exchange, names: Names, policies: Policies, limits: Limits) -> None:
    """Wait until the server proves that it is ours: a port may have been taken by another program meanwhile."""
    deadline = time.monotonic() + limits.seconds
    while service.alive and time.monotonic() < deadline:
        try:
            answer = exchange.get("/v1/data/system/authz/proof", max(0.1, deadline - time.monotonic()))
        except Lost:
            time.sleep(0.005)
            continue
        except Late:
            break
        if answer != {"result": names.proof}:
            raise EngineFailure("another program answers at the address of OPA's server", hint=RESTART)
        return
    if service.alive:
        raise EngineFailure(f"OPA did not start within {limits.seconds:g} seconds", hint="allow it more time")
    reason = service.epitaph()
    said = policies.message("\n".join(_complaints(service.log().decode("utf-8", "replace"))))[:500]
    raise EngineFailure(f"OPA did not start: {reason if reason.endswith('memory') or not said else said}", hint=RESTART)


def _complaints(log: str) -> Iterator[str]:
    """What OPA printed besides warnings and information, which would hide it."""
    for line in log.splitlines():
        try:
            entry = jsonable.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict) or "level" not in entry:
            yield line
        elif entry["level"] not in ("debug", "info", "warning"):
            yield ": ".join(str(entry[key]) for key in ("msg", "err") if key in entry)
