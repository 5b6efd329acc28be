"""JSON Web Tokens: the same answers as OPA gives, for keys and tokens of all kinds, broken ones among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.model.json import Json
from gatekeeper.policy.engines.builtins import FAMILIES
from tests.policy.engines.builtins.asking import call, embedded, in_opa, reason
from tests.policy.engines.builtins.token_samples import NOW, SECRET, odd_tokens, signed, sound_tokens, written_keys

pytestmark = [
    pytest.mark.services,
    pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning"),
]
VERIFY = [name for name in FAMILIES["tokens"] if name.startswith("io.jwt.verify_")]
NANOSECONDS = 1_000_000_000


def test_decoded_tokens(opa: Path) -> None:
    calls = [call("io.jwt.decode", token) for token in [*sound_tokens().values(), *odd_tokens().values()]]
    assert embedded(calls) == in_opa(opa, calls)


def test_sound_tokens_with_all_kinds_of_keys(opa: Path) -> None:
    keys: list[Json] = [*written_keys().values(), 1, None]
    calls = [call(name, token, key) for name in VERIFY for token in sound_tokens().values() for key in keys]
    results = in_opa(opa, calls)
    assert embedded(calls) == results
    assert results.count(True) > 80


def test_odd_tokens(opa: Path) -> None:
    keys = [written_keys()[name] for name in ("rsa", "short", "p256", "ed25519", "secret")]
    calls = [call(name, token, key) for name in VERIFY for token in odd_tokens().values() for key in keys]
    assert embedded(calls) == in_opa(opa, calls)


def test_tokens_under_constraints(opa: Path) -> None:
    key, soon = {"cert": written_keys()["rsa"]}, {"time": NOW * NANOSECONDS}
    constraints: list[Json] = [{"cert": text, "aud": "a"} | soon for text in written_keys().values()]
    constraints += [{"secret": SECRET, "aud": "a"}, {"secret": ""}, {}, key | {"secret": SECRET}, 1, None]
    constraints += [
        key | {"aud": "a"} | more for more in ({"alg": "RS256"}, {"alg": "RS512"}, {"iss": "i"}, {"iss": "j"})
    ]
    constraints += [key | more for more in ({}, {"aud": "b"}, {"x": 1}, {"cert": 1}, {"alg": 1}, {"time": "a"})]
    constraints += [key | {"time": time} for time in (-2, True)]
    tokens = [*sound_tokens().values(), *odd_tokens().values()]
    calls = [call("io.jwt.decode_verify", token, constraint) for token in tokens for constraint in constraints]
    assert embedded(calls) == in_opa(opa, calls)


def test_claims(opa: Path) -> None:
    claims: list[Json] = [{"exp": value} for value in (NOW, NOW + 1, NOW + 0.5, "x", None, True, 1e30)]
    claims += [{"nbf": value} for value in (NOW, NOW + 1, "x")] + [{"iss": "i"}, {"iat": "x"}]
    claims += [{"aud": value} for value in (["a", "b"], [], [1, "a"], 1, "a", "", None)]
    key = {"cert": written_keys()["rsa"]}
    constraints: list[Json] = [
        key | {"time": NOW * NANOSECONDS},
        key | {"time": NOW * NANOSECONDS + 1, "aud": "a"},
        key | {"time": 0, "iss": "i"},
        key | {"time": NOW * NANOSECONDS, "aud": ""},
    ]
    tokens = [signed({"alg": "RS256"}, claim) for claim in claims]
    calls = [call("io.jwt.decode_verify", token, constraint) for token in tokens for constraint in constraints]
    assert embedded(calls) == in_opa(opa, calls)


def test_without_a_time_nothing_is_judged_that_hangs_on_it() -> None:
    token = signed({"alg": "RS256"}, {"exp": NOW})
    asked = call("io.jwt.decode_verify", token, {"cert": written_keys()["rsa"]})
    assert "give the constraint `time`" in reason(asked)
