"""conftest's own functions for policies, which OPA does not have: their calls are answered outside of it.

Each call in a policy becomes a call of a rule that looks its answer up in the data, and prints the call where there
is none. Whoever evaluates answers the printed calls, and evaluates again until none is missing.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence

from gatekeeper.conftest import golang
from gatekeeper.conftest.documents import documents, format_of
from gatekeeper.errors import GatekeeperError
from gatekeeper.formats.files import read_regular
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.workers import Pool

MAX_BYTES = 256 << 20
PACKAGE = "gatekeeper_conftest_functions"
RESULTS = "gatekeeper_conftest_results"
# What a policy prints of its input cannot pass for a mark that is another one in each run.
MARK = f"\x01{secrets.token_hex(8)} "
CALLED = f"{MARK}call "
_STRING, _DYNAMIC = {"type": "string"}, {"key": {"type": "string"}, "value": {"type": "any"}}
_ARGUMENTS: dict[str, list[JsonObject]] = {
    "parse_config": [_STRING, _STRING],
    "parse_config_file": [_STRING],
    "parse_combined_config_files": [{"type": "array", "dynamic": _STRING}],
}
_TOKEN = re.compile(
    r"""(?P<skip>"(?:[^"\\\n]|\\.)*"|`[^`]*`|\#[^\n]*)"""
    r"|(?<![\w.])(?P<name>print|parse_config|parse_config_file|parse_combined_config_files)\(\s*(?P<empty>\)?)"
)


def are_used(text: str) -> bool:
    """Whether a module may call one of the functions."""
    return "parse_co" in text and any(name in _ARGUMENTS for name, _ in _calls(text))


def capabilities(known: JsonObject) -> JsonObject:
    """Capabilities of OPA, with the functions: what ``opa check`` needs to compile policies that call them."""
    result = {"type": "object", "dynamic": _DYNAMIC}
    added = [
        {"name": name, "decl": {"type": "function", "args": arguments, "result": result}}
        for name, arguments in _ARGUMENTS.items()
    ]
    return known | {"builtins": [*known.get("builtins", []), *added]}


def rewrite(path: str, text: str, *, prints: bool) -> str:
    """A module whose calls are asked for as told above; with ``prints``, what it prints starts with its place."""
    if "parse_co" not in text and not (prints and "print(" in text):
        return text
    folder = json.dumps(os.path.dirname(path))
    parts, end = [], 0
    for name, match in _calls(text):
        comma = "" if match["empty"] else ", "
        if name != "print":
            replaced = f"data.{PACKAGE}.{name}({folder}{comma}"
        elif prints:
            line = text.count("\n", 0, match.start()) + 1
            said = '""' if match["empty"] else ""
            replaced = f"print({json.dumps(f'{MARK}{path}:{line}:')}, {said}"
        else:
            continue
        parts += [text[end : match.start()], replaced + "\n" * match[0].count("\n"), match["empty"]]
        end = match.end()
    return "".join([*parts, text[end:]])


def module() -> str:
    """The rules that look answers up."""
    rules = [
        f"package {PACKAGE}\n\nimport rego.v1\n",
        'parse_config(_, name, text) := answer(["parse_config", name, text])\n',
        'parse_config_file(folder, path) := answer(["parse_config_file", folder, path])\n',
        'parse_combined_config_files(folder, paths) := answer(["parse_combined_config_files", folder, paths])\n',
        f"answer(call) := data.{RESULTS}[json.marshal(call)].value\n",
        "answer(call) := null if {",
        f"\tnot data.{RESULTS}[json.marshal(call)]",
        f"\tprint({json.dumps(CALLED)}, json.marshal(call))",
        "\tfalse",
        "}\n",
    ]
    return "\n".join(rules)


def answer(pool: Pool, calls: Sequence[str]) -> JsonObject:
    """Results of printed calls: {call: {"value": JSON}}, or {call: {"error": message}}."""
    return {call: _answer(pool, json.loads(call)) for call in calls}


def failed(results: Mapping[str, Json]) -> Iterator[str]:
    """What went wrong in calls."""
    return (result["error"] for result in results.values() if "error" in result)


def _calls(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    return ((match["name"], match) for match in _TOKEN.finditer(text) if match["name"])


def _answer(pool: Pool, call: Json) -> JsonObject:
    name, *arguments = call
    try:
        if name == "parse_config":
            parser, text = arguments
            return {"value": _parse(pool, [("", text.encode())], parser)[0]}
        folder, given = arguments
        paths = [given] if name == "parse_config_file" else given
        files = [os.path.normpath(os.path.join(folder, path)) for path in paths]
        contents = []
        for path in files:
            format_of(path)
            contents.append((path, read_regular(path, MAX_BYTES)))
        combined = name == "parse_combined_config_files"
        values = _parse(pool, contents, None, golang.json_literal if combined else golang.float_literal)
    except (GatekeeperError, OSError, ValueError) as error:
        reason = error.message if isinstance(error, GatekeeperError) else str(error)
        return {"error": f"{name}: {reason}"}
    if not combined:
        return {"value": values[0]}
    entries = []
    for path, value in sorted(zip(files, values, strict=True), key=lambda entry: entry[0]):
        entries += [{"path": path, "contents": item} for item in (value if isinstance(value, list) else [value])]
    return {"value": entries}


def _parse(
    pool: Pool,
    files: Sequence[tuple[str, bytes]],
    parser: str | None,
    literal: Callable[[float], str] = golang.float_literal,
) -> list[Json]:
    return [golang.as_input(document.unwrap().value, literal=literal) for document in documents(pool, files, parser)]
