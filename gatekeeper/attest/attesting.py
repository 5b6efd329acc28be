"""Sign the bundles of an artifact and write them, the summary last; or take back those of an earlier run."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from gatekeeper.attest.signers import Signer
from gatekeeper.attest.statements import decision_statement, sbom_statement, vsa_statement
from gatekeeper.errors import UsageError
from gatekeeper.formats.sigstore.bundle import SUFFIX
from gatekeeper.formats.statement import Statement
from gatekeeper.model.decision import Artifact, Decision
from gatekeeper.model.settings import AttestSettings
from gatekeeper.workspace.writing import write_whole

# The order in which they are withdrawn.
KINDS = ("vsa", "provenance", "test-result", "vulnerabilities", "decision", "sbom")


def sign(
    decision: Decision,
    sbom: bytes,
    file: Path,
    artifact: Artifact,
    signer: Signer,
    settings: AttestSettings,
    folder: Path | None,
    claimed: Mapping[str, str] = MappingProxyType({}),
    more: Mapping[str, Statement] = MappingProxyType({}),
) -> dict[Path, bytes]:
    """The bundles of an artifact by where they belong, the summary last, which names the others by their digests.

    ``claimed`` is what the environment says about the build, ``more`` are further statements by their kind.
    """
    paths = bundle_paths(file, folder)
    bundles = {
        paths["sbom"]: signer.sign(sbom_statement(artifact, sbom)).encode(),
        paths["decision"]: signer.sign(decision_statement(artifact, decision, settings, claimed)).encode(),
        **{paths[kind]: signer.sign(statement).encode() for kind, statement in more.items()},
    }
    inputs = {path.name: sha256(data).hexdigest() for path, data in bundles.items()}
    summary = signer.sign(vsa_statement(artifact, decision, settings, inputs)).encode()
    return {**bundles, paths["vsa"]: summary}


def write(bundles: Mapping[Path, bytes], files: Sequence[Path], folder: Path | None) -> list[Path]:
    """Write the bundles of these artifacts in their order; if anything fails, none of them stays.

    Raises:
        UsageError: the folder cannot be written to.
    """
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        for path, data in bundles.items():
            write_whole(path, data)
    except BaseException as error:
        withdraw(files, folder)
        if isinstance(error, OSError):
            raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
        raise
    return list(bundles)


def check_folders(files: Sequence[Path], folder: Path | None) -> None:
    """See that bundles of these artifacts can be written, so far as permissions tell.

    Raises:
        UsageError: they cannot.
    """
    for place in {folder} if folder else {file.parent for file in files}:
        there = next(one for one in (place, *place.absolute().parents) if one.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            reason = "nobody may write there" if there.is_dir() else f"{there} is no folder"
            raise UsageError(f"{place} cannot be written to: {reason}", hint="--attestations DIR names another folder")


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
