"""Provenance: from what a certificate says about the build, or from a file that the user names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.attest.materials import Material, read_materials
from gatekeeper.attest.provenance import provenance_statement, tells_of_a_build
from gatekeeper.attest.statements import subject_of
from gatekeeper.crypto.certificates import Identity
from gatekeeper.errors import UsageError
from gatekeeper.formats import strict_json
from gatekeeper.formats.files import read_named
from gatekeeper.formats.predicates import PROVENANCE_V1, provenance_v1
from gatekeeper.formats.statement import Statement
from gatekeeper.model.decision import Artifact, Source
from gatekeeper.model.json import JsonObject
from gatekeeper.roads.checked import CheckedSigner

MAX_BYTES = 16 << 20
NAME_THE_BUILD = "say how it was built: --provenance FILE"
_ADVICE = "judge a checkout of that commit, or say how it was built: --provenance FILE"


@dataclass(frozen=True, slots=True)
class Build:
    """What the user says about a build: a whole predicate (None: the certificate tells), and materials besides."""

    predicate: JsonObject | None = None
    materials: tuple[Material, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """A bundle about all artifacts, or none (empty) and why."""

    bundle: bytes = b""
    missing: tuple[str, ...] = ()


def read_build(provenance: Path | None, materials: Path | None) -> Build:
    """What two files say; each may be absent.

    Raises:
        UsageError: one cannot be read, or is malformed.
    """
    predicate = _predicate(provenance) if provenance else None
    return Build(predicate, read_materials(materials) if materials else ())


def sign_provenance(signer: CheckedSigner, artifacts: Sequence[Artifact], source: Source, build: Build) -> Provenance:
    """Sign one statement about all artifacts; ``source`` is what was judged.

    A certificate of another commit than the judged one tells nothing about the artifacts; nor does any where it is not
    known which commit was judged.

    Raises:
        UsageError: there are materials, and no provenance that could name them.
        GatekeeperError, VerificationFailure: as ``CheckedSigner.sign`` does.
    """
    subjects = tuple(subject_of(artifact) for artifact in artifacts)
    if build.predicate is not None:
        return Provenance(
            signer.sign(Statement(subjects, PROVENANCE_V1, _with(build.predicate, build.materials))).encode()
        )
    identity = signer.identity()
    problem = _problem(identity, source)
    if identity is not None and not problem:
        return Provenance(signer.sign_as(provenance_statement(subjects, identity, build.materials), identity).encode())
    if build.materials:
        raise UsageError(f"nothing can name the materials: {problem}", hint=NAME_THE_BUILD)
    return Provenance(missing=(f"provenance: {problem}",) if identity is not None else ())


def _problem(identity: Identity | None, source: Source) -> str:
    if identity is None:
        return "a key says nothing about the build"
    if not tells_of_a_build(identity):
        return f"the certificate of {identity.subject} names no build"
    commit = identity.claims["source_repository_digest"]
    if not source.commit:
        return (
            f"the certificate is of the commit {commit}, and nobody knows whether what was judged is: there is no git"
            f" repository, or no git; {_ADVICE}"
        )
    if source.commit != commit:
        return f"the certificate is of the commit {commit}, what was judged is of {source.commit}; {_ADVICE}"
    return ""


def _with(predicate: JsonObject, materials: Sequence[Material]) -> JsonObject:
    """The predicate with further dependencies behind its own."""
    definition = predicate["buildDefinition"]
    dependencies = [*(definition.get("resolvedDependencies") or []), *(one.descriptor() for one in materials)]
    return {**predicate, "buildDefinition": {**definition, "resolvedDependencies": dependencies}}


def _predicate(path: Path) -> JsonObject:
    data = read_named("the provenance", path, MAX_BYTES)
    try:
        predicate = strict_json.loads(data)
        if not isinstance(predicate, dict):
            raise ValueError("an object is expected")
        if "predicateType" in predicate:
            raise ValueError("a whole statement, where its predicate is expected")
        provenance_v1.read(predicate)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{path}: no SLSA provenance v1: {error}", hint="https://slsa.dev/spec/v1.2/build-provenance shows one"
        ) from None
    return predicate
