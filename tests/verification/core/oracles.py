"""Other verifiers, asked the same: the sigstore library, and cosign without a network."""

from __future__ import annotations

import base64
import json
import logging
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.sigstore.bundle import Bundle
from gatekeeper.verification.core.trust import Root, Trust
from tests.verification.core.kinds import verify_content


class Unreadable(Exception):
    """The other verifier cannot even read it."""


def ours(bundle: bytes, root: bytes, artifact: bytes) -> str:
    """ "" where it holds, else the step or the reason."""
    try:
        verify_content(Bundle.decode(bundle), Trust(Root.load(root)), artifact)
    except VerificationFailure as error:
        return error.step
    except ValueError as error:
        return str(error)
    return ""


def sigstore(bundle: bytes, root: bytes, artifact: bytes) -> str:
    """ "" where the sigstore library accepts it, whoever signed; else its message.

    Raises:
        Unreadable: it cannot read the bundle or the root.
    """
    from sigstore import models
    from sigstore.errors import Error
    from sigstore.verify import Verifier, policy
    from sigstore_models.trustroot import v1 as trustroot_v1

    logging.getLogger("sigstore").setLevel(logging.CRITICAL)
    try:
        read = models.Bundle.from_json(bundle)
        verifier = Verifier(trusted_root=models.TrustedRoot(trustroot_v1.TrustedRoot.from_json(root)))
    except (Error, ValueError) as error:
        raise Unreadable(str(error)) from None
    anybody = policy.UnsafeNoOp()
    try:
        if b'"dsseEnvelope"' in bundle:
            verifier.verify_dsse(read, anybody)
        else:
            verifier.verify_artifact(artifact, read, anybody)
    except (Error, ValueError) as error:
        return str(error) or type(error).__name__
    return ""


_ALONE = ("unshare", "--net", "--map-root-user")  # a network namespace, for an ordinary user too


@dataclass(frozen=True, slots=True)
class Cosign:
    """cosign in a network namespace of its own, with an empty home folder."""

    program: Path
    home: Path

    def verify(self, bundle: Path, root: Path, artifact: Path, *signer: str) -> str:
        """ "" where it accepts the bundle, else the last line that it wrote."""
        command = ["verify-blob"]
        if predicate_type := _predicate_type(bundle):
            command = ["verify-blob-attestation", "--type", predicate_type]
        run = subprocess.run(
            [*_ALONE, self.program, *command, "--bundle", bundle, "--trusted-root", root, *signer, artifact],
            env={"HOME": str(self.home)},
            capture_output=True,
            text=True,
            check=False,
        )
        return "" if run.returncode == 0 else run.stderr.strip().splitlines()[-1]


def _predicate_type(bundle: Path) -> str:
    try:
        value = json.loads(bundle.read_bytes())
        return str(json.loads(base64.b64decode(value["dsseEnvelope"]["payload"]))["predicateType"])
    except (ValueError, KeyError, TypeError):
        return ""
