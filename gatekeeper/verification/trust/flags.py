"""The one-rule trust file that a public key and a few demands on the command line amount to."""

from __future__ import annotations

import datetime
import re
from hashlib import sha256
from pathlib import Path

from gatekeeper.crypto import public_keys
from gatekeeper.errors import UsageError
from gatekeeper.formats.files import read_named
from gatekeeper.formats.predicates import VSA
from gatekeeper.model.verifier import VERIFIER
from gatekeeper.verification.core.trust import Need
from gatekeeper.verification.trust import ages
from gatekeeper.verification.trust.loading import TrustFile, parse_trust
from gatekeeper.verification.trust.model import ANY_VERIFIER, AgeBy, Authority, Document, Rule, Signer
from gatekeeper.verification.trust.writing import write

NAME = "the command line"
GATE = "gate"
_SHA256 = re.compile(r"(sha256:)?[0-9a-f]{64}\Z")


def read_key(path: Path) -> bytes:
    """The bytes of a public key that the command line names, in PEM.

    Raises:
        UsageError: it cannot be read, is none, or is no regular file: trust files name keys by their places, from where
            they are read again.
    """
    if path.exists() and not path.is_file():
        raise UsageError(f"the key {path} is no regular file", hint="write it to a file, which the trust file can name")
    hint = "--key takes the public key (PEM) of who signed: NAME.pub"
    data = read_named("the key", path, public_keys.MAX_BYTES, hint=hint)
    try:
        public_keys.load(data)
    except ValueError as error:
        raise UsageError(f"{path}: {error}", hint=hint) from None
    return data


def from_flags(
    key: Path,
    *,
    stage: str = "",
    verifier: str = "",
    resource: str = "",
    policies_digest: str = "",
    max_age: datetime.timedelta | None = None,
) -> TrustFile:
    """Trust in one key: its verification summary must be there, PASSED, and say what is demanded; "" demands nothing.

    A stage is one verifier's: where none is demanded, that of a gate which nobody gave another name.
    A key without log and timestamp has no trusted time: then its own word tells the age, as the trust file and each
    result say.

    Raises:
        UsageError: the key cannot be read, or is none.
        SettingsError: a demand is malformed.
    """
    if policies_digest and not _SHA256.match(policies_digest):
        raise UsageError(
            f"--policies-digest {policies_digest!r:.80}: 64 hexadecimal digits in lower case are expected",
            hint="`gatekeeper attestation show` prints the digest in the gate's *.vsa.sigstore.json",
        )
    data = read_key(key)
    path = key.resolve()
    rule = Rule(
        name="the gate's summary",
        subject=("**",),
        predicate=(VSA,),
        signers=(GATE,),
        max_age="" if max_age is None else ages.shown(max_age),
        age_by=AgeBy.TRUSTED if max_age is None else AgeBy.SIGNER,
        verifier=verifier or (VERIFIER if stage else ANY_VERIFIER),
        stage=stage,
        policies=policies_digest,
        resource=resource,
    )
    document = Document(
        version=1,
        authority=(Authority("key", key=str(path), sha256=sha256(data).hexdigest(), log=Need.OPTIONAL),),
        signer=(Signer(GATE, "key"),),
        rule=(rule,),
    )
    return parse_trust(write(document), NAME, path.parent)
