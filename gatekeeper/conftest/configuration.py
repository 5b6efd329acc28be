"""Options out of flags, environment variables and a configuration file, in conftest's order: the first that says so.

A name is spelt as its flag; ``CONFTEST_FAIL_ON_WARN`` is the variable of ``--fail-on-warn``. Values are converted
as generously as conftest does: "true" is a boolean, "a,b" a list, a single value a list of one.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

from gatekeeper.conftest.documents import documents
from gatekeeper.conftest.options import Options
from gatekeeper.errors import SettingsError
from gatekeeper.formats.files import read_regular
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.workers import Pool

MAX_BYTES = 1 << 20
PREFIX = "CONFTEST_"
_FILES = ("conftest.json", "conftest.toml", "conftest.yaml", "conftest.yml")
_TRUE = ("1", "t", "T", "TRUE", "true", "True")
_FALSE = ("0", "f", "F", "FALSE", "false", "False", "")
_UNSUPPORTED = {
    "update": "gatekeeper downloads no policies: fetch them first, and name their folder with --policy",
    "proto-file-dirs": "gatekeeper reads no textproto files",
}


def resolve(pool: Pool, flags: Mapping[str, Json], environment: Mapping[str, str], folder: Path) -> Options:
    """The options of a run in ``folder``. ``flags`` holds those that were given, by name, and ``config-file``.

    Raises:
        SettingsError: a file cannot be read, or a value is not what it must be.
    """
    variables = {
        name.removeprefix(PREFIX).lower().replace("_", "-"): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and value
    }
    config_file = str(flags.get("config-file") or variables.get("config-file", ""))
    configured = _read(pool, folder, config_file)
    hints = get_type_hints(Options)
    chosen: dict[str, Any] = {}
    for field in fields(Options):
        name = field.name.replace("_", "-")
        for origin, values in ((f"--{name}", flags), (_variable(name), variables), (config_file, configured)):
            if name in values:
                chosen[field.name] = _convert(values[name], hints[field.name], f"{origin or 'conftest'}: {name}")
                break
    for name, advice in _UNSUPPORTED.items():
        if variables.get(name) or configured.get(name):
            raise SettingsError(f"{name} is not supported", hint=advice)
    if "opa" in configured:
        raise SettingsError(
            "a configuration file cannot name the OPA program: files that are tested would choose what runs",
            hint="give --opa FILE, or set CONFTEST_OPA",
        )
    return Options(**chosen)


def words(text: str) -> list[str]:
    """The items of a flag that may be repeated: commas separate them, quotes hold them together."""
    return next(csv.reader([text], strict=True), []) if text else []


def boolean(text: str) -> bool:
    """What Go takes for a boolean.

    Raises:
        ValueError: it is none.
    """
    if text not in _TRUE + _FALSE:
        raise ValueError(f"{text!r} is neither true nor false")
    return text in _TRUE


def _variable(name: str) -> str:
    return PREFIX + name.upper().replace("-", "_")


def _read(pool: Pool, folder: Path, chosen: str) -> JsonObject:
    path = chosen or next((name for name in _FILES if (folder / name).is_file()), "")
    if not path:
        return {}
    if Path(path).suffix not in (".toml", ".yaml", ".yml", ".json"):
        raise SettingsError(f"{path}: no configuration of a known format", hint="one of .toml, .yaml, .yml, .json")
    try:
        data = read_regular(folder / path, MAX_BYTES)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}", hint="name a configuration file that exists") from error
    (document,) = documents(pool, [(path, data)])
    if document.error is not None:
        raise SettingsError(f"{path}: {document.error.message}", hint="correct the configuration")
    value = document.unwrap().value
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise SettingsError(f"{path}: an object is expected", hint="write one key a flag, e.g. policy")
    return {str(key).lower(): item for key, item in value.items()}


def _convert(value: Json, hint: Any, where: str) -> Any:
    try:
        if hint is bool:
            if isinstance(value, list | dict):
                raise ValueError(f"true or false is expected, not {value!r:.60}")
            return boolean(value) if isinstance(value, str) else bool(value)
        if hint is str:
            return _text(value)
        if hint == tuple[str, ...]:
            items = value if isinstance(value, list) else words(value) if isinstance(value, str) else [value]
            return tuple(_text(item) for item in items)
        return hint(_text(value).lower())
    except (ValueError, csv.Error) as error:
        raise SettingsError(f"{where}: {error}", hint="correct it") from error


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, str | int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    raise ValueError(f"a text is expected, not {value!r:.60}")
