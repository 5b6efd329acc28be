"""What every use of regorus needs: an engine with our limits, and its errors as ours. Runs in worker processes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

import regorus

from gatekeeper.errors import EngineFailure
from gatekeeper.policy.files import MAX_MODULE_BYTES

T = TypeVar("T")

_PLACE = re.compile(r"^--> (.*):(\d+):(\d+)$", re.MULTILINE)
_ERROR = re.compile(r"^error: (.*)$", re.MULTILINE)
_TRACE = "\nStack backtrace:"


def new_engine(modules: Iterable[tuple[str, str]]) -> regorus.Engine:
    """An engine with modules (path, text). An engine stays in the thread that made it.

    Raises:
        EngineFailure: a module does not parse.
    """
    engine = regorus.Engine()
    engine.set_gather_prints(True)
    engine.set_policy_length_config(
        max_col=MAX_MODULE_BYTES, max_file_bytes=MAX_MODULE_BYTES, max_lines=MAX_MODULE_BYTES
    )
    for path, text in modules:
        guarded(lambda path=path, text=text: engine.add_policy(path, text), path)  # type: ignore[misc]  # bound early
    return engine


def guarded(call: Callable[[], T], path: str) -> T:
    """Call the engine; whatever it raises, a panic included, becomes an EngineFailure that names file and line.

    ``path`` is named where the engine names none.
    """
    try:
        return call()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of Rust is no Exception
        raise EngineFailure(describe(error, path)) from None


def describe(error: BaseException, path: str) -> str:
    """``file:line:column: message`` of an engine's error, without excerpt and backtrace."""
    text = str(error).partition(_TRACE)[0].strip()
    place, message = _PLACE.search(text), _ERROR.search(text)
    said = message[1] if message else " ".join(text.split())[:300]
    where = f"{place[1]}:{place[2]}:{place[3]}" if place else path
    manner = "" if isinstance(error, Exception) else "the engine panicked: "
    return f"{where}: {manner}{said.strip() or 'no reason given'}"
