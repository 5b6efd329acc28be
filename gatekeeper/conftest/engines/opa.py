"""OPA, one process for all rules and documents: conftest's own engine, asked what conftest asks it."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import orjson

from gatekeeper.conftest import functions, golang
from gatekeeper.conftest.engines import opa_parsing
from gatekeeper.conftest.evaluation import Answer, Answers, Document, Module, Query
from gatekeeper.conftest.options import Options
from gatekeeper.errors import EngineFailure
from gatekeeper.formats.files import read_regular
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.policy.engines.base import RegoVersion
from gatekeeper.workers import Completed, Limits, Pool, run

_LIMITS = Limits(seconds=600, memory=8 << 30, output=1 << 30)
_MAX_CAPABILITIES = 8 << 20
_OUT_OF_MEMORY = re.compile(rb"^(?:fatal error|runtime): .*(?:out of memory|cannot allocate memory)", re.MULTILINE)
_ROUNDS = 20  # calls of conftest's functions whose arguments are results of such calls


class OpaEvaluator:
    """Policies in a folder of their own, from which ``opa eval`` reads them."""

    def __init__(self, program: str, pool: Pool, options: Options, home: Path) -> None:
        self._program = program
        self._pool = pool
        self._options = options
        self._home = home
        self._paths: dict[str, str] = {}
        self._functions = False
        self._capabilities = options.capabilities
        self.modules: Sequence[Module] = ()

    @classmethod
    @contextmanager
    def load(
        cls, program: str, pool: Pool, options: Options, texts: Mapping[str, str], data: JsonObject
    ) -> Iterator[Self]:
        """The policies (texts by path) and the document below ``data``, for OPA at the path ``program``.

        Raises:
            EngineFailure: a module does not parse.
        """
        with tempfile.TemporaryDirectory(prefix="gatekeeper-") as home:
            evaluator = cls(program, pool, options, Path(home))
            evaluator._write(texts, data)
            yield evaluator

    def _write(self, texts: Mapping[str, str], data: JsonObject) -> None:
        originals, policies = self._home / "originals", self._home / "policies"
        if os.path.lexists(self._capabilities):  # else it is a version of OPA, which OPA knows
            copy = self._home / "given.json"
            copy.write_bytes(golang.dumps_exact(_capabilities(self._capabilities)))
            self._capabilities = str(copy)
        originals.mkdir()
        policies.mkdir()
        self._functions = any(functions.are_used(text) for text in texts.values())
        with_places = self._options.output == "stdout"
        for number, (path, text) in enumerate(texts.items()):
            name = f"m{number:05d}.rego"
            self._paths[name] = path
            (policies / name).write_text(functions.rewrite(path, text, prints=with_places), newline="")
            if self._functions:
                (originals / name).write_text(text, newline="")
        (self._home / "data.json").write_bytes(golang.dumps_exact(data))
        if self._functions:
            (policies / "functions.rego").write_text(functions.module())
            self._check(originals)
        older = self._options.rego_version is RegoVersion.V0
        files = {path: policies / name for name, path in self._paths.items()} if older else None
        self.modules = opa_parsing.parse(self._run, texts, files)
        if len(self.modules) < len(texts):
            self._check(originals if self._functions else policies)
            raise EngineFailure("OPA parses a policy that it does not show", hint="use another release of OPA")

    def evaluate(self, queries: Sequence[Query], documents: Sequence[Document]) -> Answers:
        """See ``Evaluator``."""
        # Setting data costs time, and hardly any policy asks for it.
        with_file = any("conftest" in module.text for module in self.modules)
        mocks = "with input as value" + (" with data.conftest.file as file" if with_file else "")
        asked = ", ".join(
            f"count([1 | {query.exception} {mocks}]), [v | v := {query.text} {mocks}]" for query in queries
        )
        # Variables, not references: with those, OPA 1.22 loses the input of rules that other packages define.
        text = f"[x | d := input.documents[_]; value := d.value; file := d.file; x := [{asked}]]"
        plain = [{"value": document.value, "file": document.file} for document in documents] if queries else []
        (self._home / "input.json").write_bytes(orjson.dumps({"documents": plain}))
        rows, printed = self._ask(text)
        values = []
        for row in rows:
            pairs = zip(row[::2], row[1::2], strict=True)
            values.append([Answer(bool(value), value[0] if value else None, count) for count, value in pairs])
        return Answers(values or [[] for _ in documents], printed)

    def trace(self, query: str, document: Document) -> Sequence[str]:
        """See ``Evaluator``."""
        (self._home / "input.json").write_bytes(orjson.dumps(document.value))
        (self._home / "file.json").write_bytes(orjson.dumps({"conftest": {"file": document.file}}))
        more = ["--data", str(self._home / "file.json"), "--explain", "full", "--format", "pretty"]
        done = self._eval(query, more)
        if done.exit_code:
            raise EngineFailure(self._named(done.last_words()), hint="correct the policy")
        lines = self._named(done.stdout.decode("utf-8", "replace")).splitlines()
        return [line for line in lines if " | " in line or " Enter " in line or " Redo " in line]

    def _ask(self, query: str) -> tuple[list[list[Json]], list[str]]:
        """The value of the query and what was printed, once all calls of conftest's functions are answered."""
        results: JsonObject = {}
        for _ in range(_ROUNDS):
            (self._home / "results.json").write_bytes(orjson.dumps({functions.RESULTS: results}))
            more = ["--format", "json"] + ["--show-builtin-errors"] * self._options.show_builtin_errors
            done = self._eval(query, more)
            answer = self._json(done)
            said = done.stderr.decode("utf-8", "replace").split(functions.MARK)
            calls = {text.removeprefix("call ").strip() for text in said[1:] if text.startswith("call ")}
            if answer.get("errors"):
                raise self._failure(answer["errors"])
            if not calls - results.keys():
                if self._options.show_builtin_errors and (error := next(functions.failed(results), None)):
                    raise EngineFailure(f"built-in error: {error}", hint="correct the call")
                rows: list[list[Json]] = answer["result"][0]["expressions"][0]["value"]
                return rows, [text[:-1] for text in said[1:] if not text.startswith("call ")]
            results |= functions.answer(self._pool, sorted(calls - results.keys()))
        raise EngineFailure(
            f"calls of parse_config and its like still bring new ones after {_ROUNDS} rounds",
            hint="read what the policy needs with --data instead",
        )

    def _eval(self, query: str, more: Sequence[str]) -> Completed:
        home = self._home
        files = [
            "--data",
            str(home / "policies"),
            "--data",
            str(home / "data.json"),
            "--input",
            str(home / "input.json"),
        ]
        if self._functions:
            files += ["--data", str(home / "results.json")]
        return self._run(["eval", "--stdin", *self._flags(), *files, *more], query.encode())

    def _flags(self) -> list[str]:
        options = self._options
        flags = ["--strict"] if options.strict else []
        flags += ["--v0-compatible"] if options.rego_version is RegoVersion.V0 else []
        return flags + (["--capabilities", self._capabilities] if self._capabilities else [])

    def _check(self, folder: Path) -> None:
        """Whether the policies as they were written compile; their own functions are made known to OPA."""
        flags = self._flags()
        if self._functions:
            wanted = self._options.capabilities
            if os.path.lexists(wanted):
                known = _capabilities(wanted)
            else:
                which = ["--version", wanted] if wanted else ["--current"]
                known = self._json(self._run(["capabilities", *which]))
            flags = flags[:-2] if wanted else flags
            file = self._home / "capabilities.json"
            file.write_bytes(golang.dumps_exact(functions.capabilities(known)))
            flags += ["--capabilities", str(file)]
        done = self._run(["check", "--format", "json", *flags, str(folder)])
        if done.exit_code:
            raise self._failure(self._json(done, done.stderr).get("errors", []))

    def _run(self, arguments: Sequence[str], stdin: bytes = b"") -> Completed:
        # Policies that people test here may ask for the environment, as they may in conftest.
        done = run([self._program, *arguments], folder=Path.cwd(), stdin=stdin, environment=os.environ, limits=_LIMITS)
        if done.exit_code and _OUT_OF_MEMORY.search(done.stderr):
            raise EngineFailure("OPA ran out of memory", hint="does a rule make a table of everything it could meet?")
        return done

    def _json(self, done: Completed, text: bytes = b"") -> JsonObject:
        try:
            value: JsonObject = golang.load_exact(text or done.stdout)
            return value
        except ValueError:
            raise EngineFailure(
                self._named(_reason(done)) or f"OPA ended with exit code {done.exit_code}",
                hint="correct the policy, or try another release of OPA",
            ) from None

    def _failure(self, errors: Sequence[JsonObject]) -> EngineFailure:
        lines = []
        for error in errors or [{"message": "OPA refused the policies"}]:
            location = error.get("location") or {}
            place = f"{location['file']}:{location.get('row', 0)}: " if location.get("file") else ""
            code = f"{error['code']}: " if error.get("code") else ""
            lines.append(self._named(f"{place}{code}{error['message']}"))
        return EngineFailure("\n".join(lines), hint="correct the policy")

    def _named(self, text: str) -> str:
        for folder in ("policies", "originals"):
            text = text.replace(f"{self._home / folder}/", "")
        for name, path in self._paths.items():
            text = text.replace(name, path)
        return text


def _reason(done: Completed) -> str:
    """What OPA said, without the help that it gives on a wrong flag."""
    return done.stderr.decode("utf-8", "replace").partition("\nUsage:")[0].strip()[-500:]


def _capabilities(path: str) -> JsonObject:
    try:
        known = golang.load_exact(read_regular(path, _MAX_CAPABILITIES))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"is no JSON: {error}"
        raise EngineFailure(f"--capabilities: {reason}", path=path, hint="name a file that OPA wrote") from error
    if not isinstance(known, dict) or not isinstance(known.get("builtins", []), list):
        raise EngineFailure("--capabilities: is no object with builtins", path=path, hint="name a file that OPA wrote")
    return known
