"""Builtin functions of OPA that the embedded engine lacks or answers differently, one module a family.

They are told to the engine as extensions, which take the place of its own functions of the same name. What a function
raises aborts the evaluation; an extension cannot give undefined, and ``with`` cannot replace it. A family's module is
imported when one of its functions is first called: cryptography costs a worker more than most rules.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from gatekeeper.model.json import Json

if TYPE_CHECKING:
    import regorus

_JWT = ("rs256", "rs384", "rs512", "ps256", "ps384", "ps512", "es256", "es384", "es512", "eddsa")
_JWT_SECRET = ("hs256", "hs384", "hs512")

# Names and numbers of operands; a family's module has the functions under the same names in FUNCTIONS.
FAMILIES: dict[str, dict[str, int]] = {
    "deprecated": {"all": 1, "any": 1},
    "digests": {
        "crypto.hmac.equal": 2,
        "crypto.hmac.md5": 2,
        "crypto.hmac.sha1": 2,
        "crypto.hmac.sha256": 2,
        "crypto.hmac.sha512": 2,
        "crypto.md5": 1,
        "crypto.sha1": 1,
        "crypto.sha256": 1,
    },
    "messages": {"sprintf": 2},
    "networks": {
        "net.cidr_contains": 2,
        "net.cidr_contains_matches": 2,
        "net.cidr_expand": 1,
        "net.cidr_intersects": 2,
        "net.cidr_is_valid": 1,
        "net.cidr_merge": 1,
        "net.cidr_overlap": 2,
    },
    "patterns": {
        "re_match": 2,
        "regex.find_all_string_submatch_n": 3,
        "regex.find_n": 3,
        "regex.is_valid": 1,
        "regex.match": 2,
        "regex.replace": 3,
        "regex.split": 2,
    },
    "quantities": {"time.parse_rfc3339_ns": 1, "to_number": 1, "units.parse": 1, "units.parse_bytes": 1},
    "schemas": {"json.match_schema": 2, "json.verify_schema": 1},
    "structures": {"array.flatten": 1},
    "texts": {
        "indexof": 2,
        "indexof_n": 2,
        "strings.replace_n": 2,
        "urlquery.decode": 1,
        "urlquery.decode_object": 1,
        "urlquery.encode": 1,
    },
    "tokens": {
        "io.jwt.decode": 1,
        "io.jwt.decode_verify": 2,
        **{f"io.jwt.verify_{algorithm}": 2 for algorithm in (*_JWT, *_JWT_SECRET)},
    },
    "wildcards": {"glob.match": 3},
}


def names() -> frozenset[str]:
    """Names of all of them, such as ``crypto.sha256``."""
    return frozenset(name for functions in FAMILIES.values() for name in functions)


def register(engine: regorus.Engine) -> None:
    """Teach a new engine all of them. Runs in worker processes only."""
    for family, functions in FAMILIES.items():
        for name, operands in functions.items():
            engine.add_extension(name, operands, _late(family, name))


def _late(family: str, name: str) -> Callable[..., Json]:
    def call(*operands: Json) -> Json:
        return import_module(f"{__name__}.{family}").FUNCTIONS[name](*operands)

    return call
