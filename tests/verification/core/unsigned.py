"""What may be changed in a bundle without a refusal, and why: no signature covers it, and nothing rests on it."""

from __future__ import annotations

from typing import NamedTuple

MATERIAL = "verificationMaterial"
CHAIN = f"{MATERIAL}.x509CertificateChain.certificates"
SAME = "application/vnd.dev.sigstore.bundle+json;version=0.3"
KEYS_ALONE = frozenset({"key, file", "key, envelope", "key, file, timestamp"})
OF_LOG_V1, OF_LOG_V2 = (
    frozenset(
        f"{signer}, {content}, Rekor {log}" for signer in ("certificate", "key") for content in ("file", "envelope")
    )
    for log in ("v1", "v2")
)
WITHOUT_A_ROOT = frozenset({"key, file", "key, envelope"})
GRAFTED = frozenset({"of another kind of bundle"})


class Unsigned(NamedTuple):
    """Changes of one place; ``kinds`` are those that have them, none: all that have the place."""

    place: str
    names: frozenset[str]
    reason: str
    kinds: frozenset[str] = frozenset()


_HINT = "a name for the key; the key itself comes from the trust"
_SENT_ALONG = "what is sent along only helps to find a chain; here the trusted root has all of it"
_EMPTY = "what is empty is absent"
_VERSION = "the version says which fields there may be; all that the other one demands is there"

UNSIGNED = (
    Unsigned(
        "messageSignature.messageDigest",
        frozenset({"is null", "removed"}),
        "an optional copy of the file's digest; where it is, it must be right",
    ),
    Unsigned(f"{MATERIAL}.publicKey", frozenset({"is {}"}), _HINT),
    Unsigned(
        f"{MATERIAL}.publicKey.hint",
        frozenset(
            {
                "is null",
                'is ""',
                'is "x"',
                "removed",
                "a line feed behind",
                "a space in front",
                "NUL behind",
                "another letter",
                "one letter more",
                "other case",
            }
        ),
        _HINT,
    ),
    Unsigned(
        f"{MATERIAL}.tlogEntries.*.inclusionProof.checkpoint.envelope",
        frozenset({"a foreign signature behind", "a foreign signature in front"}),
        "a witness may add its signature, and whom the root does not know is not looked at",
    ),
    Unsigned(
        f"{MATERIAL}.timestampVerificationData.rfc3161Timestamps.*.signedTimestamp",
        frozenset({"a bit"}),
        "CMS signs neither its versions nor the algorithm's name, which the key fixes; test_timestamps names the bytes",
    ),
    Unsigned(CHAIN, frozenset({"the first twice", "without the last"}), _SENT_ALONG),
    Unsigned(f"{CHAIN}.*", frozenset({"removed"}), _SENT_ALONG),
    Unsigned(f"{CHAIN}.*.rawBytes", frozenset({"a bit"}), _SENT_ALONG),
    Unsigned(
        "mediaType",
        frozenset({SAME}),
        "two spellings of one version",
        OF_LOG_V1 | OF_LOG_V2 | KEYS_ALONE,
    ),
    Unsigned(
        "mediaType",
        frozenset({"application/vnd.dev.sigstore.bundle+json;version=0.2"}),
        _VERSION,
        frozenset(f"key, {content}, Rekor {log}" for content in ("file", "envelope") for log in ("v1", "v2"))
        | KEYS_ALONE,
    ),
    Unsigned(
        "mediaType",
        frozenset({"application/vnd.dev.sigstore.bundle+json;version=0.1"}),
        f"{_VERSION}: the promise, or no entry at all",
        frozenset(f"key, {content}, Rekor v1" for content in ("file", "envelope")) | KEYS_ALONE,
    ),
    Unsigned(
        "dsseEnvelope",
        frozenset({"of another bundle"}),
        "the whole that the same key signed, put in the place of another whole: the caller asks what it is about",
        frozenset({"key, envelope"}),
    ),
    Unsigned(
        f"{MATERIAL}.timestampVerificationData",
        frozenset({"added: {}", 'added: {"rfc3161Timestamps": []}'}),
        _EMPTY,
        OF_LOG_V1 | WITHOUT_A_ROOT | {"chain, file, promise"},
    ),
    Unsigned(f"{MATERIAL}.tlogEntries", frozenset({"added: []"}), _EMPTY, KEYS_ALONE),
    Unsigned(
        f"{MATERIAL}.tlogEntries.*.inclusionPromise",
        frozenset({"added: {}", 'added: {"signedEntryTimestamp": ""}'}),
        _EMPTY,
        OF_LOG_V2,
    ),
    Unsigned(
        f"{MATERIAL}.tlogEntries.*.integratedTime",
        frozenset({'added: "0"', 'added: "1772366400"', 'added: "9223372036854775807"', *GRAFTED}),
        "a time that no promise signs is no time, says the specification: nobody asks for it",
        OF_LOG_V2,
    ),
    Unsigned(
        "dsseEnvelope.signatures.*.keyid",
        frozenset({'added: ""', 'added: "x"'}),
        _HINT,
        frozenset(kind for kind in OF_LOG_V1 | OF_LOG_V2 | WITHOUT_A_ROOT if "envelope" in kind),
    ),
    *(
        Unsigned(place, GRAFTED, "the same key signed it, about the same file", kinds)
        for place, kinds in (
            ("messageSignature", frozenset({"key, file"})),
            ("dsseEnvelope", frozenset({"key, envelope"})),
            ("dsseEnvelope.signatures", frozenset({"key, envelope"})),
        )
    ),
    *(
        Unsigned(
            place, GRAFTED, "the key is trusted alone: no log and no authority is known, nor looked at", WITHOUT_A_ROOT
        )
        for place in (MATERIAL, f"{MATERIAL}.tlogEntries", f"{MATERIAL}.timestampVerificationData")
    ),
)
