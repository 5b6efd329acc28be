"""SLSA provenance v1 (https://slsa.dev/provenance/v1), of what a certificate says about the build that it was given to.

A certificate authority copies these claims out of a token that it has verified. Nothing is taken from variables of the
environment, which whoever builds can set.
"""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.attest.materials import Material
from gatekeeper.crypto.certificates import Identity
from gatekeeper.formats.predicates import PROVENANCE_V1
from gatekeeper.formats.statement import Statement, Subject
from gatekeeper.model.json import JsonObject

GITHUB_BUILD = "https://actions.github.io/buildtypes/workflow/v1"
CERTIFIED_BUILD = "urn:gatekeeper:certified-build:v1"
_GITHUB_ISSUER = "https://token.actions.githubusercontent.com"
_GITHUB_RUNNERS = "https://github.com/actions/runner"
_WORKFLOWS = "/.github/workflows/"
_GITHUB_PARAMETERS = {
    "event_name": "build_trigger",
    "repository_id": "source_repository_id",
    "repository_owner_id": "source_repository_owner_id",
    "runner_environment": "runner_environment",
}


def tells_of_a_build(identity: Identity) -> bool:
    """Whether the certificate is a build's: it names a source and its commit."""
    return bool(identity.claims.get("source_repository_uri") and identity.claims.get("source_repository_digest"))


def provenance_statement(subjects: Sequence[Subject], identity: Identity, materials: Sequence[Material]) -> Statement:
    """Who built the subjects, from what.

    ``builder.id`` is the platform: GitHub's runners by their environment, else the issuer of the token.

    Raises:
        ValueError: the certificate names no source.
    """
    if not tells_of_a_build(identity):
        raise ValueError("the certificate names no source and commit")
    claims = identity.claims
    source = _source(identity)
    workflow = _workflow(identity)
    definition: JsonObject = {
        "buildType": GITHUB_BUILD if workflow else CERTIFIED_BUILD,
        "externalParameters": {"workflow": workflow} if workflow else {"source": source},
        "resolvedDependencies": [source, *(one.descriptor() for one in materials)],
    }
    if workflow:
        parameters = {name: claims[claim] for name, claim in _GITHUB_PARAMETERS.items() if claim in claims}
        definition["internalParameters"] = {"github": parameters}
    else:
        definition["internalParameters"] = {"certificate": {"subject": identity.subject, **claims}}
    run: JsonObject = {"builder": {"id": _builder(identity)}}
    if "run_invocation_uri" in claims:
        run["metadata"] = {"invocationId": claims["run_invocation_uri"]}
    return Statement(tuple(subjects), PROVENANCE_V1, {"buildDefinition": definition, "runDetails": run})


def _source(identity: Identity) -> JsonObject:
    repository, ref = identity.claims["source_repository_uri"], identity.claims.get("source_repository_ref", "")
    return {
        "uri": f"git+{repository}{'@' + ref if ref else ''}",
        "digest": {"gitCommit": identity.claims["source_repository_digest"]},
    }


def _workflow(identity: Identity) -> JsonObject:
    """The workflow as GitHub's build type names it; empty where the certificate is of another platform."""
    repository = identity.claims["source_repository_uri"]
    path, at, _ = identity.claims.get("build_config_uri", "").partition("@")
    if not at or not path.startswith(f"{repository}{_WORKFLOWS}"):
        return {}
    return {
        "ref": identity.claims.get("source_repository_ref", ""),
        "repository": repository,
        "path": path.removeprefix(f"{repository}/"),
    }


def _builder(identity: Identity) -> str:
    environment = identity.claims.get("runner_environment", "")
    if identity.issuer == _GITHUB_ISSUER and environment:
        return f"{_GITHUB_RUNNERS}/{environment}"
    return identity.issuer
