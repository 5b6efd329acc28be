"""Which of Terraform's functions are known here; all others give unknown values."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence

from gatekeeper.analyze.terraform import collection_functions as collections
from gatekeeper.analyze.terraform import string_functions as strings
from gatekeeper.analyze.terraform.values import Invalid, Unsure, Value, wholly_known

_OF_KNOWN: dict[str, Callable[..., Value]] = {
    "cidrsubnet": strings.cidrsubnet,
    "endswith": strings.endswith,
    "format": strings.format_,
    "join": strings.join,
    "jsondecode": strings.jsondecode,
    "jsonencode": strings.jsonencode,
    "lower": strings.lower,
    "max": strings.largest,
    "min": strings.smallest,
    "range": collections.range_,
    "replace": strings.replace,
    "sort": strings.sort,
    "split": strings.split,
    "startswith": strings.startswith,
    "tobool": strings.tobool,
    "tonumber": strings.tonumber,
    "tostring": strings.tostring,
    "trimprefix": strings.trimprefix,
    "trimspace": strings.trimspace,
    "trimsuffix": strings.trimsuffix,
    "upper": strings.upper,
}
_OF_PARTLY_KNOWN: dict[str, Callable[..., Value]] = {
    "coalesce": collections.coalesce,
    "coalescelist": collections.coalescelist,
    "compact": collections.compact,
    "concat": collections.concat,
    "contains": collections.contains,
    "distinct": collections.distinct,
    "element": collections.element,
    "flatten": collections.flatten,
    "keys": collections.keys,
    "length": collections.length,
    "lookup": collections.lookup,
    "merge": collections.merge,
    "nonsensitive": collections.same_value,
    "one": collections.one,
    "reverse": collections.reverse,
    "sensitive": collections.same_value,
    "tolist": collections.tolist,
    "tomap": collections.tomap,
    "toset": collections.toset,
    "values": collections.values,
}
_SIGNATURES = {name: inspect.signature(function) for name, function in (_OF_KNOWN | _OF_PARTLY_KNOWN).items()}


def call(name: str, arguments: Sequence[Value]) -> Value:
    """The result of a function.

    Raises:
        Invalid: Terraform would refuse the call.
        Unsure: the function is not known, or its arguments are not.
    """
    name = name.removeprefix("core::")
    function = _OF_KNOWN.get(name) or _OF_PARTLY_KNOWN.get(name)
    if function is None or (name in _OF_KNOWN and not all(map(wholly_known, arguments))):
        raise Unsure
    try:
        _SIGNATURES[name].bind(*arguments)
    except TypeError:
        raise Invalid from None
    return function(*arguments)
