"""What every use of regorus needs: an engine with our limits, and its errors as ours. Runs in worker processes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import regorus

from gatekeeper.errors import EngineFailure
from gatekeeper.policy.engines import builtins
from gatekeeper.policy.files import MAX_MODULE_BYTES

T = TypeVar("T")

_PLACE = re.compile(r"^--> (.*):(\d+):(\d+)$", re.MULTILINE)
_EXTENSION = re.compile(r"extension '([\w.]+)' raises Python error: (?:BuiltinError: )?")
_UNFIT = {
    "not an i64": "a function written for the embedded engine takes no integers beyond 64 bits",
    "TypeError: unhashable type": "a function written for the embedded engine takes no sets of arrays, sets or objects",
}
_ERROR = re.compile(r"^error: (.*)$", re.MULTILINE)
_TRACE = "\nStack backtrace:"
_TAB = 4  # what the engine counts for one
_QUERY = "<query.rego>"


def new_engine(modules: Iterable[tuple[str, str]], *, v0: bool = False) -> regorus.Engine:
    """An engine with modules (path, text), with ``v0`` in the older Rego. An engine stays in the thread that made it.

    Raises:
        EngineFailure: a module does not parse.
    """
    engine = regorus.Engine()
    engine.set_gather_prints(True)
    engine.set_policy_length_config(
        max_col=MAX_MODULE_BYTES, max_file_bytes=MAX_MODULE_BYTES, max_lines=MAX_MODULE_BYTES
    )
    builtins.register(engine)
    for path, text in modules:
        add_module(engine, path, text, v0=v0)
    return engine


def add_module(engine: regorus.Engine, path: str, text: str, *, v0: bool = False) -> None:
    """One more module; those of an engine need not be of one version.

    Raises:
        EngineFailure: it does not parse.
    """
    engine.set_rego_v0(v0)
    guarded(lambda: engine.add_policy(path, text), path, {path: text})


def guarded(call: Callable[[], T], path: str = "", texts: Mapping[str, str] | None = None) -> T:
    """Call the engine; whatever it raises, a panic included, becomes an EngineFailure with path, line and column.

    ``path`` is named where the engine names none. ``texts`` are the modules by path: without the module's text the
    column is the engine's, which counts bytes, and four for a tab.
    """
    try:
        return call()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of Rust is no Exception
        raise failure(error, path, texts or {}) from None


def failure(error: BaseException, path: str, texts: Mapping[str, str]) -> EngineFailure:
    """An engine's error without excerpt and backtrace; see ``guarded``."""
    text = str(error).partition(_TRACE)[0].strip()
    place, said = _PLACE.search(text), _ERROR.search(text)
    reason = (said[1] if said else " ".join(text.split())[:300]).strip()
    reason = _EXTENSION.sub(r"\1: ", reason) or "no reason given"
    reason = next((meaning for sign, meaning in _UNFIT.items() if reason.startswith(sign)), reason)
    message = reason if isinstance(error, Exception) else f"the engine panicked: {reason}"
    if place is None or place[1] == _QUERY:
        return EngineFailure(message, path=path)
    line, column = int(place[2]), int(place[3])
    return EngineFailure(message, path=place[1], line=line, column=_column(texts.get(place[1]), line, column))


def _column(text: str | None, line: int, column: int) -> int:
    """The engine's column in code points."""
    if text is None:
        return column
    width = 1
    shown = text.split("\n", line)[line - 1 :][:1]
    for count, character in enumerate(shown[0] if shown else "", 1):
        if width >= column:
            return count
        width += _TAB if character == "\t" else len(character.encode())
    return column if not shown else len(shown[0]) + 1
