"""A person lets pass what a gate decided about an artifact."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gatekeeper.attest.approval import approval_statement
from gatekeeper.attest.signers import Signer
from gatekeeper.errors import UsageError
from gatekeeper.formats.files import read_named
from gatekeeper.formats.pack import plain_name
from gatekeeper.formats.predicates import approval
from gatekeeper.formats.predicates.approval import Approval
from gatekeeper.formats.sigstore.bundle import SUFFIX
from gatekeeper.formats.statement import Subject
from gatekeeper.registry.client import Client
from gatekeeper.roads.checked import checked
from gatekeeper.verification.subjects import resolving
from gatekeeper.verification.subjects.naming import FILE
from gatekeeper.workspace.writing import write_whole

MAX_BYTES = 64 << 20
MAX_ROLE = 100
_SHOWN_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """What is approved: ``subjects`` as ``verify`` takes them, by the bundle of a ``decision`` about them.

    ``folder`` is where the approval goes; None: beside the first subject if it is a file, else the current folder.
    """

    subjects: tuple[str, ...]
    decision: Path
    role: str
    signer: Callable[[], Signer]
    clock: datetime.datetime
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """The file that was written, and what it lets pass."""

    path: Path
    said: Approval


def approve(request: ApprovalRequest, client: Client) -> Approved:
    """Sign the approval, one statement about all subjects, and write it.

    The decision's own signature is not verified: who verifies the approval verifies the decision too.

    Raises:
        UsageError: a subject or the decision cannot be read, they do not go together, or the decision rejects.
        GatekeeperError, VerificationFailure: it could not be signed; nothing was written.
    """
    role = request.role.strip()
    if not role or len(role) > MAX_ROLE or not role.isprintable():
        raise UsageError("a role is a short name on one line", hint="--role reviewer, as the trust file calls it")
    subjects = [resolving.resolve(text, client) for text in request.subjects]
    stated = tuple(Subject(one.name, {"sha256": one.digests["sha256"]}) for one in subjects if "sha256" in one.digests)
    if len(stated) < len(subjects):
        raise UsageError("gates decide about files and images", hint="name a file, oci://... or oci-layout:DIR")
    try:
        statement = approval_statement(stated, _read(request.decision), role, request.clock)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{request.decision}: {error}", hint="name the bundle *.decision.sigstore.json of this very artifact"
        ) from None
    bundle = checked(request.signer()).sign(statement).encode()
    folder = request.folder or _beside(request.subjects[0])
    # Each approver's has a name of its own: nobody's is overwritten.
    name = plain_name(stated[0].name.rpartition("/")[2])
    path = folder / f"{name}.approval-{sha256(bundle).hexdigest()[:_SHOWN_DIGITS]}{SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be written: {error.strerror}", hint="name another folder with --attestations"
        ) from None
    write_whole(path, bundle)
    return Approved(path, approval.read(statement.predicate))


def _beside(subject: str) -> Path:
    path = Path(subject.removeprefix(FILE))
    return path.parent if path.is_file() else Path()


def _read(path: Path) -> bytes:
    hint = "the gate wrote it beside the artifact: *.decision.sigstore.json"
    return read_named("the decision", path, MAX_BYTES, hint=hint)
