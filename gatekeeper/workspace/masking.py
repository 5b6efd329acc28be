"""Evidence and snippets without the secrets that stand in the inspected files.

What is masked: literals under names of secrets, pairs of a name and a value, ``NAME=value`` items of lists, options
of commands, the data of Kubernetes Secrets, and in any text what has the shape of a known token or is assigned to the
name of a secret. References to secrets (``$X``, ``${{ secrets.X }}``, ``{{ x }}``, ``ENC[...]``) stay, and so do keys.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatekeeper.formats import jsonable
from gatekeeper.model.json import Json, JsonObject
from gatekeeper.syntax.text import collector_paused
from gatekeeper.workspace.secret_names import MASK, is_secret_name, masked_literal, secret_part
from gatekeeper.workspace.secret_text import SecretMasker, masked, merged

__all__ = ["MASK", "is_secret_name", "mask_json", "mask_text", "secret_ranges"]

_PLACE = frozenset(("path", "document", "keys", "span"))
_PAIRS = (("name", "value"), ("Name", "Value"), ("key", "value"), ("Key", "Value"))
_SMALLEST_NUMBER = 1000  # a number below it is a count, a switch or a version, not a password
_ASSIGNMENT = re.compile(r"(-{0,2}[\w.-]++=)(.*)", re.DOTALL)
_OPTION = re.compile(r"--?[\w.-]++\Z")
_SCHEME = re.compile(r"((?:bearer|basic|token|digest|apikey)\s++)(\S.*)", re.DOTALL | re.IGNORECASE)
_OLD_ENV = re.compile(r"(\s*+[A-Za-z_]\w*+\s++)([^=\s].*)", re.DOTALL)
_OLD_ENV_LINE = re.compile(r"(\s*+(?:ENV|env)\s++)([A-Za-z_]\w*+)(\s++)([^=\s].*)")
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_SECRET_RESOURCES = {
    "azurerm_key_vault_secret": ("value",),
    "github_actions_secret": ("plaintext_value",),
    "kubernetes_secret": ("data", "binary_data"),
    "kubernetes_secret_v1": ("data", "binary_data"),
    "vault_generic_secret": ("data_json",),
    "vault_kv_secret_v2": ("data_json",),
}


def mask_json(value: Json) -> Json:
    """A copy of plain JSON data (which nests no deeper than orjson writes) with secrets masked."""
    with collector_paused():
        return _Masking(SecretMasker(jsonable.dumps(value))).value(value)


def mask_text(line: str, hidden: Sequence[tuple[int, int]] = ()) -> str:
    """A line of a file with secrets masked, and with them the given ranges of offsets."""
    return masked(line, secret_ranges(line, hidden))


def secret_ranges(line: str, hidden: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Offsets of all secrets in a line of a file and of what else is to be hidden.

    They are in order; what overlapped or touched is one range.
    """
    ranges = SecretMasker(line.encode("utf-8", "replace")).ranges(line, hidden)
    old_env = _OLD_ENV_LINE.fullmatch(line)
    if old_env is not None and is_secret_name(old_env[2]) and (part := secret_part(old_env[4])) is not None:
        start = old_env.start(4)
        return merged([*ranges, (start + part[0], start + part[1])])
    return ranges


class _Masking:
    def __init__(self, masker: SecretMasker) -> None:
        self._masker = masker

    def value(self, value: Json) -> Json:
        if isinstance(value, str):
            return self._masker.mask(value)
        if isinstance(value, dict):
            return self._object(value)
        return self._array(value) if isinstance(value, list) else value

    def _object(self, value: JsonObject) -> JsonObject:
        if value.keys() == _PLACE:
            return value
        masked = {key: self._entry(key, item) for key, item in value.items()}
        for name_key, value_key in _PAIRS:
            if value_key in value and isinstance(name := value.get(name_key), str):
                masked[value_key] = self._entry(name, value[value_key])
        if value.get("kind") == "Secret":
            _mask_kubernetes_secret(masked)
        elif value.get("name") == "ENV" and "arguments" in value:
            _mask_old_env(masked)
        elif isinstance(values := masked.get("values"), dict) and isinstance(kind := value.get("type"), str):
            for attribute in _SECRET_RESOURCES.get(kind, ("value",) if values.get("type") == "SecureString" else ()):
                if attribute in values:
                    values[attribute] = _all_literals(values[attribute])
        return masked

    def _entry(self, name: str, item: Json) -> Json:
        """A value under a name."""
        if isinstance(item, dict):
            return self._object(item)
        if isinstance(item, list):
            return self._array(item)
        if isinstance(item, str):
            if is_secret_name(name):
                return masked_literal(item)
            if name.lower() == "authorization" and (match := _SCHEME.fullmatch(item)):
                return match[1] + masked_literal(match[2])
            return self._masker.mask_named(name, item)
        if isinstance(item, int | float) and abs(item) >= _SMALLEST_NUMBER and is_secret_name(name):
            return MASK
        return item

    def _array(self, items: list[Json]) -> list[Json]:
        masked: list[Json] = []
        option = ""
        for item in items:
            if not isinstance(item, str):
                masked.append(self.value(item))
                option = ""
                continue
            assignment = _ASSIGNMENT.fullmatch(item)
            if assignment is not None and is_secret_name(assignment[1][:-1]):
                masked.append(assignment[1] + masked_literal(assignment[2]))
            elif option and not item.startswith("-") and is_secret_name(option):
                masked.append(masked_literal(item))
            elif assignment is not None:
                masked.append(assignment[1] + self._masker.mask_named(assignment[1][:-1], assignment[2]))
            else:
                masked.append(self._masker.mask(item))
            option = item if item.startswith("-") and _OPTION.match(item) else ""
        return masked


def _mask_kubernetes_secret(secret: JsonObject) -> None:
    for field in ("data", "stringData"):
        if field in secret:
            secret[field] = _all_literals(secret[field])
    metadata = secret.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if isinstance(annotations, dict) and _LAST_APPLIED in annotations:
        annotations[_LAST_APPLIED] = MASK


def _mask_old_env(instruction: JsonObject) -> None:
    """``ENV NAME value``, the form of a Dockerfile without an equals sign."""
    arguments = instruction["arguments"]
    if isinstance(arguments, list) and arguments and isinstance(arguments[0], str) and is_secret_name(arguments[0]):
        instruction["arguments"] = [arguments[0], *map(_all_literals, arguments[1:])]
        text = instruction.get("value")
        if isinstance(text, str) and (match := _OLD_ENV.fullmatch(text)):
            instruction["value"] = match[1] + masked_literal(match[2])


def _all_literals(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: item if key == "$unknown" else _all_literals(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_all_literals(item) for item in value]
    if isinstance(value, str):
        return masked_literal(value)
    return value if value is None or isinstance(value, bool) else MASK
