"""Write the three bundles of an artifact, the summary last; or take back those of an earlier run."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from gatekeeper.attest.signers import Signer
from gatekeeper.attest.statements import decision_statement, sbom_statement, vsa_statement
from gatekeeper.errors import UsageError
from gatekeeper.formats.sigstore.bundle import SUFFIX
from gatekeeper.model.decision import Artifact, Decision
from gatekeeper.model.settings import AttestSettings
from gatekeeper.workspace.writing import write_whole

KINDS = ("vsa", "decision", "sbom")  # the order in which they are withdrawn


def attest(
    decision: Decision,
    sbom: bytes,
    file: Path,
    artifact: Artifact,
    signer: Signer,
    settings: AttestSettings,
    folder: Path | None,
) -> list[Path]:
    """Sign SBOM, decision and summary, and write them to ``folder`` (None: beside the artifact).

    The summary names the other two by their digests and is written last: it never stands alone. If anything fails,
    none of them stays.

    Raises:
        UsageError: the folder cannot be written to.
    """
    paths = bundle_paths(file, folder)
    withdraw([file], folder)
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        bundles = {
            "sbom": signer.sign(sbom_statement(artifact, sbom)).encode(),
            "decision": signer.sign(decision_statement(artifact, decision, settings)).encode(),
        }
        inputs = {paths[kind].name: sha256(data).hexdigest() for kind, data in bundles.items()}
        bundles["vsa"] = signer.sign(vsa_statement(artifact, decision, settings, inputs)).encode()
        for kind, data in bundles.items():
            write_whole(paths[kind], data)
    except BaseException as error:
        withdraw([file], folder)
        if isinstance(error, OSError):
            raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
        raise
    return [paths[kind] for kind in bundles]


def withdraw(files: Sequence[Path], folder: Path | None) -> list[Path]:
    """Remove the bundles of these artifacts, the summary first; the removed paths."""
    return list(_withdrawn(files, folder))


def _withdrawn(files: Sequence[Path], folder: Path | None) -> Iterator[Path]:
    for file in files:
        paths = bundle_paths(file, folder)
        for kind in KINDS:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                paths[kind].unlink()
                yield paths[kind]


def bundle_paths(file: Path, folder: Path | None) -> dict[str, Path]:
    """Where the bundles of an artifact stand, by kind."""
    return {kind: (folder or file.parent) / f"{file.name}.{kind}{SUFFIX}" for kind in KINDS}
