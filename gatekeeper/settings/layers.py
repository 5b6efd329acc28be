"""Settings from several layers into one typed value in which each setting remembers who set it.

Layers, the strongest first: the organisation's file (``--settings``), flags, the repository's own file, the defaults.
What the organisation locks, the repository cannot set at all.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from gatekeeper.errors import SettingsError
from gatekeeper.formats import jsonable
from gatekeeper.model.decision import SettingOrigin
from gatekeeper.model.json import Json
from gatekeeper.model.settings import Settings

ORGANISATION, FLAG, REPOSITORY = "organisation", "flag", "repository"
STRENGTH = (ORGANISATION, FLAG, REPOSITORY)

# Rules about what the gate itself could not see: a repository must not blind it and then say that all is well.
GATES_OWN = "GK-GATE-"

# Who evaluates policies, which are accepted, and what a release needs: the inspected repository has no say in that.
NOT_THE_REPOSITORYS = ("policy.", "release.")

# Lists that layers add to instead of replacing one another's: the strongest layer's items come first.
ADDITIVE = frozenset({"paths.exclude", "paths.include", "adjust"})
SIGNED = ("paths.exclude", "adjust")

_TABLES = "settings stand in tables such as [policy]"
_TYPES = "write a value of that type: a text stands in quotes, a list in brackets"


@dataclass(frozen=True, slots=True)
class Layer:
    """Settings of one origin: values by dotted key; ``name`` is the file or source that messages name."""

    origin: str
    name: str
    values: Mapping[str, Json]
    lock: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layered:
    """The effective settings, the origin of each that differs from its default, and what was overruled."""

    settings: Settings
    origins: tuple[SettingOrigin, ...]
    notes: tuple[str, ...]
    locks: tuple[str, ...] = ()

    def locked(self, key: str) -> bool:
        """Whether the organisation locks this key or a table above it."""
        return _covered(key, self.locks)


def flatten(document: Mapping[str, Json], where: str) -> dict[str, Json]:
    """A parsed settings document as values by dotted key.

    Raises:
        SettingsError: a key is unknown (the nearest right one is named) or a value has the wrong type.
    """
    return dict(_flatten(Settings, document, "", where))


def combine(layers: Sequence[Layer]) -> Layered:
    """One typed value out of all layers.

    Raises:
        SettingsError: the values do not fit together.
    """
    locks = tuple(lock for layer in layers if layer.origin == ORGANISATION for lock in layer.lock)
    values: dict[str, Json] = {}
    origins: dict[str, str] = {}
    notes = []
    for layer in sorted(layers, key=lambda layer: STRENGTH.index(layer.origin)):
        for key, value in _signed(layer).items():
            if layer.origin == REPOSITORY and key.startswith(f"rules.{GATES_OWN}"):
                notes.append(
                    f"{layer.name} sets {key}: ignored, for only the organisation may soften the gate's own rules"
                )
            elif layer.origin == REPOSITORY and key.startswith(NOT_THE_REPOSITORYS):
                notes.append(f"{layer.name} sets {key}: ignored, for only the organisation says that")
            elif layer.origin == REPOSITORY and _covered(key, locks):
                notes.append(f"{layer.name} sets {key}, which the organisation locks: ignored")
            elif key in ADDITIVE and key in values:
                values[key] = [*values[key], *value]
                origins[key] = f"{origins[key]}, {layer.origin}"
            elif key not in values:
                values[key], origins[key] = value, layer.origin
            elif value != values[key]:
                notes.append(f"{layer.name} sets {key}, but the {origins[key]}'s value counts")
    settings = jsonable.decode(Settings, _nest(values))
    _check(settings)
    return Layered(
        settings,
        tuple(SettingOrigin(key, values[key], origins[key]) for key in sorted(values)),
        tuple(notes),
        locks,
    )


def _check(settings: Settings) -> None:
    for rule, setting in settings.rules.items():
        if setting.off and not setting.reason.strip():
            raise SettingsError(f"rules.{rule} switches the rule off without a reason", hint='add reason = "..."')
    for adjustment in settings.adjust:
        if not adjustment.reason.strip():
            raise SettingsError(f"adjust ({adjustment.by}) has an entry without a reason", hint='add reason = "..."')
    for lane in settings.release.lanes:
        if lane.approvals < 0:
            raise SettingsError(
                f"release.lanes: {lane.name!r:.80} needs {lane.approvals} approvals",
                hint="write how many persons must approve; 0: none",
            )


def _signed(layer: Layer) -> dict[str, Json]:
    """The values of a layer; who leaves paths out, or adjusts what findings do, is remembered with each entry."""
    values = dict(layer.values)
    for key in SIGNED:
        if key in values:
            values[key] = [{**entry, "by": layer.origin} for entry in values[key]]
    return values


def _covered(key: str, locks: Sequence[str]) -> bool:
    return any(lock in ("*", key) or key.startswith(f"{lock}.") for lock in locks)


def _nest(values: Mapping[str, Json]) -> Json:
    root: dict[str, Any] = {}
    for key, value in values.items():
        tables, last = _tables(key)
        target = root
        for table in tables:
            target = target.setdefault(table, {})
        target[last] = value
    return root


def _tables(key: str) -> tuple[list[str], str]:
    """The tables of a dotted key, and its last part. Ids of rules may hold dots; their settings are no tables."""
    *tables, last = key.split(".")
    if tables[:1] == ["rules"]:
        tables = ["rules", ".".join(tables[1:])]
    return tables, last


def _flatten(cls: Any, document: Json, prefix: str, where: str) -> Iterator[tuple[str, Json]]:
    if not isinstance(document, Mapping):
        table = prefix.rstrip(".")
        hint = f"write [{table}], and a line `name = value` for each setting below it" if table else _TABLES
        raise SettingsError(f"{where}: {table or 'the document'} must be a table", hint=hint)
    hints = get_type_hints(cls)
    for key, value in document.items():
        if key not in hints:
            nearest = difflib.get_close_matches(key, hints, n=1, cutoff=0.5)
            hint = f"did you mean {prefix}{nearest[0]}?" if nearest else f"known here: {', '.join(sorted(hints))}"
            raise SettingsError(f"{where}: unknown setting {prefix}{key}", hint=hint)
        hint_type = hints[key]
        if dataclasses.is_dataclass(hint_type):
            yield from _flatten(hint_type, value, f"{prefix}{key}.", where)
        elif get_origin(hint_type) is dict:
            if not isinstance(value, Mapping):
                raise SettingsError(
                    f"{where}: {prefix}{key} must be a table", hint=f"write [{prefix}{key}.NAME] for each of them"
                )
            for name, item in value.items():
                if isinstance(item, Mapping) and any(isinstance(inner, Mapping) for inner in item.values()):
                    inner = next(inner for inner, value in item.items() if isinstance(value, Mapping))
                    raise SettingsError(
                        f"{where}: unknown setting {prefix}{key}.{name}.{inner}",
                        hint=f'an id with dots stands in quotes: [{prefix}{key}."{name}.{inner}"]',
                    )
                yield from _flatten(get_args(hint_type)[1], item, f"{prefix}{key}.{name}.", where)
        else:
            yield f"{prefix}{key}", _checked(hint_type, value, f"{where}: {prefix}{key}")


def _checked(hint: Any, value: Json, where: str) -> Json:
    try:
        return jsonable.plain(jsonable.decode(hint, value))
    except ValueError as error:
        choices = [
            e.value for arg in (hint, *get_args(hint)) if isinstance(arg, type) and issubclass(arg, Enum) for e in arg
        ]
        advice = f"one of: {', '.join(choices)}" if choices else _TYPES
        raise SettingsError(f"{where}: {str(error).removeprefix('value: ')}", hint=advice) from None
