"""A fuzzer for the codecs and the verify core: ``python -m tests.fuzz.codecs [SECONDS] [SEED]``.

It changes bytes, texts and values of valid bundles, checkpoints, trusted roots, certificates and timestamps, several at
a time. Whatever comes out of it ends in a refusal; what is accepted must say the same as before. Other exceptions, and
changes that cost a second, are printed, and end it with 1. Keys are new in each run, so a seed repeats choices only.
"""

from __future__ import annotations

import json
import random
import sys
import time
import traceback
from collections.abc import Callable

from gatekeeper.crypto import certificates
from gatekeeper.errors import VerificationFailure
from gatekeeper.formats import base64
from gatekeeper.formats.dsse import Envelope
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.formats.sigstore.checkpoint import Checkpoint
from gatekeeper.formats.sigstore.trusted_root import TrustedRoot
from gatekeeper.model.json import Json
from gatekeeper.verification.core.timestamps import timestamped
from gatekeeper.verification.core.trust import Root, Trust
from tests.verification.core.instance import Instance
from tests.verification.core.issuing import NOW
from tests.verification.core.kinds import kinds, verify

SLOW = 1.0
_INTERESTING = (
    b"",
    b"\0",
    b"\xff",
    b"\x80",
    b"\n",
    b'"',
    b"{",
    b"[",
    b"}",
    b"]",
    b",",
    b"\\u0000",
    b"\\ud800",
    b"=",
    b"-1",
    b"1e9",
)


def mutated(data: bytes, source: random.Random) -> bytes:
    """The bytes with one to four changes."""
    result = bytearray(data)
    for _ in range(source.randint(1, 4)):
        at = source.randrange(len(result) + 1)
        match source.randrange(5):
            case 0 if at < len(result):
                result[at] ^= 1 << source.randrange(8)
            case 1:
                result[at:at] = source.choice(_INTERESTING)
            case 2:
                del result[at : at + source.randint(1, 40)]
            case 3:
                result[at:at] = result[at : at + source.randint(1, 40)]
            case _:
                result[at : at + 1] = source.choice(_INTERESTING)
    return bytes(result)


def mutated_json(value: Json, source: random.Random) -> Json:
    """JSON with a value inside changed: strings as bytes or as base64, others replaced or dropped."""
    if isinstance(value, dict) and value and source.random() < 0.9:
        key = source.choice(list(value))
        changed = dict(value)
        if source.random() < 0.1:
            del changed[key]
        else:
            changed[key] = mutated_json(value[key], source)
        return changed
    if isinstance(value, list) and value and source.random() < 0.9:
        at = source.randrange(len(value))
        return [*value[:at], mutated_json(value[at], source), *value[at + 1 :]]
    if isinstance(value, str) and source.random() < 0.9:
        if source.random() < 0.7:
            try:
                return base64.encode(mutated(base64.decode(value), source))
            except ValueError:
                pass
        return mutated(value.encode(), source).decode("utf-8", "replace")
    return source.choice([None, 0, -1, 1.5, "", "0", "x", [], {}, True, [value], {"x": value}])


def run(seconds: float, seed: int) -> int:
    """How many things went wrong."""
    instance = Instance()
    source = random.Random(seed)
    root_json, root = instance.root_json(), instance.root()
    samples = list(kinds(instance))
    leaf = instance.keyless()
    stamp = instance.tsa.stamp(b"signature", NOW, embedded=[instance.tsa.chain[0]])
    checkpoint = instance.log_v1.checkpoint("rekor.example - 1", 7, bytes(32))

    def bundle_as_json() -> None:
        kind = source.choice(samples)
        verify(json.dumps(mutated_json(kind.bundle, source)), kind.trust)

    def bundle_as_bytes() -> None:
        kind = source.choice(samples)
        Bundle.decode(mutated(json.dumps(kind.bundle).encode(), source))

    def against_another_root() -> None:
        kind = source.choice(samples)
        changed = Root.load(json.dumps(mutated_json(root_json, source)).encode())
        verify(json.dumps(kind.bundle), Trust(changed, kind.trust.key, kind.trust.log))

    def certificate() -> None:
        loaded = certificates.load(mutated(leaf.der, source))
        certificates.public_key(loaded)
        certificates.identity(loaded)

    def a_timestamp() -> None:
        found = timestamped(mutated(stamp, source), b"signature", root)
        if found is not None and not NOW.timestamp() <= found.time.timestamp() < NOW.timestamp() + 1:
            raise AssertionError(f"another time: {found.time}")

    targets: list[Callable[[], object]] = [
        bundle_as_json,
        bundle_as_bytes,
        against_another_root,
        certificate,
        a_timestamp,
        lambda: Checkpoint.decode(mutated(checkpoint.encode(), source).decode("utf-8", "replace")),
        lambda: TrustedRoot.decode(mutated(json.dumps(root_json).encode(), source)),
        lambda: Envelope.decode(mutated(b'{"payload":"AAAA","payloadType":"t","signatures":[{"sig":"AAAA"}]}', source)),
    ]
    rounds = wrong = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        rounds += 1
        started = time.monotonic()
        target = source.choice(targets)
        name = getattr(target, "__name__", "?")
        try:
            target()
        except (ValueError, VerificationFailure):
            pass
        except Exception:
            wrong += 1
            print(f"round {rounds}: {name}: {traceback.format_exc()}")
        if (spent := time.monotonic() - started) > SLOW:
            wrong += 1
            print(f"round {rounds}: {name} took {spent:.1f} s")
    print(f"{rounds} rounds, {wrong} wrong")
    return wrong


if __name__ == "__main__":
    arguments = [int(word) for word in sys.argv[1:]]
    sys.exit(bool(run(arguments[0] if arguments else 60, arguments[1] if len(arguments) > 1 else time.time_ns())))
