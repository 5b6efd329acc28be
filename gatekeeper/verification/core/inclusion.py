"""Spec "Transparency Log Entry": the proof of inclusion (RFC 9162, 2.1.3.2) and the checkpoint that signs its root."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlsplit

from gatekeeper.errors import VerificationFailure
from gatekeeper.formats.sigstore.checkpoint import Checkpoint
from gatekeeper.formats.sigstore.log_entry import InclusionProof, LogEntry
from gatekeeper.verification.core.hints import COPY_ANEW
from gatekeeper.verification.core.signature import verifies
from gatekeeper.verification.core.trust import Log


def check_inclusion(entry: LogEntry, proof: InclusionProof) -> None:
    """Hash the way from the entry's body to the root.

    Raises:
        VerificationFailure: the way does not end at the root that the proof names.
    """
    if entry.of_version_2 and entry.log_index != proof.log_index:
        # Only Rekor v1 counts over several trees, so that the two numbers may differ.
        raise VerificationFailure(
            "two places in the log", expected=str(proof.log_index), found=str(entry.log_index), step="inclusion proof"
        )
    root = root_of(sha256(b"\0" + entry.body).digest(), proof.log_index, proof.tree_size, proof.hashes)
    if root != proof.root_hash:
        raise VerificationFailure(
            "the inclusion proof does not lead from the entry to the root of the log",
            expected=proof.root_hash.hex(),
            found=root.hex() if root else "a proof of another length",
            hint=COPY_ANEW,
            step="inclusion proof",
        )


def root_of(leaf: bytes, index: int, size: int, hashes: tuple[bytes, ...]) -> bytes | None:
    """The root of a Merkle tree of ``size`` leaves, from one leaf's hash; None where the length is impossible."""
    if index >= size:
        return None
    first, last, result = index, size - 1, leaf
    for sibling in hashes:
        if last == 0:
            return None
        if first & 1 or first == last:
            result = sha256(b"\x01" + sibling + result).digest()
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            result = sha256(b"\x01" + result + sibling).digest()
        first, last = first >> 1, last >> 1
    return result if last == 0 else None


def check_checkpoint(proof: InclusionProof, log: Log) -> int:
    """The log's own signature over size and root; how many signatures of others were not looked at.

    Raises:
        VerificationFailure: the checkpoint is malformed, of another tree, or not signed by the log.
    """
    try:
        checkpoint = Checkpoint.decode(proof.checkpoint)
    except ValueError as error:
        raise VerificationFailure(f"the checkpoint cannot be read: {error}", step="checkpoint") from None
    if (checkpoint.tree_size, checkpoint.root_hash) != (proof.tree_size, proof.root_hash):
        raise VerificationFailure(
            "the checkpoint is about another state of the log",
            expected=f"size {proof.tree_size}, root {proof.root_hash.hex()}",
            found=f"size {checkpoint.tree_size}, root {checkpoint.root_hash.hex()}",
            step="checkpoint",
        )
    host = urlsplit(log.name).hostname or ""
    if not checkpoint.tree and checkpoint.name != host:
        # Rekor v1 (a tree's number in its origin) signs whatever name its machine has; v2 signs the log's own.
        raise VerificationFailure(
            "the checkpoint is of another log",
            expected=host or "a log with a URL in the trusted root",
            found=checkpoint.origin,
            step="checkpoint",
        )
    hint = log.checkpoint_id[:4]
    own = [one for one in checkpoint.signatures if (one.name, one.key_hint) == (checkpoint.name, hint)]
    if not own:
        raise VerificationFailure(
            "the checkpoint is not signed by the log",
            expected=f"a signature of {checkpoint.name} with the key {hint.hex()}",
            found=", ".join(f"{one.name} {one.key_hint.hex()}" for one in checkpoint.signatures[:4]),
            step="checkpoint",
        )
    if not all(verifies(log.key, one.signature, checkpoint.note) for one in own):
        raise VerificationFailure(
            f"the log's signature of its checkpoint does not hold ({log.name})",
            hint=COPY_ANEW,
            step="checkpoint",
        )
    return len(checkpoint.signatures) - len(own)
