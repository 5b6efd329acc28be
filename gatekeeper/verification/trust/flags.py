"""The one-rule trust file that a public key and a few demands on the command line amount to."""

from __future__ import annotations

import datetime
from hashlib import sha256
from pathlib import Path

from gatekeeper.errors import UsageError
from gatekeeper.formats.predicates import VSA
from gatekeeper.verification.core.trust import Need
from gatekeeper.verification.trust.loading import TrustFile, parse_trust
from gatekeeper.verification.trust.model import AgeBy, Authority, Document, Rule, Signer
from gatekeeper.verification.trust.writing import write

NAME = "the command line"
GATE = "gate"


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

    A key without log and timestamp has no trusted time: then its own word tells the age, as the trust file says.

    Raises:
        UsageError: the key cannot be read, or is none.
        SettingsError: a demand is malformed.
    """
    try:
        data = key.read_bytes()
    except OSError as error:
        raise UsageError(f"the key {key} cannot be read: {error.strerror}") from None
    path = key.resolve()
    rule = Rule(
        name="flags",
        subject=("**",),
        predicate=(VSA,),
        signers=(GATE,),
        max_age="" if max_age is None else f"{max_age // datetime.timedelta(minutes=1)}m",
        age_by=AgeBy.TRUSTED if max_age is None else AgeBy.SIGNER,
        verifier=verifier or "*",
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
