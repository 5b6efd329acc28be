"""What BuildKit refuses in an instruction that is well written: flags, the names of stages, health checks."""

from __future__ import annotations

import re

from gatekeeper.conftest.documents.golang import SPACE
from gatekeeper.errors import UnreadableInput
from gatekeeper.syntax.dockerfile.instructions import Instruction

_TEXT, _TEXTS, _BOOLEAN = "text", "texts", "boolean"
_FLAGS: dict[str, dict[str, str]] = {
    "ADD": {
        **dict.fromkeys(("chown", "chmod", "checksum"), _TEXT),
        **dict.fromkeys(("link", "keep-git-dir", "unpack"), _BOOLEAN),
        "exclude": _TEXTS,
    },
    "COPY": {
        **dict.fromkeys(("chown", "from", "chmod"), _TEXT),
        **dict.fromkeys(("link", "parents"), _BOOLEAN),
        "exclude": _TEXTS,
    },
    "FROM": {"platform": _TEXT},
    "HEALTHCHECK": dict.fromkeys(("interval", "timeout", "start-period", "start-interval", "retries"), _TEXT),
    "RUN": {"mount": _TEXTS, "device": _TEXTS, "network": _TEXT, "security": _TEXT},
}
_UNCHECKED = frozenset(("ARG", "STOPSIGNAL", "ONBUILD"))  # BuildKit does not look at their flags
_NETWORKS = frozenset(("default", "none", "host"))
_SECURITY = frozenset(("sandbox", "insecure"))
_STAGE = re.compile(r"[a-z][a-z0-9\-_.]*")
_DURATION = re.compile(r"[-+]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)")
_TINY = re.compile(r"[-+]?[0-9.]*(?:ns|us|µs|μs)")


def check(instruction: Instruction) -> None:
    """Refuse what BuildKit refuses.

    Raises:
        UnreadableInput: the instruction is wrong.
    """
    problem = _problem(instruction)
    if problem:
        span = instruction.span
        raise UnreadableInput(f"{instruction.name}: {problem}", line=span.line, column=span.column)


def _problem(instruction: Instruction) -> str:
    name, arguments = instruction.name, instruction.arguments
    if name in _UNCHECKED:
        return ""
    if name == "HEALTHCHECK" and arguments[0].upper() == "NONE":
        return "NONE takes no arguments" if len(arguments) > 1 else ""
    values: dict[str, str] = {}
    for flag in instruction.flags:
        if problem := _flag(name, flag, values):
            return problem
    if name == "FROM":
        return _from(arguments)
    if name == "HEALTHCHECK":
        return _healthcheck(arguments, values)
    if name == "RUN":
        return _run(instruction.flags, values)
    if name == "VOLUME" and not all(argument.strip(SPACE) for argument in arguments):
        return "a volume has no name"
    if name in ("ADD", "COPY") and re.match(r"[0-9]*<<", arguments[-1]):
        return "a here-document cannot be the destination"
    return ""


def _flag(name: str, flag: str, values: dict[str, str]) -> str:
    key, equals, value = flag.removeprefix("--").partition("=")
    kind = _FLAGS.get(name, {}).get(key)
    if kind is None:
        return f"the flag --{key[:40]} is not known"
    if key in values and kind != _TEXTS:
        return f"the flag --{key} is given twice"
    if kind == _BOOLEAN:
        if (equals and not value) or value.lower() not in ("", "true", "false"):
            return f"the flag --{key} is true or false"
    elif not equals:
        return f"the flag --{key} needs a value"
    values[key] = value
    return ""


def _from(arguments: tuple[str, ...]) -> str:
    if len(arguments) == 1:
        return ""
    if len(arguments) != 3 or arguments[1].lower() != "as":
        return "one argument is expected, or three: image AS name"
    return "" if _STAGE.fullmatch(arguments[2].lower()) else f"{arguments[2][:40]!r} is no name of a stage"


def _healthcheck(arguments: tuple[str, ...], values: dict[str, str]) -> str:
    if len(arguments) < 2 or not "".join(arguments[1:]):
        return "CMD needs a command"
    retries = values.pop("retries", "")
    if retries and not re.fullmatch(r"\+?[0-9]{1,9}", retries):
        return "--retries is a number from 0"
    for key, value in values.items():
        if value and (not _DURATION.fullmatch(value) or value.startswith("-") or _TINY.fullmatch(value)):
            return f"--{key} is a time of at least 1ms, such as 30s"
    return ""


def _run(flags: tuple[str, ...], values: dict[str, str]) -> str:
    if values.get("network", "default") not in _NETWORKS:
        return "--network is default, none or host"
    if values.get("security", "sandbox") not in _SECURITY:
        return "--security is sandbox or insecure"
    for flag in flags:
        if flag.startswith("--mount=") and re.search(r"(?:=|,)\s*from=[^,]*\$[^,]", flag):
            return "from= of --mount takes no variable"
    return ""
